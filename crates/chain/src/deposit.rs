//! Deposit addresses: the one way in which addresses of account chains are joined here.
//!
//! An exchange gives each customer an address of its own and empties it into a wallet of its own. So an
//! unlabelled address that passes nearly all that it gets on to one labelled exchange, soon, and to
//! nearly nobody else, is taken for a deposit address of that exchange. It is a rule of thumb and not a
//! label: it is used on request only, and every address that it names comes with the figures behind it.
//! It can be wrong about a customer's own wallet that was used for nothing but paying in.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    amount::mul_div,
    label::{Category, Label, LabelSet},
    ledger::{Ledger, LedgerModel},
    time::format_time,
    trace::{Money, percentage},
};

/// The name under which reports say how such an address is known.
pub const DEPOSIT_RULE: &str = "deposit-address rule";

/// Within which limits an address counts as a deposit address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DepositRule {
    /// The least share, in percent, of what it sends that must go to the exchange, and of what it got
    /// that it must have sent. The rest is fees and crumbs. Published studies of deposit addresses ask
    /// for the whole amount less a hundredth of an ether; a share serves any asset.
    pub least_percent: u8,
    /// Each payment to the exchange must follow at most so many seconds after the last money came in.
    /// Exchanges sweep within minutes to a day (in the phishing case of the tests within six hours);
    /// more finds later sweeps, and more wallets that are somebody's own.
    pub most_seconds: i64,
    /// At most so many addresses may pay in. A customer has a few; a service has many.
    pub most_senders: usize,
    /// At most so many others besides the exchange may be paid, where gas money is sent back.
    pub most_other_receivers: usize,
}

impl Default for DepositRule {
    fn default() -> Self {
        Self { least_percent: 95, most_seconds: 86_400, most_senders: 20, most_other_receivers: 1 }
    }
}

/// An address that the rule names, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DepositAddress {
    /// The address.
    pub address: String,
    /// The exchange.
    pub exchange: String,
    /// The exchange's wallets that it pays.
    pub wallets: Vec<String>,
    /// How it is known.
    pub rule: &'static str,
    /// The asset in which it behaves so.
    pub asset: String,
    /// What it got.
    pub received: Money,
    /// What it passed on to the exchange.
    pub forwarded: Money,
    /// The share of what it sent that went to the exchange, in percent.
    pub forwarded_percentage: String,
    /// From how many addresses it got it.
    pub senders: usize,
    /// In how many payments it passed it on.
    pub payments: usize,
    /// The longest that money lay there before it was passed on, in seconds.
    pub longest_wait_seconds: i64,
    /// The first and the last payment to the exchange.
    pub first_time: String,
    /// See `first_time`.
    pub last_time: String,
}

impl DepositAddress {
    /// The label that makes traces and exposures count the address as the exchange's.
    pub fn label(&self) -> Label {
        Label {
            address: self.address.clone(),
            entity: self.exchange.clone(),
            category: Category::Exchange,
            valid_from: None,
            valid_to: None,
            authority: None,
            source: DEPOSIT_RULE.to_owned(),
        }
    }
}

/// An address with more transfers than this is a service's and no deposit address; looking at it would
/// cost more than it tells.
const MOST_TRANSFERS: usize = 10_000;

/// An address that pays more others than this sweeps nothing.
const RECEIVERS_LOOKED_AT: usize = 64;

/// Every deposit address of the labelled exchanges in a ledger, in the order of addresses.
pub fn deposit_addresses(
    ledger: &Ledger,
    labels: &LabelSet,
    rule: DepositRule,
) -> Vec<DepositAddress> {
    if ledger.meta().model != LedgerModel::Account {
        return Vec::new();
    }
    let columns = ledger.columns();
    let mut candidates: BTreeSet<u32> = BTreeSet::new();
    let exchanges = labels.iter().filter(|(_, labels)| exchange_of(labels).is_some());
    for wallet in exchanges.filter_map(|(text, _)| ledger.address_id(text)) {
        candidates.extend(columns.ins(wallet).iter().map(|row| columns.from[*row as usize]));
    }
    let search = Search { ledger, labels, rule };
    candidates.into_iter().filter_map(|address| search.look_at(address)).collect()
}

/// Whether one address is a deposit address, and of which exchange.
pub fn deposit_address(
    ledger: &Ledger,
    labels: &LabelSet,
    rule: DepositRule,
    address: &str,
) -> Option<DepositAddress> {
    if ledger.meta().model != LedgerModel::Account {
        return None;
    }
    Search { ledger, labels, rule }.look_at(ledger.address_id(address)?)
}

fn exchange_of(labels: &[Label]) -> Option<&str> {
    let label = labels.iter().find(|label| label.category == Category::Exchange)?;
    (label.source != DEPOSIT_RULE).then_some(&label.entity)
}

struct Search<'a> {
    ledger: &'a Ledger,
    labels: &'a LabelSet,
    rule: DepositRule,
}

