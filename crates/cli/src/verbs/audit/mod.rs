//! `interdict audit`

mod erase;
mod export;
mod prove;
mod replay;
mod verify;

use clap::{Args, Subcommand};

use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Check, prove, replay and export the audit log, and erase personal data whose retention period has ended.
///
/// `interdict serve` records each screening before it answers. The log is a Merkle tree whose head is signed with each
/// change: edits, deletions, insertions and reordering are detected. A log whose end was cut off is detected by a
/// checkpoint that was kept elsewhere.
#[derive(Debug, Args)]
pub(crate) struct AuditVerb {
    #[command(subcommand)]
    verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
enum Verb {
    Verify(verify::Verify),
    Prove(prove::Prove),
    Replay(replay::ReplayVerb),
    Export(export::Export),
    Erase(erase::Erase),
    Hold(erase::HoldVerb),
    Release(erase::Release),
}

impl AuditVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        match &self.verb {
            Verb::Verify(verb) => verb.run(data, output),
            Verb::Prove(verb) => verb.run(data, output),
            Verb::Replay(verb) => verb.run(data, output),
            Verb::Export(verb) => verb.run(data, output),
            Verb::Erase(verb) => verb.run(data, output),
            Verb::Hold(verb) => verb.run(data, output),
            Verb::Release(verb) => verb.run(data, output),
        }
    }
}
