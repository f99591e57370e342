//! Deposit addresses: the only rule that joins addresses of account chains.
//!
//! An exchange gives each customer a separate address and empties it into one of the exchange's own
//! wallets. So an unlabelled address that soon forwards nearly everything it receives to one
//! labelled exchange, and almost nothing to others, is treated as a deposit address of that
//! exchange. This is a heuristic and not a label: it is used on request only, and every address
//! that it finds is reported with the figures behind it. It is wrong for a customer's own wallet
//! that was used only to pay into the exchange.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::{
    label::{Category, Label, LabelSet},
    ledger::{AddressId, Columns, Ledger, LedgerError, LedgerModel, RowId, SlotId, last_before},
    money::{Money, percentage},
    share::Share,
    time::format_time,
};

/// The name under which reports state how such an address was found.
pub const DEPOSIT_RULE: &str = "deposit-address rule";

/// The limits within which an address counts as a deposit address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DepositRule {
    /// The least share, in percent, of what it sends that must go to the exchange, and of what it received that it must
    /// have sent. The rest is fees and small remainders. Published studies require the whole amount less a hundredth of
    /// an ether; a share serves any asset.
    pub least_percent: u8,
    /// The largest number of seconds between the last money that came in and a payment to the exchange.
    /// Exchanges sweep within minutes to a day (in the phishing case of the tests within six hours);
    /// a longer time finds later sweeps, but also more wallets that belong to customers.
    pub most_seconds: i64,
    /// The largest number of addresses that may pay in. A customer has a few; a service has many.
    pub most_senders: usize,
    /// The largest number of receivers besides the exchange, where gas money is sent back.
    pub most_other_receivers: usize,
}

impl Default for DepositRule {
    fn default() -> Self {
        Self { least_percent: 95, most_seconds: 86_400, most_senders: 20, most_other_receivers: 1 }
    }
}

/// An address that the rule finds, with the figures behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DepositAddress {
    /// The address.
    pub address: String,
    /// The exchange.
    pub exchange: String,
    /// The exchange's wallets that it pays.
    pub wallets: Vec<String>,
    /// The rule by which it was found.
    pub rule: &'static str,
    /// The asset to which these figures apply.
    pub asset: String,
    /// What it received.
    pub received: Money,
    /// What it passed on to the exchange.
    pub forwarded: Money,
    /// The share of what it sent that went to the exchange, in percent.
    pub forwarded_percentage: String,
    /// The number of addresses that it received from.
    pub senders: usize,
    /// The number of payments to the exchange.
    pub payments: usize,
    /// The longest time between a payment to the exchange and the last money received before it, in seconds.
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

/// An address with more transfers than this belongs to a service and is no deposit address. It is
/// not examined, because that would be expensive.
const MAX_TRANSFERS: usize = 10_000;

/// An address that pays more receivers than this does not sweep its money to one exchange.
const MAX_RECEIVERS: usize = 64;

/// Every deposit address of the labelled exchanges in a ledger, in the order of addresses.
///
/// # Errors
/// When the ledger is damaged.
pub fn deposit_addresses(
    ledger: &Ledger,
    labels: &LabelSet,
    rule: DepositRule,
) -> Result<Vec<DepositAddress>, LedgerError> {
    let Some(search) = Search::new(ledger, labels, rule) else { return Ok(Vec::new()) };
    let columns = search.columns;
    let mut candidates: BTreeSet<AddressId> = BTreeSet::new();
    let exchanges = labels.iter().filter(|(_, labels)| exchange_of(labels).is_some());
    for wallet in exchanges.filter_map(|(text, _)| ledger.address_id(text)) {
        let senders = columns.ins(slot(wallet)).iter().map(|row| columns.from(*row));
        candidates.extend(senders.map(address));
    }
    let found = candidates.into_iter().filter_map(|address| search.deposit_address(address));
    let found = found.collect();
    ledger.check_damage()?;
    Ok(found)
}

/// Whether one address is a deposit address, and of which exchange.
///
/// # Errors
/// When the ledger is damaged.
pub fn deposit_address(
    ledger: &Ledger,
    labels: &LabelSet,
    rule: DepositRule,
    address: &str,
) -> Result<Option<DepositAddress>, LedgerError> {
    let search = Search::new(ledger, labels, rule).zip(ledger.address_id(address));
    let found = search.and_then(|(search, address)| search.deposit_address(address));
    ledger.check_damage()?;
    Ok(found)
}

fn exchange_of(labels: &[Label]) -> Option<&str> {
    let label = labels.iter().find(|label| label.category == Category::Exchange)?;
    (label.source != DEPOSIT_RULE).then_some(&label.entity)
}

/// Under the account model, the only one that the rule serves, addresses are slots.
fn slot(address: AddressId) -> SlotId {
    SlotId::new(address.number())
}

fn address(slot: SlotId) -> AddressId {
    AddressId::new(slot.number())
}

struct Search<'a> {
    ledger: &'a Ledger,
    columns: Columns<'a>,
    labels: &'a LabelSet,
    rule: DepositRule,
}

