//! The mixing rules in one pass over all transfers: for questions that touch so much of a ledger that
//! looking up each wallet's next payment costs more than reading everything in order.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use super::{
    Method,
    sink::{End, Left},
    walk::Walk,
};
use crate::{amount::mul_div, ledger::Column, time::Time, transfer::TransferKind};

/// Above this many single steps one pass over the whole ledger is quicker. Measured on 100 million
/// synthetic transfers: a step costs about 1.5 µs, a pass 10 to 50 ns a transfer.
pub(crate) const STEPS_PER_ROW: f64 = 1.0 / 32.0;
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
/// Absorbs, and by labels with dates, so that each arrival's time counts.
const ABSORBS_DATED: u8 = 4;

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

/// An amount of the width that a ledger keeps.
trait Units: Copy + Ord + Default + Into<u128> + std::ops::AddAssign + std::ops::SubAssign {
    fn of(wide: u128) -> Self;
    /// `self * numerator / denominator`, rounded down, of a share.
    fn share(self, numerator: Self, denominator: Self) -> Self;
    fn less(self, other: Self) -> Self;
}

impl Units for u64 {
    fn of(wide: u128) -> Self {
        wide as u64
    }

    fn share(self, numerator: Self, denominator: Self) -> Self {
        match self.checked_mul(numerator) {
            Some(product) => product.checked_div(denominator).unwrap_or(0),
            None => mul_div(self.into(), numerator.into(), denominator.into()) as u64,
        }
    }

    fn less(self, other: Self) -> Self {
        self.saturating_sub(other)
    }
}

impl Units for u128 {
    fn of(wide: u128) -> Self {
        wide
    }

    fn share(self, numerator: Self, denominator: Self) -> Self {
        mul_div(self, numerator, denominator)
    }

    fn less(self, other: Self) -> Self {
        self.saturating_sub(other)
    }
}

/// What the pass knows of a slot, together so that it is fetched at once.
#[derive(Debug, Clone, Copy, Default)]
struct State<U> {
    tainted: U,
    hop: u16,
    role: u8,
}

/// What ended otherwise than by lying still, until it goes to the sink.
#[derive(Default)]
struct Ends {
    by_slot: HashMap<(u32, End, u32), u128>,
    dated: BTreeMap<(u32, Time, u32), u128>,
}

pub(super) fn walk(walk: &mut Walk<'_>) {
    let at = walk.seeded_ledger();
    let roles = roles(walk, at);
    let view = &walk.views[at];
    let columns = &view.columns;
    let (left, ends) = match (columns.amount, columns.from_before) {
        // Without stated openings no state exceeds the ledger's own sums.
        (Column::Narrow(amount), Column::Narrow(before)) if view.openings.is_empty() => {
            pass::<u64>(walk, roles, |row| amount[row], |row| before[row])
        }
        _ => {
            let amount = |row| columns.amount.get(row);
            pass::<u128>(walk, roles, amount, |row| view.balance_before(row))
        }
    };
    let rows = view.rows as u64;
    walk.sink.clear();
    walk.sink.events = rows;
    walk.sink.left = (at, left);
    for ((slot, end, hop), units) in ends.by_slot {
        walk.sink.end((at, slot), end, &[(hop, units)], None);
    }
    for ((slot, time, hop), units) in ends.dated {
        walk.sink.end((at, slot), End::Absorbed, &[(hop, units)], Some((time, time)));
    }
    walk.notes.push("the trace touches so much that it was made in one pass: hops are each wallet's fewest, and flows between wallets are not listed".to_owned());
}

