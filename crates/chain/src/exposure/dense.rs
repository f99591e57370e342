//! The haircut question backward in one pass over all transfers, for wallets whose money touches so much
//! of a ledger that single steps cost more.

use super::{
    Basis,
    ledger_pass::{Party, Pass},
};
use crate::{amount::mul_div, ledger::HAS_OPENING, trace::sink::total};

/// Whether the pass can answer: accounts, one address, no limit on hops.
pub(super) fn fits(pass: &Pass<'_>) -> bool {
    pass.request.max_hops.is_none()
        && pass.view.columns.owner.is_empty()
        && pass.wallet.members.len() == 1
}

pub(super) fn walk(pass: &mut Pass<'_>) {
    let columns = pass.view.columns;
    let mut value = vec![0u128; columns.balance.len()];
    let mut hops = vec![0u16; columns.balance.len()];
    let sources = sources(pass);
    let wallet = pass.wallet.address as usize;
    (pass.whole, pass.events) = (0, pass.view.rows as u64);
    pass.shares.clear();
    if pass.request.basis == Basis::Balance {
        value[wallet] = pass.view.balance(pass.wallet.address);
        pass.whole = value[wallet];
    }
    let injects = pass.request.basis == Basis::Received;
    for row in (0..pass.view.rows).rev() {
        let (from, to) = (columns.from[row] as usize, columns.to[row] as usize);
        let asked = injects && to == wallet && from != to;
        if (value[to] > 0 || asked) && from != to {
            let amount = columns.amount.get(row);
            let mut moved = 0;
            if value[to] > 0 {
                moved = mul_div(value[to], amount, pass.view.balance_after(row));
                value[to] -= moved;
            }
            let hop = if to == wallet { 0 } else { hops[to] };
            if asked {
                moved += amount;
                pass.whole += amount;
            }
            if sources[from] {
                pass.settle(row as u32, vec![(hop.into(), moved)]);
            } else if moved > 0 {
                let next = if from == wallet { 0 } else { hop.saturating_add(1) };
                hops[from] = if value[from] == 0 { next } else { hops[from].min(next) };
                value[from] += moved;
            }
        }
        if columns.kind[row] & HAS_OPENING != 0 && value[from] > 0 {
            let brought = pass.view.unknown_before(row);
            let moved = mul_div(value[from], brought, pass.view.balance_before(row));
            value[from] -= moved;
            let (hop, time) = (u32::from(hops[from]), columns.time(row));
            pass.attribute(Party::Unknown, &[(hop, moved)], Some((from as u32, time, None)));
        }
    }
    for (slot, units) in value.iter().enumerate().filter(|(_, units)| **units > 0) {
        let party =
            if pass.view.stated(slot as u32) > 0 { Party::StatedOpening } else { Party::Unknown };
        let time = pass.view.ledger.meta().first_time;
        pass.attribute(party, &[(hops[slot].into(), *units)], Some((slot as u32, time, None)));
    }
    debug_assert!(
        pass.shares.values().map(|s| s.units).sum::<u128>() == pass.whole,
        "nothing is lost"
    );
    debug_assert!(total(&[]) == 0, "an empty list has no value");
    pass.notes.push("the question touches so much that it was answered in one pass: hops are each wallet's fewest".to_owned());
}

/// Slots at which value has found its source.
fn sources(pass: &mut Pass<'_>) -> Vec<bool> {
    let ledger = pass.view.ledger;
    let mut sources = vec![false; pass.view.columns.balance.len()];
    let labelled: Vec<u32> =
        pass.set.labels.iter().filter_map(|(text, _)| ledger.address_id(text)).collect();
    let special = [ledger.issue_address(), Some(pass.wallet.address)];
    for address in labelled.into_iter().chain(special.into_iter().flatten()) {
        sources[address as usize] = pass.source(address).is_some();
    }
    sources
}
