//! `interdict audit verify`

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use interdict_engine::Session;
use interdict_engine::audit::{AuditReport, CheckedProof, Proof, Store, VerifyingKey};

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::StoreArgs;

/// Check the whole audit log, or a proof of one event.
///
/// The log is checked against its signed head and against checkpoints that were kept elsewhere. Only such checkpoints
/// show that its end was not cut off. Personal data, keys, people, settings, webhooks and the allow-list are checked against
/// the events that led to them. A proof is checked without a store, with the public key that was kept.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict audit verify
  interdict audit verify --checkpoint /mnt/elsewhere/checkpoints
  interdict audit verify --proof event-17.json --public-key audit.pub

Exit codes: 0 nothing is wrong; 1 something is; 2 wrong usage or failure.")]
pub(crate) struct Verify {
    /// A checkpoint that was kept elsewhere, or a folder of them; can be given several times. [default: those in the folder
    /// into which the server writes them]
    #[arg(long, value_name = "PATH")]
    checkpoint: Vec<PathBuf>,
    /// A proof written by `interdict audit prove`. It is checked without a store.
    #[arg(long, value_name = "FILE", requires = "public_key", conflicts_with_all = ["checkpoint", "store"])]
    proof: Option<PathBuf>,
    /// The public key of the log, as the file audit.pub beside its secrets holds it.
    #[arg(long, value_name = "FILE", requires = "proof")]
    public_key: Option<PathBuf>,
    #[command(flatten)]
    store: StoreArgs,
}

impl Verify {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        if let (Some(proof), Some(key)) = (&self.proof, &self.public_key) {
            return check_proof(proof, key, output);
        }
        let session = data.session()?;
        let store = self.store.open(&session)?;
        let notes = match self.checkpoint.as_slice() {
            [] => own_checkpoints(&session, &store)?,
            given => read_checkpoints(given)?,
        };
        let report = store.check_log(&notes)?;
        let report = AuditReport::new(report, store.verifying_key().to_string());
        output.print(&session, &report, |report| render(report, notes.len()))?;
        Ok(if report.sound { ExitStatus::Done } else { ExitStatus::Unsound })
    }
}

fn check_proof(proof: &Path, key: &Path, output: &mut Output) -> anyhow::Result<ExitStatus> {
    let session: Session = Data::session_without_data()?;
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let key: VerifyingKey = read(key)?.trim().parse().context("the public key cannot be read")?;
    let proof: Proof = serde_json::from_str(&read(proof)?).context("the proof cannot be read")?;
    let checked = CheckedProof { verified: proof.verify(&key)? };
    output.print(&session, &checked, |checked| {
        let CheckedProof { verified } = checked;
        format!(
            "event {} ({}, {}) is in the log {}, which had {} events when its head was signed\n",
            verified.event.seq, verified.event.kind, verified.event.at, verified.log, verified.size
        )
    })?;
    Ok(ExitStatus::Done)
}

/// The notes in the folder into which the server writes checkpoints, if there are any.
fn own_checkpoints(session: &Session, store: &Store) -> anyhow::Result<Vec<String>> {
    let configured = session.config().server.checkpoints.clone();
    let folder = configured.unwrap_or_else(|| store.place().checkpoints());
    let files = if folder.is_dir() { checkpoints_in(&folder)? } else { Vec::new() };
    read_checkpoints(&files)
}

/// The checkpoints in a folder.
fn checkpoints_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let paths = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()));
    let is_checkpoint = |path: &PathBuf| path.extension().is_some_and(|end| end == "checkpoint");
    let paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    Ok(paths.into_iter().filter(is_checkpoint).collect())
}

/// The notes of files, and of the files of folders.
fn read_checkpoints(paths: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let found = checkpoints_in(path)?;
            // An empty folder is an error, because the check would otherwise pass without any checkpoint.
            anyhow::ensure!(!found.is_empty(), "{} holds no checkpoint", path.display());
            files.extend(found);
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    let read = |path: &PathBuf| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    files.iter().map(read).collect()
}

fn render(report: &AuditReport, checkpoints: usize) -> String {
    let mut out = String::new();
    let counts = &report.report;
    let _ = writeln!(
        out,
        "{} events, of which {} hold personal data and {} did",
        counts.events, counts.sealed, counts.erased
    );
    if counts.uncovered > 0 {
        let _ = writeln!(
            out,
            "{} of an earlier version: whose data it is, and until when it is kept, is not covered",
            counts.uncovered
        );
    }
    let _ = writeln!(out, "public key {}", report.public_key);
    match (checkpoints, counts.agreeing.last()) {
        (0, _) => out.push_str(
            "there is no checkpoint: whether the end of the log was cut off cannot be told (--checkpoint)\n",
        ),
        (_, Some(last)) => {
            let _ = writeln!(out, "checkpoints agree up to {last} events");
        }
        (_, None) => {}
    }
    for fault in report.faults() {
        let _ = writeln!(out, "FAULT {fault}");
    }
    out.push_str(if report.sound { "nothing is wrong\n" } else { "the log is not sound\n" });
    out
}
