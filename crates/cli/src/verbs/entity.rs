//! `interdict entity`

use std::fmt::Write;

use clap::Args;
use interdict_engine::EntityRecords;
use interdict_model::{Entity, EntityId};

use super::render;
use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Output};

/// Show all records of one entity.
///
/// One record for each list that has it, then the entities that refer to it: wallets, documents, relations.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  interdict entity ofac-43377")]
pub(crate) struct EntityVerb {
    /// The entity's id, such as ofac-43377.
    id: EntityId,
    #[command(flatten)]
    state: StateArgs,
}

impl EntityVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let (session, lists) = data.open_lists(&self.state)?;
        output.print(&session, &session.entity(&lists, &self.id)?, render_records)?;
        Ok(ExitStatus::Done)
    }
}

fn render_records(entity: &EntityRecords) -> String {
    let mut out = String::new();
    for record in &entity.records {
        let _ = writeln!(out, "{}  ({}, {})", record.caption(), record.schema, record.id);
        if let Some(provenance) = &record.provenance {
            let version = &provenance.list_version;
            let version = if version.is_empty() { "no date" } else { version };
            let (list, id) = (&provenance.list, &provenance.record_id);
            let _ = writeln!(out, "  from         {list} (version {version}), record {id}");
        }
        out.push_str(&render::designations(record, "  "));
        write_properties(&mut out, record);
        out.push('\n');
    }
    for related in &entity.related {
        let _ = writeln!(out, "{}  ({})", related.schema, related.id);
        write_properties(&mut out, related);
    }
    out
}

fn write_properties(out: &mut String, entity: &Entity) {
    for (property, values) in &entity.properties {
        for (index, value) in values.iter().enumerate() {
            let label = if index == 0 { property.as_str() } else { "" };
            let _ = writeln!(out, "  {label:<20} {value}");
        }
    }
}
