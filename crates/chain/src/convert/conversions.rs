//! Carries tainted units from what was given to what was received.

use hashbrown::{HashMap, HashSet};
use schemars::JsonSchema;
use std::collections::BTreeMap;

use super::{
    bridged::{BridgeIndex, bridged},
    conversion::{Conversion, Views},
    netting::{conversions_of, rows_across},
};
use crate::{
    ledger::{LedgerId, LedgerRow, TxId, View},
    money::Money,
    parts::{Parts, add_part, total},
    set::LedgerSet,
    share::Share,
};

/// Tainted units to be put on a received transfer.
#[derive(Debug, Clone)]
pub(crate) struct Credit {
    pub(crate) row: LedgerRow,
    pub(crate) parts: Parts,
}

/// Tainted units that a row gave for another asset.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) row: LedgerRow,
    pub(crate) parts: Parts,
}

/// A conversion as reports show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, JsonSchema)]
pub struct ConversionUsed {
    /// The transaction in which it was received.
    pub transaction: String,
    /// The receiver.
    pub address: String,
    /// The transaction in which it was given: the same one, except for bridges.
    pub gave_transaction: String,
    /// The receiver of what was given: a pool, a contract or a bridge.
    pub gave_to: String,
    /// Asset given, with its chain.
    pub gave_asset: String,
    /// Tainted amount given.
    pub gave: Money,
    /// Asset received, with its chain.
    pub received_asset: String,
    /// Tainted amount received.
    pub received: Money,
    /// For bridges, the method by which the link was found; nothing for swaps and wraps.
    pub bridge_method: Option<String>,
    /// For bridges, the confidence in the link, in percent.
    pub bridge_confidence: Option<u8>,
    /// Whether several assets were given without a price; the largest tainted share was then taken.
    pub unpriced: bool,
}

/// The conversions of the transactions that a trace has reached. Each transaction is examined once, when the first
/// tainted unit moves in it.
#[derive(Debug, Default)]
pub(crate) struct Conversions {
    list: Vec<Conversion>,
    by_row: HashMap<LedgerRow, usize>,
    examined: HashSet<(LedgerId, TxId)>,
    /// Bridge links by the transaction that pays in, sorted when first needed.
    links: Option<BridgeIndex>,
    pub(crate) used: Vec<ConversionUsed>,
}

/// What was given of one asset: its tainted part by hops, and the whole.
#[derive(Debug, Default)]
struct GivenAsset {
    tainted: Parts,
    whole: u128,
}

impl GivenAsset {
    /// The tainted share in units of 2^-40, for comparing shares of different assets without floating
    /// point.
    fn share_q40(&self) -> u128 {
        Share::of(total(&self.tainted), self.whole).times(1 << 40)
    }
}

impl Conversions {
    /// Finds the conversions of a row's transaction.
    pub(crate) fn examine(
        &mut self,
        set: &LedgerSet,
        views: &[View<'_>],
        row: LedgerRow,
        least_confidence: u8,
    ) {
        let views = Views(views);
        let transaction = views.of(row).columns.transaction(row.row);
        if !self.examined.insert((row.ledger, transaction)) {
            return;
        }
        let rows = rows_across(views, row.ledger, transaction);
        for other in &rows {
            let transaction = views.of(*other).columns.transaction(other.row);
            self.examined.insert((other.ledger, transaction));
        }
        let links = self.links.get_or_insert_with(|| BridgeIndex::of(&set.bridges));
        let mut found = match links.of_row(&set.bridges, views, row, least_confidence) {
            Some(link) => bridged(set, views, row, link),
            None => Vec::new(),
        };
        if found.is_empty() && rows.iter().any(|other| other.ledger != row.ledger) {
            found = conversions_of(set, views, &rows);
        }
        for conversion in found {
            let id = self.list.len();
            self.by_row.extend(conversion.gives.iter().map(|row| (*row, id)));
            self.list.push(conversion);
        }
    }

    /// Whether a row gives its units for another asset.
    pub(crate) fn gives(&self, row: LedgerRow) -> bool {
        self.by_row.contains_key(&row)
    }

    /// The credits for tainted units given in one transaction.
    pub(crate) fn credits(&mut self, given: &[Given], views: &[View<'_>]) -> Vec<Credit> {
        let mut by_conversion: BTreeMap<usize, Vec<&Given>> = BTreeMap::new();
        for entry in given {
            if let Some(id) = self.by_row.get(&entry.row) {
                by_conversion.entry(*id).or_default().push(entry);
            }
        }
        let mut credits = Vec::new();
        for (id, entries) in by_conversion {
            let Some(conversion) = self.list.get(id) else { continue };
            credits.extend(carry_over(conversion, &entries, Views(views), &mut self.used));
        }
        credits
    }
}

/// Of the assets given, the one with the largest tainted share. Without prices the shares cannot be
/// weighted, so this share is carried over to what was received.
fn most_tainted(
    conversion: &Conversion,
    entries: &[&Given],
    views: Views<'_, '_>,
) -> Option<(LedgerId, GivenAsset)> {
    let mut assets: BTreeMap<LedgerId, GivenAsset> = BTreeMap::new();
    for row in &conversion.gives {
        let whole = &mut assets.entry(row.ledger).or_default().whole;
        *whole = whole.saturating_add(views.amount(*row));
    }
    for entry in entries {
        let asset = assets.entry(entry.row.ledger).or_default();
        for (hop, units) in &entry.parts {
            add_part(&mut asset.tainted, *hop, *units);
        }
    }
    assets.into_iter().max_by_key(|(_, asset)| asset.share_q40())
}

fn carry_over(
    conversion: &Conversion,
    entries: &[&Given],
    views: Views<'_, '_>,
    used: &mut Vec<ConversionUsed>,
) -> Vec<Credit> {
    let Some((ledger, asset)) = most_tainted(conversion, entries, views) else {
        return Vec::new();
    };
    let (tainted, gave_ledger) = (total(&asset.tainted), views.ledger(ledger).ledger);
    let given = entries.iter().map(|entry| entry.row).find(|row| row.ledger == ledger);
    let mut credits = Vec::new();
    for row in &conversion.receives {
        let received = Share::of(tainted, asset.whole).times(views.amount(*row));
        used.push(ConversionUsed {
            transaction: views.hash(*row),
            address: views.receiver(*row),
            gave_transaction: given.map(|row| views.hash(row)).unwrap_or_default(),
            gave_to: given.map(|row| views.receiver(row)).unwrap_or_default(),
            gave_asset: gave_ledger.asset().to_string(),
            gave: Money::new(tainted, gave_ledger),
            received_asset: views.of(*row).ledger.asset().to_string(),
            received: Money::new(received, views.of(*row).ledger),
            bridge_method: conversion.bridge.as_ref().map(|link| link.method.clone()),
            bridge_confidence: conversion.bridge.as_ref().map(|link| link.confidence),
            unpriced: conversion.unpriced,
        });
        credits.push(Credit { row: *row, parts: scale(&asset.tainted, tainted, received) });
    }
    credits
}

/// Splits `units` among hops as `parts` splits `tainted`.
fn scale(parts: &[(u32, u128)], tainted: u128, units: u128) -> Parts {
    let (mut sum, mut earlier) = (0u128, 0u128);
    let mut share = |(hop, part): &(u32, u128)| {
        sum = sum.saturating_add(*part);
        let until_here = Share::of(sum, tainted).times(units);
        let share = until_here - earlier;
        earlier = until_here;
        (*hop, share)
    };
    parts.iter().map(&mut share).filter(|(_, units)| *units > 0).collect()
}
