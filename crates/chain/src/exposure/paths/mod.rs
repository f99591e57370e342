//! The paths behind a share: best first, largest value first, merged when they run over the same
//! addresses, until enough of each party's share is explained. Where the question is what was received
//! or is held they are looked for backward in time, and where it is what was sent, forward.

mod backward;
mod forward;

use std::collections::{BTreeMap, BinaryHeap};

use super::{
    Basis,
    ledger_pass::{Party, Pass},
    mixing::CreditKey,
    queue::LinkCache,
};
use crate::{
    amount::mul_div,
    trace::links::{Piece, Source},
};

/// A path as found, first payment first: an example row for each step. It is known by the addresses
/// that it runs over, one more than steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) units: u128,
    pub(super) occurrences: u64,
    pub(super) rows: Vec<u32>,
    best: u128,
}

pub(super) type Paths = BTreeMap<Party, BTreeMap<Vec<u32>, Found>>;

/// Steps looked at before giving up on the rest, which is then shown as other paths.
const MOST_STEPS: usize = 50_000;
/// Transfers of one wallet looked at from one place on a path.
const MOST_BRANCHES: usize = 512;

/// Where a path has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    units: u128,
    /// Breaks ties the same way always.
    number: usize,
    slot: u32,
    at: At,
    way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Value that stands in the slot before this credit, or, looking forward, after it.
    Mixed(CreditKey),
    /// A run inside a row that has reached the slot.
    Run(Source, Piece),
}

/// How a path came to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Way {
    /// The last step taken.
    step: Option<usize>,
    hops: u32,
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

struct Search<'a> {
    heap: BinaryHeap<Place>,
    /// Steps taken: the row, and the step nearer to the wallet.
    steps: Vec<(u32, Option<usize>)>,
    forward: bool,
    cache: LinkCache<'a>,
    paths: Paths,
    /// What of each party's share is still to be explained.
    wanted: BTreeMap<Party, u128>,
    pushed: usize,
}

/// Paths for the labelled parties.
pub(super) fn find(pass: &mut Pass<'_>) -> Paths {
    let coverage = u128::from(pass.request.path_coverage.min(100));
    let entity = |party: &Party| matches!(party, Party::Entity { .. });
    let wanted = pass.shares.iter().filter(|(party, _)| entity(party));
    let wanted = wanted
        .map(|(party, share)| {
            (party.clone(), share.units - mul_div(share.units, 100 - coverage, 100))
        })
        .collect();
    let mut search = Search {
        heap: BinaryHeap::new(),
        steps: Vec::new(),
        forward: pass.request.basis == Basis::Sent,
        cache: LinkCache::new(pass),
        paths: Paths::new(),
        wanted,
        pushed: 0,
    };
    if search.forward {
        forward::start(&mut search, pass);
    } else {
        backward::start(&mut search, pass);
    }
    let mut looked = 0;
    while !search.wanted.is_empty() && looked < MOST_STEPS {
        let Some(place) = search.heap.pop() else { break };
        if search.forward {
            forward::expand(&mut search, pass, &place);
        } else {
            backward::expand(&mut search, pass, &place);
        }
        looked += 1;
    }
    search.paths
}

impl Search<'_> {
    fn push(&mut self, units: u128, slot: u32, at: At, way: Way) {
        if units > 0 {
            self.heap.push(Place { units, number: self.pushed, slot, at, way });
            self.pushed += 1;
        }
    }

    /// Notes a step over a row.
    fn note(&mut self, pass: &Pass<'_>, row: u32, way: Way) -> Way {
        self.steps.push((row, way.step));
        let hop = u32::from(pass.view.columns.kind(row as usize).is_hop());
        Way { step: Some(self.steps.len() - 1), hops: way.hops + hop }
    }

    /// A path has found a party.
    fn arrive(&mut self, pass: &Pass<'_>, party: Party, units: u128, way: Way) {
        if !matches!(party, Party::Entity { .. }) || units == 0 {
            return;
        }
        let columns = pass.view.columns;
        let (mut all, mut step) = (Vec::new(), way.step);
        while let Some(at) = step {
            let (row, next) = self.steps[at];
            all.push(row);
            step = next;
        }
        if self.forward {
            all.reverse();
        }
        let last = all.last().map(|row| pass.view.owner_of(columns.to[*row as usize]));
        let from = |row: &u32| columns.from[*row as usize];
        let rows: Vec<u32> =
            all.into_iter().filter(|row| !pass.view.is_between(from(row))).collect();
        let addresses: Vec<u32> =
            rows.iter().map(|row| pass.view.owner_of(from(row))).chain(last).collect();
        let found = self.paths.entry(party.clone()).or_default().entry(addresses).or_default();
        found.units += units;
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
