//! The part of a walk that all methods share: what happens when tainted units arrive somewhere.

use hashbrown::{HashMap, HashSet};

use super::{
    TraceError, TraceRequest,
    sink::{End, Parts, Sink},
};
use crate::{
    convert::{Conversions, Credit},
    ledger::{LedgerModel, View, ledger_address},
    set::LedgerSet,
    time::Time,
    transfer::TransferKind,
};

/// The order of transfers across ledgers. Within one ledger it is the order of rows.
pub(crate) type Moment = (Time, u32, u32, usize, u32);

/// Seeds with their names resolved.
#[derive(Debug, Default)]
pub(crate) struct Seeds {
    /// Rows all of whose units are tainted.
    pub(crate) rows: HashSet<(usize, u32)>,
    /// Slots whose stated opening balance is tainted.
    pub(crate) openings: Vec<(usize, u32, u128)>,
    /// Addresses all of whose payments are seeds, from a moment on: taint that comes back ends there.
    pub(crate) addresses: HashMap<(usize, u32), (Time, Time)>,
}

/// Everything that a walk reads, and the sink that it writes.
pub(crate) struct Walk<'a> {
    pub(crate) set: &'a LedgerSet,
    pub(crate) request: &'a TraceRequest,
    pub(crate) views: Vec<View<'a>>,
    pub(crate) conversions: Option<Conversions>,
    pub(crate) sink: Sink,
    pub(crate) seeds: Seeds,
    /// The clock of each ledger's transactions where its own runs backwards.
    clocks: Vec<Option<Vec<Time>>>,
    /// Whether a trace stops at an address, remembered.
    stops: HashMap<(usize, u32), bool>,
    /// Ledgers whose labelled addresses were all decided ahead.
    stops_ready: HashSet<usize>,
    /// Units given for other assets in the transaction at hand.
    given: Vec<(usize, u32, Parts)>,
    /// What the reader of the answer must know.
    pub(crate) notes: Vec<String>,
    /// What conversions have put into each ledger.
    converted: HashMap<usize, u128>,
}

/// Up to so many labels are looked up in the ledger ahead, which makes each arrival cheap; more are
/// looked up when an address is first reached.
const MOST_LABELS_AHEAD: usize = 20_000;

/// Units that go on from a transfer's receiver.
pub(crate) struct Onward {
    pub(crate) parts: Parts,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(
        set: &'a LedgerSet,
        request: &'a TraceRequest,
        views: Vec<View<'a>>,
        seeds: Seeds,
    ) -> Self {
        let clocks = views.iter().map(|view| running_clock(view)).collect();
        let conversions =
            (request.follow_swaps && set.ledgers.len() > 1).then(Conversions::default);
        Self {
            set,
            request,
            views,
            conversions,
            sink: Sink::default(),
            seeds,
            clocks,
            stops: HashMap::new(),
            stops_ready: HashSet::new(),
            given: Vec::new(),
            notes: Vec::new(),
            converted: HashMap::new(),
        }
    }

    /// The ledger that the seeds are in.
    pub(crate) fn seeded_ledger(&self) -> usize {
        let row = self.seeds.rows.iter().map(|(at, _)| *at).min();
        row.or_else(|| self.seeds.openings.first().map(|(at, ..)| *at)).unwrap_or_default()
    }

    pub(crate) fn moment(&self, ledger: usize, row: u32) -> Moment {
        if self.views.len() == 1 {
            return (0, 0, 0, ledger, row);
        }
        let columns = &self.views[ledger].columns;
        let transaction = columns.transaction[row as usize] as usize;
        let time = self.clocks[ledger]
            .as_ref()
            .map_or(columns.time[transaction], |clock| clock[transaction]);
        (time, columns.block[transaction], columns.index[transaction], ledger, row)
    }

    /// Counts one processed transfer.
    pub(crate) fn count(&mut self) -> bool {
        self.sink.events += 1;
        self.sink.events <= self.request.limits.max_events
    }

    pub(crate) fn is_seed(&self, ledger: usize, row: u32) -> bool {
        self.seeds.rows.contains(&(ledger, row))
    }

    /// Whether the request's parties make a trace stop at this address.
    pub(crate) fn stops(&mut self, ledger: usize, address: u32) -> bool {
        let (set, request) = (self.set, self.request);
        let decide = |address: u32| {
            let text = set.ledgers[ledger].address_text(address);
            let spared = request.never_stop_at.iter().any(|spared| ledger_address(spared) == text);
            !spared && set.labels.of(&text).iter().any(|label| request.stops_at(&label.category))
        };
        if set.labels.len() > MOST_LABELS_AHEAD {
            return *self.stops.entry((ledger, address)).or_insert_with(|| decide(address));
        }
        if self.stops_ready.insert(ledger) {
            let labelled =
                set.labels.iter().filter_map(|(text, _)| set.ledgers[ledger].address_id(text));
            for address in labelled.collect::<Vec<_>>() {
                if decide(address) {
                    self.stops.insert((ledger, address), true);
                }
            }
        }
        self.stops.contains_key(&(ledger, address))
    }

