//! The order of transfers across ledgers.

use crate::{
    ledger::{LedgerId, LedgerRow, RowId},
    time::Time,
};

/// A transaction's place in the order across ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TransactionOrder {
    pub(crate) time: Time,
    pub(crate) block: u32,
    /// The transaction's place in its block.
    pub(crate) index: u32,
}

/// A transfer's place in the order across ledgers: by transaction, then by ledger, then by row. Within
/// one ledger it is the order of rows. The fields are compared in the order of their declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GlobalOrder {
    pub(crate) transaction: TransactionOrder,
    pub(crate) ledger: LedgerId,
    pub(crate) row: RowId,
}

impl GlobalOrder {
    pub(crate) fn at(self) -> LedgerRow {
        self.ledger.row(self.row)
    }
}
