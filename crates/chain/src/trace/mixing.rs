//! Methods that track how many units of a wallet are tainted, but not which ones: haircut,
//! dirty-first, clean-first and TIHO. A wallet's state is the tainted part of its balance, by hops.

use hashbrown::{HashMap, hash_map::Entry};

use super::{Strategy, TraceError, one_pass, sink::End, waiting::Waiting, walk::Walk};
use crate::{
    ledger::{LedgerRow, LedgerSlot, RowId, View, before},
    method::Method,
    parts::{Parts, add_part, total},
    share::Share,
    width::number_of,
};

/// The tainted part of a slot's balance.
#[derive(Debug, Default)]
struct State {
    parts: Parts,
    /// The positions of the slot's next payment and of the end of its payments, in the ledger's
    /// list of outgoing rows.
    next: u32,
    end: u32,
    /// The rows that brought the first and the last taint; none for a stated opening balance.
    first: Option<RowId>,
    last: Option<RowId>,
}

struct Mixing {
    states: HashMap<LedgerSlot, State>,
    /// The next outgoing transfer of each tainted slot, and all seed transfers.
    waiting: Waiting,
}

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let (strategy, can_pass) = (walk.request.strategy, one_pass::fits(walk));
    if strategy == Strategy::OnePass && can_pass {
        one_pass::walk(walk);
        return Ok(());
    }
    let rows = walk.view(walk.seeded_ledger()).rows;
    let mut mixing = Mixing { states: HashMap::new(), waiting: Waiting::new(walk) };
    for at in &walk.seeds.rows {
        mixing.waiting.insert(walk, *at);
    }
    for opening in walk.seeds.openings.clone() {
        mixing.add(walk, opening.at, None, vec![(0, opening.units)]);
    }
    while let Some(at) = mixing.next(walk) {
        if strategy == Strategy::Automatic && can_pass && one_pass::is_due(walk.sink.events, rows) {
            one_pass::walk(walk);
            return Ok(());
        }
        walk.count_event()?;
        mixing.process(walk, at);
    }
    mixing.finish(walk);
    Ok(())
}

impl Mixing {
    /// The next transfer. Before it, units that earlier transactions gave for other assets are
    /// carried over.
    fn next(&mut self, walk: &mut Walk<'_>) -> Option<LedgerRow> {
        while walk.has_given() && self.waiting.first_transaction() != walk.given_order() {
            for credit in walk.convert() {
                let LedgerRow { ledger, row } = credit.row;
                let slot = walk.view(ledger).columns.to(row);
                self.add(walk, ledger.slot(slot), Some(row), credit.parts);
            }
        }
        self.waiting.pop()
    }

    /// Adds tainted units that a row brought to a slot, and schedules the slot's next payment after it.
    fn add(&mut self, walk: &Walk<'_>, at: LedgerSlot, row: Option<RowId>, mut parts: Parts) {
        parts.retain(|(_, units)| *units > 0);
        if parts.is_empty() {
            return;
        }
        match self.states.entry(at) {
            Entry::Vacant(vacant) => {
                let state = State::new(walk.view(at.ledger), at, row, parts);
                schedule(&mut self.waiting, walk, at, vacant.insert(state));
            }
            // The next payment of a slot that holds taint is scheduled already.
            Entry::Occupied(state) => {
                let state = state.into_mut();
                for (hop, units) in parts {
                    add_part(&mut state.parts, hop, units);
                }
                state.last = row;
            }
        }
    }

    fn process(&mut self, walk: &mut Walk<'_>, at: LedgerRow) {
        let columns = walk.view(at.ledger).columns;
        let (from, to) = (columns.from(at.row), columns.to(at.row));
        let seed = walk.is_seed(at);
        let mut moved = self.take(walk, at, from == to && !seed);
        if seed {
            if !moved.is_empty() {
                let sender = walk.owner_of(at.ledger, from);
                walk.sink.end(sender, End::SeededAgain, &moved, Some(columns.span(at.row)));
            }
            moved = vec![(0, columns.amount(at.row))];
        }
        if let Some(onward) = walk.arrive(at, moved) {
            self.add(walk, at.ledger.slot(to), Some(at.row), onward);
        }
    }

