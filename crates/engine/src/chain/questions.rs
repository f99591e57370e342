use interdict_chain::amount::{Rounding, parse_amount};
use interdict_chain::exposure::{Basis, ExposureReport, ExposureRequest, exposure};
use interdict_chain::ledger::{Ledger, ledger_address};
use interdict_chain::set::LedgerSet;
use interdict_chain::time::Time;
use interdict_chain::trace::{Method, Seed, TraceError, TraceReport, TraceRequest, trace};
use interdict_model::wallet::{WalletAddress, WalletError};

use super::listings::is_wallet;
use super::{ChainError, LabelSources};
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
    /// Balances from before the data, as `ADDRESS:AMOUNT`. Where the address is traced, this balance
    /// is what is traced; elsewhere it is known history.
    pub openings: Vec<String>,
    /// Who stands behind addresses.
    pub labels: LabelSources,
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
    /// Balances from before the data, as `ADDRESS:AMOUNT`.
    pub openings: Vec<String>,
    /// Who stands behind addresses.
    pub labels: LabelSources,
}

impl Engine {
    /// Follows money forward.
    pub fn trace(
        &self,
        lists: &Lists,
        question: &TraceQuestion,
    ) -> Result<TraceReport, EngineError> {
        let mut set = self.ledgers()?;
        set.labels = lists.labels(&question.labels)?;
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
        let mut request = TraceRequest::new(seeds, question.method);
        request.asset = question.asset.clone();
        request.openings = openings;
        request.until = question.until;
        request.limits.max_hops = question.max_hops;
        if let Some(text) = &question.min_amount {
            request.limits.min_units = read_amount(text, ledger)?;
        }
        Ok(trace(&set, &request).map_err(ChainError::from)?)
    }

    /// Asks what a wallet is exposed to.
    pub fn exposure(
        &self,
        lists: &Lists,
        question: &ExposureQuestion,
    ) -> Result<ExposureReport, EngineError> {
        let mut set = self.ledgers()?;
        set.labels = lists.labels(&question.labels)?;
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
        request.openings = read_openings(&question.openings, ledger)?;
        Ok(exposure(&set, &request).map_err(ChainError::from)?)
    }
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
