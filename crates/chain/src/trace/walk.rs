//! The part of a walk that all methods share: what happens when tainted units arrive somewhere.

use super::{
    TraceError, TraceRequest,
    asset_conversion::AssetConversion,
    global_order::{GlobalOrder, TransactionOrder},
    seeds::Seeds,
    sink::{End, Sink},
    stops::Stops,
};
use crate::{
    convert::{ConversionUsed, Credit},
    ledger::{LedgerAddress, LedgerId, LedgerModel, LedgerRow, SlotId, View},
    parts::{Parts, total},
    set::LedgerSet,
    time::Time,
    transfer::TransferKind,
    width::length_of,
};

/// What a walk reads (the set, the request, views of all ledgers, seeds) and what it writes (the sink,
/// notes), with the caches in between.
pub(crate) struct Walk<'a> {
    pub(crate) set: &'a LedgerSet,
    pub(crate) request: &'a TraceRequest,
    pub(crate) views: Vec<View<'a>>,
    pub(crate) sink: Sink,
    pub(super) seeds: Seeds,
    /// Notes for the reader of the answer.
    pub(super) notes: Vec<String>,
    conversion: AssetConversion,
    stops: Stops,
    /// Transaction times that never decrease, for each ledger whose block times do.
    clocks: Vec<Option<Vec<Time>>>,
}

