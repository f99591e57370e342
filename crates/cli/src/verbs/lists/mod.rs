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
use crate::output::{Done, Output};

/// Import, update, compare and export sanctions lists.
#[derive(Debug, Args)]
pub(crate) struct ListsVerb {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Read a list from files and put it in use.
    Import(import::Import),
    /// Fetch lists from where they are published and put new versions in use.
    #[cfg(feature = "fetch")]
    Update(update::Update),
    /// Show what is in use, how old it is, and whether it is stale.
    Status(status::Status),

    /// Show what changed between two generations.
    Diff(diff::DiffVerb),
    /// Write entities as FollowTheMoney JSON lines.
    Export(export::Export),
    /// Take a dataset out of use.
    Remove(remove::Remove),
    /// Put the lists of an older generation in use again.
    Restore(restore::Restore),
    /// Index lists anew that another version of this program has indexed.
    Reindex(reindex::Reindex),
}

impl ListsVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
        match &self.verb {
            Verb::Import(verb) => verb.run(data, output),
            #[cfg(feature = "fetch")]
            Verb::Update(verb) => verb.run(data, output),
            Verb::Status(verb) => verb.run(data, output),
            Verb::Diff(verb) => verb.run(data, output),
            Verb::Export(verb) => verb.run(data, output),
            Verb::Remove(verb) => verb.run(data),
            Verb::Restore(verb) => verb.run(data),
            Verb::Reindex(verb) => verb.run(data),
        }
    }
}
