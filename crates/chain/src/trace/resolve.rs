//! Finds the seeds of a request, given by name, as rows and slots of ledgers.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use super::{
    Seed, TraceError, TraceRequest,
    seeds::{SeededOpening, Seeds, Span},
};
use crate::{
    amount::format_amount,
    ledger::{AddressId, Ledger, LedgerId, LedgerModel, LedgerRow, Opening, RowId, SlotId, View},
    set::LedgerSet,
    time::{Time, format_time},
    transfer::TransferKind,
    width::length_of,
};

/// A request's names, found in the ledgers.
pub(super) struct Resolved<'a> {
    pub(super) views: Vec<View<'a>>,
    pub(super) seeds: Seeds,
    /// What each ledger's seeds put in.
    pub(super) seeded: BTreeMap<LedgerId, u128>,
    pub(super) seed_descriptions: Vec<String>,
}

pub(super) fn resolve<'a>(
    set: &'a LedgerSet,
    request: &TraceRequest,
) -> Result<Resolved<'a>, TraceError> {
    let (at, ledger) = set.chosen(request.asset.as_deref())?;
    let mut openings = Vec::new();
    for (address, units) in &request.openings {
        openings.push(Opening { slot: slot_for_opening(ledger, address)?, units: *units });
    }
    let mut found = FoundSeeds {
        set,
        at,
        seeds: Seeds::default(),
        openings,
        descriptions: Vec::new(),
        senders: HashMap::new(),
    };
    for seed in &request.seeds {
        found.add(seed)?;
    }
    found.add_rows_of_addresses(ledger);
    let rows_of = |ledger: &Ledger| match request.until {
        Some(time) => ledger.rows_until(time),
        None => length_of(ledger.meta().transfers),
    };
    let mut views = Vec::new();
    for (number, ledger) in set.ledgers.iter().enumerate() {
        let chosen = LedgerId::at(number) == at;
        let stated = if chosen { found.openings.clone() } else { Vec::new() };
        views.push(View::new(ledger, stated, rows_of(ledger))?);
    }
    let FoundSeeds { mut seeds, descriptions, .. } = found;
    let view = |at: &LedgerRow| views.get(at.ledger.index());
    seeds.rows.retain(|at| view(at).is_some_and(|view| view.has(at.row)));
    let rows = seeds.rows.iter().filter_map(|at| Some(view(at)?.columns.amount(at.row)));
    let units = rows.chain(seeds.openings.iter().map(|opening| opening.units));
    let total = units.fold(0u128, u128::saturating_add);
    if total == 0 {
        let reason = "nothing moves from it in the time looked at".to_owned();
        return Err(TraceError::Seed { seed: descriptions.join(", "), reason });
    }
    let seeded = BTreeMap::from([(at, total)]);
    Ok(Resolved { views, seeds, seeded, seed_descriptions: descriptions })
}

/// An opening balance belongs to an address; under the UTXO model there is no such thing.
fn slot_for_opening(ledger: &Ledger, address: &str) -> Result<SlotId, TraceError> {
    let missing =
        |reason: &str| TraceError::Seed { seed: address.to_owned(), reason: reason.to_owned() };
    if ledger.meta().model == LedgerModel::Utxo {
        return Err(missing("a UTXO ledger has no opening balances; name the transactions"));
    }
    let address = ledger.address_id(address);
    let address =
        address.ok_or_else(|| missing("the address takes part in no transfer of this asset"))?;
    Ok(SlotId::new(address.number()))
}

/// The seeds found so far.
struct FoundSeeds<'a> {
    set: &'a LedgerSet,
    /// The ledger of the query's asset.
    at: LedgerId,
    seeds: Seeds,
    openings: Vec<Opening>,
    descriptions: Vec<String>,
    /// Addresses whose payments are seeds, and when.
    senders: HashMap<AddressId, Vec<Span>>,
}

impl FoundSeeds<'_> {
    fn add(&mut self, seed: &Seed) -> Result<(), TraceError> {
        let Some(ledger) = self.set.ledger(self.at) else { return Ok(()) };
        match seed {
            Seed::Transaction { hash, from } => {
                self.add_transaction(ledger, hash, from.as_deref())?
            }
            Seed::Address { address, since } => {
                self.descriptions
                    .push(format!("everything sent by {address}{}", since_text(*since)));
                let since = since.unwrap_or(Time::MIN);
                self.add_address(ledger, address, Span { since, until: Time::MAX })?;
            }
            Seed::Entity { name } => self.add_entity(ledger, name)?,
            Seed::Opening { address, units } => {
                let slot = slot_for_opening(ledger, address)?;
                self.openings.push(Opening { slot, units: *units });
                self.seeds.openings.push(SeededOpening { at: self.at.slot(slot), units: *units });
                let asset = ledger.asset();
                let amount = format_amount(*units, asset.decimals);
                self.descriptions.push(format!(
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
        // Only outputs of a UTXO transaction are seeds. Its inputs bring units into the transaction
        // and are not payments of it.
        let chosen = rows.iter().filter(|row| {
            let from = columns.from(**row);
            let paid = columns.kind(**row) != TransferKind::Fee;
            let fits = paid && sender.is_none_or(|sender| columns.owner(from) == sender);
            fits && (ledger.meta().model == LedgerModel::Account
                || Some(columns.owner(from)) == ledger.between_address())
        });
        let before = self.seeds.rows.len();
        self.seeds.rows.extend(chosen.map(|row| self.at.row(*row)));
        if self.seeds.rows.len() == before {
            return Err(missing("no transfer of this asset in such a transaction"));
        }
        self.descriptions.push(format!("the transfers of transaction {hash}"));
        Ok(())
    }

    fn add_address(
        &mut self,
        ledger: &Ledger,
        address: &str,
        span: Span,
    ) -> Result<(), TraceError> {
        let reason = || "the address takes part in no transfer of this asset".to_owned();
        let id = ledger.address_id(address);
        let id =
            id.ok_or_else(|| TraceError::Seed { seed: address.to_owned(), reason: reason() })?;
        self.senders.entry(id).or_default().push(span);
        self.seeds.addresses.insert(self.at.address(id), span);
        Ok(())
    }

    /// The transfers that the seeded addresses send. A cluster has many addresses, so the outputs
    /// are scanned once for all of them.
    fn add_rows_of_addresses(&mut self, ledger: &Ledger) {
        let columns = ledger.columns();
        let rows = &mut self.seeds.rows;
        let mut add = |slot: SlotId, spans: &[Span]| {
            let within = |row: &&RowId| spans.iter().any(|span| span.holds(columns.time(**row)));
            rows.extend(columns.outs(slot).iter().filter(within).map(|row| self.at.row(*row)));
        };
        if !columns.has_outputs() {
            let slot = |address: &AddressId| SlotId::new(address.number());
            self.senders.iter().for_each(|(address, spans)| add(slot(address), spans));
            return;
        }
        let owners = columns.owners().iter().enumerate();
        for (slot, owner) in owners.filter(|_| !self.senders.is_empty()) {
            if let Some(spans) = self.senders.get(owner) {
                add(SlotId::at(slot), spans);
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
            self.add_address(ledger, address, Span { since, until })?;
        }
        self.descriptions
            .push(format!("everything sent by the {} known addresses of {name}", present.len()));
        Ok(())
    }
}

/// The first moment of an address seed in words; empty if the seed covers all of time.
fn since_text(since: Option<Time>) -> String {
    since.map_or_else(String::new, |time| format!(" since {}", format_time(time)))
}
