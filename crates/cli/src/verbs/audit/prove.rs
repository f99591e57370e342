//! `interdict audit prove`

use std::path::PathBuf;

use clap::Args;
use interdict_engine::audit::ProvenDocument;

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// Prove to somebody else that one event is in the log, without showing the others.
///
/// The proof holds the event, the path to the signed head of the log, and no personal data. The receiver checks it with
/// `interdict audit verify --proof FILE --public-key audit.pub`, or with any program for tlog-proof files.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict audit prove 17 --out event-17.json

Exit codes: 0 done; 2 wrong usage or failure.")]
pub(crate) struct Prove {
    /// The number of the event: the header x-interdict-audit or the field audit_event of an answer.
    #[arg(value_name = "EVENT")]
    seq: u64,
    /// The file to write; else the proof is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl Prove {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open(&session)?;
        let proven = store.prove(&self.tenant.tenant, self.seq)?;
        let document = ProvenDocument { proof: proven.to_proof(store.verifying_key()) };
        let text = serde_json::to_string_pretty(&session.document(&document))?;
        output.write_to(self.out.as_deref(), &format!("{text}\n"))?;
        Ok(ExitStatus::Done)
    }
}
