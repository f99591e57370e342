//! Swaps, wraps and pool shares: found per transaction by netting what each address gave and received.
//!
//! The pool is never tainted: what a beneficiary gives away tainted is carried over to what it receives,
//! in the same share, and both sides are written down, so that each asset's account still closes.

mod bridged;

use bridged::{Links, bridged};
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

use crate::{
    amount::mul_div,
    bridge::BridgeLink,
    label::Category,
    ledger::View,
    set::LedgerSet,
    trace::{
        Money,
        sink::{Parts, total},
    },
    transfer::TransferKind,
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
    /// The bridge link that says so.
    bridge: Option<BridgeLink>,
}

/// A conversion as reports show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ConversionUsed {
    /// The transaction in which it was received.
    pub transaction: String,
    /// Who received.
    pub address: String,
    /// The transaction in which it was given; the same one but for bridges.
    pub gave_transaction: String,
    /// To whom it was given: a pool, a contract or a bridge.
    pub gave_to: String,
    /// Asset given, with its chain.
    pub gave_asset: String,
    /// Tainted amount given.
    pub gave: Money,
    /// Asset received, with its chain.
    pub received_asset: String,
    /// Tainted amount received.
    pub received: Money,
    /// For bridges, how the link is known; nothing for swaps and wraps.
    pub bridge_method: Option<String>,
    /// For bridges, how sure the link is, in percent.
    pub bridge_confidence: Option<u8>,
    /// Whether several assets were given without a price; the largest tainted share was then taken.
    pub unpriced: bool,
}

/// The conversions of the transactions that a trace has come to. Each transaction is looked at once,
/// when the first tainted unit moves in it.
#[derive(Debug, Default)]
pub(crate) struct Conversions {
    list: Vec<Conversion>,
    by_row: HashMap<RowIn, usize>,
    /// Transactions looked at: ledger and number there.
    seen: HashSet<(usize, u32)>,
    /// Places of bridge links by the transaction that pays in, sorted out when first needed.
    links: Option<Links>,
    pub(crate) used: Vec<ConversionUsed>,
}

