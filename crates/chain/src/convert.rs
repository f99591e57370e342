//! Swaps, wraps and pool shares: found per transaction by netting what each address gave and received.
//!
//! The pool is never tainted: what a beneficiary gives away tainted is carried over to what it receives,
//! in the same share, and both sides are written down, so that each asset's account still closes.

use std::collections::{BTreeMap, HashMap};

use crate::{
    amount::mul_div,
    label::Category,
    ledger::View,
    set::LedgerSet,
    trace::sink::{Parts, total},
};

/// Tainted units to be put on a received transfer.
#[derive(Debug, Clone)]
pub(crate) struct Credit {
    pub(crate) ledger: usize,
    pub(crate) row: u32,
    pub(crate) parts: Parts,
}

type RowIn = (usize, u32);

#[derive(Debug, Default)]
struct Conversion {
    gives: Vec<RowIn>,
    receives: Vec<RowIn>,
    /// Several assets were given and no price says how much each weighs.
    unpriced: bool,
}

/// A conversion as reports show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ConversionUsed {
    /// The transaction.
    pub transaction: String,
    /// Who gave.
    pub address: String,
    /// Asset given.
    pub gave_asset: String,
    /// Tainted units given, in smallest units.
    pub gave_units: String,
    /// Asset received.
    pub received_asset: String,
    /// Tainted units received, in smallest units.
    pub received_units: String,
    /// Whether several assets were given without a price; the largest tainted share was then taken.
    pub unpriced: bool,
}

/// The conversions of a set of ledgers.
#[derive(Debug, Default)]
pub(crate) struct Conversions {
    list: Vec<Conversion>,
    by_row: HashMap<RowIn, usize>,
    pub(crate) used: Vec<ConversionUsed>,
}

impl Conversions {
    /// Finds the conversions of all transactions that touch more than one ledger.
    pub(crate) fn of(set: &LedgerSet) -> Self {
        let mut found = Self::default();
        for rows in transactions_across(set) {
            for conversion in conversions_of(set, &rows) {
                let id = found.list.len();
                for row in &conversion.gives {
                    found.by_row.insert(*row, id);
                }
                found.list.push(conversion);
            }
        }
        found
    }

    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    pub(crate) fn gives(&self, ledger: usize, row: u32) -> bool {
        self.by_row.contains_key(&(ledger, row))
    }

