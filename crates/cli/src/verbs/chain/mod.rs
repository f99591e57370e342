//! `interdict chain`

mod import;
mod links;
mod progress;
mod status;
#[cfg(feature = "rpc")]
mod sync;

use clap::{Args, Subcommand};

use crate::data::Data;
use crate::output::{Done, Output};

/// Import transfers of virtual currency, and show what is there.
///
/// Transfers are kept in ledgers, one for each asset on each chain, in the data directory.
#[derive(Debug, Args)]
pub(crate) struct ChainVerb {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read files of transfers into ledgers.
    Import(import::Import),
    /// Make tables that answer questions by fifo and lifo quickly.
    Links(links::Links),
    /// Show which ledgers are there, and how far they reach.
    Status(status::Status),
    /// Fetch blocks from a node into ledgers.
    #[cfg(feature = "rpc")]
    Sync(sync::Sync),
}

impl ChainVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
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
fn render_import(report: &interdict_chain::import::ImportReport) -> String {
    let status = interdict_chain::status::StatusReport {
        schema_version: 1,
        ledgers: report.ledgers.clone(),
        verified: false,
    };
    let mut text = interdict_chain::render::render_status_text(&status);
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
