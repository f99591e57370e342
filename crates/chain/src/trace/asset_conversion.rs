//! Conversion of tainted units from one asset to another during a walk.

use hashbrown::HashMap;

use super::TraceRequest;
use crate::{
    convert::{ConversionUsed, Conversions, Credit, Given},
    ledger::{LedgerId, LedgerRow, View},
    parts::{Parts, total},
    set::LedgerSet,
};

/// The conversions of a walk. If the walk does not follow conversions, all units stay in their
/// ledger.
#[derive(Debug, Default)]
pub(super) struct AssetConversion {
    conversions: Option<Conversions>,
    /// Units given for other assets in the current transaction, not yet carried over.
    given: Vec<Given>,
    /// What conversions have put into each ledger.
    received: HashMap<LedgerId, u128>,
}

impl AssetConversion {
    pub(super) fn new(set: &LedgerSet, request: &TraceRequest) -> Self {
        let follows = request.follow_swaps && set.ledgers.len() > 1;
        Self { conversions: follows.then(Conversions::default), ..Self::default() }
    }

    pub(super) fn is_followed(&self) -> bool {
        self.conversions.is_some()
    }

    /// Whether a row gives its units for another asset. Each transaction is examined once.
    pub(super) fn gives(
        &mut self,
        set: &LedgerSet,
        views: &[View<'_>],
        row: LedgerRow,
        least_confidence: u8,
    ) -> bool {
        self.conversions.as_mut().is_some_and(|conversions| {
            conversions.examine(set, views, row, least_confidence);
            conversions.gives(row)
        })
    }

    /// Keeps units until the end of their transaction.
    pub(super) fn give(&mut self, row: LedgerRow, parts: Parts) {
        self.given.push(Given { row, parts });
    }

    /// A row whose units are waiting, if any are.
    pub(super) fn waiting(&self) -> Option<LedgerRow> {
        self.given.first().map(|given| given.row)
    }

    /// What conversions have put into a ledger so far.
    pub(super) fn received_by(&self, ledger: LedgerId) -> u128 {
        self.received.get(&ledger).copied().unwrap_or(0)
    }

    /// Carries what was given over to what was received for it.
    pub(super) fn convert(&mut self, views: &[View<'_>]) -> Vec<Credit> {
        let given = std::mem::take(&mut self.given);
        let Some(conversions) = &mut self.conversions else { return Vec::new() };
        let credits = conversions.credits(&given, views);
        for credit in &credits {
            let received = self.received.entry(credit.row.ledger).or_default();
            *received = received.saturating_add(total(&credit.parts));
        }
        credits
    }

    /// The conversions that carried units, for reports.
    pub(super) fn used(&self) -> Vec<ConversionUsed> {
        self.conversions.as_ref().map(|c| c.used.clone()).unwrap_or_default()
    }
}
