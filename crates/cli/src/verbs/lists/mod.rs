//! `interdict lists`

mod diff;
mod export;
mod import;
mod reindex;
mod remove;
mod restore;
mod status;
#[cfg(feature = "fetch")]
mod update;

use clap::{Args, Subcommand};

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Import, update, compare and export sanctions lists.
#[derive(Debug, Args)]
pub(crate) struct ListsVerb {
    #[command(subcommand)]
    verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
enum Verb {
    Import(import::Import),
    #[cfg(feature = "fetch")]
    Update(update::Update),
    Status(status::Status),
    Diff(diff::DiffVerb),
    Export(export::Export),
    Remove(remove::Remove),
    Restore(restore::Restore),
    Reindex(reindex::Reindex),
}

impl ListsVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        match &self.verb {
            Verb::Import(verb) => verb.run(data, output),
            #[cfg(feature = "fetch")]
            Verb::Update(verb) => verb.run(data, output),
            Verb::Status(verb) => verb.run(data, output),
            Verb::Diff(verb) => verb.run(data, output),
            Verb::Export(verb) => verb.run(data, output),
            Verb::Remove(verb) => verb.run(data, output),
            Verb::Restore(verb) => verb.run(data, output),
            Verb::Reindex(verb) => verb.run(data, output),
        }
    }
}
