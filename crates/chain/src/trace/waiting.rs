//! The transfers that a walk still has to process, earliest first.

use std::collections::BTreeSet;

use super::{
    global_order::{GlobalOrder, TransactionOrder},
    walk::Walk,
};
use crate::ledger::{LedgerId, LedgerRow, RowId};

/// Rows of one ledger as a bit set, read forward. Inserting and popping a row costs a few instructions,
/// and skipping a hundred million rows without any takes about a millisecond.
#[derive(Debug)]
pub(super) struct RowQueue {
    bits: Vec<u64>,
    /// The first word that may hold a row.
    next: usize,
}

impl RowQueue {
    pub(super) fn new(rows: usize) -> Self {
        Self { bits: vec![0; rows.div_ceil(64)], next: 0 }
    }

    /// Inserts a row. A row beyond the end, which only a damaged ledger names, is not processed.
    pub(super) fn insert(&mut self, row: RowId) {
        let word = row.index() / 64;
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (row.number() % 64);
            self.next = self.next.min(word);
        }
    }

    pub(super) fn pop(&mut self) -> Option<RowId> {
        let found = self.bits.iter().skip(self.next).position(|word| *word != 0);
        self.next = found.map_or(self.bits.len(), |steps| self.next + steps);
        let word = self.bits.get_mut(self.next)?;
        let bit = word.trailing_zeros();
        *word &= *word - 1;
        Some(RowId::at(self.next * 64 + crate::width::index_of(bit)))
    }
}

/// Transfers of one ledger, or of several in their global order.
#[derive(Debug)]
pub(super) enum Waiting {
    One(LedgerId, RowQueue),
    Several(BTreeSet<GlobalOrder>),
}

impl Waiting {
    pub(super) fn new(walk: &Walk<'_>) -> Self {
        // Without conversions a walk stays in the ledger of its seeds.
        if walk.follows_conversions() {
            return Self::Several(BTreeSet::new());
        }
        let ledger = walk.seeded_ledger();
        Self::One(ledger, RowQueue::new(walk.view(ledger).rows))
    }

    pub(super) fn insert(&mut self, walk: &Walk<'_>, at: LedgerRow) {
        match self {
            Self::One(_, rows) => rows.insert(at.row),
            Self::Several(orders) => {
                orders.insert(walk.order_of(at));
            }
        }
    }

    /// The transaction of the first transfer, where several ledgers are in play.
    pub(super) fn first_transaction(&self) -> Option<TransactionOrder> {
        match self {
            Self::One(..) => None,
            Self::Several(orders) => orders.first().map(|order| order.transaction),
        }
    }

    /// Takes the next transfer.
    pub(super) fn pop(&mut self) -> Option<LedgerRow> {
        match self {
            Self::One(ledger, rows) => rows.pop().map(|row| ledger.row(row)),
            Self::Several(orders) => orders.pop_first().map(GlobalOrder::at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn rows_come_out_once_and_in_order(rows in proptest::collection::vec(0u32..1_000, 0..60)) {
            let mut queue = RowQueue::new(1_000);
            rows.iter().for_each(|row| queue.insert(RowId::new(*row)));
            let out: Vec<u32> = std::iter::from_fn(|| queue.pop()).map(RowId::number).collect();
            let expected: BTreeSet<u32> = rows.into_iter().collect();
            proptest::prop_assert_eq!(out, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
