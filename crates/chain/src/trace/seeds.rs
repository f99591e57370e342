//! Seeds by name become rows and slots of ledgers.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use super::{Seed, TraceError, TraceRequest, report::since_text, walk::Seeds};
use crate::{
    amount::format_amount,
    ledger::{Ledger, Opening, View},
    set::LedgerSet,
    time::Time,
    transfer::TransferKind,
};

/// A request's names, found in the ledgers.
pub(super) struct Resolved<'a> {
    pub(super) views: Vec<View<'a>>,
    pub(super) seeds: Seeds,
    /// What each ledger's seeds put in.
    pub(super) seeded: BTreeMap<usize, u128>,
    pub(super) words: Vec<String>,
}

pub(super) fn resolve<'a>(
    set: &'a LedgerSet,
    request: &TraceRequest,
) -> Result<Resolved<'a>, TraceError> {
    let at = set.choose(request.asset.as_deref())?;
    let ledger = &set.ledgers[at];
    let mut openings = Vec::new();
    for (address, units) in &request.openings {
        openings.push(Opening { slot: slot_for_opening(ledger, address)?, units: *units });
    }
    let mut found = Found {
        set,
        at,
        seeds: Seeds::default(),
        openings,
        words: Vec::new(),
        senders: HashMap::new(),
    };
    for seed in &request.seeds {
        found.add(seed)?;
    }
    found.add_rows_of_addresses(ledger);
    let rows_of = |ledger: &Ledger| match request.until {
        Some(time) => ledger.rows_until(time),
        None => ledger.meta().transfers as usize,
    };
    let mut views = Vec::new();
    for (number, ledger) in set.ledgers.iter().enumerate() {
        let stated = if number == at { found.openings.clone() } else { Vec::new() };
        views.push(View::new(ledger, stated, rows_of(ledger))?);
    }
    let Found { mut seeds, words, .. } = found;
    seeds.rows.retain(|(at, row)| (*row as usize) < views[*at].rows);
    let amount = |(at, row): &(usize, u32)| views[*at].columns.amount.get(*row as usize);
    let total: u128 = seeds.rows.iter().map(amount).sum::<u128>()
        + seeds.openings.iter().map(|(_, _, units)| units).sum::<u128>();
    if total == 0 {
        let reason = "nothing moves from it in the time looked at".to_owned();
        return Err(TraceError::Seed { seed: words.join(", "), reason });
    }
    Ok(Resolved { views, seeds, seeded: BTreeMap::from([(at, total)]), words })
}

/// An opening balance belongs to an address; under the UTXO model there is no such thing.
fn slot_for_opening(ledger: &Ledger, address: &str) -> Result<u32, TraceError> {
    let missing =
        |reason: &str| TraceError::Seed { seed: address.to_owned(), reason: reason.to_owned() };
    if ledger.meta().model == crate::ledger::LedgerModel::Utxo {
        return Err(missing("a UTXO ledger has no opening balances; name the transactions"));
    }
    ledger
        .address_id(address)
        .ok_or_else(|| missing("the address takes part in no transfer of this asset"))
}

struct Found<'a> {
    set: &'a LedgerSet,
    at: usize,
    seeds: Seeds,
    openings: Vec<Opening>,
    words: Vec<String>,
    /// Addresses whose payments are seeds, and when.
    senders: HashMap<u32, Vec<(Time, Time)>>,
}

