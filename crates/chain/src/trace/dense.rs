//! The mixing rules in one pass over all transfers: for questions that touch so much of a ledger that
//! looking up each wallet's next payment costs more than reading everything in order.

use super::{Method, sink::End, walk::Walk};
use crate::amount::mul_div;

/// Above this many single steps one pass over the whole ledger is quicker. Measured on synthetic
/// transfers: a step costs about 0.4 µs, a pass 20 to 30 ns a transfer.
pub(crate) const STEPS_PER_ROW: f64 = 1.0 / 16.0;
/// Small questions are never answered by a pass: they keep their hops and flows.
pub(crate) const LEAST_STEPS: u64 = 2_000_000;

/// Whether so many steps are more than a pass over the ledger.
pub(crate) fn is_due(steps: u64, rows: usize) -> bool {
    steps >= LEAST_STEPS && steps as f64 > rows as f64 * STEPS_PER_ROW
}

/// What a slot means to the pass.
const FREE: u8 = 0;
const ABSORBS: u8 = 1;
const SEED_ADDRESS: u8 = 2;
const BURNS: u8 = 3;

/// Whether the request can be answered by a pass: one ledger, no limits, no outputs.
pub(super) fn fits(walk: &Walk<'_>) -> bool {
    let limits = walk.request.limits;
    let unlimited =
        limits.max_hops.is_none() && limits.min_units == 0 && limits.max_fan_out.is_none();
    let whole_addresses = walk
        .seeds
        .addresses
        .values()
        .all(|(since, until)| *since == i64::MIN && *until == i64::MAX);
    walk.conversions.is_none()
        && unlimited
        && whole_addresses
        && walk.request.method != Method::Tiho
        && walk.views[walk.seeded_ledger()].columns.owner.is_empty()
}

pub(super) fn walk(walk: &mut Walk<'_>) {
    let at = walk.seeded_ledger();
    let roles = roles(walk, at);
    let view = &walk.views[at];
    let columns = view.columns;
    let mut tainted = vec![0u128; columns.balance.len()];
    let mut hops = vec![u16::MAX; columns.balance.len()];
    for (_, slot, units) in &walk.seeds.openings {
        tainted[*slot as usize] += units;
        hops[*slot as usize] = 0;
    }
    let mut seed_rows: Vec<u32> = walk.seeds.rows.iter().map(|(_, row)| *row).collect();
    seed_rows.sort_unstable();
    let mut next_seed = 0;
    let method = walk.request.method;
    let mut ends: Vec<(u32, End, u128, u32)> = Vec::new();
    for row in 0..view.rows {
        let (from, to) = (columns.from[row], columns.to[row]);
        let seed = seed_rows.get(next_seed) == Some(&(row as u32));
        let held = tainted[from as usize];
        if !seed && (held == 0 || from == to) {
            continue;
        }
        let amount = columns.amount.get(row);
        let mut moved =
            if held == 0 { 0 } else { leaving(method, held, amount, view.balance_before(row)) };
        tainted[from as usize] -= moved;
        let mut hop = hops[from as usize].saturating_add(1);
        if seed {
            next_seed += 1;
            if moved > 0 {
                ends.push((from, End::SeededAgain, moved, u32::from(hop - 1)));
            }
            (moved, hop) = (amount, 1);
        }
        let fee = columns.kind(row) == crate::transfer::TransferKind::Fee;
        match roles[to as usize] {
            _ if fee => ends.push((to, End::Fees, moved, hop.into())),
            FREE => {
                tainted[to as usize] += moved;
                hops[to as usize] = hops[to as usize].min(hop);
            }
            ABSORBS => ends.push((to, End::Absorbed, moved, hop.into())),
            SEED_ADDRESS => ends.push((to, End::BackAtSeed, moved, hop.into())),
            _ => ends.push((to, End::Burnt, moved, hop.into())),
        }
        if ends.len() > 1 << 20 {
            merge(&mut ends);
        }
    }
    let left = tainted.iter().enumerate().filter(|(_, units)| **units > 0);
    ends.extend(left.map(|(slot, units)| (slot as u32, End::Held, *units, hops[slot].into())));
    merge(&mut ends);
    walk.sink.clear();
    walk.sink.events = view.rows as u64;
    for (slot, end, units, hop) in ends {
        walk.sink.end((at, slot), end, &[(hop, units)], None);
    }
    walk.notes.push("the trace touches so much that it was made in one pass: hops are each wallet's fewest, and flows between wallets are not listed".to_owned());
}

fn leaving(method: Method, tainted: u128, amount: u128, balance: u128) -> u128 {
    match method {
        Method::DirtyFirst => tainted.min(amount),
        Method::CleanFirst => amount.saturating_sub(balance.saturating_sub(tainted)),
        _ => mul_div(tainted, amount, balance),
    }
}

/// Joins what ended alike.
fn merge(ends: &mut Vec<(u32, End, u128, u32)>) {
    ends.sort_unstable_by(|a, b| (a.0, &a.1, a.3).cmp(&(b.0, &b.1, b.3)));
    ends.dedup_by(|later, kept| {
        let same = (later.0, &later.1, later.3) == (kept.0, &kept.1, kept.3);
        if same {
            kept.2 += later.2;
        }
        same
    });
}

fn roles(walk: &mut Walk<'_>, at: usize) -> Vec<u8> {
    let ledger = walk.views[at].ledger;
    let mut roles = vec![FREE; walk.views[at].columns.balance.len()];
    let labelled: Vec<u32> =
        walk.set.labels.iter().filter_map(|(text, _)| ledger.address_id(text)).collect();
    for address in labelled {
        if walk.stops(at, address) {
            roles[address as usize] = ABSORBS;
        }
    }
    for (_, address) in walk.seeds.addresses.keys() {
        roles[*address as usize] = SEED_ADDRESS;
    }
    if let Some(burnt) = ledger.burnt_address() {
        roles[burnt as usize] = BURNS;
    }
    roles
}
