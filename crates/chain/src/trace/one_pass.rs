//! The mixing rules in one pass over all transfers: for queries that touch a large part of a ledger, so that
//! looking up each wallet's next payment costs more than reading everything in order.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use super::{
    seeds::Span,
    sink::{End, Left},
    walk::Walk,
};
use crate::{
    ledger::{AddressId, Column, LedgerId, RowId, SlotId},
    method::Method,
    share::Share,
    time::Time,
    transfer::TransferKind,
    width::{count_of, low_half},
};

/// Above this many single steps one pass over the whole ledger is quicker. Measured on 100 million
/// synthetic transfers: a step costs about 1.5 µs, a pass 10 to 50 ns a transfer.
pub(crate) const STEPS_PER_ROW: f64 = 1.0 / 32.0;
/// Small queries are never answered by a pass: they keep their hops and flows.
pub(crate) const LEAST_STEPS: u64 = 2_000_000;

/// Whether a number of steps costs more than a pass over the ledger.
pub(crate) fn is_due(steps: u64, rows: usize) -> bool {
    steps >= LEAST_STEPS && steps as f64 > rows as f64 * STEPS_PER_ROW
}

/// What happens to units that arrive at a slot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Role {
    /// A wallet: they are added to its state.
    #[default]
    Wallet,
    Absorbs,
    /// Absorbs, by labels with dates, so that each arrival's time is recorded.
    AbsorbsDated,
    SeedAddress,
    Burns,
}

/// Whether the request can be answered by a pass: one ledger, no limits, no outputs.
pub(super) fn fits(walk: &Walk<'_>) -> bool {
    let limits = walk.request.limits;
    let unlimited =
        limits.max_hops.is_none() && limits.min_units == 0 && limits.max_fan_out.is_none();
    let whole_addresses = walk.seeds.addresses.values().all(|span| *span == Span::ALWAYS);
    !walk.follows_conversions()
        && unlimited
        && whole_addresses
        && walk.request.method != Method::Tiho
        && !walk.view(walk.seeded_ledger()).columns.has_outputs()
}

/// An amount of the width that a ledger keeps.
trait Units: Copy + Ord + Default + Into<u128> {
    fn of(wide: u128) -> Self;
    /// `self * part / whole`, rounded down; a part above the whole counts as the whole.
    fn share(self, part: Self, whole: Self) -> Self;
    fn less(self, other: Self) -> Self;
    /// Sums stay within the ledger's total; only those of a damaged ledger can saturate.
    fn plus(self, other: Self) -> Self;
}

impl Units for u64 {
    fn of(wide: u128) -> Self {
        low_half(wide)
    }

    fn share(self, part: Self, whole: Self) -> Self {
        let part = part.min(whole);
        match self.checked_mul(part) {
            Some(product) => product.checked_div(whole).unwrap_or(0),
            // The share of a 64-bit amount fits 64 bits.
            None => low_half(Share::of(part.into(), whole.into()).times(self.into())),
        }
    }

    fn less(self, other: Self) -> Self {
        self.saturating_sub(other)
    }

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

impl Units for u128 {
    fn of(wide: u128) -> Self {
        wide
    }

    fn share(self, part: Self, whole: Self) -> Self {
        Share::of(part, whole).times(self)
    }

