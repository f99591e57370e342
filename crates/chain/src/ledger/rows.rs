//! Transfers while a ledger is being built: columns of numbers, 25 bytes a transfer where 64 bits hold
//! the amounts.

use crate::{
    time::Time,
    transfer::{Position, TransferKind},
    width::{index_of, low_half},
};

/// A transaction while building.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TransactionKey {
    pub(crate) time: Time,
    pub(crate) block: u32,
    pub(crate) index: u32,
}

/// One row with its numbers resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) transaction: u32,
    pub(crate) event: u32,
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) units: u128,
    pub(crate) kind: TransferKind,
}

/// The sum of all amounts stays within half of 128 bits, so that stated openings fit on top.
pub(crate) const MAX_UNITS: u128 = u128::MAX / 2;

#[derive(Debug, Default)]
pub(crate) struct Rows {
    from: Vec<u32>,
    to: Vec<u32>,
    low: Vec<u64>,
    /// Upper halves of the amounts; empty as long as none is needed.
    high: Vec<u64>,
    transaction: Vec<u32>,
    event: Vec<u32>,
    kind: Vec<u8>,
    /// The sum of all amounts, which bounds every balance.
    pub(crate) total: u128,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.from.len()
    }

    /// Whether the sum of all amounts stays within 128 bits with this one; if not, it is not taken.
    pub(crate) fn push(&mut self, row: Row) -> bool {
        let total = self.total.checked_add(row.units).filter(|total| *total <= MAX_UNITS);
        let Some(total) = total else { return false };
        self.total = total;
        let high = low_half(row.units >> 64);
        if high != 0 && self.high.is_empty() {
            self.high = vec![0; self.low.len()];
        }
        if high != 0 || !self.high.is_empty() {
            self.high.push(high);
        }
        self.from.push(row.from);
        self.to.push(row.to);
        self.low.push(low_half(row.units));
        self.transaction.push(row.transaction);
        self.event.push(row.event);
        self.kind.push(row.kind as u8);
        true
    }

    /// Sets the parties of a row, once they are looked up.
    pub(crate) fn set_parties(&mut self, at: usize, from: u32, to: u32) {
        (self.from[at], self.to[at]) = (from, to);
    }

    pub(crate) fn row(&self, at: usize) -> Row {
        let high = self.high.get(at).copied().unwrap_or(0);
        Row {
            transaction: self.transaction[at],
            event: self.event[at],
            from: self.from[at],
            to: self.to[at],
            units: u128::from(high) << 64 | u128::from(self.low[at]),
            kind: TransferKind::from_byte(self.kind[at]),
        }
    }

    pub(crate) fn transaction_at(&self, at: u32) -> usize {
        index_of(self.transaction[index_of(at)])
    }

    pub(crate) fn event_at(&self, at: u32) -> u32 {
        self.event[index_of(at)]
    }
}

impl TransactionKey {
    /// The sort key if blocks are not known.
    pub(crate) fn by_time(self) -> (Time, u32, u32) {
        (self.time, self.block, self.index)
    }

    /// The sort key if blocks are known. Blocks come first, because a block's time may be earlier
    /// than its parent's.
    pub(crate) fn by_block(self) -> (u32, u32, Time) {
        (self.block, self.index, self.time)
    }
}

impl From<Position> for TransactionKey {
    fn from(position: Position) -> Self {
        Self { time: position.time, block: position.block, index: position.transaction }
    }
}
