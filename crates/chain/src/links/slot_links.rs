//! The links of one slot, and runs of tainted units carried along them. Links depend only on the slot's
//! own transfers and not on the query.

use hashbrown::HashMap;
use std::collections::VecDeque;

use crate::{
    ledger::{RowId, SlotId, View},
    width::{index_of, number_of},
};

/// Where units of a slot came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Source {
    /// A stated opening balance.
    Stated,
    /// A credit from the unknown before this row.
    Unknown(RowId),
    /// An incoming row.
    Row(RowId),
}

/// A run of units that an incoming row brought and an outgoing row takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) source: Source,
    pub(crate) out: RowId,
    /// Where the run starts among the source's units.
    pub(crate) source_start: u128,
    /// Where it starts among the outgoing row's units.
    pub(crate) out_start: u128,
    pub(crate) units: u128,
}

/// Units that are still in the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unspent {
    pub(crate) source: Source,
    pub(crate) start: u128,
    pub(crate) units: u128,
}

/// All links of one slot.
#[derive(Debug, Default)]
pub(crate) struct SlotLinks {
    /// In the order of the outgoing rows, and within one row of its units.
    pub(crate) links: Vec<Link>,
    /// In the order in which they would be spent.
    pub(crate) unspent: Vec<Unspent>,
    by_source: HashMap<Source, Vec<u32>>,
    /// The position of a source's rest in `unspent`.
    rest: HashMap<Source, u32>,
}

impl SlotLinks {
    /// The links that take units of a source away.
    pub(crate) fn of_source(&self, source: Source) -> impl Iterator<Item = &Link> {
        let found = self.by_source.get(&source).map_or(&[][..], Vec::as_slice);
        found.iter().filter_map(|at| self.links.get(index_of(*at)))
    }

    /// The units of a source that no link takes.
    pub(crate) fn rest_of(&self, source: Source) -> Option<Unspent> {
        self.rest.get(&source).and_then(|at| self.unspent.get(index_of(*at))).copied()
    }

    /// The links that fund an outgoing row.
    pub(crate) fn of_out(&self, out: RowId) -> &[Link] {
        let first = self.links.partition_point(|link| link.out < out);
        let end = self.links.partition_point(|link| link.out <= out);
        self.links.get(first..end).unwrap_or(&[])
    }

    /// Matches one slot's transfers within a view.
    pub(crate) fn of(view: &View<'_>, slot: SlotId, newest_first: bool) -> Self {
        Matching::of(view, slot, newest_first).finish()
    }
}

#[derive(Debug, Default)]
struct Matching {
    newest_first: bool,
    held: VecDeque<Unspent>,
    /// The sum of what is held.
    balance: u128,
    links: Vec<Link>,
}

impl Matching {
    fn of(view: &View<'_>, slot: SlotId, newest_first: bool) -> Self {
        let mut matching = Self { newest_first, ..Self::default() };
        matching.credit(Source::Stated, view.stated(slot));
        let columns = &view.columns;
        let mut ins = view.ins(slot).iter().peekable();
        for out in view.outs(slot) {
            // A transfer to oneself first leaves and then comes back, so `<` and not `<=`.
            while let Some(row) = ins.next_if(|row| *row < out) {
                matching.credit(Source::Row(*row), columns.amount(*row));
            }
            // The missing amount follows from what is held. Looking the opening up would mean a
            // search among all openings of the ledger.
            let amount = columns.amount(*out);
            if columns.has_opening(*out) {
                matching.credit(Source::Unknown(*out), amount.saturating_sub(matching.balance));
            }
            matching.debit(*out, amount);
        }
        for row in ins {
            matching.credit(Source::Row(*row), columns.amount(*row));
        }
        matching
    }

    fn credit(&mut self, source: Source, units: u128) {
        if units > 0 {
            self.held.push_back(Unspent { source, start: 0, units });
            self.balance = self.balance.saturating_add(units);
        }
    }

    fn debit(&mut self, out: RowId, amount: u128) {
        let mut taken = 0;
        while taken < amount {
            let next = if self.newest_first { self.held.back_mut() } else { self.held.front_mut() };
            // The issuing slot has no incoming rows, so its payments have no sources.
            let Some(held) = next else { break };
            let units = held.units.min(amount - taken);
            let source_start =
                if self.newest_first { held.start + held.units - units } else { held.start };
            self.links.push(Link {
                source: held.source,
                out,
                source_start,
                out_start: taken,
                units,
            });
            taken += units;
            held.units -= units;
            self.balance = self.balance.saturating_sub(units);
            if !self.newest_first {
                held.start += units;
            }
            if held.units == 0 {
                if self.newest_first {
                    self.held.pop_back()
                } else {
                    self.held.pop_front()
                };
            }
        }
    }

    fn finish(self) -> SlotLinks {
        let mut by_source: HashMap<Source, Vec<u32>> = HashMap::new();
        for (at, link) in self.links.iter().enumerate() {
            by_source.entry(link.source).or_default().push(number_of(at));
        }
        let mut unspent: Vec<Unspent> = self.held.into();
        if self.newest_first {
            unspent.reverse();
        }
        let rest = unspent
            .iter()
            .enumerate()
            .map(|(at, unspent)| (unspent.source, number_of(at)))
            .collect();
        SlotLinks { links: self.links, unspent, by_source, rest }
    }
}

/// A run of tainted units inside one transfer, and how many hops they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Piece {
    pub(crate) start: u128,
    pub(crate) units: u128,
    pub(crate) hop: u32,
}

impl Piece {
    /// The end of the run. Only the amounts of a damaged ledger can saturate.
    fn end(&self) -> u128 {
        self.start.saturating_add(self.units)
    }

    /// The part of the piece that a link carries, in the outgoing row's own units. Under LIFO the last
    /// units of a row leave first, so their order turns round.
    pub(crate) fn through(&self, link: &Link, newest_first: bool) -> Option<Self> {
        let start = self.start.max(link.source_start);
        let end = self.end().min(link.source_start.saturating_add(link.units));
        let units = end.checked_sub(start).filter(|units| *units > 0)?;
        let offset = if newest_first {
            link.source_start.saturating_add(link.units) - end
        } else {
            start - link.source_start
        };
        Some(Self { start: link.out_start.saturating_add(offset), units, hop: self.hop })
    }

    /// The part of an outgoing row's piece that a link brought, in its source's own units.
    pub(crate) fn back(&self, link: &Link, newest_first: bool) -> Option<Self> {
        let start = self.start.max(link.out_start);
        let end = self.end().min(link.out_start.saturating_add(link.units));
        let units = end.checked_sub(start).filter(|units| *units > 0)?;
        let offset = if newest_first {
            link.out_start.saturating_add(link.units) - end
        } else {
            start - link.out_start
        };
        Some(Self { start: link.source_start.saturating_add(offset), units, hop: self.hop })
    }

    /// How many of the piece's units are still unspent.
    pub(crate) fn within(&self, unspent: &Unspent) -> u128 {
        let start = self.start.max(unspent.start);
        let end = self.end().min(unspent.start.saturating_add(unspent.units));
        end.saturating_sub(start)
    }
}
