//! A best-first search over paths, in either direction of time.

use std::collections::{BTreeMap, BinaryHeap};

use super::super::{Basis, ledger_pass::Pass, mixing::CreditKey, party::Party, queue::LinkCache};
use crate::{
    ledger::{AddressId, RowId, SlotId},
    links::{Piece, Source},
    share::Share,
};

/// A path as found, first payment first, with an example row for each step. Its key is the list of
/// addresses that it runs over, one more than steps.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct FoundPath {
    pub(in super::super) units: u128,
    pub(in super::super) occurrences: u64,
    pub(in super::super) rows: Vec<RowId>,
    best: u128,
}

pub(in super::super) type Paths = BTreeMap<Party, BTreeMap<Vec<AddressId>, FoundPath>>;

/// The largest number of a wallet's transfers that are examined from one place on a path.
pub(super) const MAX_BRANCHES: usize = 512;

/// The end of a path that is still being searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) units: u128,
    /// Breaks ties in the order of insertion, so that the result is reproducible.
    number: usize,
    pub(super) slot: SlotId,
    pub(super) at: Standing,
    pub(super) way: Way,
}

/// The form in which value is held in a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Mixed with the slot's balance before this credit, or, looking forward, after it.
    Mixed(CreditKey),
    /// A run inside a row that has reached the slot.
    Run(Source, Piece),
}

/// The steps of a path up to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Way {
    /// The last step taken.
    step: Option<usize>,
    pub(super) hops: u32,
}

/// Value that moves over a row; a run of it where the method has runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub(super) row: RowId,
    pub(super) units: u128,
    pub(super) piece: Option<Piece>,
}

/// A step taken.
#[derive(Debug, Clone, Copy)]
struct Step {
    row: RowId,
    /// The step before it, which is nearer to the wallet.
    previous: Option<usize>,
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Place {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.units.cmp(&other.units).then(other.number.cmp(&self.number))
    }
}

pub(super) struct Search<'a> {
    heap: BinaryHeap<Place>,
    steps: Vec<Step>,
    forward: bool,
    pub(super) cache: LinkCache<'a>,
    paths: Paths,
    /// The part of each party's share that paths must still explain.
    wanted: BTreeMap<Party, u128>,
    pushed: usize,
}

impl<'a> Search<'a> {
    pub(super) fn new(pass: &Pass<'a>) -> Self {
        let coverage = u128::from(pass.request.path_coverage.min(100));
        let entity = |party: &Party| matches!(party, Party::Entity { .. });
        let unexplained = Share::of(100 - coverage, 100);
        let wanted = pass.shares.iter().filter(|(party, _)| entity(party));
        let wanted = wanted
            .map(|(party, share)| (party.clone(), share.units - unexplained.times(share.units)));
        Self {
            heap: BinaryHeap::new(),
            steps: Vec::new(),
            forward: pass.request.basis == Basis::Sent,
            cache: LinkCache::new(pass),
            paths: Paths::new(),
            wanted: wanted.collect(),
            pushed: 0,
        }
    }

    /// The place with the most value, as long as some share is not explained.
    pub(super) fn next_place(&mut self) -> Option<Place> {
        if self.wanted.is_empty() { None } else { self.heap.pop() }
    }

    pub(super) fn into_paths(self) -> Paths {
        self.paths
    }

    pub(super) fn push(&mut self, units: u128, slot: SlotId, at: Standing, way: Way) {
        if units > 0 {
            self.heap.push(Place { units, number: self.pushed, slot, at, way });
            self.pushed += 1;
        }
    }

    /// Records a step over a row.
    pub(super) fn note(&mut self, pass: &Pass<'_>, row: RowId, way: Way) -> Way {
        self.steps.push(Step { row, previous: way.step });
        let hop = u32::from(pass.view.columns.kind(row).is_hop());
        Way { step: Some(self.steps.len() - 1), hops: way.hops + hop }
    }

    /// The rows of a path, first payment first.
    fn rows(&self, way: Way) -> Vec<RowId> {
        let (mut rows, mut step) = (Vec::new(), way.step);
        while let Some(Step { row, previous }) = step.and_then(|at| self.steps.get(at)) {
            rows.push(*row);
            step = *previous;
        }
        if self.forward {
            rows.reverse();
        }
        rows
    }

    /// Records that a path has reached a party.
    pub(super) fn arrive(&mut self, pass: &Pass<'_>, party: Party, units: u128, way: Way) {
        if !matches!(party, Party::Entity { .. }) || units == 0 {
            return;
        }
        let (columns, all) = (pass.view.columns, self.rows(way));
        let last = all.last().map(|row| pass.view.owner_of(columns.to(*row)));
        let between = |row: &RowId| pass.view.is_between(columns.from(*row));
        let rows: Vec<RowId> = all.into_iter().filter(|row| !between(row)).collect();
        let sender = |row: &RowId| pass.view.owner_of(columns.from(*row));
        let addresses: Vec<AddressId> = rows.iter().map(sender).chain(last).collect();
        let found = self.paths.entry(party.clone()).or_default().entry(addresses).or_default();
        found.units = found.units.saturating_add(units);
        found.occurrences += 1;
        if units > found.best {
            (found.best, found.rows) = (units, rows);
        }
        if let Some(wanted) = self.wanted.get_mut(&party) {
            *wanted = wanted.saturating_sub(units);
            if *wanted == 0 {
                self.wanted.remove(&party);
            }
        }
    }
}
