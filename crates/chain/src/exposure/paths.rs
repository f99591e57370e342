//! The paths behind a share: best first, largest value first, merged when they run over the same
//! addresses, until enough of each party's share is explained.

use std::collections::{BTreeMap, BinaryHeap};

use super::{
    Basis,
    ledger_pass::{Party, Pass},
    mixing::{self, CreditKey},
    queue::{self, LinkCache},
};
use crate::{
    amount::mul_div,
    trace::{
        Method,
        links::{Piece, Source},
    },
};

/// A path as found: addresses from the source to the wallet, and an example row for each step.
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
/// Credits of one wallet looked at from one place on a path.
const MOST_CREDITS: usize = 512;

/// Where a path has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    units: u128,
    /// Breaks ties the same way always.
    number: usize,
    slot: u32,
    at: At,
    parent: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Value that stands in the slot before this credit.
    Mixed(CreditKey),
    /// A run inside a row that has reached the slot.
    Run(Source, Piece),
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

struct Search {
    heap: BinaryHeap<Place>,
    /// Steps taken: the row, and the step nearer to the wallet.
    steps: Vec<(u32, Option<usize>)>,
    cache: LinkCache,
    paths: Paths,
    wanted: BTreeMap<Party, u128>,
    pushed: usize,
}

/// Paths for the labelled parties of a balance or of what was received.
pub(super) fn find(pass: &mut Pass<'_>) -> Paths {
    if pass.request.basis == Basis::Sent {
        return Paths::new();
    }
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
        cache: LinkCache::new(pass),
        paths: Paths::new(),
        wanted,
        pushed: 0,
    };
    search.start(pass);
    let mut looked = 0;
    while !search.wanted.is_empty() && looked < MOST_STEPS {
        let Some(place) = search.heap.pop() else { break };
        search.expand(pass, &place);
        looked += 1;
    }
    search.paths
}

impl Search {
    fn push(&mut self, units: u128, slot: u32, at: At, parent: Option<usize>) {
        if units > 0 {
            self.heap.push(Place { units, number: self.pushed, slot, at, parent });
            self.pushed += 1;
        }
    }

    fn start(&mut self, pass: &mut Pass<'_>) {
        if matches!(pass.request.method, Method::Fifo | Method::Lifo) {
            for (slot, source, piece) in queue::start(pass, &mut self.cache) {
                self.push(piece.units, slot, At::Run(source, piece), None);
            }
            return;
        }
        let end = mixing::row_key(pass.view.rows as u32);
        for slot in pass.view.ledger.slots_of(pass.address) {
            if pass.request.basis == Basis::Balance {
                let balance = pass.view.balance(slot);
                self.push(balance, slot, At::Mixed(end), None);
                continue;
            }
            let columns = pass.view.columns;
            let rows = pass.view.rows;
            for row in columns.ins(slot).iter().filter(|row| (**row as usize) < rows) {
                if columns.from[*row as usize] != slot {
                    self.step(pass, *row, columns.amount.get(*row as usize), None, None);
                }
            }
        }
    }

    fn expand(&mut self, pass: &mut Pass<'_>, place: &Place) {
        match place.at {
            At::Run(Source::Row(row), piece) => {
                self.step(pass, row, piece.units, Some(piece), place.parent)
            }
            At::Run(..) => {}
            At::Mixed(before) => {
                let (mut rest, mut key) = (place.units, before);
                for _ in 0..MOST_CREDITS {
                    let Some(credit) = mixing::last_credit(&pass.view, place.slot, key) else {
                        break;
                    };
                    let (brought, held) = mixing::credit(&pass.view, credit);
                    let share = mul_div(rest, brought, held);
                    rest -= share;
                    key = credit;
                    let row = (credit / 2) as u32;
                    if credit % 2 == 1
                        && share > 0
                        && pass.view.columns.from[row as usize] != place.slot
                    {
                        self.step(pass, row, share, None, place.parent);
                    }
                    if rest == 0 {
                        break;
                    }
                }
            }
        }
    }

    /// Goes back over a row: to a party, which ends a path, or to a wallet, from which it goes on.
    fn step(
        &mut self,
        pass: &mut Pass<'_>,
        row: u32,
        units: u128,
        piece: Option<Piece>,
        parent: Option<usize>,
    ) {
        let from = pass.view.columns.from[row as usize];
        self.steps.push((row, parent));
        let step = Some(self.steps.len() - 1);
        if let Some((party, _)) = pass.source(from) {
            self.arrive(pass, party, units, step);
            return;
        }
        let Some(piece) = piece else {
            self.push(units, from, At::Mixed(mixing::row_key(row)), step);
            return;
        };
        let newest_first = self.cache.newest_first;
        let links = self.cache.of(pass, from).of_out(row).iter();
        let back: Vec<_> =
            links.filter_map(|link| Some((link.source, piece.back(link, newest_first)?))).collect();
        for (source, piece) in back {
            self.push(piece.units, from, At::Run(source, piece), step);
        }
    }

    fn arrive(&mut self, pass: &Pass<'_>, party: Party, units: u128, mut step: Option<usize>) {
        if !matches!(party, Party::Entity { .. }) {
            return;
        }
        let columns = pass.view.columns;
        let (mut rows, mut addresses) = (Vec::new(), Vec::new());
        while let Some(at) = step {
            let (row, next) = self.steps[at];
            let from = columns.from[row as usize];
            if !pass.view.is_between(from) {
                addresses.push(pass.view.owner_of(from));
                rows.push(row);
            }
            step = next;
        }
        addresses.push(pass.address);
        let found = self.paths.entry(party.clone()).or_default().entry(addresses).or_default();
        found.units += units;
        found.occurrences += 1;
        if units > found.best {
            (found.best, found.rows) = (units, rows);
        }
        let explained: u128 = self.paths[&party].values().map(|found| found.units).sum();
        if self.wanted.get(&party).is_some_and(|wanted| explained >= *wanted) {
            self.wanted.remove(&party);
        }
    }
}
