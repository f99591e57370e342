//! `interdict audit replay`

use std::fmt::Write;

use clap::Args;
use interdict_engine::audit::{FoundEntity, Replay, ReplayOutcome};

use crate::data::Data;
use crate::output::{ExitStatus, Output};
use crate::store_args::{StoreArgs, TenantArgs};

/// Repeat a recorded screening with the lists and the policy of that time.
///
/// The lists that events name are kept. If this program compares names differently from the one that recorded the
/// event, it reports this and shows both results.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict audit replay 17

Exit codes: 0 the same was found; 1 something else was found; 2 wrong usage or failure.")]
pub(crate) struct ReplayVerb {
    /// The number of the event: the header x-interdict-audit or the field audit_event of an answer.
    #[arg(value_name = "EVENT")]
    seq: u64,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

impl ReplayVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let store = self.store.open(&session)?;
        let replay = session.replay(&store, &self.tenant.tenant, self.seq)?;
        output.print(&session, &replay, render)?;
        Ok(match replay.outcome {
            ReplayOutcome::Same => ExitStatus::Done,
            _ => ExitStatus::Unsound,
        })
    }
}

fn render(replay: &Replay) -> String {
    let mut out = String::new();
    let said = match replay.outcome {
        ReplayOutcome::Same => "the same was found",
        ReplayOutcome::DiffersByVersion => {
            "something else was found, by a program that compares names in another way"
        }
        ReplayOutcome::Differs => "SOMETHING ELSE WAS FOUND by the same comparison of names",
    };
    let _ = writeln!(out, "event {}: {said}", replay.seq);
    let _ = writeln!(out, "\nrecorded by version {}", replay.recorded_by);
    write_found(&mut out, &replay.recorded);
    let _ = writeln!(out, "\nscreened again by version {}", replay.replayed_by);
    match &replay.replayed {
        Some(found) => write_found(&mut out, found),
        None => {
            out.push_str("  this program cannot search the lists as the other one wrote them\n")
        }
    }
    out
}

fn write_found(out: &mut String, found: &[FoundEntity]) {
    if found.is_empty() {
        out.push_str("  nothing\n");
    }
    for one in found {
        let kind = if one.is_match { "match" } else { "no match" };
        let _ = writeln!(out, "  {:.4} {:<9} {}", one.score, kind, one.id);
    }
}
