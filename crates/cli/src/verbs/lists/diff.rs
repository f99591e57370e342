//! `interdict lists diff`

use std::fmt::Write;

use clap::Args;
use interdict_engine::{AsOf, DatasetDiff, Diff, EntityBrief, PropertyChange};
use interdict_model::{DatasetName, DatePrefix, GenerationId};

use crate::data::{Data, parse_day};
use crate::output::{ExitStatus, Output};

/// Show what changed between two generations.
///
/// Added, removed and changed entities, list by list; for changed ones the properties, with removed (-) and added (+)
/// values. `lists status --all` shows the generations.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict lists diff 3 4
  interdict lists diff 3                     (with the generation in use)
  interdict lists diff --since 2026-01-31 --dataset us_ofac_sdn --format json")]
pub(crate) struct DiffVerb {
    /// The older generation.
    #[arg(required_unless_present = "since", conflicts_with = "since")]
    old: Option<GenerationId>,
    /// The newer generation [default: the one in use].
    #[arg(conflicts_with = "since")]
    new: Option<GenerationId>,
    /// Compare the generation in use with the one that was in use on this day (YYYY-MM-DD).
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    since: Option<DatePrefix>,
    /// Only this dataset; can be given several times.
    #[arg(short, long, value_name = "DATASET")]
    dataset: Vec<DatasetName>,
    /// Also show entities that belong to listed ones: addresses, documents, wallets, relations. JSON always contains
    /// them.
    #[arg(long)]
    all: bool,
}

impl DiffVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let old = match (self.old, self.since) {
            (Some(number), _) => AsOf::Generation(number),
            (None, Some(day)) => AsOf::Day(day),
            (None, None) => AsOf::Now,
        };
        let old = session.open_lists(old)?;
        let new = session.open_lists(self.new.map_or(AsOf::Now, AsOf::Generation))?;
        let found = session.diff(&old, &new, &self.dataset)?;
        output.print(&session, &found, |found| self.render(found))?;
        Ok(ExitStatus::Done)
    }

    fn render(&self, found: &Diff) -> String {
        let mut out = format!("from generation {} to {}\n", found.from, found.to);
        if found.datasets.is_empty() {
            out.push_str("nothing changed\n");
        }
        for list in &found.datasets {
            self.write_list(&mut out, list);
        }
        out
    }

    fn write_list(&self, out: &mut String, list: &DatasetDiff) {
        let version = |version: &Option<String>| match version.as_deref() {
            None => "not in use".to_owned(),
            Some("") => "a version without a date".to_owned(),
            Some(version) => format!("version {version}"),
        };
        let shown = |entity: &EntityBrief| self.all || entity.target;
        let (from, to) = (version(&list.from_version), version(&list.to_version));
        let _ = writeln!(out, "\n{}: {from} -> {to}", list.dataset);
        let targets = |all: &[EntityBrief]| all.iter().filter(|entity| entity.target).count();
        let changed = list.changed.iter().filter(|change| change.entity.target).count();
        let _ = writeln!(
            out,
            "  listed entities: {} added, {} removed, {changed} changed",
            targets(&list.added),
            targets(&list.removed),
        );
        let _ = writeln!(
            out,
            "  what belongs to them: {} added, {} removed, {} changed",
            list.added.len() - targets(&list.added),
            list.removed.len() - targets(&list.removed),
            list.changed.len() - changed,
        );
        for entity in list.removed.iter().filter(|entity| shown(entity)) {
            let _ = writeln!(out, "  - {}", render_entity(entity));
        }
        for entity in list.added.iter().filter(|entity| shown(entity)) {
            let _ = writeln!(out, "  + {}", render_entity(entity));
        }
        for change in list.changed.iter().filter(|change| shown(&change.entity)) {
            let _ = writeln!(out, "  ~ {}", render_entity(&change.entity));
            change.changes.iter().for_each(|change| write_change(out, change));
        }
    }
}

fn render_entity(entity: &EntityBrief) -> String {
    format!("{}  {} ({})", entity.id, entity.caption, entity.schema)
}

fn write_change(out: &mut String, change: &PropertyChange) {
    for (sign, values) in [('-', &change.removed), ('+', &change.added)] {
        for value in values {
            let _ = writeln!(out, "      {:<20} {sign} {value}", change.property);
        }
    }
}
