//! Random account histories and slow, plain reference implementations of the methods.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test file uses its part"
)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use interdict_chain::{
    asset::Asset,
    label::{Category, Label},
    ledger::LedgerBuilder,
    set::LedgerSet,
    trace::{Method, Seed, TraceReport, TraceRequest, trace},
    transfer::{Position, Transfer, TransferKind},
};
use num_rational::BigRational;
use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub from: usize,
    pub to: usize,
    pub units: u128,
}

pub type History = Vec<Event>;

pub fn histories(addresses: usize, length: usize, most: u128) -> impl Strategy<Value = History> {
    let event = (0..addresses, 0..addresses, 1..=most);
    let event = event.prop_map(|(from, to, units)| Event { from, to, units });
    proptest::collection::vec(event, 1..length)
}

pub fn name(address: usize) -> String {
    format!("wallet{address}")
}

pub fn hash(event: usize) -> String {
    format!("transfer{event}")
}

pub fn set(history: &[Event]) -> LedgerSet {
    let mut builder = LedgerBuilder::new(Asset::native("test", "TST", 0));
    for (at, event) in history.iter().enumerate() {
        let transfer = Transfer {
            position: Position { time: at as i64 + 1, ..Position::default() },
            transaction: hash(at),
            initiator: String::new(),
            from: name(event.from),
            to: name(event.to),
            units: event.units,
            kind: TransferKind::External,
        };
        builder.push(&transfer).unwrap();
    }
    LedgerSet { ledgers: vec![builder.finish_in_memory().unwrap()], ..LedgerSet::default() }
}

pub fn label(set: &mut LedgerSet, address: usize) {
    set.labels.add(Label {
        address: name(address),
        entity: format!("entity{address}"),
        category: Category::Sanctioned,
        valid_from: None,
        valid_to: None,
        authority: None,
        source: "test".to_owned(),
    });
}

pub fn seeds(events: &BTreeSet<usize>) -> Vec<Seed> {
    events.iter().map(|at| Seed::Transaction { hash: hash(*at), from: None }).collect()
}

pub fn traced(set: &LedgerSet, events: &BTreeSet<usize>, method: Method) -> TraceReport {
    trace(set, &TraceRequest::new(seeds(events), method)).unwrap()
}

/// What a report says is still held, by address.
pub fn held(report: &TraceReport) -> BTreeMap<String, u128> {
    let held = report.terminals.iter().filter(|t| t.outcome == "held");
    held.map(|t| (t.address.clone(), t.value.raw())).collect()
}

/// Wallets as rows of labelled coins; `None` is money that no seed tainted.
pub fn queue_reference(
    history: &[Event],
    seeds: &BTreeSet<usize>,
    newest_first: bool,
) -> BTreeMap<String, u128> {
    let mut wallets: BTreeMap<usize, VecDeque<(bool, u128)>> = BTreeMap::new();
    for (at, event) in history.iter().enumerate() {
        let wallet = wallets.entry(event.from).or_default();
        let balance: u128 = wallet.iter().map(|(_, units)| units).sum();
        if balance < event.units {
            wallet.push_back((false, event.units - balance));
        }
        let mut taken = Vec::new();
        let mut missing = event.units;
        while missing > 0 {
            let (tainted, units) =
                if newest_first { wallet.pop_back() } else { wallet.pop_front() }.unwrap();
            let used = units.min(missing);
            missing -= used;
            taken.push((tainted, used));
            if units > used {
                let rest = (tainted, units - used);
                if newest_first { wallet.push_back(rest) } else { wallet.push_front(rest) }
            }
        }
        let arriving = if seeds.contains(&at) { vec![(true, event.units)] } else { taken };
        wallets.entry(event.to).or_default().extend(arriving);
    }
    let tainted =
        |coins: &VecDeque<(bool, u128)>| coins.iter().filter(|c| c.0).map(|c| c.1).sum::<u128>();
    let sums = wallets.iter().map(|(address, coins)| (name(*address), tainted(coins)));
    sums.filter(|(_, units)| *units > 0).collect()
}

