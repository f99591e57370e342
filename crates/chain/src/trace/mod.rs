//! Where did it go: tainted units followed forward, transfer by transfer, to the last unit.

mod answer;
mod dense;
mod flows;
mod link_match;
mod link_reader;
mod link_table;
pub(crate) mod links;
mod mixing;
mod poison;
mod queue;
mod report;
mod request;
mod seeds;
pub(crate) mod sink;
mod waiting;
pub(crate) mod walk;

pub use answer::{Account, DataRange, Flow, HopRow, Money, Residual, Terminal, TraceReport};
pub(crate) use dense::is_due as is_pass_due;
pub(crate) use link_reader::LinkReader;
pub use link_table::{LinkOrder, LinkTable, LinkTableSize};
pub(crate) use report::{data_range, percentage};
pub use request::{Limits, Method, Seed, Strategy, TraceRequest};

use crate::{
    ledger::LedgerError,
    set::{AssetChoiceError, LedgerSet},
};

/// Why a trace cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The asset is not clear.
    #[error(transparent)]
    Asset(#[from] AssetChoiceError),
    /// A ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A seed names nothing in the data.
    #[error("the seed {seed} is not in the data: {reason}")]
    Seed {
        /// The seed.
        seed: String,
        /// What was looked for.
        reason: String,
    },
    /// The rule gives no answer to this question.
    #[error(
        "{method} answers only where the balance is from; use haircut, fifo or lifo for what was received or sent"
    )]
    Unsupported {
        /// The rule.
        method: &'static str,
    },
    /// The question touches more transfers than it may.
    #[error(
        "the trace touches more than {0} transfers; narrow it with stop nodes, hops, a minimum amount or a time"
    )]
    TooManyEvents(u64),
}

/// Follows money forward from its seeds.
///
/// # Errors
/// When the asset or a seed is not in the data, or the event budget is spent.
pub fn trace(set: &LedgerSet, request: &TraceRequest) -> Result<TraceReport, TraceError> {
    let Outcome { walk, seeded, words } = run_folded(set, request)?;
    Ok(report::report(walk, &seeded, words))
}

/// A walk that has ended, before it is put in words.
pub(crate) struct Outcome<'a> {
    pub(crate) walk: walk::Walk<'a>,
    seeded: std::collections::BTreeMap<usize, u128>,
    words: Vec<String>,
}

pub(crate) fn run<'a>(
    set: &'a LedgerSet,
    request: &'a TraceRequest,
) -> Result<Outcome<'a>, TraceError> {
    let mut outcome = run_folded(set, request)?;
    outcome.walk.sink.unfold();
    Ok(outcome)
}

/// Walks and leaves what a pass over a whole ledger left with millions of wallets as a plain list.
fn run_folded<'a>(
    set: &'a LedgerSet,
    request: &'a TraceRequest,
) -> Result<Outcome<'a>, TraceError> {
    let resolved = seeds::resolve(set, request)?;
    let (views, seeded, words) = (resolved.views, resolved.seeded, resolved.words);
    let mut walk = walk::Walk::new(set, request, views, resolved.seeds);
    match request.method {
        Method::Fifo | Method::Lifo => queue::walk(&mut walk)?,
        Method::Poison => poison::walk(&mut walk)?,
        _ => mixing::walk(&mut walk)?,
    }
    Ok(Outcome { walk, seeded, words })
}
