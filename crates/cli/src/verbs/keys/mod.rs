//! `interdict keys`

mod add;
mod list;
mod revoke;
mod rotate;

use clap::{Args, Subcommand};

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Make, list, rotate and revoke the keys with which programs authenticate to `interdict serve`.
///
/// As long as there is neither a key nor an account, the server listens on loopback addresses only and requires no
/// authentication. From the first one on, every request has to authenticate.
#[derive(Debug, Args)]
pub(crate) struct KeysVerb {
    #[command(subcommand)]
    verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
enum Verb {
    Add(add::Add),
    List(list::List),
    Rotate(rotate::Rotate),
    Revoke(revoke::Revoke),
}

impl KeysVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        match &self.verb {
            Verb::Add(verb) => verb.run(data, output),
            Verb::List(verb) => verb.run(data, output),
            Verb::Rotate(verb) => verb.run(data, output),
            Verb::Revoke(verb) => verb.run(data, output),
        }
    }
}