    /// Records that `parts` leave with a row, and says what of them goes on from its receiver.
    pub(crate) fn arrive(&mut self, at: usize, row: u32, parts: Parts) -> Option<Onward> {
        let view = &self.views[at];
        let columns = view.columns;
        let kind = columns.kind(row as usize);
        let mut parts = parts;
        let step = u32::from(kind.is_hop());
        parts.iter_mut().for_each(|(hop, _)| *hop += step);
        let units = super::sink::total(&parts);
        if units == 0 {
            return None;
        }
        self.sink.step(at, row, kind, &parts);
        let slot = columns.to[row as usize];
        let address = view.owner_of(slot);
        // Looked up only where something ends: it lies far from the row.
        let time = || Some(columns.span(row as usize));
        if let Some(conversions) = &mut self.conversions {
            conversions.look(
                self.set,
                &self.views,
                (at, row),
                self.request.least_bridge_confidence,
            );
        }
        if self.conversions.as_ref().is_some_and(|c| c.gives(at, row)) {
            self.sink.end(
                (at, view.owner_of(columns.from[row as usize])),
                End::Converted,
                &parts,
                time(),
            );
            self.given.push((at, row, parts));
            return None;
        }
        let end = self.end_at(at, address, slot, row, units);
        if let Some(end) = end {
            self.sink.end((at, address), end, &parts, time());
            return None;
        }
        let Some(most) =
            self.request.limits.max_hops.filter(|most| parts.iter().any(|(hop, _)| hop >= most))
        else {
            return Some(Onward { parts });
        };
        let (cut, parts): (Parts, Parts) = parts.into_iter().partition(|(hop, _)| *hop >= most);
        self.sink.end((at, address), End::BeyondHops, &cut, time());
        (!parts.is_empty()).then_some(Onward { parts })
    }

    fn end_at(&mut self, at: usize, address: u32, slot: u32, row: u32, units: u128) -> Option<End> {
        let view = &self.views[at];
        let (ledger, columns) = (view.ledger, view.columns);
        if ledger.burnt_address() == Some(address) {
            return Some(End::Burnt);
        }
        // Under the UTXO model fees are paid on to the block's maker and can be followed.
        let followed = self.request.follow_fees && ledger.meta().model == LedgerModel::Utxo;
        let is_fee = ledger.fee_address() == Some(address)
            || columns.kind(row as usize) == TransferKind::Fee;
        if is_fee && !followed {
            return Some(End::Fees);
        }
        if view.is_between(slot) {
            return None;
        }
        if let Some((since, until)) = self.seeds.addresses.get(&(at, address)) {
            let time = columns.time(row as usize);
            if *since <= time && time < *until {
                return Some(End::BackAtSeed);
            }
        }
        if self.stops(at, address) {
            return Some(End::Absorbed);
        }
        if units < self.request.limits.min_units {
            return Some(End::BelowMinimum);
        }
        let most = self.request.limits.max_fan_out;
        let wide = most.is_some_and(|most| columns.outs(slot).len() > most as usize);
        wide.then_some(End::FanOut)
    }

    /// Whether units wait to be carried into other assets.
    pub(crate) fn has_given(&self) -> bool {
        !self.given.is_empty()
    }

    /// The transaction at whose end the waiting units are carried over.
    pub(crate) fn given_moment(&self) -> Option<(Time, u32, u32)> {
        self.given.first().map(|(at, row, _)| {
            let (time, block, index, ..) = self.moment(*at, *row);
            (time, block, index)
        })
    }

    /// What conversions have put into a ledger so far.
    pub(crate) fn converted_into(&self, ledger: usize) -> u128 {
        self.converted.get(&ledger).copied().unwrap_or(0)
    }

    /// Carries what was given for other assets over to what was received for it.
    pub(crate) fn convert(&mut self) -> Result<Vec<Credit>, TraceError> {
        let given = std::mem::take(&mut self.given);
        let Some(conversions) = &mut self.conversions else { return Ok(Vec::new()) };
        let credits = conversions.credits(&given, &self.views);
        for credit in &credits {
            *self.converted.entry(credit.ledger).or_default() += super::sink::total(&credit.parts);
        }
        Ok(credits)
    }
}

/// A clock that never runs backwards, for ledgers whose blocks' own clocks do.
fn running_clock(view: &View<'_>) -> Option<Vec<Time>> {
    if view.ledger.times_sorted() {
        return None;
    }
    let mut latest = Time::MIN;
    let step = |time: &Time| {
        latest = latest.max(*time);
        latest
    };
    Some(view.columns.time.iter().map(step).collect())
}
