//! `interdict entity`

use std::fmt::Write;

use clap::Args;
use interdict_engine::EngineError;
use interdict_model::{Entity, EntityId};
use serde::Serialize;

use super::render;
use crate::data::{Data, StateArgs};
use crate::output::{Done, Output};

/// Show everything that is known of one entity.
///
/// One record for each list that has it, then what points to it: wallets, documents, relations.
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  interdict entity ofac-43377")]
pub(crate) struct EntityVerb {
    /// The entity's id, such as ofac-43377.
    id: EntityId,
    #[command(flatten)]
    state: StateArgs,
}

#[derive(Serialize)]
struct Known {
    schema_version: u32,
    records: Vec<Entity>,
    related: Vec<Entity>,
}

impl EntityVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
        let lists = data.lists(&self.state)?;
        let records = lists.records(self.id.as_str())?;
        if records.is_empty() {
            return Err(EngineError::NoEntity(self.id.to_string()).into());
        }
        let related = lists.pointing_to(self.id.as_str())?;
        output.give(&Known { schema_version: 1, records, related }, render_known)?;
        Ok(Done::Clear)
    }
}

fn render_known(known: &Known) -> String {
    let mut out = String::new();
    for record in &known.records {
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
    for entity in &known.related {
        let _ = writeln!(out, "{}  ({})", entity.schema, entity.id);
        write_properties(&mut out, entity);
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
