//! Finds what a transaction exchanged: each address's net change of each asset shows who gave one asset
//! and received another.

use std::collections::BTreeMap;

use super::conversion::{Conversion, Views};
use crate::{
    label::Category,
    ledger::{LedgerId, LedgerRow, TxId},
    set::LedgerSet,
    transfer::TransferKind,
};

/// The rows of one transaction in all ledgers of its chain: candidates are found by time and place in
/// the block, and confirmed by hash.
pub(super) fn rows_across(
    views: Views<'_, '_>,
    ledger: LedgerId,
    transaction: TxId,
) -> Vec<LedgerRow> {
    let Some(here) = views.0.get(ledger.index()) else { return Vec::new() };
    let hash = here.ledger.hash_of(transaction);
    if hash.is_empty() {
        return Vec::new();
    }
    let (time, chain) = (here.columns.time_of(transaction), &here.ledger.asset().chain);
    let mut rows = Vec::new();
    for (number, view) in views.0.iter().enumerate() {
        if view.ledger.asset().chain != *chain {
            continue;
        }
        let times = view.columns.times();
        // Clocks that run backwards occur on UTXO chains only, which have one asset.
        let start = times.partition_point(|t| *t < time);
        let same_time = times.iter().skip(start).take_while(|t| **t == time).count();
        let placed = here.ledger.meta().blocks_known && view.ledger.meta().blocks_known;
        for candidate in (start..start + same_time).map(TxId::at) {
            let index = view.columns.index_of(candidate);
            if placed && index != here.columns.index_of(transaction) {
                continue;
            }
            if view.ledger.hash_of(candidate) == hash {
                let own = view.columns.rows_of(candidate).filter(|row| view.has(*row));
                rows.extend(own.map(|row| LedgerId::at(number).row(row)));
            }
        }
    }
    rows
}

/// An address of one transaction.
struct Trader {
    /// What it received less what it gave, by asset.
    net: BTreeMap<LedgerId, i128>,
    /// The number of transfers in which it takes part elsewhere.
    degree: usize,
    initiator: bool,
    service: bool,
}

impl Trader {
    fn gave(&self) -> Vec<LedgerId> {
        self.net.iter().filter(|(_, net)| **net < 0).map(|(ledger, _)| *ledger).collect()
    }

    fn received(&self) -> Vec<LedgerId> {
        self.net.iter().filter(|(_, net)| **net > 0).map(|(ledger, _)| *ledger).collect()
    }

    /// Whether it exchanged one asset for another on its own account.
    fn swapped(&self) -> bool {
        !self.service && !self.gave().is_empty() && !self.received().is_empty()
    }
}

fn traders(set: &LedgerSet, views: Views<'_, '_>, rows: &[LedgerRow]) -> BTreeMap<String, Trader> {
    let mut traders: BTreeMap<String, Trader> = BTreeMap::new();
    // A fee is paid for inclusion and buys nothing of what is received.
    for at in rows.iter().filter(|row| !is_fee(views, **row)) {
        let view = views.of(*at);
        let (ledger, columns) = (view.ledger, view.columns);
        let amount = i128::try_from(columns.amount(at.row)).unwrap_or(i128::MAX);
        for (slot, change) in [(columns.from(at.row), -amount), (columns.to(at.row), amount)] {
            let owner = columns.owner(slot);
            if ledger.is_pseudo_address(owner) {
                continue;
            }
            let text = ledger.address_text(owner);
            let trader = traders.entry(text.clone()).or_insert_with(|| Trader {
                net: BTreeMap::new(),
                degree: 0,
                initiator: ledger.initiator(at.row).as_deref() == Some(&text),
                service: is_service(set, &text),
            });
            let net = trader.net.entry(at.ledger).or_default();
            *net = net.saturating_add(change);
            trader.degree += columns.outs(slot).len() + columns.ins(slot).len();
        }
    }
    traders
}

fn is_fee(views: Views<'_, '_>, at: LedgerRow) -> bool {
    let view = views.of(at);
    let receiver = view.owner_of(view.columns.to(at.row));
    view.ledger.fee_address() == Some(receiver) || view.columns.kind(at.row) == TransferKind::Fee
}

fn is_service(set: &LedgerSet, address: &str) -> bool {
    let service = |c: &Category| {
        matches!(c, Category::DecentralisedExchange | Category::Contract | Category::Bridge)
    };
    set.labels.of(address).iter().any(|label| service(&label.category))
}

/// The conversions of one transaction. A trader and its pool mirror each other: each gives what the
/// other receives. The trader is the sender of the transaction or, if the sender is not known, the one
/// address that takes part in the fewest transfers. If this does not decide, there is no conversion, and the trace follows the
/// pool like any wallet.
pub(super) fn conversions_of(
    set: &LedgerSet,
    views: Views<'_, '_>,
    rows: &[LedgerRow],
) -> Vec<Conversion> {
    let traders = traders(set, views, rows);
    let candidates: Vec<(&String, &Trader)> =
        traders.iter().filter(|(_, trader)| trader.swapped()).collect();
    let exchange = |giver: (&String, &Trader), receiver: &str| {
        let exchange = Exchange { giver: giver.0, gave: giver.1.gave(), receiver };
        vec![exchange.conversion(views, rows)]
    };
    if let Some(trader) = candidates.iter().find(|(_, trader)| trader.initiator) {
        return exchange(*trader, trader.0);
    }
    if let Some(sender) = traders.iter().find(|(_, trader)| trader.initiator) {
        let receiver = only_receiver(&traders, &sender.1.gave());
        return receiver.map_or_else(Vec::new, |receiver| exchange(sender, receiver));
    }
    let least = candidates.iter().map(|(_, trader)| trader.degree).min();
    let mut quiet = candidates.iter().filter(|(_, trader)| Some(trader.degree) == least);
    match (quiet.next(), quiet.next()) {
        (Some(trader), None) => exchange(*trader, trader.0),
        _ => Vec::new(),
    }
}

/// The receiver of a swap whose proceeds are paid to another address: the only party that gave
/// nothing and received an asset other than those given.
fn only_receiver<'t>(
    traders: &'t BTreeMap<String, Trader>,
    gave: &[LedgerId],
) -> Option<&'t String> {
    let other_asset = |trader: &Trader| trader.received().iter().any(|asset| !gave.contains(asset));
    let only_received =
        |trader: &Trader| !trader.service && trader.gave().is_empty() && other_asset(trader);
    let mut receivers = traders.iter().filter(|(_, t)| only_received(t)).map(|(name, _)| name);
    match (gave.is_empty(), receivers.next(), receivers.next()) {
        (false, Some(receiver), None) => Some(receiver),
        _ => None,
    }
}

/// The two sides of an exchange.
struct Exchange<'e> {
    giver: &'e str,
    gave: Vec<LedgerId>,
    receiver: &'e str,
}

impl Exchange<'_> {
    fn conversion(&self, views: Views<'_, '_>, rows: &[LedgerRow]) -> Conversion {
        let given = |row: &&LedgerRow| {
            let own_asset = self.gave.contains(&row.ledger) && !is_fee(views, **row);
            own_asset && views.sender(**row) == self.giver
        };
        let received = |row: &&LedgerRow| {
            views.receiver(**row) == self.receiver && views.sender(**row) != self.receiver
        };
        Conversion {
            gives: rows.iter().filter(given).copied().collect(),
            receives: rows.iter().filter(received).copied().collect(),
            unpriced: self.gave.len() > 1,
            bridge: None,
        }
    }
}
