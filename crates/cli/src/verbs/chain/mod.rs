//! `interdict chain`

mod import;
mod links;
mod progress;
mod status;
#[cfg(feature = "rpc")]
mod sync;

use clap::{Args, Subcommand};
use interdict_engine::tracing::{ImportReport, StatusReport, render_status_text};

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Import transfers of virtual currency, and show the ledgers.
///
/// Transfers are kept in ledgers, one for each asset on each chain, in the data directory.
#[derive(Debug, Args)]
pub(crate) struct ChainVerb {
    #[command(subcommand)]
    verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
enum Verb {
    Import(import::Import),
    Links(links::Links),
    Status(status::Status),
    #[cfg(feature = "rpc")]
    Sync(sync::Sync),
}

impl ChainVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        match &self.verb {
            Verb::Import(verb) => verb.run(data, output),
            Verb::Links(verb) => verb.run(data, output),
            Verb::Status(verb) => verb.run(data, output),
            #[cfg(feature = "rpc")]
            Verb::Sync(verb) => verb.run(data, output),
        }
    }
}

/// What an import did, as text.
fn render_import(report: &ImportReport) -> String {
    let status = StatusReport { ledgers: report.ledgers.clone(), verified: false };
    let mut text = render_status_text(&status);
    for (kind, count) in &report.problems.counts {
        text.push_str(&format!("{}: {count} rows\n", kind.code()));
        let examples = report.problems.examples.iter().filter(|problem| problem.kind == *kind);
        for problem in examples {
            let file = problem.file.split('#').next().unwrap_or_default();
            text.push_str(&format!("  {file}, line {}: {}\n", problem.line, problem.reason));
        }
    }
    text
}
