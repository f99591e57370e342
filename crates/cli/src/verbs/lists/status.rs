//! `interdict lists status`

use std::fmt::Write;

use clap::Args;
use interdict_engine::{ListHealth, ListInUse, ListsStatus, UpdateAttempts};
use interdict_model::GenerationId;
use jiff::Timestamp;

use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Output, warn_gaps};

/// Show what is in use, how old it is, and whether it is stale.
///
/// A list is stale when its last version is older than the list's own limit, or the limit in
/// interdict.toml, allows. Exit code 3 means that a list is stale, could not be updated, or is
/// missing.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Show the generations that are kept, too.
    #[arg(long)]
    all: bool,
    /// Read every byte of the generation and check it.
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    state: StateArgs,
}

impl Status {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let (session, lists) = data.open_lists(&self.state)?;
        if self.verify {
            session.verify(&lists)?;
        }
        let report = session.lists_status(&lists, self.all)?;
        output.print(&session, &report, render)?;
        warn_gaps(&report.gaps);
        Ok(ExitStatus::unless_gaps(&report.gaps))
    }
}

fn render(report: &ListsStatus) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "data directory {}", report.data_dir);
    let _ = match report.generation {
        GenerationId::BUILT_IN_ONLY => {
            writeln!(out, "no list was imported yet; the built-in dataset answers")
        }
        number => writeln!(out, "generation {number}"),
    };
    let _ = writeln!(
        out,
        "\n{:<20} {:<12} {:>9} {:>10} {:>8} {:>8} {:>8} {:>8}  state",
        "dataset", "version", "age", "generation", "listed", "names", "wallets", "problems"
    );
    for ListInUse { health, since_generation } in &report.lists {
        write_list(&mut out, health, *since_generation);
    }
    for list in &report.missing {
        let _ = writeln!(out, "{:<20} MISSING", list.dataset.as_str());
        write_attempts(&mut out, list.updates.as_ref());
    }
    for name in &report.removed {
        let _ = writeln!(out, "{:<20} removed", name.as_str());
    }
    if !report.generations.is_empty() {
        out.push_str("\ngenerations kept\n");
    }
    for manifest in &report.generations {
        let lists: Vec<&str> = manifest.segments.iter().map(|s| s.dataset.as_str()).collect();
        let _ = writeln!(out, "{:>6}  {}  {}", manifest.number, manifest.created, lists.join(", "));
    }
    out
}

fn write_list(out: &mut String, list: &ListHealth, since_generation: Option<GenerationId>) {
    let version = if list.version.is_empty() { "no date" } else { &list.version };
    let age = list.age_days.map_or("?".to_owned(), |days| format!("{days} days"));
    let generation = since_generation.map_or("built in".to_owned(), |number| number.to_string());
    let is_of_unknown_age = list.age_days.is_none() && list.stale_after_days.is_some();
    let faults = [
        (list.stale, "STALE"),
        (is_of_unknown_age, "AGE UNKNOWN"),
        (list.partial, "PARTIAL"),
        (list.failed, "FAILED"),
    ];
    let faults: Vec<&str> = faults.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    let state = match (faults.as_slice(), list.stale_after_days) {
        ([], Some(_)) => "fresh".to_owned(),
        ([], None) => "no rule for its age".to_owned(),
        (faults, _) => faults.join(", "),
    };
    let _ = writeln!(
        out,
        "{:<20} {:<12} {:>9} {:>10} {:>8} {:>8} {:>8} {:>8}  {state}",
        list.dataset.as_str(),
        version.get(..10).unwrap_or(version),
        age,
        generation,
        list.targets,
        list.names,
        list.wallets,
        list.problems
    );
    for loss in &list.accepted_losses {
        let _ = writeln!(out, "    accepted loss: {loss}");
    }
    write_attempts(out, list.updates.as_ref());
}

fn write_attempts(out: &mut String, attempts: Option<&UpdateAttempts>) {
    let Some(attempts) = attempts else { return };
    let moment = |time: Option<Timestamp>| match time {
        Some(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        None => "never".to_owned(),
    };
    let _ = writeln!(out, "    last checked {}", moment(attempts.last_success));
    if let Some(error) = &attempts.last_error {
        let (count, since) = (attempts.failures, moment(attempts.failing_since));
        let _ = writeln!(out, "    failed {count} times since {since}: {error}");
    }
}
