//! What a walk leaves behind: where taint ended, what moved between whom, and what was cut.

use hashbrown::HashMap;

use crate::{time::Time, transfer::TransferKind};

/// Why taint went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum End {
    /// It is still there.
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
    /// It was given for another asset, where the trace goes on.
    Converted,
}

impl End {
    /// The name of the residual, or `None` when the taint ended where money ends by itself.
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

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) units: u128,
    /// Units by the number of hops that they came.
    pub(crate) by_hop: Parts,
    pub(crate) first: Option<Time>,
    pub(crate) last: Option<Time>,
    /// What was absorbed, one by one: when, after how many hops, how much.
    pub(crate) arrivals: Vec<(Time, u32, u128)>,
}

/// Tainted units that moved with a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    pub(crate) at: u32,
    pub(crate) row: u32,
    /// The fewest hops that any of them came.
    pub(crate) hop: u32,
    pub(crate) units: u128,
}

/// What a pass over the whole ledger leaves with a wallet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Left {
    pub(crate) address: u32,
    pub(crate) hop: u32,
    pub(crate) units: u128,
}

/// One place where taint ended.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending<'a> {
    Walked(&'a (usize, u32, End), &'a Ended),
    Left(usize, &'a Left),
}

impl Ending<'_> {
    pub(crate) fn key(&self) -> (usize, u32, End) {
        match self {
            Self::Walked(key, _) => **key,
            Self::Left(at, left) => (*at, left.address, End::Held),
        }
    }

    pub(crate) fn units(&self) -> u128 {
        match self {
            Self::Walked(_, ended) => ended.units,
            Self::Left(_, left) => left.units,
        }
    }

    pub(crate) fn min_hops(&self) -> u32 {
        match self {
            Self::Walked(_, ended) => ended.by_hop.first().map_or(0, |(hop, _)| *hop),
            Self::Left(_, left) => left.hop,
        }
    }

    /// When the first and the last of it arrived, where that is known.
    pub(crate) fn span(&self) -> (Option<Time>, Option<Time>) {
        match self {
            Self::Walked(_, ended) => (ended.first, ended.last),
            Self::Left(..) => (None, None),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Sink {
    pub(crate) ended: HashMap<(usize, u32, End), Ended>,
    /// What a pass over a whole ledger left with its wallets: the ledger, and each wallet once.
    pub(crate) left: (usize, Vec<Left>),
    /// Every movement in the order of the walk. Flows are summed up from them when they are reported:
    /// a list costs less than a table of pairs that is looked up at each step.
    pub(crate) steps: Vec<Step>,
    /// Tainted units that moved at each hop.
    pub(crate) moved_by_hop: Vec<Parts>,
    pub(crate) events: u64,
}

/// A tainted amount by hops.
pub(crate) type Parts = Vec<(u32, u128)>;

/// Adds units to a hop's part; parts are in the order of hops.
pub(crate) fn add_part(parts: &mut Parts, hop: u32, units: u128) {
    match parts.binary_search_by_key(&hop, |(h, _)| *h) {
        Ok(found) => parts[found].1 += units,
        Err(place) => parts.insert(place, (hop, units)),
    }
}

pub(crate) fn total(parts: &[(u32, u128)]) -> u128 {
    parts.iter().map(|(_, units)| units).sum()
}

impl Sink {
    /// Forgets everything, for a walk that starts again in another way.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Records where taint ended, and from when to when it came there.
    pub(crate) fn end(
        &mut self,
        at: (usize, u32),
        end: End,
        parts: &[(u32, u128)],
        span: Option<(Time, Time)>,
    ) {
        let units = total(parts);
        if units == 0 {
            return;
        }
        let ended = self.ended.entry((at.0, at.1, end)).or_default();
        ended.units += units;
        for (hop, units) in parts {
            add_part(&mut ended.by_hop, *hop, *units);
        }
        if let Some((first, last)) = span {
            if end == End::Absorbed {
                ended.arrivals.extend(parts.iter().map(|(hop, units)| (first, *hop, *units)));
            }
            ended.first = Some(ended.first.map_or(first, |known| known.min(first)));
            ended.last = Some(ended.last.map_or(last, |known| known.max(last)));
        }
    }

    /// Records that parts moved with a row. Taking a UTXO output in is half a hop and counts for none.
    pub(crate) fn step(&mut self, at: usize, row: u32, kind: TransferKind, parts: &[(u32, u128)]) {
        let hop = parts.iter().map(|(hop, _)| *hop).min().unwrap_or_default();
        self.steps.push(Step { at: at as u32, row, hop, units: total(parts) });
        if kind != TransferKind::UtxoInput {
            if self.moved_by_hop.len() <= at {
                self.moved_by_hop.resize(at + 1, Parts::new());
            }
            for (hop, units) in parts {
                add_part(&mut self.moved_by_hop[at], *hop, *units);
            }
        }
    }

    /// Every place where taint ended, in no order.
    pub(crate) fn endings(&self) -> impl Iterator<Item = Ending<'_>> {
        let (at, left) = (self.left.0, &self.left.1);
        let walked = self.ended.iter().map(|(key, ended)| Ending::Walked(key, ended));
        walked.chain(left.iter().map(move |left| Ending::Left(at, left)))
    }

    /// Puts what a pass left among the other endings, for those who look single ones up.
    pub(crate) fn unfold(&mut self) {
        let (at, left) = std::mem::take(&mut self.left);
        self.ended.reserve(left.len());
        for left in left {
            self.end((at, left.address), End::Held, &[(left.hop, left.units)], None);
        }
    }
}