    /// Takes the units that leave with a row out of the sender's state. A transfer to oneself takes
    /// none.
    fn take(&mut self, walk: &Walk<'_>, at: LedgerRow, to_itself: bool) -> Parts {
        let view = walk.view(at.ledger);
        let sender = at.ledger.slot(view.columns.from(at.row));
        let Entry::Occupied(mut entry) = self.states.entry(sender) else {
            return Vec::new();
        };
        let state = entry.get_mut();
        if state.next_row(view) == Some(at.row) {
            state.next += 1;
        }
        let mut moved = Vec::new();
        if !to_itself {
            let tainted = total(&state.parts);
            moved = split(&mut state.parts, leaving(walk, at, tainted), tainted);
        }
        if state.parts.is_empty() {
            entry.remove();
        } else {
            schedule(&mut self.waiting, walk, sender, state);
        }
        moved
    }

    fn finish(self, walk: &mut Walk<'_>) {
        let mut states: Vec<_> = self.states.into_iter().collect();
        states.sort_unstable_by_key(|(at, _)| *at);
        for (at, state) in states {
            let columns = walk.view(at.ledger).columns;
            let time = |row: Option<RowId>| row.map(|row| columns.time(row));
            let (first, last) = (time(state.first), time(state.last));
            let span = first.zip(last).or(last.zip(last));
            let address = walk.owner_of(at.ledger, at.slot);
            walk.sink.end(address, End::Held, &state.parts, span);
        }
    }
}

impl State {
    /// The state of a slot that a row taints for the first time.
    fn new(view: &View<'_>, at: LedgerSlot, row: Option<RowId>, parts: Parts) -> Self {
        let span = view.columns.index(false).span(at.slot);
        let (start, end) = span.unwrap_or_else(|| view.columns.damaged("out.start"));
        let from = row.map_or(RowId::new(0), RowId::next);
        let earlier = before(view.columns.outs(at.slot), from).len();
        let next = start.saturating_add(number_of(earlier));
        Self { parts, next, end, first: row, last: row }
    }

    /// The slot's next payment.
    fn next_row(&self, view: &View<'_>) -> Option<RowId> {
        let row = || view.columns.index(false).row(self.next);
        if self.next < self.end { row() } else { None }
    }
}

fn schedule(waiting: &mut Waiting, walk: &Walk<'_>, at: LedgerSlot, state: &State) {
    let view = walk.view(at.ledger);
    if let Some(row) = state.next_row(view).filter(|row| view.has(*row)) {
        waiting.insert(walk, at.ledger.row(row));
    }
}

/// How much of the sender's tainted units leaves with a row.
fn leaving(walk: &Walk<'_>, at: LedgerRow, tainted: u128) -> u128 {
    let view = walk.view(at.ledger);
    let amount = view.columns.amount(at.row);
    match walk.request.method {
        Method::DirtyFirst => tainted.min(amount),
        Method::CleanFirst => {
            let clean = view.balance_before(at.row).saturating_sub(tainted);
            amount.saturating_sub(clean).min(tainted)
        }
        Method::Tiho if view.is_between(view.columns.from(at.row)) => {
            share_of_largest_first(view, at.row, tainted)
        }
        Method::Tiho => tainted.min(amount),
        _ => Share::of(amount, view.balance_before(at.row)).times(tainted),
    }
}

/// Takes `leaving` of `tainted` units out of a state, split among the hop counts in proportion.
/// Each part is the difference of two running sums that are rounded down, so the parts add up to
/// `leaving` exactly.
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
        sum = sum.saturating_add(*units);
        let until_here = Share::of(sum, tainted).times(leaving);
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

/// The tainted units of a UTXO transaction that go to one of its outputs when the largest outputs are
/// filled first, the earlier one of two equal ones first, and the fee last.
fn share_of_largest_first(view: &View<'_>, row: RowId, tainted: u128) -> u128 {
    /// Outputs are filled in the order of these fields.
    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    struct Rank {
        is_fee: bool,
        units: std::cmp::Reverse<u128>,
        row: RowId,
    }
    let columns = view.columns;
    let fees = view.ledger.fee_address();
    let rank = |row: RowId| Rank {
        is_fee: fees == Some(view.owner_of(columns.to(row))),
        units: std::cmp::Reverse(columns.amount(row)),
        row,
    };
    let mine = rank(row);
    // Outputs that were already paid took their own share out of the state; only later ones still count.
    let later = columns.outs(columns.from(row)).iter().filter(|other| **other > row);
    let ahead = later.filter(|other| rank(**other) < mine);
    let ahead = ahead.fold(0u128, |sum, other| sum.saturating_add(columns.amount(*other)));
    tainted.saturating_sub(ahead).min(columns.amount(row))
}
