use std::collections::BTreeSet;
use std::path::PathBuf;

use interdict_chain::amount::{Rounding, parse_amount};
use interdict_chain::bridge::{BridgeLink, read_bridge_csv};
use interdict_chain::cluster::ClusterReport;
use interdict_chain::exposure::{ExposureRequest, exposure};
use interdict_chain::label::Category;
use interdict_chain::ledger::{Ledger, ledger_address};
use interdict_chain::set::LedgerSet;
use interdict_chain::trace::{Seed, TraceError, TraceRequest, trace};
use interdict_model::wallet::{WalletAddress, WalletError};

use super::joining::{clusters, deposit_note, label_deposits, named};
use super::labels::read_bytes;
use super::listings::is_wallet;
use super::{ChainError, ExposureAnswer, ExposureQuestion, Joined, TraceAnswer, TraceQuestion};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::lists::Lists;

impl Engine {
    /// Follows money forward.
    pub fn trace(
        &self,
        lists: &Lists,
        question: &TraceQuestion,
    ) -> Result<TraceAnswer, EngineError> {
        let mut set = self.ledgers()?;
        set.labels = lists.labels(&question.labels)?;
        set.bridges = read_bridges(&question.bridge_links)?;
        let deposits =
            question.join.deposit_addresses.then(|| label_deposits(&mut set)).transpose()?;
        let chosen = set.choose(question.asset.as_deref()).map_err(ChainError::from)?;
        let ledger = &set.ledgers[chosen];
        let mut openings = read_openings(&question.openings, ledger)?;
        let mut seeds = Vec::new();
        for text in &question.from {
            let address = ledger_address(text).into_owned();
            match openings.iter().position(|(opened, _)| *opened == address) {
                Some(at) => {
                    let (address, units) = openings.swap_remove(at);
                    seeds.push(Seed::Opening { address, units });
                }
                None => seeds.extend(Seeker { lists, set: &set, ledger }.seeds(text, question)?),
            }
        }
        let mut joined = Joined::default();
        if question.join.clusters {
            joined.clusters = with_clusters(ledger, &mut seeds)?;
        }
        let mut request = TraceRequest::new(seeds, question.method);
        request.openings = openings;
        if let Some(text) = &question.min_amount {
            request.limits.min_units = read_amount(text, ledger)?;
        }
        question.set_rules(&set, &mut request)?;
        let mut report = trace(&set, &request).map_err(ChainError::from)?;
        if let Some(found) = deposits {
            report.notes.push(deposit_note(found.len()));
            joined.deposit_addresses = named(found, report.terminals.iter().map(|t| &t.address));
        }
        report.notes.extend(set.bridges.first().and_then(|_| bridge_note(&set)));
        Ok(TraceAnswer { report, joined })
    }

    /// Asks what a wallet is exposed to.
    pub fn exposure(
        &self,
        lists: &Lists,
        question: &ExposureQuestion,
    ) -> Result<ExposureAnswer, EngineError> {
        let mut set = self.ledgers()?;
        set.labels = lists.labels(&question.labels)?;
        let deposits =
            question.join.deposit_addresses.then(|| label_deposits(&mut set)).transpose()?;
        let chosen = set.choose(question.asset.as_deref()).map_err(ChainError::from)?;
        let ledger = &set.ledgers[chosen];
        if !ledger.holds_address(&question.address) {
            check_address(&question.address)?;
        }
        let mut request = ExposureRequest::new(&question.address);
        request.asset = question.asset.clone();
        request.basis = question.basis;
        request.method = question.method;
        request.at = question.at;
        request.max_hops = question.max_hops;
        request.look_through = categories(&question.look_through, &set)?;
        request.path_coverage = question.path_coverage;
        request.max_events = question.max_transfers.unwrap_or(request.max_events);
        request.openings = read_openings(&question.openings, ledger)?;
        let mut joined = Joined::default();
        if question.join.clusters {
            joined.clusters = clusters(ledger, std::slice::from_ref(&question.address))?;
            let members = joined.clusters.iter().flat_map(|cluster| &cluster.members).skip(1);
            request.together_with = members.map(|member| member.address.clone()).collect();
        }
        let mut report = exposure(&set, &request).map_err(ChainError::from)?;
        if let Some(found) = deposits {
            report.notes.push(deposit_note(found.len()));
            let addresses = report.entities.iter().flat_map(|entity| &entity.addresses);
            joined.deposit_addresses = named(found, addresses);
        }
        Ok(ExposureAnswer { report, joined })
    }
}

impl TraceQuestion {
    /// Puts the question's rules and limits into a request.
    fn set_rules(&self, set: &LedgerSet, request: &mut TraceRequest) -> Result<(), EngineError> {
        request.asset = self.asset.clone();
        request.until = self.until;
        request.limits.max_hops = self.max_hops;
        request.limits.max_fan_out = self.max_fan_out;
        request.limits.max_events = self.max_transfers.unwrap_or(request.limits.max_events);
        request.stop_at = categories(&self.stops.stop_at, set)?;
        request.pass_through = categories(&self.stops.pass_through, set)?;
        request.stop_at_any_label = self.stops.at_any_label;
        request.follow_fees = self.follow_fees;
        request.follow_swaps = self.follow_swaps;
        request.least_bridge_confidence = self.least_bridge_confidence;
        Ok(())
    }
}

