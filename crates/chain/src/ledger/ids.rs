//! Numbers of the parts of ledgers, each kind with a type of its own, so that a row cannot be passed
//! where a slot is expected. They are stored as little-endian `u32` and read from the file in place.

use crate::width::{index_of, number_of};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug,
            Clone,
            Copy,
            Default,
            PartialEq,
            Eq,
            Hash,
            PartialOrd,
            Ord,
            bytemuck::Pod,
            bytemuck::Zeroable,
        )]
        #[repr(transparent)]
        pub(crate) struct $name(u32);

        #[allow(dead_code, reason = "every id has the same conversions; not each is needed yet")]
        impl $name {
            /// The id with a number.
            #[inline]
            pub(crate) const fn new(number: u32) -> Self {
                Self(number)
            }

            /// The id of a place in a column. Places beyond 32 bits saturate and are then out of bounds.
            #[inline]
            pub(crate) fn at(index: usize) -> Self {
                Self(number_of(index))
            }

            /// The stored number.
            #[inline]
            pub(crate) const fn number(self) -> u32 {
                self.0
            }

            /// The place in a column.
            #[inline]
            pub(crate) const fn index(self) -> usize {
                index_of(self.0)
            }

            /// The id after this one.
            #[inline]
            pub(crate) const fn next(self) -> Self {
                Self(self.0.saturating_add(1))
            }
        }
    };
}

id! {
    /// A holder of value: an address under the account model; an output, or a transaction between its
    /// inputs and outputs, under the UTXO model.
    SlotId
}
id! {
    /// A transfer. Rows are numbered in the ledger's total order.
    RowId
}
id! {
    /// An address, in the order of packed texts.
    AddressId
}
id! {
    /// A transaction, in the order of its first row.
    TxId
}
id! {
    /// A ledger's place in its set.
    LedgerId
}

/// A slot of one of several ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LedgerSlot {
    pub(crate) ledger: LedgerId,
    pub(crate) slot: SlotId,
}

/// A row of one of several ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LedgerRow {
    pub(crate) ledger: LedgerId,
    pub(crate) row: RowId,
}

/// An address of one of several ledgers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LedgerAddress {
    pub(crate) ledger: LedgerId,
    pub(crate) address: AddressId,
}

impl LedgerId {
    pub(crate) const fn slot(self, slot: SlotId) -> LedgerSlot {
        LedgerSlot { ledger: self, slot }
    }

    pub(crate) const fn row(self, row: RowId) -> LedgerRow {
        LedgerRow { ledger: self, row }
    }

    pub(crate) const fn address(self, address: AddressId) -> LedgerAddress {
        LedgerAddress { ledger: self, address }
    }
}