/// The receivers of an address, and its payments to one exchange.
struct Payments {
    /// Whether each receiver is a wallet of the exchange.
    receivers: BTreeMap<AddressId, bool>,
    to_exchange: Vec<RowId>,
}

impl<'a> Search<'a> {
    fn new(ledger: &'a Ledger, labels: &'a LabelSet, rule: DepositRule) -> Option<Self> {
        let columns = ledger.columns();
        let accounts = ledger.meta().model == LedgerModel::Account;
        accounts.then_some(Self { ledger, columns, labels, rule })
    }

    fn deposit_address(&self, address: AddressId) -> Option<DepositAddress> {
        let text = self.ledger.address_text(address);
        let labelled = !self.labels.of(&text).is_empty();
        if labelled || self.ledger.is_pseudo_address(address) {
            return None;
        }
        let exchange = self.only_exchange(address)?;
        let found = self.forwards_to(address, &exchange)?;
        // Addresses that pay a deposit address are customers' wallets and not deposit addresses.
        let mut wallets = found.wallets.iter().filter_map(|text| self.ledger.address_id(text));
        let collects = |wallet: AddressId| self.forwards_to(wallet, &exchange).is_none();
        wallets.all(collects).then_some(found)
    }

    fn party(&self, address: AddressId) -> Option<String> {
        exchange_of(self.labels.of(&self.ledger.address_text(address))).map(str::to_owned)
    }

    fn receiver(&self, row: RowId) -> AddressId {
        address(self.columns.to(row))
    }

    /// The exchange that an address pays, if there is just one.
    fn only_exchange(&self, address: AddressId) -> Option<String> {
        let (outs, ins) = (self.columns.outs(slot(address)), self.columns.ins(slot(address)));
        if outs.len().max(ins.len()) > MAX_TRANSFERS {
            return None;
        }
        let receivers: BTreeSet<AddressId> = outs.iter().map(|row| self.receiver(*row)).collect();
        if receivers.len() > MAX_RECEIVERS {
            return None;
        }
        let exchanges: BTreeSet<String> =
            receivers.iter().filter_map(|receiver| self.party(*receiver)).collect();
        let mut exchanges = exchanges.into_iter();
        exchanges.next().filter(|_| exchanges.next().is_none())
    }

    /// Splits the payments of an address; `None` if it pays too many others.
    fn payments(&self, address: AddressId, exchange: &str) -> Option<Payments> {
        let mut receivers: BTreeMap<AddressId, bool> = BTreeMap::new();
        let mut to_exchange = Vec::new();
        for row in self.columns.outs(slot(address)) {
            let to = self.receiver(*row);
            let own = *receivers
                .entry(to)
                .or_insert_with(|| to != address && self.party(to).as_deref() == Some(exchange));
            if own {
                to_exchange.push(*row);
            }
            if receivers.len() > MAX_RECEIVERS {
                return None;
            }
        }
        Some(Payments { receivers, to_exchange })
    }

    fn sum(&self, rows: &[RowId]) -> u128 {
        rows.iter().fold(0u128, |sum, row| sum.saturating_add(self.columns.amount(*row)))
    }

    /// Whether an address passes what it receives on to an exchange within the rule's limits.
    fn forwards_to(&self, address: AddressId, exchange: &str) -> Option<DepositAddress> {
        let (columns, rule) = (self.columns, self.rule);
        let (outs, ins) = (columns.outs(slot(address)), columns.ins(slot(address)));
        if outs.is_empty() || outs.len().max(ins.len()) > MAX_TRANSFERS {
            return None;
        }
        let Payments { receivers, to_exchange } = self.payments(address, exchange)?;
        let (received, sent, forwarded) = (self.sum(ins), self.sum(outs), self.sum(&to_exchange));
        let senders: BTreeSet<SlotId> = ins.iter().map(|row| columns.from(*row)).collect();
        let lost = Share::of((100 - rule.least_percent.min(100)).into(), 100);
        let enough = |part: u128, whole: u128| part >= whole - lost.times(whole);
        let others = receivers
            .iter()
            .filter(|(to, own)| !**own && !self.ledger.is_pseudo_address(**to))
            .count();
        let longest = self.longest_wait(&to_exchange, ins)?;
        let fits = enough(forwarded, sent)
            && enough(sent, received)
            && !senders.is_empty()
            && senders.len() <= rule.most_senders
            && others <= rule.most_other_receivers
            && longest <= rule.most_seconds;
        let time = |row: Option<&RowId>| row.map_or(0, |row| columns.time(*row));
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
            payments: to_exchange.len(),
            longest_wait_seconds: longest,
            first_time: format_time(time(to_exchange.first())),
            last_time: format_time(time(to_exchange.last())),
        })
    }

    /// The longest time between a payment to the exchange and the last money before it; nothing when
    /// nothing came before.
    fn longest_wait(&self, payments: &[RowId], ins: &[RowId]) -> Option<i64> {
        let mut longest = 0;
        for row in payments {
            let before = last_before(ins, *row)?;
            let wait = self.columns.time(*row).saturating_sub(self.columns.time(before));
            longest = longest.max(wait);
        }
        (!payments.is_empty()).then_some(longest)
    }
}