/// A transfer's arrival at its receiver.
struct Arrival {
    at: LedgerAddress,
    slot: SlotId,
    row: LedgerRow,
    units: u128,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        set: &'a LedgerSet,
        request: &'a TraceRequest,
        views: Vec<View<'a>>,
        seeds: Seeds,
    ) -> Self {
        Self {
            set,
            request,
            clocks: views.iter().map(running_clock).collect(),
            views,
            sink: Sink::default(),
            seeds,
            notes: Vec::new(),
            conversion: AssetConversion::new(set, request),
            stops: Stops::default(),
        }
    }

    /// The ledger that the seeds are in.
    pub(super) fn seeded_ledger(&self) -> LedgerId {
        let row = self.seeds.rows.iter().map(|at| at.ledger).min();
        row.or_else(|| self.seeds.openings.first().map(|o| o.at.ledger)).unwrap_or_default()
    }

    /// A ledger's view. There is one for each ledger of the set.
    #[inline]
    pub(crate) fn view(&self, ledger: LedgerId) -> &View<'a> {
        &self.views[ledger.index()]
    }

    /// The position of a row in the order across ledgers. A walk in a single ledger needs rows only.
    pub(super) fn order_of(&self, at: LedgerRow) -> GlobalOrder {
        let LedgerRow { ledger, row } = at;
        if self.views.len() == 1 {
            let transaction = TransactionOrder { time: 0, block: 0, index: 0 };
            return GlobalOrder { transaction, ledger, row };
        }
        let columns = &self.view(ledger).columns;
        let id = columns.transaction(row);
        let clock = self.clocks.get(ledger.index()).and_then(Option::as_ref);
        let time = clock.and_then(|clock| clock.get(id.index())).copied();
        let transaction = TransactionOrder {
            time: time.unwrap_or_else(|| columns.time_of(id)),
            block: columns.block_of(id),
            index: columns.index_of(id),
        };
        GlobalOrder { transaction, ledger, row }
    }

    /// Counts one processed transfer.
    ///
    /// # Errors
    /// When the event budget is spent.
    pub(super) fn count_event(&mut self) -> Result<(), TraceError> {
        let most = self.request.limits.max_events;
        self.sink.events += 1;
        if self.sink.events <= most { Ok(()) } else { Err(TraceError::TooManyEvents(most)) }
    }

    pub(super) fn is_seed(&self, row: LedgerRow) -> bool {
        self.seeds.rows.contains(&row)
    }

    /// Whether the request's parties make a trace stop at this address.
    pub(super) fn stops(&mut self, at: LedgerAddress) -> bool {
        self.stops.at(self.set, self.request, at)
    }

    /// Records that `parts` move with a row, and returns those that are followed on from its
    /// receiver.
    pub(super) fn arrive(&mut self, row: LedgerRow, mut parts: Parts) -> Option<Parts> {
        let view = self.view(row.ledger);
        let columns = view.columns;
        let kind = columns.kind(row.row);
        let step = u32::from(kind.is_hop());
        parts.iter_mut().for_each(|(hop, _)| *hop += step);
        let units = total(&parts);
        if units == 0 {
            return None;
        }
        let slot = columns.to(row.row);
        let at = row.ledger.address(view.owner_of(slot));
        self.sink.step(row, kind, &parts);
        // Lazy: the time column is another memory region and is needed only when a branch ends.
        let span = || Some(columns.span(row.row));
        let confidence = self.request.least_bridge_confidence;
        if self.conversion.gives(self.set, &self.views, row, confidence) {
            let sender = self.owner_of(row.ledger, columns.from(row.row));
            self.sink.end(sender, End::Converted, &parts, span());
            self.conversion.give(row, parts);
            return None;
        }
        if let Some(end) = self.end_at(&Arrival { at, slot, row, units }) {
            self.sink.end(at, end, &parts, span());
            return None;
        }
        let most = self.request.limits.max_hops;
        let Some(most) = most.filter(|most| parts.iter().any(|(hop, _)| hop >= most)) else {
            return Some(parts);
        };
        let (cut, parts): (Parts, Parts) = parts.into_iter().partition(|(hop, _)| *hop >= most);
        self.sink.end(at, End::BeyondHops, &cut, span());
        (!parts.is_empty()).then_some(parts)
    }

    /// Why units that arrive at an address are not followed further; `None` if they are.
    fn end_at(&mut self, arrival: &Arrival) -> Option<End> {
        let Arrival { at, slot, row, units } = *arrival;
        let view = self.view(at.ledger);
        let (ledger, columns) = (view.ledger, view.columns);
        if ledger.burnt_address() == Some(at.address) {
            return Some(End::Burnt);
        }
        // Under the UTXO model, fees are paid to the block's maker and can be followed.
        let followed = self.request.follow_fees && ledger.meta().model == LedgerModel::Utxo;
        let is_fee =
            ledger.fee_address() == Some(at.address) || columns.kind(row.row) == TransferKind::Fee;
        if is_fee && !followed {
            return Some(End::Fees);
        }
        if view.is_between(slot) {
            return None;
        }
        if let Some(span) = self.seeds.addresses.get(&at)
            && span.holds(columns.time(row.row))
        {
            return Some(End::BackAtSeed);
        }
        if self.stops(at) {
            return Some(End::Absorbed);
        }
        if units < self.request.limits.min_units {
            return Some(End::BelowMinimum);
        }
        let most = self.request.limits.max_fan_out;
        let wide = most.is_some_and(|most| columns.outs(slot).len() > length_of(most.into()));
        wide.then_some(End::FanOut)
    }

    /// Whether the walk follows conversions and so may leave the ledger of its seeds.
    pub(super) fn follows_conversions(&self) -> bool {
        self.conversion.is_followed()
    }

    /// Whether units wait to be carried into other assets.
    pub(super) fn has_given(&self) -> bool {
        self.conversion.waiting().is_some()
    }

    /// The transaction at whose end the waiting units are carried over.
    pub(super) fn given_order(&self) -> Option<TransactionOrder> {
        self.conversion.waiting().map(|row| self.order_of(row).transaction)
    }

    /// What conversions have put into a ledger so far.
    pub(super) fn converted_into(&self, ledger: LedgerId) -> u128 {
        self.conversion.received_by(ledger)
    }

    /// The conversions that carried units, for reports.
    pub(super) fn conversions_used(&self) -> Vec<ConversionUsed> {
        self.conversion.used()
    }

    /// Carries what was given for other assets over to what was received for it.
    pub(super) fn convert(&mut self) -> Vec<Credit> {
        self.conversion.convert(&self.views)
    }

    /// The address that a slot belongs to.
    pub(super) fn owner_of(&self, ledger: LedgerId, slot: SlotId) -> LedgerAddress {
        ledger.address(self.view(ledger).owner_of(slot))
    }
}

/// Transaction times that never decrease, for ledgers whose block times do.
fn running_clock(view: &View<'_>) -> Option<Vec<Time>> {
    if view.ledger.times_sorted() {
        return None;
    }
    let mut latest = Time::MIN;
    let step = |time: &Time| {
        latest = latest.max(*time);
        latest
    };
    Some(view.columns.times().iter().map(step).collect())
}