    /// What the tainted units given in one transaction turn into.
    pub(crate) fn credits(
        &mut self,
        given: &[(usize, u32, Parts)],
        views: &[View<'_>],
    ) -> Vec<Credit> {
        let mut by_conversion: BTreeMap<usize, Vec<&(usize, u32, Parts)>> = BTreeMap::new();
        for entry in given {
            if let Some(id) = self.by_row.get(&(entry.0, entry.1)) {
                by_conversion.entry(*id).or_default().push(entry);
            }
        }
        let mut credits = Vec::new();
        for (id, entries) in by_conversion {
            credits.extend(self.credits_of(id, &entries, views));
        }
        credits
    }

    fn credits_of(
        &mut self,
        id: usize,
        entries: &[&(usize, u32, Parts)],
        views: &[View<'_>],
    ) -> Vec<Credit> {
        let conversion = &self.list[id];
        let amount = |(ledger, row): &RowIn| views[*ledger].columns.amount.get(*row as usize);
        // The tainted share of each asset given; the largest one counts.
        let mut shares: BTreeMap<usize, (BTreeMap<u32, u128>, u128)> = BTreeMap::new();
        for row in &conversion.gives {
            shares.entry(row.0).or_default().1 += amount(row);
        }
        for (ledger, _, parts) in entries.iter().copied() {
            let share = shares.entry(*ledger).or_default();
            for (hop, units) in parts {
                *share.0.entry(*hop).or_default() += units;
            }
        }
        let per_million = |(parts, whole): &(BTreeMap<u32, u128>, u128)| {
            mul_div(1 << 40, parts.values().sum::<u128>().min(*whole), *whole)
        };
        let Some((given_ledger, share)) = shares.iter().max_by_key(|(_, share)| per_million(share))
        else {
            return Vec::new();
        };
        let parts: Parts = share.0.iter().map(|(hop, units)| (*hop, *units)).collect();
        let (tainted, whole) = (total(&parts), share.1);
        let mut credits = Vec::new();
        for row in &conversion.receives {
            let received = mul_div(amount(row), tainted.min(whole), whole);
            let scaled = scale(&parts, tainted, received);
            self.used.push(ConversionUsed {
                transaction: views[row.0].ledger.transaction_hash(row.1 as usize),
                address: views[row.0].ledger.address_text(views[row.0].columns.to[row.1 as usize]),
                gave_asset: views[*given_ledger].ledger.asset().symbol.clone(),
                gave_units: tainted.to_string(),
                received_asset: views[row.0].ledger.asset().symbol.clone(),
                received_units: received.to_string(),
                unpriced: conversion.unpriced,
            });
            credits.push(Credit { ledger: row.0, row: row.1, parts: scaled });
        }
        credits
    }
}

/// Splits `units` among hops as `parts` splits `tainted`.
fn scale(parts: &[(u32, u128)], tainted: u128, units: u128) -> Parts {
    let (mut sum, mut earlier) = (0u128, 0u128);
    let mut share = |(hop, part): &(u32, u128)| {
        sum += part;
        let until_here = mul_div(units, sum, tainted);
        let share = until_here - earlier;
        earlier = until_here;
        (*hop, share)
    };
    parts.iter().map(&mut share).filter(|(_, units)| *units > 0).collect()
}

/// The rows of each transaction that moves more than one asset.
fn transactions_across(set: &LedgerSet) -> Vec<Vec<RowIn>> {
    let mut by_hash: HashMap<(&str, String), Vec<RowIn>> = HashMap::new();
    for (at, ledger) in set.ledgers.iter().enumerate() {
        let transaction = ledger.columns().transaction;
        let mut last: Option<(u32, String)> = None;
        for (row, id) in transaction.iter().enumerate() {
            if last.as_ref().is_none_or(|(known, _)| known != id) {
                last = Some((*id, ledger.transaction_hash(row)));
            }
            let hash = last.as_ref().map(|(_, hash)| hash.clone()).unwrap_or_default();
            if !hash.is_empty() {
                by_hash
                    .entry((ledger.asset().chain.as_str(), hash))
                    .or_default()
                    .push((at, row as u32));
            }
        }
    }
    let several = |rows: &Vec<RowIn>| rows.iter().any(|row| row.0 != rows[0].0);
    let mut groups: Vec<_> = by_hash.into_iter().filter(|(_, rows)| several(rows)).collect();
    groups.sort_unstable();
    groups.into_iter().map(|(_, rows)| rows).collect()
}

/// What one address gave (negative) and received by asset, and how busy it is elsewhere.
struct Party {
    net: BTreeMap<usize, i128>,
    degree: usize,
    initiator: bool,
    service: bool,
}

impl Party {
    fn gave(&self) -> Vec<usize> {
        self.net.iter().filter(|(_, net)| **net < 0).map(|(ledger, _)| *ledger).collect()
    }

    fn received(&self) -> Vec<usize> {
        self.net.iter().filter(|(_, net)| **net > 0).map(|(ledger, _)| *ledger).collect()
    }
}

fn parties(set: &LedgerSet, rows: &[RowIn]) -> BTreeMap<String, Party> {
    let mut parties: BTreeMap<String, Party> = BTreeMap::new();
    for (at, row) in rows {
        let ledger = &set.ledgers[*at];
        let columns = ledger.columns();
        let amount = i128::try_from(columns.amount.get(*row as usize)).unwrap_or(i128::MAX);
        for (slot, sign) in [(columns.from[*row as usize], -1), (columns.to[*row as usize], 1)] {
            if ledger.is_pseudo_address(ledger.owner_of(slot)) {
                continue;
            }
            let text = ledger.address_text(ledger.owner_of(slot));
            let party = parties.entry(text.clone()).or_insert_with(|| Party {
                net: BTreeMap::new(),
                degree: 0,
                initiator: ledger.initiator(*row as usize).as_deref() == Some(&text),
                service: is_service(set, &text),
            });
            let net = party.net.entry(*at).or_default();
            *net = net.saturating_add(sign * amount);
            party.degree += columns.outs(slot).len() + columns.ins(slot).len();
        }
    }
    parties
}

fn is_service(set: &LedgerSet, address: &str) -> bool {
    let service = |c: &Category| {
        matches!(c, Category::DecentralisedExchange | Category::Contract | Category::Bridge)
    };
    set.labels.of(address).iter().any(|label| service(&label.category))
}

/// The conversions of one transaction. A trader and its pool mirror each other, so the trader has to be
/// told apart: it sent the transaction, or it is the one address that takes part in fewest transfers.
/// Where that does not decide, there is no conversion and the trace goes through the pool as a wallet.
fn conversions_of(set: &LedgerSet, rows: &[RowIn]) -> Vec<Conversion> {
    let parties = parties(set, rows);
    let both =
        |party: &Party| !party.service && !party.gave().is_empty() && !party.received().is_empty();
    let candidates: Vec<(&String, &Party)> = parties.iter().filter(|(_, p)| both(p)).collect();
    let started = parties.iter().find(|(_, party)| party.initiator);
    if let Some(trader) = candidates.iter().find(|(_, party)| party.initiator) {
        return vec![conversion(set, rows, (trader.0, trader.1), trader.0)];
    }
    if let Some((name, party)) = started {
        return to_another(set, rows, &parties, (name, party));
    }
    let least = candidates.iter().map(|(_, party)| party.degree).min();
    let quiet: Vec<_> =
        candidates.iter().filter(|(_, party)| Some(party.degree) == least).collect();
    match quiet.as_slice() {
        [trader] => vec![conversion(set, rows, (trader.0, trader.1), trader.0)],
        _ => Vec::new(),
    }
}

/// A swap whose outcome goes to someone else: the sender only gave, and exactly one party only received.
fn to_another(
    set: &LedgerSet,
    rows: &[RowIn],
    parties: &BTreeMap<String, Party>,
    sender: (&String, &Party),
) -> Vec<Conversion> {
    let gave = sender.1.gave();
    let other_asset = |party: &Party| party.received().iter().any(|asset| !gave.contains(asset));
    let only_received =
        |party: &Party| !party.service && party.gave().is_empty() && other_asset(party);
    let receivers: Vec<&String> =
        parties.iter().filter(|(_, p)| only_received(p)).map(|(name, _)| name).collect();
    match (gave.is_empty(), receivers.as_slice()) {
        (false, [receiver]) => vec![conversion(set, rows, sender, receiver)],
        _ => Vec::new(),
    }
}

fn conversion(
    set: &LedgerSet,
    rows: &[RowIn],
    giver: (&String, &Party),
    receiver: &str,
) -> Conversion {
    let gave = giver.1.gave();
    let text = |(at, row): &RowIn, incoming: bool| {
        let (ledger, columns) = (&set.ledgers[*at], set.ledgers[*at].columns());
        let slot = if incoming { columns.to[*row as usize] } else { columns.from[*row as usize] };
        ledger.address_text(ledger.owner_of(slot))
    };
    let gives = rows.iter().filter(|row| gave.contains(&row.0) && text(row, false) == *giver.0);
    let receives =
        rows.iter().filter(|row| text(row, true) == receiver && text(row, false) != receiver);
    Conversion {
        gives: gives.copied().collect(),
        receives: receives.copied().collect(),
        unpriced: gave.len() > 1,
    }
}
