//! `interdict lists status`

use std::fmt::Write;

use clap::Args;
use interdict_engine::Standing;
use interdict_index::Manifest;
use serde::Serialize;

use crate::data::{Data, StateArgs};
use crate::output::{Done, Output, warn_gaps};

/// Show what is in use, how old it is, and whether it is stale.
///
/// Exit code 3 means that a list is stale.
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

#[derive(Serialize)]
struct Report {
    schema_version: u32,
    data_dir: String,
    generation: u64,
    lists: Vec<Standing>,
    complete: bool,
    gaps: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    generations: Vec<Manifest>,
}

impl Status {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
        let engine = data.engine()?;
        let lists = engine.lists(self.state.at())?;
        if self.verify {
            engine.data_dir().verify(&lists.generation().manifest)?;
        }
        let gaps = lists.gaps(&[]);
        let report = Report {
            schema_version: 1,
            data_dir: engine.data_dir().path().display().to_string(),
            generation: lists.number(),
            lists: lists.standings().to_vec(),
            complete: gaps.is_empty(),
            gaps,
            generations: if self.all { engine.data_dir().manifests()? } else { Vec::new() },
        };
        output.give(&report, render)?;
        warn_gaps(&report.gaps);
        Ok(Done::of(false, report.complete))
    }
}

fn render(report: &Report) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "data directory {}", report.data_dir);
    let _ = match report.generation {
        0 => writeln!(out, "no list was imported yet; the built-in dataset answers"),
        number => writeln!(out, "generation {number}"),
    };
    let _ = writeln!(
        out,
        "\n{:<20} {:<12} {:>9} {:>8} {:>8} {:>8} {:>8}  state",
        "dataset", "version", "age", "listed", "names", "wallets", "problems"
    );
    for list in &report.lists {
        let version = if list.version.is_empty() { "no date" } else { &list.version };
        let age = list.age_days.map_or("?".to_owned(), |days| format!("{days} days"));
        let state = if list.stale { "STALE" } else { "fresh" };
        let _ = writeln!(
            out,
            "{:<20} {:<12} {:>9} {:>8} {:>8} {:>8} {:>8}  {state}",
            list.dataset.as_str(),
            version.get(..10).unwrap_or(version),
            age,
            list.targets,
            list.names,
            list.wallets,
            list.problems
        );
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
