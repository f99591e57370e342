//! `interdict backup` and `interdict restore`

use std::path::PathBuf;

use clap::Args;
use interdict_engine::Session;
use interdict_engine::audit::{CopyReport, LogReport, Store};

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, random};

/// Copy the store while it is in use: the audit log with its secrets, keys and decisions.
///
/// The copy is a consistent state of the store, and its log is checked. It contains secrets and personal data: protect
/// it like the store. Lists are not part of it; they are imported again.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict backup /mnt/backup/2026-12-01

Exit codes: 0 done; 1 the copy's log is not sound; 2 wrong usage or failure.")]
pub(crate) struct Backup {
    /// A folder that does not exist yet, or is empty.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

/// Make a store from a copy, in a file or in PostgreSQL.
///
/// This is also the way from a file to PostgreSQL: back up, then restore with --store postgresql://... The audit log
/// continues where it ended.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict restore /mnt/backup/2026-12-01
  interdict restore /mnt/backup/2026-12-01 --store postgresql:///interdict?host=/run/postgresql

Exit codes: 0 done; 1 the log that was brought back is not sound; 2 wrong usage or failure.")]
pub(crate) struct Restore {
    /// The folder of the copy.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
}

impl Backup {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open(&session)?;
        let report = store.back_up(&self.folder, random, session.now())?;
        let (from, to) = (store.place().address.to_string(), self.folder.display().to_string());
        finish(&session, output, from, to, report)
    }
}

impl Restore {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let place = self.store.place(&session)?;
        let (from, to) = (self.folder.display().to_string(), place.address.to_string());
        let report = Store::restore(&self.folder, place, random, session.now())?;
        finish(&session, output, from, to, report)
    }
}

fn finish(
    session: &Session,
    output: &mut Output,
    from: String,
    to: String,
    report: LogReport,
) -> anyhow::Result<ExitStatus> {
    let report = CopyReport { from, to, sound: report.is_sound(), report };
    output.print(session, &report, |report| {
        let mut text =
            format!("{} -> {}: {} events\n", report.from, report.to, report.report.events);
        for fault in &report.report.faults {
            text.push_str(&format!("FAULT {fault}\n"));
        }
        text.push_str(if report.sound { "the log is sound\n" } else { "THE LOG IS NOT SOUND\n" });
        text
    })?;
    Ok(if report.sound { ExitStatus::Done } else { ExitStatus::Unsound })
}
