//! Poison: whoever receives anything from a marked wallet is marked. It conserves nothing; it says who
//! could be reached at all, and every other method stays inside it.

use hashbrown::HashMap;
use std::collections::BTreeSet;

use super::{
    TraceError,
    sink::{End, Parts},
    walk::{Moment, Walk},
};

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let mut marked: HashMap<(usize, u32), u32> = HashMap::new();
    let mut waiting: BTreeSet<Moment> = BTreeSet::new();
    for (at, row) in &walk.seeds.rows {
        waiting.insert(walk.moment(*at, *row));
    }
    for (at, slot, _) in walk.seeds.openings.clone() {
        marked.insert((at, slot), 0);
        if let Some(next) = walk.views[at].next_out(slot, 0) {
            waiting.insert(walk.moment(at, next));
        }
    }
    loop {
        for credit in if flush_due(walk, &waiting) { walk.convert()? } else { Vec::new() } {
            let slot = walk.views[credit.ledger].columns.to[credit.row as usize];
            mark(
                walk,
                (&mut marked, &mut waiting),
                (credit.ledger, slot),
                credit.row,
                &credit.parts,
            );
        }
        let Some((.., at, row)) = waiting.pop_first() else {
            if walk.has_given() {
                continue;
            }
            break;
        };
        if !walk.count() {
            return Err(TraceError::TooManyEvents(walk.request.limits.max_events));
        }
        let columns = walk.views[at].columns;
        let (from, to) = (columns.from[row as usize], columns.to[row as usize]);
        let hop = marked.get(&(at, from)).copied();
        if hop.is_some()
            && let Some(next) = walk.views[at].next_out(from, row as usize + 1)
        {
            waiting.insert(walk.moment(at, next));
        }
        let hop = if walk.is_seed(at, row) { 0 } else { hop.unwrap_or_default() };
        let parts = vec![(hop, columns.amount.get(row as usize))];
        if let Some(onward) = walk.arrive(at, row, parts) {
            mark(walk, (&mut marked, &mut waiting), (at, to), row, &onward.parts);
        }
    }
    let mut marked: Vec<_> = marked.into_iter().collect();
    marked.sort_unstable();
    for ((at, slot), hop) in marked {
        let view = &walk.views[at];
        let span = view.last_in(slot, view.rows).map(|row| view.columns.span(row as usize));
        let (address, balance) = (view.owner_of(slot), view.balance(slot));
        walk.sink.end((at, address), End::Held, &[(hop, balance)], span);
    }
    Ok(())
}

fn flush_due(walk: &Walk<'_>, waiting: &BTreeSet<Moment>) -> bool {
    walk.has_given() && waiting.first().map(|m| (m.0, m.1, m.2)) != walk.given_moment()
}

fn mark(
    walk: &Walk<'_>,
    (marked, waiting): (&mut HashMap<(usize, u32), u32>, &mut BTreeSet<Moment>),
    (at, slot): (usize, u32),
    row: u32,
    parts: &Parts,
) {
    let hop = parts.iter().map(|(hop, _)| *hop).min().unwrap_or_default();
    let known = marked.entry((at, slot)).or_insert(hop);
    *known = (*known).min(hop);
    if let Some(next) = walk.views[at].next_out(slot, row as usize + 1) {
        waiting.insert(walk.moment(at, next));
    }
}
