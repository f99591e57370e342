//! The transfers that a walk still has to look at, earliest first.

use std::collections::BTreeSet;

use super::walk::{Moment, Walk};

/// Rows of one ledger as bits, read forward. Entering and taking a row costs a few instructions, and
/// passing over a hundred million rows without any takes about a millisecond.
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

    pub(super) fn insert(&mut self, row: u32) {
        let word = row as usize / 64;
        self.bits[word] |= 1 << (row % 64);
        self.next = self.next.min(word);
    }

    pub(super) fn pop(&mut self) -> Option<u32> {
        let found = self.bits[self.next..].iter().position(|word| *word != 0);
        self.next = found.map_or(self.bits.len(), |steps| self.next + steps);
        let word = self.bits.get_mut(self.next)?;
        let bit = word.trailing_zeros();
        *word &= *word - 1;
        Some(self.next as u32 * 64 + bit)
    }
}

/// Transfers of one ledger, or of several in the order of their moments.
#[derive(Debug)]
pub(super) enum Waiting {
    One(usize, RowQueue),
    Several(BTreeSet<Moment>),
}

impl Waiting {
    pub(super) fn new(walk: &Walk<'_>) -> Self {
        // Without conversions a walk stays in the ledger of its seeds.
        if walk.conversions.is_some() {
            return Self::Several(BTreeSet::new());
        }
        let at = walk.seeded_ledger();
        Self::One(at, RowQueue::new(walk.views.get(at).map_or(0, |view| view.rows)))
    }

    pub(super) fn insert(&mut self, walk: &Walk<'_>, at: usize, row: u32) {
        match self {
            Self::One(_, rows) => rows.insert(row),
            Self::Several(moments) => {
                moments.insert(walk.moment(at, row));
            }
        }
    }

    /// The first moment, where moments of several ledgers are compared.
    pub(super) fn first(&self) -> Option<&Moment> {
        match self {
            Self::One(..) => None,
            Self::Several(moments) => moments.first(),
        }
    }

    /// The next transfer: its ledger and row.
    pub(super) fn pop(&mut self) -> Option<(usize, u32)> {
        match self {
            Self::One(at, rows) => rows.pop().map(|row| (*at, row)),
            Self::Several(moments) => moments.pop_first().map(|(.., at, row)| (at, row)),
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
            rows.iter().for_each(|row| queue.insert(*row));
            let out: Vec<u32> = std::iter::from_fn(|| queue.pop()).collect();
            let expected: BTreeSet<u32> = rows.into_iter().collect();
            proptest::prop_assert_eq!(out, expected.into_iter().collect::<Vec<_>>());
        }
    }
}
