//! Methods under which a wallet's tainted units have no places: haircut, dirty-first, clean-first and
//! TIHO. A wallet's state is how much of its balance is tainted, by hops.

use hashbrown::HashMap;
use std::collections::BTreeSet;

use super::{
    Method, Strategy, TraceError, dense,
    sink::{End, Parts, total},
    walk::{Moment, Walk},
};
use crate::amount::mul_div;

#[derive(Default)]
struct Mixing {
    states: HashMap<(usize, u32), Parts>,
    /// The next outgoing transfer of each tainted slot, and all seed transfers.
    waiting: BTreeSet<Moment>,
}

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let (strategy, can_pass) = (walk.request.strategy, dense::fits(walk));
    if strategy == Strategy::OnePass && can_pass {
        dense::walk(walk);
        return Ok(());
    }
    let rows = walk.views[walk.seeded_ledger()].rows;
    let mut mixing = Mixing::default();
    for (at, row) in &walk.seeds.rows {
        mixing.waiting.insert(walk.moment(*at, *row));
    }
    for (at, slot, units) in walk.seeds.openings.clone() {
        mixing.add(walk, (at, slot), 0, &[(0, units)]);
    }
    while let Some(moment) = mixing.next(walk)? {
        let (.., at, row) = moment;
        if strategy == Strategy::Automatic && can_pass && dense::is_due(walk.sink.events, rows) {
            dense::walk(walk);
            return Ok(());
        }
        if !walk.count() {
            return Err(TraceError::TooManyEvents(walk.request.limits.max_events));
        }
        mixing.process(walk, at, row);
    }
    mixing.finish(walk);
    Ok(())
}

impl Mixing {
    fn next(&mut self, walk: &mut Walk<'_>) -> Result<Option<Moment>, TraceError> {
        while walk.has_given() {
            let here = self.waiting.first().map(|m| (m.0, m.1, m.2));
            if here == walk.given_moment() {
                break;
            }
            for credit in walk.convert()? {
                let slot = walk.views[credit.ledger].columns.to[credit.row as usize];
                self.add(walk, (credit.ledger, slot), credit.row as usize + 1, &credit.parts);
            }
        }
        Ok(self.waiting.pop_first())
    }

    /// Adds tainted units to a slot and makes sure that its next payment from `row` on is looked at.
    fn add(
        &mut self,
        walk: &Walk<'_>,
        (at, slot): (usize, u32),
        row: usize,
        parts: &[(u32, u128)],
    ) {
        let state = self.states.entry((at, slot)).or_default();
        for (hop, units) in parts.iter().filter(|(_, units)| *units > 0) {
            match state.binary_search_by_key(hop, |(h, _)| *h) {
                Ok(found) => state[found].1 += units,
                Err(place) => state.insert(place, (*hop, *units)),
            }
        }
        self.schedule(walk, (at, slot), row);
    }

    fn schedule(&mut self, walk: &Walk<'_>, (at, slot): (usize, u32), row: usize) {
        if let Some(next) = walk.views[at].next_out(slot, row) {
            self.waiting.insert(walk.moment(at, next));
        }
    }

    fn process(&mut self, walk: &mut Walk<'_>, at: usize, row: u32) {
        let columns = walk.views[at].columns;
        let (from, to) = (columns.from[row as usize], columns.to[row as usize]);
        let amount = columns.amount.get(row as usize);
        let seed = walk.is_seed(at, row);
        if from == to && !seed {
            // A transfer to oneself changes nothing; the next payment is looked at instead.
            self.schedule(walk, (at, from), row as usize + 1);
            return;
        }
        let moved = self.take(walk, (at, from), row);
        if self.states.contains_key(&(at, from)) {
            self.schedule(walk, (at, from), row as usize + 1);
        }
        let moved = if seed {
            let time = Some(columns.time(row as usize));
            walk.sink.end((at, walk.views[at].owner_of(from)), End::SeededAgain, &moved, time);
            vec![(0, amount)]
        } else {
            moved
        };
        if let Some(onward) = walk.arrive(at, row, moved) {
            self.add(walk, (at, to), row as usize + 1, &onward.parts);
        }
    }

    /// Takes out of a slot's state what leaves with a row.
    fn take(&mut self, walk: &Walk<'_>, key: (usize, u32), row: u32) -> Parts {
        let Some(state) = self.states.get_mut(&key) else { return Vec::new() };
        let view = &walk.views[key.0];
        let tainted = total(state);
        let amount = view.columns.amount.get(row as usize);
        let balance = view.balance_before(row as usize);
        let leaving = match walk.request.method {
            Method::DirtyFirst => tainted.min(amount),
            Method::CleanFirst => amount.saturating_sub(balance.saturating_sub(tainted)),
            Method::Tiho if view.is_between(key.1) => {
                share_of_largest_first(walk, key, row, tainted)
            }
            Method::Tiho => tainted.min(amount),
            _ => mul_div(tainted, amount, balance),
        };
        let moved = split(state, leaving, tainted);
        if state.is_empty() {
            self.states.remove(&key);
        }
        moved
    }

    fn finish(self, walk: &mut Walk<'_>) {
        let mut states: Vec<_> = self.states.into_iter().collect();
        states.sort_unstable_by_key(|(key, _)| *key);
        for ((at, slot), parts) in states {
            let view = &walk.views[at];
            let time = view.last_in(slot, view.rows).map(|row| view.columns.time(row as usize));
            let address = view.owner_of(slot);
            walk.sink.end((at, address), End::Held, &parts, time);
        }
    }
}

/// Takes `leaving` of `tainted` units out of a state, each hop its share: with running sums rounded down
/// and differences taken, the shares add up to the whole, exactly.
fn split(state: &mut Parts, leaving: u128, tainted: u128) -> Parts {
    let mut moved = Vec::with_capacity(state.len());
    let (mut sum, mut earlier) = (0u128, 0u128);
    for (hop, units) in state.iter_mut() {
        sum += *units;
        let until_here = mul_div(leaving, sum, tainted);
        let share = until_here - earlier;
        earlier = until_here;
        *units -= share;
        if share > 0 {
            moved.push((*hop, share));
        }
    }
    state.retain(|(_, units)| *units > 0);
    moved
}

/// What of a transaction's tainted units goes to one of its outputs when the largest outputs are filled
/// first, the earlier one of two equal ones first, and the fee last.
fn share_of_largest_first(
    walk: &Walk<'_>,
    (at, slot): (usize, u32),
    row: u32,
    tainted: u128,
) -> u128 {
    let columns = walk.views[at].columns;
    let fees = walk.views[at].ledger.fee_address();
    let rank = |r: u32| {
        let is_fee = fees == Some(walk.views[at].owner_of(columns.to[r as usize]));
        (is_fee, u128::MAX - columns.amount.get(r as usize), r)
    };
    let mine = rank(row);
    // Outputs that were already paid took their own share out of the state; only later ones still count.
    let ahead: u128 = columns
        .outs(slot)
        .iter()
        .filter(|other| **other > row && rank(**other) < mine)
        .map(|other| columns.amount.get(*other as usize))
        .sum();
    tainted.saturating_sub(ahead).min(columns.amount.get(row as usize))
}
