//! Movements over bridges, found by their links.

use hashbrown::HashMap;

use super::conversion::{Conversion, Views};
use crate::{
    bridge::BridgeLink,
    label::Category,
    ledger::{LedgerId, LedgerRow},
    set::LedgerSet,
};

/// The places of links in their table, by the transaction that pays in.
#[derive(Debug)]
pub(super) struct BridgeIndex(HashMap<String, Vec<usize>>);

impl BridgeIndex {
    pub(super) fn of(table: &[BridgeLink]) -> Self {
        let mut links: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, link) in table.iter().enumerate() {
            links.entry(link.source_transaction.clone()).or_default().push(place);
        }
        Self(links)
    }

    /// The link whose first half is the row's transaction, if its confidence suffices.
    pub(super) fn of_row<'t>(
        &self,
        table: &'t [BridgeLink],
        views: Views<'_, '_>,
        row: LedgerRow,
        least_confidence: u8,
    ) -> Option<&'t BridgeLink> {
        if self.0.is_empty() {
            return None;
        }
        let places = self.0.get(&views.hash(row))?;
        let chain = &views.of(row).ledger.asset().chain;
        let fits =
            |link: &&BridgeLink| link.source_chain == *chain && link.confidence >= least_confidence;
        places.iter().filter_map(|place| table.get(*place)).find(fits)
    }
}

/// The two halves of a movement over a bridge, if the row's transaction is the first half. The
/// first half is what the transaction pays to a labelled bridge, or all its payments if no receiver
/// is labelled as a bridge. The second half is what the linked transaction pays out.
pub(super) fn bridged(
    set: &LedgerSet,
    views: Views<'_, '_>,
    row: LedgerRow,
    link: &BridgeLink,
) -> Vec<Conversion> {
    let own = views.of(row).ledger.rows_of_transaction(&views.hash(row));
    let own: Vec<LedgerRow> = own.into_iter().map(|other| row.ledger.row(other)).collect();
    let to_bridge = |row: &&LedgerRow| {
        let labels = set.labels.of(&views.receiver(**row));
        labels.iter().any(|label| label.category == Category::Bridge)
    };
    let mut gives: Vec<LedgerRow> = own.iter().filter(to_bridge).copied().collect();
    if gives.is_empty() {
        gives = own;
    }
    let mut receives = Vec::new();
    for (number, other) in views.0.iter().enumerate() {
        if other.ledger.asset().chain == link.destination_chain {
            let rows = other.ledger.rows_of_transaction(&link.destination_transaction);
            let rows = rows.into_iter().filter(|row| other.has(*row));
            receives.extend(rows.map(|row| LedgerId::at(number).row(row)));
        }
    }
    if receives.is_empty() {
        return Vec::new();
    }
    vec![Conversion { gives, receives, unpriced: false, bridge: Some(link.clone()) }]
}
