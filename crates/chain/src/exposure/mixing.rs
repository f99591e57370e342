//! Exposure under the haircut rule: one pass backward in time.
//!
//! The state is the share of the query's value in each wallet. Going back over a transfer of `m`
//! into a wallet that then held `b`, the share `m / b` of the value in the wallet moves to the
//! sender. This is the mirror image of the forward rule. Values are whole units, and each unit is
//! attributed to a source.

use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

use super::{
    Basis,
    ledger_pass::Pass,
    one_pass,
    party::{Origin, Party},
};
use crate::{
    ledger::{RowId, SlotId, View, before},
    parts::{Parts, total},
    share::Share,
    trace::{Strategy, TraceError, is_pass_due},
    width::low_word,
};

/// A credit to a slot, in the order of time: an unknown opening before a row (even), or a row (odd).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CreditKey(u64);

impl CreditKey {
    pub(super) fn of_row(row: RowId) -> Self {
        Self(u64::from(row.number()) * 2 + 1)
    }

    fn of_opening(row: RowId) -> Self {
        Self(u64::from(row.number()) * 2)
    }

    /// The row that brings the credit, or before which it comes.
    pub(super) fn row(self) -> RowId {
        RowId::new(low_word(u128::from(self.0 / 2)))
    }

    pub(super) fn is_row(self) -> bool {
        self.0 % 2 == 1
    }

    /// The first row whose opening is not before this credit.
    fn openings_end(self) -> RowId {
        RowId::new(low_word(u128::from(self.0.div_ceil(2))))
    }
}

/// The last credit to a slot before `key`.
pub(super) fn last_credit(view: &View<'_>, slot: SlotId, key: CreditKey) -> Option<CreditKey> {
    let incoming = view.last_in(slot, key.row());
    let earlier = before(view.columns.outs(slot), key.openings_end());
    let floor = incoming.unwrap_or_default();
    let opening = earlier
        .iter()
        .rev()
        .take_while(|row| **row > floor)
        .find(|row| view.unknown_before(**row) > 0)
        .map(|row| CreditKey::of_opening(*row));
    incoming.map(CreditKey::of_row).max(opening)
}

/// What a credit brought, as a share of what the slot held just after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct CreditShare {
    pub(super) brought: u128,
    pub(super) share: Share,
}

pub(super) fn credit(view: &View<'_>, key: CreditKey) -> CreditShare {
    let row = key.row();
    let (brought, held) = if key.is_row() {
        (view.columns.amount(row), view.balance_after(row))
    } else {
        (view.unknown_before(row), view.balance_before(row))
    };
    CreditShare { brought, share: Share::of(brought, held) }
}

#[derive(Default)]
struct Backward {
    states: HashMap<SlotId, BTreeMap<u32, u128>>,
    /// The last credit of each slot with value, latest last.
    waiting: BTreeSet<(CreditKey, SlotId)>,
    /// Rows whose whole amount the query covers.
    injected: BTreeSet<RowId>,
}

pub(super) fn walk(pass: &mut Pass<'_>) -> Result<(), TraceError> {
    let (strategy, can_pass) = (pass.request.strategy, one_pass::fits(pass));
    if strategy == Strategy::OnePass && can_pass {
        one_pass::walk(pass);
        return Ok(());
    }
    let mut backward = Backward::default();
    let end = CreditKey::of_row(pass.view.end());
    for slot in pass.wallet.slots.clone() {
        if pass.request.basis == Basis::Balance {
            let balance = pass.view.balance(slot);
            pass.ask_for(balance);
            backward.add(&pass.view, slot, end, &[(0, balance)]);
        } else {
            backward.inject(pass, slot);
        }
    }
    while let Some((key, slot)) = backward.waiting.pop_last() {
        if strategy == Strategy::Automatic && can_pass && is_pass_due(pass.events, pass.view.rows) {
            one_pass::walk(pass);
            return Ok(());
        }
        pass.count_event()?;
        backward.step(pass, key, slot);
    }
    backward.finish(pass);
    Ok(())
}

impl Backward {
    fn inject(&mut self, pass: &mut Pass<'_>, slot: SlotId) {
        let columns = pass.view.columns;
        for row in pass.view.ins(slot).iter().filter(|row| columns.from(**row) != slot) {
            pass.ask_for(columns.amount(*row));
            self.injected.insert(*row);
            self.waiting.insert((CreditKey::of_row(*row), slot));
        }
    }

    fn add(&mut self, view: &View<'_>, slot: SlotId, before: CreditKey, parts: &[(u32, u128)]) {
        if total(parts) == 0 {
            return;
        }
        let state = self.states.entry(slot).or_default();
        for (hop, units) in parts {
            let sum = state.entry(*hop).or_default();
            *sum = sum.saturating_add(*units);
        }
        self.schedule(view, slot, before);
    }

    fn schedule(&mut self, view: &View<'_>, slot: SlotId, before: CreditKey) {
        if let Some(key) = last_credit(view, slot, before) {
            self.waiting.insert((key, slot));
        }
    }

    fn step(&mut self, pass: &mut Pass<'_>, key: CreditKey, slot: SlotId) {
        let row = key.row();
        let CreditShare { brought, share } = credit(&pass.view, key);
        let mut moved = self.take(slot, share);
        if self.states.contains_key(&slot) {
            self.schedule(&pass.view, slot, key);
        }
        if !key.is_row() {
            let time = pass.view.columns.time(row);
            let origin = Origin::unlabelled(pass.view.owner_of(slot), time);
            pass.attribute(Party::Unknown, &moved, Some(origin));
            return;
        }
        if self.injected.remove(&row) {
            moved.push((0, brought));
        }
        let from = pass.view.columns.from(row);
        if from == slot {
            self.add(&pass.view, slot, key, &moved);
        } else if let Some(onward) = pass.settle(row, moved) {
            self.add(&pass.view, from, key, &onward);
        }
    }

    /// Takes a share out of a slot's state, split among the hop counts in proportion.
    fn take(&mut self, slot: SlotId, share: Share) -> Parts {
        let Some(state) = self.states.get_mut(&slot) else { return Vec::new() };
        let (mut sum, mut earlier) = (0u128, 0u128);
        let mut moved = Vec::with_capacity(state.len() + 1);
        for (hop, units) in state.iter_mut() {
            sum = sum.saturating_add(*units);
            let until_here = share.times(sum);
            let part = until_here - earlier;
            earlier = until_here;
            *units -= part;
            moved.push((*hop, part));
        }
        state.retain(|_, units| *units > 0);
        if state.is_empty() {
            self.states.remove(&slot);
        }
        moved.retain(|(_, units)| *units > 0);
        moved
    }

    /// Value that no credit explains was in the wallet before the data begin.
    fn finish(self, pass: &mut Pass<'_>) {
        let mut states: Vec<_> = self.states.into_iter().collect();
        states.sort_unstable();
        for (slot, parts) in states {
            pass.attribute_opening(slot, &parts.into_iter().collect::<Parts>());
        }
    }
}