    fn less(self, other: Self) -> Self {
        self.saturating_sub(other)
    }

    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
}

/// A slot's state. Its fields lie together, so that an access costs one cache miss.
#[derive(Debug, Clone, Copy, Default)]
struct State<U> {
    tainted: U,
    hop: u16,
    role: Role,
}

/// What ended otherwise than by staying in a wallet, until it goes to the sink.
#[derive(Default)]
struct Ends {
    by_slot: HashMap<SlotEnd, u128>,
    dated: BTreeMap<DatedEnd, u128>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct SlotEnd {
    slot: SlotId,
    end: End,
    hop: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DatedEnd {
    slot: SlotId,
    time: Time,
    hop: u32,
}

/// Under the account model, the only one that the pass serves, slots are addresses.
fn address(slot: SlotId) -> AddressId {
    AddressId::new(slot.number())
}

pub(super) fn walk(walk: &mut Walk<'_>) {
    let ledger = walk.seeded_ledger();
    let roles = roles(walk, ledger);
    let view = walk.view(ledger);
    let columns = &view.columns;
    let (left, ends) = match (columns.amounts(), columns.balances_before()) {
        // Without stated openings no state exceeds the ledger's own sums.
        (Column::Narrow(amount), Column::Narrow(before)) if view.openings.is_empty() => {
            let at = |column: &[u64], row: RowId| column.get(row.index()).copied().unwrap_or(0);
            pass::<u64>(walk, roles, |row| at(amount, row), |row| at(before, row))
        }
        _ => {
            let amount = |row| columns.amount(row);
            pass::<u128>(walk, roles, amount, |row| view.balance_before(row))
        }
    };
    let rows = count_of(view.rows);
    walk.sink.clear();
    walk.sink.events = rows;
    walk.sink.left = left;
    for (SlotEnd { slot, end, hop }, units) in ends.by_slot {
        walk.sink.end(ledger.address(address(slot)), end, &[(hop, units)], None);
    }
    for (DatedEnd { slot, time, hop }, units) in ends.dated {
        let span = Some((time, time));
        walk.sink.end(ledger.address(address(slot)), End::Absorbed, &[(hop, units)], span);
    }
    walk.notes.push("the trace touches so much that it was made in one pass: hops are each wallet's fewest, and flows between wallets are not listed".to_owned());
}

/// The states of all slots.
struct States<U>(Vec<State<U>>);

impl<U: Units> States<U> {
    fn new(walk: &Walk<'_>, roles: HashMap<SlotId, Role>, slots: usize) -> Self {
        let wallet = State { tainted: U::default(), hop: u16::MAX, role: Role::Wallet };
        let mut states = Self(vec![wallet; slots]);
        for (slot, role) in roles {
            if let Some(state) = states.get(slot) {
                state.role = role;
            }
        }
        for opening in &walk.seeds.openings {
            if let Some(state) = states.get(opening.at.slot) {
                state.tainted = state.tainted.plus(U::of(opening.units));
                state.hop = 0;
            }
        }
        states
    }

    #[inline]
    fn get(&mut self, slot: SlotId) -> Option<&mut State<U>> {
        self.0.get_mut(slot.index())
    }

    /// The wallets that still hold tainted units.
    fn left(self, ledger: LedgerId) -> Vec<Left> {
        let held = self.0.iter().enumerate().filter(|(_, state)| state.tainted > U::default());
        let left = held.map(|(slot, state)| Left {
            at: ledger.address(AddressId::at(slot)),
            hop: state.hop.into(),
            units: state.tainted.into(),
        });
        left.collect()
    }
}

fn pass<U: Units>(
    walk: &Walk<'_>,
    roles: HashMap<SlotId, Role>,
    amount: impl Fn(RowId) -> U,
    before: impl Fn(RowId) -> U,
) -> (Vec<Left>, Ends) {
    let ledger = walk.seeded_ledger();
    let view = walk.view(ledger);
    let columns = &view.columns;
    let mut states: States<U> = States::new(walk, roles, columns.slot_count());
    let mut seed_rows: Vec<RowId> = walk.seeds.rows.iter().map(|at| at.row).collect();
    seed_rows.sort_unstable();
    let mut seed_rows = seed_rows.into_iter().peekable();
    let (method, none, mut ends) = (walk.request.method, U::default(), Ends::default());
    for row in (0..view.rows).map(RowId::at) {
        let (from, to) = (columns.from(row), columns.to(row));
        let seed = seed_rows.next_if_eq(&row).is_some();
        let Some(state) = states.get(from) else { return columns.damaged("from") };
        if !seed && (state.tainted == none || from == to) {
            continue;
        }
        let units = amount(row);
        let mut moved = leaving(method, state.tainted, units, || before(row));
        state.tainted = state.tainted.less(moved);
        let mut hop = state.hop.saturating_add(1);
        if seed {
            if moved > none {
                ends.add(from, End::SeededAgain, u32::from(hop - 1), moved.into());
            }
            (moved, hop) = (units, 1);
        }
        let Some(state) = states.get(to) else { return columns.damaged("to") };
        if columns.kind(row) == TransferKind::Fee {
            ends.add(to, End::Fees, hop.into(), moved.into());
            continue;
        }
        match state.role {
            Role::Wallet => {
                state.tainted = state.tainted.plus(moved);
                state.hop = state.hop.min(hop);
            }
            Role::AbsorbsDated => ends.add_dated(to, columns.time(row), hop.into(), moved.into()),
            Role::Absorbs => ends.add(to, End::Absorbed, hop.into(), moved.into()),
            Role::SeedAddress => ends.add(to, End::BackAtSeed, hop.into(), moved.into()),
            Role::Burns => ends.add(to, End::Burnt, hop.into(), moved.into()),
        }
    }
    (states.left(ledger), ends)
}

impl Ends {
    fn add(&mut self, slot: SlotId, end: End, hop: u32, units: u128) {
        let sum = self.by_slot.entry(SlotEnd { slot, end, hop }).or_default();
        *sum = sum.saturating_add(units);
    }

    fn add_dated(&mut self, slot: SlotId, time: Time, hop: u32, units: u128) {
        let sum = self.dated.entry(DatedEnd { slot, time, hop }).or_default();
        *sum = sum.saturating_add(units);
    }
}

#[inline]
fn leaving<U: Units>(method: Method, tainted: U, amount: U, before: impl Fn() -> U) -> U {
    match method {
        _ if tainted == U::default() => tainted,
        Method::DirtyFirst => tainted.min(amount),
        Method::CleanFirst => amount.less(before().less(tainted)).min(tainted),
        _ => tainted.share(amount, before()),
    }
}

/// The slots that are not simply wallets.
fn roles(walk: &mut Walk<'_>, at: LedgerId) -> HashMap<SlotId, Role> {
    let ledger = walk.view(at).ledger;
    let slot = |address: AddressId| SlotId::new(address.number());
    let mut roles = HashMap::new();
    let labels = &walk.set.labels;
    let labelled = labels.iter().filter_map(|(text, labels)| {
        let dated = labels.iter().any(|l| l.valid_from.is_some() || l.valid_to.is_some());
        Some((ledger.address_id(text)?, dated))
    });
    for (address, dated) in labelled.collect::<Vec<_>>() {
        if walk.stops(at.address(address)) {
            roles.insert(slot(address), if dated { Role::AbsorbsDated } else { Role::Absorbs });
        }
    }
    for seeded in walk.seeds.addresses.keys() {
        roles.insert(slot(seeded.address), Role::SeedAddress);
    }
    if let Some(burnt) = ledger.burnt_address() {
        roles.insert(slot(burnt), Role::Burns);
    }
    roles
}