/// Adds, for each address that is traced, the addresses that were spent together with it.
fn with_clusters(
    ledger: &Ledger,
    seeds: &mut Vec<Seed>,
) -> Result<Vec<ClusterReport>, EngineError> {
    let addresses = seeds.iter().filter_map(|seed| match seed {
        Seed::Address { address, .. } => Some(address.clone()),
        _ => None,
    });
    let found = clusters(ledger, &addresses.collect::<Vec<_>>())?;
    let since = seeds.iter().find_map(|seed| match seed {
        Seed::Address { since, .. } => *since,
        _ => None,
    });
    seeds.retain(|seed| !matches!(seed, Seed::Address { .. }));
    let members = found.iter().flat_map(|cluster| &cluster.members);
    seeds.extend(members.map(|m| Seed::Address { address: m.address.clone(), since }));
    Ok(found)
}

/// Kinds of parties by name. A word that nothing has would silently change nothing, so it is an error.
fn categories(texts: &[String], set: &LedgerSet) -> Result<BTreeSet<Category>, EngineError> {
    let read = |text: &String| {
        let category = Category::parse(text);
        let used = || set.labels.iter().any(|(_, l)| l.iter().any(|l| l.category == category));
        if matches!(category, Category::Other(_)) && !used() {
            let known = Category::names().join(", ");
            return Err(ChainError::Category { text: text.clone(), known }.into());
        }
        Ok(category)
    };
    texts.iter().map(read).collect()
}

fn read_bridges(paths: &[PathBuf]) -> Result<Vec<BridgeLink>, EngineError> {
    let mut links = Vec::new();
    for path in paths {
        links.extend(read_bridge_csv(&read_bytes(path)?).map_err(ChainError::from)?);
    }
    Ok(links)
}

/// What keeps bridge links from leading on.
fn bridge_note(set: &LedgerSet) -> Option<String> {
    let here: BTreeSet<&str> = set.ledgers.iter().map(|l| l.asset().chain.as_str()).collect();
    let leads = |link: &&BridgeLink| here.contains(link.destination_chain.as_str());
    let without = set.bridges.len() - set.bridges.iter().filter(leads).count();
    (without > 0).then(|| {
        format!("{without} bridge links lead to chains without a ledger; what they carry ends at the bridge")
    })
}

/// Finds what a word of a question means.
struct Seeker<'a> {
    lists: &'a Lists,
    set: &'a LedgerSet,
    ledger: &'a Ledger,
}

impl Seeker<'_> {
    fn seeds(&self, text: &str, question: &TraceQuestion) -> Result<Vec<Seed>, EngineError> {
        let text = text.trim();
        let since = question.since;
        let sent_by = |address: &str| Seed::Address { address: address.to_owned(), since };
        if self.ledger.holds_address(text) {
            return Ok(vec![sent_by(text)]);
        }
        if is_transaction(text) {
            return Ok(vec![Seed::Transaction { hash: text.to_owned(), from: None }]);
        }
        if let Some(wallets) = self.wallets_of(text)? {
            return Ok(wallets.iter().map(|wallet| sent_by(wallet)).collect());
        }
        let labelled = self.set.labels.addresses_of(text);
        if labelled.is_empty() {
            check_address(text)?;
            return Ok(vec![sent_by(text)]);
        }
        if since.is_none() {
            return Ok(vec![Seed::Entity { name: text.to_owned() }]);
        }
        let present = labelled.into_iter().filter(|address| self.ledger.holds_address(address));
        Ok(present.map(sent_by).collect())
    }

    /// The wallets of a listed entity that take part in transfers; nothing if there is no such entity.
    fn wallets_of(&self, id: &str) -> Result<Option<Vec<String>>, EngineError> {
        let records = self.lists.records(id)?;
        if records.is_empty() {
            return Ok(None);
        }
        let mut wallets = Vec::new();
        for record in &records {
            let parts = self.lists.pointing_to(record.id.as_str())?;
            for wallet in parts.iter().chain([record]).filter(|entity| is_wallet(entity)) {
                wallets.extend(
                    wallet.values("publicKey").iter().map(|a| ledger_address(a).into_owned()),
                );
            }
        }
        wallets.sort_unstable();
        wallets.dedup();
        let known = wallets.len();
        wallets.retain(|address| self.ledger.holds_address(address));
        if wallets.is_empty() {
            let reason = format!(
                "none of its {known} listed wallets takes part in a transfer of this asset"
            );
            let error = TraceError::Seed { seed: id.to_owned(), reason };
            return Err(ChainError::from(error).into());
        }
        Ok(Some(wallets))
    }
}

fn is_transaction(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A text of the shape of an address whose checksum is wrong is a slip, and not a missing address.
fn check_address(text: &str) -> Result<(), EngineError> {
    match WalletAddress::parse(text) {
        Ok(_) | Err(WalletError::Unrecognised) => Ok(()),
        Err(why) => Err(ChainError::address(text, why).into()),
    }
}

fn read_openings(texts: &[String], ledger: &Ledger) -> Result<Vec<(String, u128)>, EngineError> {
    let read = |text: &String| {
        // Addresses may hold colons themselves; amounts do not.
        let (address, amount) =
            text.rsplit_once(':').ok_or_else(|| ChainError::Opening(text.clone()))?;
        if !ledger.holds_address(address) {
            check_address(address)?;
        }
        Ok((ledger_address(address).into_owned(), read_amount(amount, ledger)?))
    };
    texts.iter().map(read).collect()
}

fn read_amount(text: &str, ledger: &Ledger) -> Result<u128, EngineError> {
    let amount = parse_amount(text, ledger.asset().decimals, Rounding::Reject);
    let failed = |source| ChainError::Amount { text: text.to_owned(), source };
    Ok(amount.map_err(failed)?.units)
}