impl Conversions {
    /// Looks at the transaction of a row.
    pub(crate) fn look(
        &mut self,
        set: &LedgerSet,
        views: &[View<'_>],
        (at, row): RowIn,
        least: u8,
    ) {
        let transaction = views[at].columns.transaction[row as usize];
        if !self.seen.insert((at, transaction)) {
            return;
        }
        let rows = rows_across(views, at, transaction);
        for (ledger, row) in &rows {
            self.seen.insert((*ledger, views[*ledger].columns.transaction[*row as usize]));
        }
        let links = self.links.get_or_insert_with(|| Links::of(&set.bridges));
        let mut found = match links.of_row(&set.bridges, &views[at], row, least) {
            Some(link) => bridged(set, views, (at, row), link),
            None => Vec::new(),
        };
        if found.is_empty() && rows.iter().any(|row| row.0 != at) {
            found = conversions_of(set, views, &rows);
        }
        for conversion in found {
            let id = self.list.len();
            for row in &conversion.gives {
                self.by_row.insert(*row, id);
            }
            self.list.push(conversion);
        }
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
            let receiver = |(at, row): RowIn| {
                views[at]
                    .ledger
                    .address_text(views[at].owner_of(views[at].columns.to[row as usize]))
            };
            let asset = |at: usize| views[at].ledger.asset().to_string();
            let hash = |(at, row): RowIn| views[at].ledger.transaction_hash(row as usize);
            let given = entries.iter().find(|entry| entry.0 == *given_ledger);
            let given = given.map(|entry| (entry.0, entry.1));
            self.used.push(ConversionUsed {
                transaction: hash(*row),
                address: receiver(*row),
                gave_transaction: given.map(hash).unwrap_or_default(),
                gave_to: given.map(receiver).unwrap_or_default(),
                gave_asset: asset(*given_ledger),
                gave: Money::new(tainted, views[*given_ledger].ledger),
                received_asset: asset(row.0),
                received: Money::new(received, views[row.0].ledger),
                bridge_method: conversion.bridge.as_ref().map(|link| link.method.clone()),
                bridge_confidence: conversion.bridge.as_ref().map(|link| link.confidence),
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

/// The rows of one transaction in all ledgers of its chain, found by its place and known by its hash.
fn rows_across(views: &[View<'_>], at: usize, transaction: u32) -> Vec<RowIn> {
    let here = &views[at];
    let first = here.columns.transaction.partition_point(|t| *t < transaction);
    let hash = here.ledger.transaction_hash(first);
    if hash.is_empty() {
        return Vec::new();
    }
    let (time, chain) = (here.columns.time[transaction as usize], &here.ledger.asset().chain);
    let mut rows = Vec::new();
    for (number, view) in views.iter().enumerate().filter(|(_, v)| v.ledger.asset().chain == *chain)
    {
        let times = view.columns.time;
        // Clocks that run backwards occur on UTXO chains only, which have one asset.
        let start = times.partition_point(|t| *t < time);
        for candidate in (start..times.len()).take_while(|t| times[*t] == time) {
            let placed = here.ledger.meta().blocks_known && view.ledger.meta().blocks_known;
            if placed && view.columns.index[candidate] != here.columns.index[transaction as usize] {
                continue;
            }
            let transactions = view.columns.transaction;
            let from = transactions.partition_point(|t| (*t as usize) < candidate);
            if from < transactions.len() && view.ledger.transaction_hash(from) == hash {
                let same = (from..transactions.len())
                    .take_while(|row| transactions[*row] as usize == candidate);
                rows.extend(same.filter(|row| *row < view.rows).map(|row| (number, row as u32)));
            }
        }
    }
    rows
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

fn parties(set: &LedgerSet, views: &[View<'_>], rows: &[RowIn]) -> BTreeMap<String, Party> {
    let mut parties: BTreeMap<String, Party> = BTreeMap::new();
    // What is paid for being included buys nothing of what is received.
    for (at, row) in rows.iter().filter(|row| !is_fee(views, **row)) {
        let (ledger, columns) = (views[*at].ledger, views[*at].columns);
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

fn is_fee(views: &[View<'_>], (at, row): RowIn) -> bool {
    let (view, columns) = (&views[at], views[at].columns);
    let to_fees = view.ledger.fee_address() == Some(view.owner_of(columns.to[row as usize]));
    to_fees || columns.kind(row as usize) == TransferKind::Fee
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
fn conversions_of(set: &LedgerSet, views: &[View<'_>], rows: &[RowIn]) -> Vec<Conversion> {
    let parties = parties(set, views, rows);
    let both =
        |party: &Party| !party.service && !party.gave().is_empty() && !party.received().is_empty();
    let candidates: Vec<(&String, &Party)> = parties.iter().filter(|(_, p)| both(p)).collect();
    let started = parties.iter().find(|(_, party)| party.initiator);
    if let Some(trader) = candidates.iter().find(|(_, party)| party.initiator) {
        return vec![conversion(views, rows, (trader.0, trader.1), trader.0)];
    }
    if let Some((name, party)) = started {
        return to_another(views, rows, &parties, (name, party));
    }
    let least = candidates.iter().map(|(_, party)| party.degree).min();
    let quiet: Vec<_> =
        candidates.iter().filter(|(_, party)| Some(party.degree) == least).collect();
    match quiet.as_slice() {
        [trader] => vec![conversion(views, rows, (trader.0, trader.1), trader.0)],
        _ => Vec::new(),
    }
}

/// A swap whose outcome goes to someone else: the sender only gave, and exactly one party only received.
fn to_another(
    views: &[View<'_>],
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
        (false, [receiver]) => vec![conversion(views, rows, sender, receiver)],
        _ => Vec::new(),
    }
}

fn conversion(
    views: &[View<'_>],
    rows: &[RowIn],
    giver: (&String, &Party),
    receiver: &str,
) -> Conversion {
    let gave = giver.1.gave();
    let text = |(at, row): &RowIn, incoming: bool| {
        let (ledger, columns) = (views[*at].ledger, views[*at].columns);
        let slot = if incoming { columns.to[*row as usize] } else { columns.from[*row as usize] };
        ledger.address_text(ledger.owner_of(slot))
    };
    let given = |row: &&RowIn| {
        gave.contains(&row.0) && !is_fee(views, **row) && text(row, false) == *giver.0
    };
    let gives = rows.iter().filter(given);
    let receives =
        rows.iter().filter(|row| text(row, true) == receiver && text(row, false) != receiver);
    Conversion {
        gives: gives.copied().collect(),
        receives: receives.copied().collect(),
        unpriced: gave.len() > 1,
        bridge: None,
    }
}
