//! Methods under which a wallet's tainted units have no places: haircut, dirty-first, clean-first and
//! TIHO. A wallet's state is how much of its balance is tainted, by hops.

use hashbrown::HashMap;

use super::{
    Method, Strategy, TraceError, dense,
    sink::{End, Parts, total},
    waiting::Waiting,
    walk::Walk,
};
use crate::amount::mul_div;

/// What of a slot's balance is tainted.
#[derive(Debug, Default)]
struct State {
    parts: Parts,
    /// Where in the ledger's list of outgoing rows the slot's next payment stands, and its last.
    next: u32,
    end: u32,
    /// The rows that brought the first and the last taint.
    first: u32,
    last: u32,
}

struct Mixing {
    states: HashMap<(u32, u32), State>,
    /// The next outgoing transfer of each tainted slot, and all seed transfers.
    waiting: Waiting,
}

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let (strategy, can_pass) = (walk.request.strategy, dense::fits(walk));
    if strategy == Strategy::OnePass && can_pass {
        dense::walk(walk);
        return Ok(());
    }
    let rows = walk.views[walk.seeded_ledger()].rows;
    let mut mixing = Mixing { states: HashMap::new(), waiting: Waiting::new(walk) };
    for (at, row) in &walk.seeds.rows {
        mixing.waiting.insert(walk, *at, *row);
    }
    for (at, slot, units) in walk.seeds.openings.clone() {
        mixing.add(walk, (at, slot), None, vec![(0, units)]);
    }
    while let Some((at, row)) = mixing.next(walk)? {
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
    fn next(&mut self, walk: &mut Walk<'_>) -> Result<Option<(usize, u32)>, TraceError> {
        while walk.has_given() {
            let here = self.waiting.first().map(|m| (m.0, m.1, m.2));
            if here == walk.given_moment() {
                break;
            }
            for credit in walk.convert()? {
                let slot = walk.views[credit.ledger].columns.to[credit.row as usize];
                self.add(walk, (credit.ledger, slot), Some(credit.row), credit.parts);
            }
        }
        Ok(self.waiting.pop())
    }

    /// Adds tainted units that a row brought to a slot, and makes sure that the slot's next payment
    /// after it is looked at.
    fn add(
        &mut self,
        walk: &Walk<'_>,
        (at, slot): (usize, u32),
        row: Option<u32>,
        mut parts: Parts,
    ) {
        parts.retain(|(_, units)| *units > 0);
        if parts.is_empty() {
            return;
        }
        let columns = &walk.views[at].columns;
        let brought = row.unwrap_or(NO_ROW);
        let state = match self.states.entry((at as u32, slot)) {
            hashbrown::hash_map::Entry::Vacant(vacant) => {
                let first = columns.out_start[slot as usize];
                let end = columns.out_start[slot as usize + 1];
                let outs = &columns.out_rows[first as usize..end as usize];
                let from = row.map_or(0, |row| row + 1);
                let next = first + outs.partition_point(|out| *out < from) as u32;
                vacant.insert(State { parts, next, end, first: brought, last: brought })
            }
            hashbrown::hash_map::Entry::Occupied(state) => {
                let state = state.into_mut();
                for (hop, units) in parts {
                    super::sink::add_part(&mut state.parts, hop, units);
                }
                state.last = brought;
                // What waits for a slot that holds taint already is its next payment.
                return;
            }
        };
        schedule(&mut self.waiting, walk, at, state);
    }

    fn process(&mut self, walk: &mut Walk<'_>, at: usize, row: u32) {
        let columns = walk.views[at].columns;
        let (from, to) = (columns.from[row as usize], columns.to[row as usize]);
        let amount = columns.amount.get(row as usize);
        let seed = walk.is_seed(at, row);
        let moved = self.take(walk, (at, from), row, from == to && !seed);
        let moved = if seed {
            if !moved.is_empty() {
                let time = Some(columns.span(row as usize));
                walk.sink.end((at, walk.views[at].owner_of(from)), End::SeededAgain, &moved, time);
            }
            vec![(0, amount)]
        } else {
            moved
        };
        if let Some(onward) = walk.arrive(at, row, moved) {
            self.add(walk, (at, to), Some(row), onward.parts);
        }
    }

    /// Takes out of a slot's state what leaves with a row. A transfer to oneself takes nothing.
    fn take(&mut self, walk: &Walk<'_>, key: (usize, u32), row: u32, to_itself: bool) -> Parts {
        let hashbrown::hash_map::Entry::Occupied(mut entry) =
            self.states.entry((key.0 as u32, key.1))
        else {
            return Vec::new();
        };
        let state = entry.get_mut();
        let columns = &walk.views[key.0].columns;
        if state.next < state.end && columns.out_rows[state.next as usize] == row {
            state.next += 1;
        }
        let mut moved = Vec::new();
        if !to_itself {
            let tainted = total(&state.parts);
            moved = split(&mut state.parts, leaving(walk, key, row, tainted), tainted);
        }
        if state.parts.is_empty() {
            entry.remove();
        } else {
            schedule(&mut self.waiting, walk, key.0, state);
        }
        moved
    }

    fn finish(self, walk: &mut Walk<'_>) {
        let mut states: Vec<_> = self.states.into_iter().collect();
        states.sort_unstable_by_key(|(key, _)| *key);
        for ((at, slot), state) in states {
            let (at, view) = (at as usize, &walk.views[at as usize]);
            let address = view.owner_of(slot);
            let time = |row: u32| (row != NO_ROW).then(|| view.columns.time(row as usize));
            let (first, last) = (time(state.first), time(state.last));
            walk.sink.end(
                (at, address),
                End::Held,
                &state.parts,
                first.zip(last).or(last.zip(last)),
            );
        }
    }
}

/// No row: a stated opening balance.
const NO_ROW: u32 = u32::MAX;

fn schedule(waiting: &mut Waiting, walk: &Walk<'_>, at: usize, state: &State) {
    if state.next < state.end {
        let row = walk.views[at].columns.out_rows[state.next as usize];
        if (row as usize) < walk.views[at].rows {
            waiting.insert(walk, at, row);
        }
    }
}

/// How much of a slot's tainted units leaves with a row.
fn leaving(walk: &Walk<'_>, key: (usize, u32), row: u32, tainted: u128) -> u128 {
    let view = &walk.views[key.0];
    let amount = view.columns.amount.get(row as usize);
    match walk.request.method {
        Method::DirtyFirst => tainted.min(amount),
        Method::CleanFirst => {
            amount.saturating_sub(view.balance_before(row as usize).saturating_sub(tainted))
        }
        Method::Tiho if view.is_between(key.1) => share_of_largest_first(walk, key, row, tainted),
        Method::Tiho => tainted.min(amount),
        _ => mul_div(tainted, amount, view.balance_before(row as usize)),
    }
}

/// Takes `leaving` of `tainted` units out of a state, each hop its share: with running sums rounded down
/// and differences taken, the shares add up to the whole, exactly.
fn split(state: &mut Parts, leaving: u128, tainted: u128) -> Parts {
    if let [(hop, units)] = state.as_mut_slice() {
        // One part is the whole.
        let moved = vec![(*hop, leaving)];
        *units -= leaving;
        if *units == 0 {
            state.clear();
        }
        return if leaving > 0 { moved } else { Vec::new() };
    }
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
