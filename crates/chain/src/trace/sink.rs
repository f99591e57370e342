//! The record of a walk: where taint ended, what moved between whom, and what limits cut off.

use hashbrown::HashMap;

use crate::{
    ledger::{LedgerAddress, LedgerId, LedgerRow},
    parts::{Parts, add_part, fewest_hops, total},
    time::Time,
    transfer::TransferKind,
};

/// Why taint was not followed further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum End {
    /// It is still at the address.
    Held,
    /// It reached a party at which a trace stops.
    Absorbed,
    /// It came back to an address all of whose payments are seeds.
    BackAtSeed,
    /// It would be counted a second time by a seed transfer.
    SeededAgain,
    /// A limit cut it off.
    BeyondHops,
    BelowMinimum,
    FanOut,
    /// It was destroyed, or paid as a fee.
    Burnt,
    Fees,
    /// It was given for another asset, in which the trace continues.
    Converted,
}

impl End {
    /// The name of the residual; `None` if the taint was neither cut off nor destroyed.
    pub(crate) fn residual(&self) -> Option<&'static str> {
        match self {
            Self::Held | Self::Absorbed | Self::Converted => None,
            Self::BackAtSeed => Some("back-at-seed"),
            Self::SeededAgain => Some("seeded-again"),
            Self::BeyondHops => Some("beyond-max-hops"),
            Self::BelowMinimum => Some("below-min-amount"),
            Self::FanOut => Some("fan-out-above-limit"),
            Self::Burnt => Some("burnt"),
            Self::Fees => Some("fees"),
        }
    }
}

/// What ended at one address for one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) units: u128,
    /// Units by hop count.
    pub(crate) by_hop: Parts,
    pub(crate) first: Option<Time>,
    pub(crate) last: Option<Time>,
    /// What was absorbed, one by one.
    pub(crate) arrivals: Vec<Arrival>,
}

/// Units that reached a party at which a trace stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) time: Time,
    pub(crate) hop: u32,
    pub(crate) units: u128,
}

/// Tainted units that moved with a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) row: LedgerRow,
    /// The fewest hops that any of them came.
    pub(crate) hop: u32,
    pub(crate) units: u128,
}

/// The units that a pass over the whole ledger leaves in a wallet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Left {
    pub(crate) at: LedgerAddress,
    pub(crate) hop: u32,
    pub(crate) units: u128,
}

/// Where and why taint ended. Ordered by ledger, address, and reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EndKey {
    pub(crate) at: LedgerAddress,
    pub(crate) end: End,
}

/// One place where taint ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending<'a> {
    Walked(&'a EndKey, &'a Ended),
    Left(&'a Left),
}

impl Ending<'_> {
    pub(crate) fn key(&self) -> EndKey {
        match self {
            Self::Walked(key, _) => **key,
            Self::Left(left) => EndKey { at: left.at, end: End::Held },
        }
    }

    pub(crate) fn units(&self) -> u128 {
        match self {
            Self::Walked(_, ended) => ended.units,
            Self::Left(left) => left.units,
        }
    }

    pub(crate) fn min_hops(&self) -> u32 {
        match self {
            Self::Walked(_, ended) => ended.by_hop.first().map_or(0, |(hop, _)| *hop),
            Self::Left(left) => left.hop,
        }
    }

    /// When the first and the last of it arrived, where that is recorded.
    pub(crate) fn span(&self) -> (Option<Time>, Option<Time>) {
        match self {
            Self::Walked(_, ended) => (ended.first, ended.last),
            Self::Left(..) => (None, None),
        }
    }
}

/// The record of a walk.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    pub(crate) ended: HashMap<EndKey, Ended>,
    /// What a pass over a whole ledger left with its wallets, each wallet once.
    pub(crate) left: Vec<Left>,
    /// Every movement in the order of the walk. Flows are summed up from them when they are reported:
    /// appending to a list costs less than updating a table of pairs at each step.
    pub(crate) steps: Vec<Step>,
    /// Tainted units that moved at each hop, by ledger.
    moved_by_hop: HashMap<LedgerId, Parts>,
    pub(crate) events: u64,
}

impl Sink {
    /// Discards the record, for a walk that is repeated by another computation.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Records where taint ended, and when the first and the last of it arrived there.
    pub(crate) fn end(
        &mut self,
        at: LedgerAddress,
        end: End,
        parts: &[(u32, u128)],
        span: Option<(Time, Time)>,
    ) {
        let units = total(parts);
        if units == 0 {
            return;
        }
        let ended = self.ended.entry(EndKey { at, end }).or_default();
        ended.units = ended.units.saturating_add(units);
        for (hop, units) in parts {
            add_part(&mut ended.by_hop, *hop, *units);
        }
        if let Some((first, last)) = span {
            if end == End::Absorbed {
                let arrival =
                    |(hop, units): &(u32, u128)| Arrival { time: first, hop: *hop, units: *units };
                ended.arrivals.extend(parts.iter().map(arrival));
            }
            ended.first = Some(ended.first.map_or(first, |known| known.min(first)));
            ended.last = Some(ended.last.map_or(last, |known| known.max(last)));
        }
    }

    /// Records that parts moved with a row. Spending a UTXO output is one half of a hop and is not
    /// counted.
    pub(crate) fn step(&mut self, row: LedgerRow, kind: TransferKind, parts: &[(u32, u128)]) {
        self.steps.push(Step { row, hop: fewest_hops(parts), units: total(parts) });
        if kind != TransferKind::UtxoInput {
            let moved = self.moved_by_hop.entry(row.ledger).or_default();
            for (hop, units) in parts {
                add_part(moved, *hop, *units);
            }
        }
    }

    /// Tainted units of a ledger that moved at each hop.
    pub(crate) fn moved_in(&self, ledger: LedgerId) -> &[(u32, u128)] {
        self.moved_by_hop.get(&ledger).map_or(&[], Vec::as_slice)
    }

    /// Every place where taint ended, in no order.
    pub(crate) fn endings(&self) -> impl Iterator<Item = Ending<'_>> {
        let walked = self.ended.iter().map(|(key, ended)| Ending::Walked(key, ended));
        walked.chain(self.left.iter().map(Ending::Left))
    }

    /// Adds what a pass left in wallets to the other endings, for callers that look up single
    /// endings.
    pub(crate) fn unfold(&mut self) {
        let left = std::mem::take(&mut self.left);
        self.ended.reserve(left.len());
        for left in left {
            self.end(left.at, End::Held, &[(left.hop, left.units)], None);
        }
    }
}
