//! Exposure under the haircut rule: one pass backward in time.
//!
//! The state is how much of the question's value stands in each wallet. Going back over a transfer of
//! `m` into a wallet that then held `b`, the share `m / b` of what stands there moves to the sender:
//! it is the mirror image of the forward rule, and in whole units every one of them arrives somewhere.

use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

use super::{
    Basis, dense,
    ledger_pass::{Party, Pass},
};
use crate::{
    amount::mul_div,
    ledger::View,
    trace::{
        Strategy, TraceError, is_pass_due,
        sink::{Parts, total},
    },
};

/// A credit to a slot, in the order of time: an unknown opening before a row (even), or a row (odd).
pub(super) type CreditKey = u64;

pub(super) fn row_key(row: u32) -> CreditKey {
    u64::from(row) * 2 + 1
}

/// The last credit to a slot before `key`.
pub(super) fn last_credit(view: &View<'_>, slot: u32, key: CreditKey) -> Option<CreditKey> {
    let rows_before = usize::try_from(key / 2).unwrap_or(usize::MAX);
    let incoming = view.last_in(slot, rows_before).map(row_key);
    let outs = view.columns.outs(slot);
    // The opening before row `r` has key `2r`, so it lies before `key` when `r < ceil(key / 2)`.
    let limit = usize::try_from(key.div_ceil(2)).unwrap_or(usize::MAX);
    let earlier = &outs[..outs.partition_point(|row| (*row as usize) < limit)];
    let floor = incoming.map_or(0, |key| key / 2);
    let opening = earlier
        .iter()
        .rev()
        .take_while(|row| u64::from(**row) > floor)
        .find(|row| view.unknown_before(**row as usize) > 0)
        .map(|row| u64::from(*row) * 2);
    incoming.max(opening)
}

/// What a credit brought and what the slot held just after it.
pub(super) fn credit(view: &View<'_>, key: CreditKey) -> (u128, u128) {
    let row = (key / 2) as usize;
    if key % 2 == 1 {
        (view.columns.amount.get(row), view.balance_after(row))
    } else {
        (view.unknown_before(row), view.balance_before(row))
    }
}

struct Backward {
    states: HashMap<u32, BTreeMap<u32, u128>>,
    /// The last credit of each slot with value, latest last.
    waiting: BTreeSet<(CreditKey, u32)>,
    /// Rows whose whole amount is asked for.
    injected: BTreeSet<u32>,
}

pub(super) fn walk(pass: &mut Pass<'_>) -> Result<(), TraceError> {
    let (strategy, can_pass) = (pass.request.strategy, dense::fits(pass));
    if strategy == Strategy::OnePass && can_pass {
        dense::walk(pass);
        return Ok(());
    }
    let mut backward =
        Backward { states: HashMap::new(), waiting: BTreeSet::new(), injected: BTreeSet::new() };
    let end = row_key(pass.view.rows as u32);
    for slot in pass.wallet.slots.clone() {
        if pass.request.basis == Basis::Balance {
            let balance = pass.view.balance(slot);
            pass.whole += balance;
            backward.add(&pass.view, slot, end, &[(0, balance)]);
        } else {
            backward.inject(pass, slot);
        }
    }
    while let Some((key, slot)) = backward.waiting.pop_last() {
        if strategy == Strategy::Automatic && can_pass && is_pass_due(pass.events, pass.view.rows) {
            dense::walk(pass);
            return Ok(());
        }
        if !pass.count() {
            return Err(TraceError::TooManyEvents(pass.request.max_events));
        }
        backward.step(pass, key, slot);
    }
    backward.finish(pass);
    Ok(())
}

impl Backward {
    fn inject(&mut self, pass: &mut Pass<'_>, slot: u32) {
        let columns = pass.view.columns;
        for row in columns.ins(slot).iter().filter(|row| (**row as usize) < pass.view.rows) {
            if columns.from[*row as usize] != slot {
                pass.whole += columns.amount.get(*row as usize);
                self.injected.insert(*row);
                self.waiting.insert((row_key(*row), slot));
            }
        }
    }

    fn add(&mut self, view: &View<'_>, slot: u32, before: CreditKey, parts: &[(u32, u128)]) {
        if total(parts) == 0 {
            return;
        }
        let state = self.states.entry(slot).or_default();
        for (hop, units) in parts {
            *state.entry(*hop).or_default() += units;
        }
        self.schedule(view, slot, before);
    }

    fn schedule(&mut self, view: &View<'_>, slot: u32, before: CreditKey) {
        if let Some(key) = last_credit(view, slot, before) {
            self.waiting.insert((key, slot));
        }
    }

    fn step(&mut self, pass: &mut Pass<'_>, key: CreditKey, slot: u32) {
        let row = (key / 2) as u32;
        let (brought, held) = credit(&pass.view, key);
        let mut moved = self.take(slot, brought, held);
        if self.states.contains_key(&slot) {
            self.schedule(&pass.view, slot, key);
        }
        if key.is_multiple_of(2) {
            let time = pass.view.columns.time(row as usize);
            pass.attribute(Party::Unknown, &moved, Some((pass.view.owner_of(slot), time, None)));
            return;
        }
        if self.injected.remove(&row) {
            moved.push((0, brought));
        }
        let from = pass.view.columns.from[row as usize];
        if from == slot {
            self.add(&pass.view, slot, key, &moved);
        } else if let Some(onward) = pass.settle(row, moved) {
            self.add(&pass.view, from, key, &onward);
        }
    }

    /// Takes the share `brought / held` out of a slot's state, each hop its part.
    fn take(&mut self, slot: u32, brought: u128, held: u128) -> Parts {
        let Some(state) = self.states.get_mut(&slot) else { return Vec::new() };
        let (mut sum, mut earlier) = (0u128, 0u128);
        let mut moved = Vec::with_capacity(state.len() + 1);
        for (hop, units) in state.iter_mut() {
            sum += *units;
            let until_here = mul_div(sum, brought, held);
            let share = until_here - earlier;
            earlier = until_here;
            *units -= share;
            moved.push((*hop, share));
        }
        state.retain(|_, units| *units > 0);
        if state.is_empty() {
            self.states.remove(&slot);
        }
        moved.retain(|(_, units)| *units > 0);
        moved
    }

    /// What no credit explains was there before the data.
    fn finish(self, pass: &mut Pass<'_>) {
        let mut states: Vec<_> = self.states.into_iter().collect();
        states.sort_unstable();
        for (slot, parts) in states {
            let party =
                if pass.view.stated(slot) > 0 { Party::StatedOpening } else { Party::Unknown };
            let parts: Parts = parts.into_iter().collect();
            let (address, time) = (pass.view.owner_of(slot), pass.view.ledger.meta().first_time);
            pass.attribute(party, &parts, Some((address, time, None)));
        }
    }
}
