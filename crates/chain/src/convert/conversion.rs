//! One exchange of assets, and look-ups of rows across ledgers.

use crate::{
    bridge::BridgeLink,
    ledger::{LedgerId, LedgerRow, View},
};

/// The rows that gave and the rows that received, of one exchange.
#[derive(Debug, Default)]
pub(super) struct Conversion {
    pub(super) gives: Vec<LedgerRow>,
    pub(super) receives: Vec<LedgerRow>,
    /// Several assets were given, and without prices their weights are unknown.
    pub(super) unpriced: bool,
    /// The bridge link that joins both sides.
    pub(super) bridge: Option<BridgeLink>,
}

/// The views of all ledgers, by the id of the ledger.
#[derive(Debug, Clone, Copy)]
pub(super) struct Views<'v, 'a>(pub(super) &'v [View<'a>]);

impl<'v, 'a> Views<'v, 'a> {
    /// A ledger's view. There is one for each ledger of the set.
    pub(super) fn ledger(self, id: LedgerId) -> &'v View<'a> {
        &self.0[id.index()]
    }

    /// The view of a row's ledger.
    pub(super) fn of(self, at: LedgerRow) -> &'v View<'a> {
        self.ledger(at.ledger)
    }

    pub(super) fn amount(self, at: LedgerRow) -> u128 {
        self.of(at).columns.amount(at.row)
    }

    pub(super) fn sender(self, at: LedgerRow) -> String {
        self.of(at).sender_text(at.row)
    }

    pub(super) fn receiver(self, at: LedgerRow) -> String {
        self.of(at).receiver_text(at.row)
    }

    pub(super) fn hash(self, at: LedgerRow) -> String {
        self.of(at).ledger.transaction_hash(at.row)
    }
}
