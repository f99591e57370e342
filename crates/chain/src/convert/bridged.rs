//! Movements over bridges, found by their links.

use hashbrown::HashMap;

use super::{Conversion, RowIn};
use crate::{bridge::BridgeLink, label::Category, ledger::View, set::LedgerSet};

/// The places of links in their table, by the transaction that pays in.
#[derive(Debug)]
pub(super) struct Links(HashMap<String, Vec<usize>>);

impl Links {
    pub(super) fn of(table: &[BridgeLink]) -> Self {
        let mut links: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, link) in table.iter().enumerate() {
            links.entry(link.source_transaction.clone()).or_default().push(place);
        }
        Self(links)
    }

    /// The link whose first half is the row's transaction, if it is sure enough.
    pub(super) fn of_row<'t>(
        &self,
        table: &'t [BridgeLink],
        view: &View<'_>,
        row: u32,
        least: u8,
    ) -> Option<&'t BridgeLink> {
        if self.0.is_empty() {
            return None;
        }
        let places = self.0.get(&view.ledger.transaction_hash(row as usize))?;
        let chain = &view.ledger.asset().chain;
        let fits = |link: &&BridgeLink| link.source_chain == *chain && link.confidence >= least;
        places.iter().map(|place| &table[*place]).find(fits)
    }
}

/// The two halves of a movement over a bridge, when the row's transaction is the first half: what it pays
/// to a labelled bridge, or all of it when no receiver is labelled so, and what the second half pays out.
pub(super) fn bridged(
    set: &LedgerSet,
    views: &[View<'_>],
    (at, row): RowIn,
    link: &BridgeLink,
) -> Vec<Conversion> {
    let (view, hash) = (&views[at], views[at].ledger.transaction_hash(row as usize));
    let own: Vec<RowIn> =
        view.ledger.rows_of_transaction(&hash).into_iter().map(|row| (at, row as u32)).collect();
    let receiver = |(at, row): &RowIn| {
        let view = &views[*at];
        view.ledger.address_text(view.owner_of(view.columns.to[*row as usize]))
    };
    let to_bridge = |row: &&RowIn| {
        set.labels.of(&receiver(row)).iter().any(|label| label.category == Category::Bridge)
    };
    let mut gives: Vec<RowIn> = own.iter().filter(to_bridge).copied().collect();
    if gives.is_empty() {
        gives = own;
    }
    let mut receives = Vec::new();
    for (number, other) in
        views.iter().enumerate().filter(|(_, v)| v.ledger.asset().chain == link.destination_chain)
    {
        let rows = other.ledger.rows_of_transaction(&link.destination_transaction);
        receives.extend(
            rows.into_iter().filter(|row| *row < other.rows).map(|row| (number, row as u32)),
        );
    }
    if receives.is_empty() {
        return Vec::new();
    }
    vec![Conversion { gives, receives, unpriced: false, bridge: Some(link.clone()) }]
}