/// Wallets as a balance and its tainted part.
pub fn mixing_reference(
    history: &[Event],
    seeds: &BTreeSet<usize>,
    method: Method,
) -> BTreeMap<String, u128> {
    let mut wallets: BTreeMap<usize, (u128, u128)> = BTreeMap::new();
    for (at, event) in history.iter().enumerate() {
        let (balance, tainted) = wallets.get(&event.from).copied().unwrap_or_default();
        let balance = balance.max(event.units);
        let moved = match method {
            Method::Haircut => tainted * event.units / balance,
            Method::DirtyFirst => tainted.min(event.units),
            Method::CleanFirst => event.units.saturating_sub(balance - tainted),
            _ => unreachable!("no mixing method"),
        };
        if event.from == event.to && !seeds.contains(&at) {
            wallets.insert(event.from, (balance, tainted));
            continue;
        }
        wallets.insert(event.from, (balance - event.units, tainted - moved));
        let receiver = wallets.entry(event.to).or_default();
        receiver.0 += event.units;
        receiver.1 += if seeds.contains(&at) { event.units } else { moved };
    }
    wallets.iter().map(|(a, (_, t))| (name(*a), *t)).filter(|(_, t)| *t > 0).collect()
}

pub fn poison_reference(history: &[Event], seeds: &BTreeSet<usize>) -> BTreeSet<String> {
    let mut marked = BTreeSet::new();
    for (at, event) in history.iter().enumerate() {
        if seeds.contains(&at) || marked.contains(&name(event.from)) {
            marked.insert(name(event.to));
        }
    }
    marked
}

pub fn rational(value: u128) -> BigRational {
    BigRational::from_integer(value.into())
}

/// Haircut without rounding: what each wallet holds of what left `source`, money that comes back to
/// `source` or reaches another labelled wallet being lost to it.
pub fn forward_rational(
    history: &[Event],
    source: usize,
    labelled: &BTreeSet<usize>,
) -> Vec<BigRational> {
    let size = history.iter().map(|e| e.from.max(e.to)).max().unwrap_or(0).max(source) + 1;
    let mut tainted = vec![rational(0); size];
    let mut balance = vec![0u128; size];
    for event in history {
        balance[event.from] = balance[event.from].max(event.units);
        let moved = if event.from == source {
            rational(event.units)
        } else {
            &tainted[event.from] * rational(event.units) / rational(balance[event.from])
        };
        balance[event.from] -= event.units;
        balance[event.to] += event.units;
        if event.from == event.to {
            continue;
        }
        if event.from != source {
            tainted[event.from] -= &moved;
        }
        if !labelled.contains(&event.to) {
            tainted[event.to] += &moved;
        }
    }
    tainted
}

/// The same question asked backward: how much of `wallet`'s balance came from each labelled wallet.
pub fn backward_rational(
    history: &[Event],
    wallet: usize,
    labelled: &BTreeSet<usize>,
) -> BTreeMap<usize, BigRational> {
    let size = history.iter().map(|e| e.from.max(e.to)).max().unwrap_or(0).max(wallet) + 1;
    let mut before = Vec::new();
    let mut balance = vec![0u128; size];
    for event in history {
        balance[event.from] = balance[event.from].max(event.units);
        before.push(balance[event.from]);
        balance[event.from] -= event.units;
        balance[event.to] += event.units;
    }
    // How much of one unit in each wallet ends in the question.
    let mut share = vec![rational(0); size];
    share[wallet] = rational(1);
    let mut found: BTreeMap<usize, BigRational> = BTreeMap::new();
    for (event, before) in history.iter().zip(before).rev() {
        if event.from == event.to {
            continue;
        }
        let arriving = if labelled.contains(&event.to) && event.to != wallet {
            rational(0)
        } else {
            share[event.to].clone()
        };
        if labelled.contains(&event.from) && event.from != wallet {
            *found.entry(event.from).or_insert_with(|| rational(0)) +=
                arriving * rational(event.units);
            continue;
        }
        let part = rational(event.units) / rational(before);
        share[event.from] = &share[event.from] * (rational(1) - &part) + arriving * part;
    }
    found
}

/// What funds each transfer, newest or oldest units first: the transfer that brought them, or none.
pub fn funding_reference(history: &[Event], newest: bool) -> Vec<Vec<(Option<u32>, u128)>> {
    let mut held: BTreeMap<usize, VecDeque<(Option<u32>, u128)>> = BTreeMap::new();
    let mut funding = Vec::new();
    for (at, event) in history.iter().enumerate() {
        let purse = held.entry(event.from).or_default();
        let there: u128 = purse.iter().map(|(_, units)| units).sum();
        if there < event.units {
            purse.push_back((None, event.units - there));
        }
        let (mut missing, mut taken) = (event.units, Vec::new());
        while missing > 0 {
            let (source, units) =
                if newest { purse.pop_back() } else { purse.pop_front() }.unwrap();
            let part = units.min(missing);
            taken.push((source, part));
            missing -= part;
            if units > part && newest {
                purse.push_back((source, units - part));
            } else if units > part {
                purse.push_front((source, units - part));
            }
        }
        funding.push(taken);
        held.entry(event.to).or_default().push_back((Some(at as u32), event.units));
    }
    funding
}