impl Found<'_> {
    fn add(&mut self, seed: &Seed) -> Result<(), TraceError> {
        let ledger = &self.set.ledgers[self.at];
        match seed {
            Seed::Transaction { hash, from } => {
                self.add_transaction(ledger, hash, from.as_deref())?
            }
            Seed::Address { address, since } => {
                self.words.push(format!("everything sent by {address}{}", since_text(*since)));
                self.add_address(ledger, address, since.unwrap_or(Time::MIN), Time::MAX)?;
            }
            Seed::Entity { name } => self.add_entity(ledger, name)?,
            Seed::Opening { address, units } => {
                let slot = slot_for_opening(ledger, address)?;
                self.openings.push(Opening { slot, units: *units });
                self.seeds.openings.push((self.at, slot, *units));
                let asset = ledger.asset();
                let amount = format_amount(*units, asset.decimals);
                self.words.push(format!(
                    "{amount} {} held by {address} before the data begin",
                    asset.symbol
                ));
            }
        }
        Ok(())
    }

    fn add_transaction(
        &mut self,
        ledger: &Ledger,
        hash: &str,
        from: Option<&str>,
    ) -> Result<(), TraceError> {
        let missing =
            |reason: &str| TraceError::Seed { seed: hash.to_owned(), reason: reason.to_owned() };
        let rows = ledger.rows_of_transaction(hash);
        let columns = ledger.columns();
        let sender = match from {
            Some(text) => Some(
                ledger.address_id(text).ok_or_else(|| missing("its sender is not in the data"))?,
            ),
            None => None,
        };
        // A UTXO transaction is seeded by what it pays out; its inputs only gather.
        let chosen = rows.iter().filter(|row| {
            let from = columns.from[**row];
            let paid = columns.kind(**row) != TransferKind::Fee;
            let fits = paid && sender.is_none_or(|sender| ledger.owner_of(from) == sender);
            fits && (ledger.meta().model == crate::ledger::LedgerModel::Account
                || ledger.is_between(from))
        });
        let before = self.seeds.rows.len();
        self.seeds.rows.extend(chosen.map(|row| (self.at, *row as u32)));
        if self.seeds.rows.len() == before {
            return Err(missing("no transfer of this asset in such a transaction"));
        }
        self.words.push(format!("the transfers of transaction {hash}"));
        Ok(())
    }

    fn add_address(
        &mut self,
        ledger: &Ledger,
        address: &str,
        since: Time,
        until: Time,
    ) -> Result<(), TraceError> {
        let reason = || "the address takes part in no transfer of this asset".to_owned();
        let id = ledger.address_id(address);
        let id =
            id.ok_or_else(|| TraceError::Seed { seed: address.to_owned(), reason: reason() })?;
        self.senders.entry(id).or_default().push((since, until));
        self.seeds.addresses.insert((self.at, id), (since, until));
        Ok(())
    }

    /// What the seeded addresses send. A cluster has many, and outputs are looked through once for all.
    fn add_rows_of_addresses(&mut self, ledger: &Ledger) {
        let columns = ledger.columns();
        let rows = &mut self.seeds.rows;
        let mut add = |slot: u32, spans: &[(Time, Time)]| {
            let time = |row: &u32| columns.time(*row as usize);
            let within =
                |row: &&u32| spans.iter().any(|(from, to)| (*from..*to).contains(&time(row)));
            rows.extend(columns.outs(slot).iter().filter(within).map(|row| (self.at, *row)));
        };
        if columns.owner.is_empty() {
            self.senders.iter().for_each(|(address, spans)| add(*address, spans));
            return;
        }
        for (slot, owner) in columns.owner.iter().enumerate().filter(|_| !self.senders.is_empty()) {
            if let Some(spans) = self.senders.get(owner) {
                add(slot as u32, spans);
            }
        }
    }

    fn add_entity(&mut self, ledger: &Ledger, name: &str) -> Result<(), TraceError> {
        let addresses = self.set.labels.addresses_of(name);
        let present: Vec<&str> =
            addresses.into_iter().filter(|a| ledger.holds_address(a)).collect();
        if present.is_empty() {
            let reason = "no labelled address of that name takes part in a transfer of this asset"
                .to_owned();
            return Err(TraceError::Seed { seed: name.to_owned(), reason });
        }
        for address in &present {
            let wanted = name.to_lowercase();
            let label =
                self.set.labels.of(address).iter().find(|l| l.entity.to_lowercase() == wanted);
            let since = label.and_then(|l| l.valid_from).unwrap_or(Time::MIN);
            let until = label.and_then(|l| l.valid_to).unwrap_or(Time::MAX);
            self.add_address(ledger, address, since, until)?;
        }
        self.words
            .push(format!("everything sent by the {} known addresses of {name}", present.len()));
        Ok(())
    }
}
