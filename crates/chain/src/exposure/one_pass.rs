//! Exposure by haircut in one backward pass over all transfers. It is used for wallets whose money
//! comes from so large a part of the ledger that single steps would cost more.

use super::{
    Basis,
    ledger_pass::Pass,
    party::{Origin, Party},
};
use crate::{
    ledger::{AddressId, RowId, SlotId},
    share::Share,
    width::count_of,
};

/// Whether the pass can answer: accounts, one address, no limit on hops.
pub(super) fn fits(pass: &Pass<'_>) -> bool {
    pass.request.max_hops.is_none()
        && !pass.view.columns.has_outputs()
        && pass.wallet.members.len() == 1
}

/// A slot's share of the query's value.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    units: u128,
    hop: u16,
    /// Whether value that reaches the slot has found its source.
    is_source: bool,
}

/// The states of all slots.
struct States(Vec<State>);

impl States {
    #[inline]
    fn get(&mut self, slot: SlotId) -> Option<&mut State> {
        self.0.get_mut(slot.index())
    }
}

pub(super) fn walk(pass: &mut Pass<'_>) {
    let columns = pass.view.columns;
    let mut states = States(vec![State::default(); columns.slot_count()]);
    mark_sources(pass, &mut states);
    let wallet = SlotId::new(pass.wallet.address.number());
    (pass.whole, pass.events) = (0, count_of(pass.view.rows));
    pass.shares.clear();
    if pass.request.basis == Basis::Balance
        && let Some(state) = states.get(wallet)
    {
        state.units = pass.view.balance(wallet);
        pass.whole = state.units;
    }
    for row in (0..pass.view.rows).rev().map(RowId::at) {
        if go_back(pass, &mut states, wallet, row).is_none() {
            // This is recorded as damage, and the query fails.
            return columns.damaged("from or to");
        }
    }
    for (slot, state) in states.0.iter().enumerate().filter(|(_, state)| state.units > 0) {
        pass.attribute_opening(SlotId::at(slot), &[(state.hop.into(), state.units)]);
    }
    pass.notes.push("the question touches so much that it was answered in one pass: hops are each wallet's fewest".to_owned());
}

/// Moves the share of a row's amount from its receiver to its sender, and of the opening before the row
/// to its origin. `None` when the row names a slot that does not exist.
fn go_back(pass: &mut Pass<'_>, states: &mut States, wallet: SlotId, row: RowId) -> Option<()> {
    let columns = pass.view.columns;
    let (from, to) = (columns.from(row), columns.to(row));
    let receiver = states.get(to)?;
    let asked = pass.request.basis == Basis::Received && to == wallet && from != to;
    if (receiver.units > 0 || asked) && from != to {
        let amount = columns.amount(row);
        let mut moved = 0u128;
        if receiver.units > 0 {
            moved = Share::of(amount, pass.view.balance_after(row)).times(receiver.units);
            receiver.units -= moved;
        }
        let hop = if to == wallet { 0 } else { receiver.hop };
        if asked {
            moved = moved.saturating_add(amount);
            pass.ask_for(amount);
        }
        let sender = states.get(from)?;
        if sender.is_source {
            pass.settle(row, vec![(hop.into(), moved)]);
        } else if moved > 0 {
            let next = if from == wallet { 0 } else { hop.saturating_add(1) };
            sender.hop = if sender.units == 0 { next } else { sender.hop.min(next) };
            sender.units = sender.units.saturating_add(moved);
        }
    }
    let sender = states.get(from)?;
    if sender.units > 0 && columns.has_opening(row) {
        let (brought, held) = (pass.view.unknown_before(row), pass.view.balance_before(row));
        let moved = Share::of(brought, held).times(sender.units);
        sender.units -= moved;
        let origin = Origin::unlabelled(AddressId::new(from.number()), columns.time(row));
        pass.attribute(Party::Unknown, &[(sender.hop.into(), moved)], Some(origin));
    }
    Some(())
}

/// Marks the slots at which value has found its source.
fn mark_sources(pass: &mut Pass<'_>, states: &mut States) {
    let ledger = pass.view.ledger;
    let labels = &pass.set.labels;
    let labelled: Vec<AddressId> =
        labels.iter().filter_map(|(text, _)| ledger.address_id(text)).collect();
    let special = [ledger.issue_address(), Some(pass.wallet.address)];
    for address in labelled.into_iter().chain(special.into_iter().flatten()) {
        let slot = SlotId::new(address.number());
        let is_source = pass.source(slot).is_some();
        if let Some(state) = states.get(slot) {
            state.is_source = is_source;
        }
    }
}
