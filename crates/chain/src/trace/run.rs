//! Runs a trace: seeds, then the method's walk.

use std::collections::BTreeMap;

use super::{
    TraceError, TraceReport, TraceRequest, mixing, poison, queue, report,
    resolve::{self, Resolved},
    walk::Walk,
};
use crate::{ledger::LedgerId, method::Method, set::LedgerSet};

/// Follows money forward from its seeds.
///
/// # Errors
/// When the asset or a seed is not in the data, a ledger is damaged, or the event budget is spent.
pub fn trace(set: &LedgerSet, request: &TraceRequest) -> Result<TraceReport, TraceError> {
    let outcome = run_folded(set, request)?;
    let report = report::report(outcome.walk, &outcome.seeded, outcome.seed_descriptions);
    // Reports read texts and times of the ledgers, too.
    set.ledgers.iter().try_for_each(|ledger| ledger.check_damage())?;
    Ok(report)
}

/// A walk that has ended, before it is put in words.
struct Outcome<'a> {
    walk: Walk<'a>,
    seeded: BTreeMap<LedgerId, u128>,
    seed_descriptions: Vec<String>,
}

/// Walks, and gives every ending by its address.
pub(crate) fn run<'a>(
    set: &'a LedgerSet,
    request: &'a TraceRequest,
) -> Result<Walk<'a>, TraceError> {
    let mut walk = run_folded(set, request)?.walk;
    walk.sink.unfold();
    Ok(walk)
}

/// Walks. The units that a pass over a whole ledger leaves in millions of wallets are kept as a plain list.
fn run_folded<'a>(
    set: &'a LedgerSet,
    request: &'a TraceRequest,
) -> Result<Outcome<'a>, TraceError> {
    let Resolved { views, seeds, seeded, seed_descriptions } = resolve::resolve(set, request)?;
    let mut walk = Walk::new(set, request, views, seeds);
    match request.method {
        Method::Fifo | Method::Lifo => queue::walk(&mut walk)?,
        Method::Poison => poison::walk(&mut walk)?,
        _ => mixing::walk(&mut walk)?,
    }
    for view in &walk.views {
        view.ledger.check_damage()?;
    }
    Ok(Outcome { walk, seeded, seed_descriptions })
}
