use std::collections::BTreeSet;
use std::path::PathBuf;

use interdict_chain::amount::{Rounding, parse_amount};
use interdict_chain::bridge::{BridgeLink, read_bridge_csv};
use interdict_chain::cluster::ClusterReport;
use interdict_chain::exposure::{Basis, ExposureReport, ExposureRequest, exposure};
use interdict_chain::label::Category;
use interdict_chain::ledger::{Ledger, ledger_address};
use interdict_chain::set::LedgerSet;
use interdict_chain::time::Time;
use interdict_chain::trace::{Method, Seed, TraceError, TraceReport, TraceRequest, trace};
use interdict_model::wallet::{WalletAddress, WalletError};
use serde::Serialize;

use super::joining::{clusters, deposit_note, label_deposits, named};
use super::labels::read_bytes;
use super::listings::is_wallet;
use super::{ChainError, JoinRules, Joined, LabelSources};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::lists::Lists;

/// Where did it go?
#[derive(Debug, Clone)]
pub struct TraceQuestion {
    /// What is traced: addresses, transactions, ids of entities, names of labelled parties.
    pub from: Vec<String>,
    /// The asset; the only ledger's when none is named.
    pub asset: Option<String>,
    /// Only what was sent from this moment on.
    pub since: Option<Time>,
    /// Only what happened up to this moment.
    pub until: Option<Time>,
    /// The rule.
    pub method: Method,
    /// Follow at most so many hops.
    pub max_hops: Option<u32>,
    /// Do not follow less than this.
    pub min_amount: Option<String>,
    /// Do not follow through addresses that send more transfers than this.
    pub max_fan_out: Option<u32>,
    /// Give up when more transfers than this were looked at; the engine's own limit if none is given.
    pub max_transfers: Option<u64>,
    /// Where to stop besides the usual parties, and where not to.
    pub stops: StopRules,
    /// Whether to follow fees to the maker of a UTXO block.
    pub follow_fees: bool,
    /// Whether to follow swaps and wraps into other assets, and bridge links into other chains.
    pub follow_swaps: bool,
    /// Tables of bridge links.
    pub bridge_links: Vec<PathBuf>,
    /// Follow bridge links that are at least this sure, in percent.
    pub least_bridge_confidence: u8,
    /// Balances from before the data, as `ADDRESS:AMOUNT`. Where the address is traced, this balance
    /// is what is traced; elsewhere it is known history.
    pub openings: Vec<String>,
    /// Who stands behind addresses.
    pub labels: LabelSources,
    /// Which rules may join addresses that no label joins.
    pub join: JoinRules,
}

/// Where a trace stops besides the usual parties, and where it does not. Kinds of parties are words
/// such as `exchange` and `mixer`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StopRules {
    /// Kinds of parties to stop at, too.
    pub stop_at: Vec<String>,
    /// Kinds of parties to pass through although traces stop there.
    pub pass_through: Vec<String>,
    /// Whether to stop at every labelled party.
    pub at_any_label: bool,
}

impl TraceQuestion {
    /// Where it went, and nothing else: no limits, labels from the lists.
    pub fn new(from: Vec<String>, method: Method) -> Self {
        Self {
            from,
            asset: None,
            since: None,
            until: None,
            method,
            max_hops: None,
            min_amount: None,
            max_fan_out: None,
            max_transfers: None,
            stops: StopRules::default(),
            follow_fees: false,
            follow_swaps: true,
            bridge_links: Vec::new(),
            least_bridge_confidence: 50,
            openings: Vec::new(),
            labels: LabelSources::default(),
            join: JoinRules::default(),
        }
    }
}

/// The answer to a trace.
#[derive(Debug, Clone, Serialize)]
pub struct TraceAnswer {
    /// Where it went.
    #[serde(flatten)]
    pub report: TraceReport,
    /// Addresses that were joined by a rule.
    #[serde(flatten)]
    pub joined: Joined,
}

/// What share of a wallet comes from whom, or went to whom?
#[derive(Debug, Clone)]
pub struct ExposureQuestion {
    /// The wallet.
    pub address: String,
    /// The asset; the only ledger's when none is named.
    pub asset: Option<String>,
    /// Of what.
    pub basis: Basis,
    /// The rule.
    pub method: Method,
    /// As of this moment.
    pub at: Option<Time>,
    /// Look back at most so many hops.
    pub max_hops: Option<u32>,
    /// Kinds of labelled parties to look through as if they had no label.
    pub look_through: Vec<String>,
    /// List paths until this share of each party's contribution is explained, in percent.
    pub path_coverage: u8,
    /// Give up when more transfers than this were looked at; the engine's own limit if none is given.
    pub max_transfers: Option<u64>,
    /// Balances from before the data, as `ADDRESS:AMOUNT`.
    pub openings: Vec<String>,
    /// Who stands behind addresses.
    pub labels: LabelSources,
    /// Which rules may join addresses that no label joins.
    pub join: JoinRules,
}

impl ExposureQuestion {
    /// Where a wallet's balance is from, by the haircut rule, with labels from the lists.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            asset: None,
            basis: Basis::Balance,
            method: Method::Haircut,
            at: None,
            max_hops: None,
            look_through: Vec::new(),
            path_coverage: 90,
            max_transfers: None,
            openings: Vec::new(),
            labels: LabelSources::default(),
            join: JoinRules::default(),
        }
    }
}

/// The answer to a question of exposure.
#[derive(Debug, Clone, Serialize)]
pub struct ExposureAnswer {
    /// Whose share is how large.
    #[serde(flatten)]
    pub report: ExposureReport,
    /// Addresses that were joined by a rule.
    #[serde(flatten)]
    pub joined: Joined,
}

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
        let deposits = question.join.deposit_addresses.then(|| label_deposits(&mut set));
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
        let deposits = question.join.deposit_addresses.then(|| label_deposits(&mut set));
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