fn pass<U: Units>(
    walk: &Walk<'_>,
    roles: HashMap<u32, u8>,
    amount: impl Fn(usize) -> U,
    before: impl Fn(usize) -> U,
) -> (Vec<Left>, Ends) {
    let view = &walk.views[walk.seeded_ledger()];
    let columns = &view.columns;
    let mut states: Vec<State<U>> = vec![State::default(); columns.balance.len()];
    roles.into_iter().for_each(|(slot, role)| states[slot as usize].role = role);
    states.iter_mut().for_each(|state| state.hop = u16::MAX);
    for (_, slot, units) in &walk.seeds.openings {
        states[*slot as usize].tainted += U::of(*units);
        states[*slot as usize].hop = 0;
    }
    let mut seed_rows: Vec<u32> = walk.seeds.rows.iter().map(|(_, row)| *row).collect();
    seed_rows.sort_unstable();
    let mut seed_rows = seed_rows.into_iter().peekable();
    let (method, none, mut ends) = (walk.request.method, U::default(), Ends::default());
    for row in 0..view.rows {
        let (from, to) = (columns.from[row], columns.to[row]);
        let seed = seed_rows.next_if_eq(&(row as u32)).is_some();
        let state = &mut states[from as usize];
        if !seed && (state.tainted == none || from == to) {
            continue;
        }
        let units = amount(row);
        let mut moved = leaving(method, state.tainted, units, || before(row));
        state.tainted -= moved;
        let mut hop = state.hop.saturating_add(1);
        if seed {
            if moved > none {
                ends.add(from, End::SeededAgain, u32::from(hop - 1), moved.into());
            }
            (moved, hop) = (units, 1);
        }
        let state = &mut states[to as usize];
        if columns.kind(row) == TransferKind::Fee {
            ends.add(to, End::Fees, hop.into(), moved.into());
        } else if state.role == FREE {
            state.tainted += moved;
            state.hop = state.hop.min(hop);
        } else {
            ends.arrive(state.role, (to, hop.into()), || columns.time(row), moved.into());
        }
    }
    let held = states.iter().enumerate().filter(|(_, state)| state.tainted > none);
    let left = held.map(|(slot, state)| Left {
        address: slot as u32,
        hop: state.hop.into(),
        units: state.tainted.into(),
    });
    (left.collect(), ends)
}

impl Ends {
    fn add(&mut self, slot: u32, end: End, hop: u32, units: u128) {
        *self.by_slot.entry((slot, end, hop)).or_default() += units;
    }

    /// What reaches a slot that does not pass it on.
    fn arrive(&mut self, role: u8, (slot, hop): (u32, u32), time: impl Fn() -> Time, units: u128) {
        match role {
            ABSORBS_DATED => *self.dated.entry((slot, time(), hop)).or_default() += units,
            ABSORBS => self.add(slot, End::Absorbed, hop, units),
            SEED_ADDRESS => self.add(slot, End::BackAtSeed, hop, units),
            _ => self.add(slot, End::Burnt, hop, units),
        }
    }
}

#[inline]
fn leaving<U: Units>(method: Method, tainted: U, amount: U, before: impl Fn() -> U) -> U {
    match method {
        _ if tainted == U::default() => tainted,
        Method::DirtyFirst => tainted.min(amount),
        Method::CleanFirst => amount.less(before().less(tainted)),
        _ => tainted.share(amount, before()),
    }
}

/// The slots that are not simply wallets.
fn roles(walk: &mut Walk<'_>, at: usize) -> HashMap<u32, u8> {
    let ledger = walk.views[at].ledger;
    let mut roles = HashMap::new();
    let labelled: Vec<(u32, bool)> = walk
        .set
        .labels
        .iter()
        .filter_map(|(text, labels)| {
            let dated = labels.iter().any(|l| l.valid_from.is_some() || l.valid_to.is_some());
            Some((ledger.address_id(text)?, dated))
        })
        .collect();
    for (address, dated) in labelled {
        if walk.stops(at, address) {
            roles.insert(address, if dated { ABSORBS_DATED } else { ABSORBS });
        }
    }
    for (_, address) in walk.seeds.addresses.keys() {
        roles.insert(*address, SEED_ADDRESS);
    }
    if let Some(burnt) = ledger.burnt_address() {
        roles.insert(burnt, BURNS);
    }
    roles
}