impl Search<'_> {
    fn look_at(&self, address: u32) -> Option<DepositAddress> {
        let text = self.ledger.address_text(address);
        let labelled = !self.labels.of(&text).is_empty();
        if labelled || self.ledger.is_pseudo_address(address) {
            return None;
        }
        let exchange = self.only_exchange(address)?;
        let found = self.forwards_to(address, &exchange)?;
        // What pays a deposit address is a customer's wallet and not a deposit address itself.
        let wallets = found.wallets.iter().filter_map(|text| self.ledger.address_id(text));
        let collects = |wallet: u32| self.forwards_to(wallet, &exchange).is_none();
        wallets.into_iter().all(collects).then_some(found)
    }

    fn party(&self, address: u32) -> Option<String> {
        exchange_of(self.labels.of(&self.ledger.address_text(address))).map(str::to_owned)
    }

    /// The exchange that an address pays, if there is just one.
    fn only_exchange(&self, address: u32) -> Option<String> {
        let columns = self.ledger.columns();
        let outs = columns.outs(address);
        if outs.len() > MOST_TRANSFERS || columns.ins(address).len() > MOST_TRANSFERS {
            return None;
        }
        let receivers: BTreeSet<u32> = outs.iter().map(|row| columns.to[*row as usize]).collect();
        if receivers.len() > RECEIVERS_LOOKED_AT {
            return None;
        }
        let exchanges: BTreeSet<String> =
            receivers.iter().filter_map(|receiver| self.party(*receiver)).collect();
        let mut exchanges = exchanges.into_iter();
        exchanges.next().filter(|_| exchanges.next().is_none())
    }

    /// Whether an address passes what it gets on to an exchange within the rule's limits.
    fn forwards_to(&self, address: u32, exchange: &str) -> Option<DepositAddress> {
        let (columns, rule) = (self.ledger.columns(), self.rule);
        let (outs, ins) = (columns.outs(address), columns.ins(address));
        if outs.is_empty() || outs.len().max(ins.len()) > MOST_TRANSFERS {
            return None;
        }
        let mut receivers: BTreeMap<u32, bool> = BTreeMap::new();
        let mut forwards: Vec<u32> = Vec::new();
        for row in outs {
            let to = columns.to[*row as usize];
            let own = *receivers
                .entry(to)
                .or_insert_with(|| to != address && self.party(to).as_deref() == Some(exchange));
            if own {
                forwards.push(*row);
            }
            if receivers.len() > RECEIVERS_LOOKED_AT {
                return None;
            }
        }
        let sum = |rows: &[u32]| rows.iter().map(|row| columns.amount.get(*row as usize)).sum();
        let (received, sent): (u128, u128) = (sum(ins), sum(outs));
        let forwarded: u128 = sum(&forwards);
        let senders: BTreeSet<u32> = ins.iter().map(|row| columns.from[*row as usize]).collect();
        let enough = |part: u128, whole: u128| {
            part >= whole - mul_div(whole, (100 - rule.least_percent.min(100)).into(), 100)
        };
        let others = receivers
            .iter()
            .filter(|(to, own)| !**own && !self.ledger.is_pseudo_address(**to))
            .count();
        let longest = self.longest_wait(&forwards, ins)?;
        let fits = enough(forwarded, sent)
            && enough(sent, received)
            && !senders.is_empty()
            && senders.len() <= rule.most_senders
            && others <= rule.most_other_receivers
            && longest <= rule.most_seconds;
        let time = |row: Option<&u32>| row.map_or(0, |row| columns.time(*row as usize));
        fits.then(|| DepositAddress {
            address: self.ledger.address_text(address),
            exchange: exchange.to_owned(),
            wallets: (receivers.iter().filter(|(_, own)| **own))
                .map(|(to, _)| self.ledger.address_text(*to))
                .collect(),
            rule: DEPOSIT_RULE,
            asset: self.ledger.asset().to_string(),
            received: Money::new(received, self.ledger),
            forwarded: Money::new(forwarded, self.ledger),
            forwarded_percentage: percentage(forwarded, sent),
            senders: senders.len(),
            payments: forwards.len(),
            longest_wait_seconds: longest,
            first_time: format_time(time(forwards.first())),
            last_time: format_time(time(forwards.last())),
        })
    }

    /// The longest time between a payment to the exchange and the last money before it; nothing when
    /// nothing came before.
    fn longest_wait(&self, forwards: &[u32], ins: &[u32]) -> Option<i64> {
        let columns = self.ledger.columns();
        let mut longest = 0;
        for row in forwards {
            let before = ins[..ins.partition_point(|incoming| incoming < row)].last()?;
            let wait = columns.time(*row as usize) - columns.time(*before as usize);
            longest = longest.max(wait);
        }
        (!forwards.is_empty()).then_some(longest)
    }
}
