//! What a walk leaves behind: where taint ended, what moved between whom, and what was cut.

use hashbrown::HashMap;

use crate::{ledger::View, time::Time, transfer::TransferKind};

/// Why taint went no further.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
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

/// A party to a movement: an address, or a UTXO transaction between its inputs and outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Node {
    Address(usize, u32),
    Transaction(usize, u32),
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) units: u128,
    pub(crate) transfers: u64,
    pub(crate) first: Time,
    pub(crate) last: Time,
    pub(crate) first_hop: u32,
    /// The row with the most tainted units, as the example to look at.
    pub(crate) row: u32,
    pub(crate) row_units: u128,
}

#[derive(Debug, Default)]
pub(crate) struct Sink {
    pub(crate) ended: HashMap<(usize, u32, End), Ended>,
    pub(crate) moved: HashMap<(Node, Node), Moved>,
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
    pub(crate) fn end(
        &mut self,
        at: (usize, u32),
        end: End,
        parts: &[(u32, u128)],
        time: Option<Time>,
    ) {
        let units = total(parts);
        if units == 0 {
            return;
        }
        let absorbed = end == End::Absorbed;
        let ended = self.ended.entry((at.0, at.1, end)).or_default();
        ended.units += units;
        for (hop, units) in parts {
            add_part(&mut ended.by_hop, *hop, *units);
        }
        if let Some(time) = time {
            if absorbed {
                ended.arrivals.extend(parts.iter().map(|(hop, units)| (time, *hop, *units)));
            }
            ended.first = Some(ended.first.map_or(time, |first| first.min(time)));
            ended.last = Some(ended.last.map_or(time, |last| last.max(time)));
        }
    }

    pub(crate) fn step(&mut self, view: &View<'_>, at: usize, row: usize, parts: &[(u32, u128)]) {
        let units = total(parts);
        if units == 0 {
            return;
        }
        let columns = view.columns;
        let time = columns.time(row);
        let node = |slot| node(view, at, row, slot);
        let key = (node(columns.from[row]), node(columns.to[row]));
        let hop = parts.iter().map(|(hop, _)| *hop).min().unwrap_or_default();
        let fresh = Moved {
            units: 0,
            transfers: 0,
            first: time,
            last: time,
            first_hop: hop,
            row: row as u32,
            row_units: 0,
        };
        let moved = self.moved.entry(key).or_insert(fresh);
        moved.units += units;
        moved.transfers += 1;
        moved.first = moved.first.min(time);
        moved.last = moved.last.max(time);
        moved.first_hop = moved.first_hop.min(hop);
        if units > moved.row_units {
            (moved.row, moved.row_units) = (row as u32, units);
        }
        if columns.kind(row) != TransferKind::UtxoInput {
            if self.moved_by_hop.len() <= at {
                self.moved_by_hop.resize(at + 1, Parts::new());
            }
            for (hop, units) in parts {
                add_part(&mut self.moved_by_hop[at], *hop, *units);
            }
        }
    }
}

fn node(view: &View<'_>, at: usize, row: usize, slot: u32) -> Node {
    if view.is_between(slot) {
        return Node::Transaction(at, view.columns.transaction[row]);
    }
    Node::Address(at, view.owner_of(slot))
}
