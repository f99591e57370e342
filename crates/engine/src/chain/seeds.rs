//! Where a trace starts.

use interdict_chain::ledger::{Ledger, ledger_address};
use interdict_chain::set::LedgerSet;
use interdict_chain::time::Time;
use interdict_chain::trace::{Seed, TraceError};
use interdict_model::EntityId;

use super::error::ChainError;
use super::query_values::check_address;
use super::wallet_listing::is_wallet;
use crate::error::EngineError;
use crate::lists::Lists;

/// Resolves the texts of a trace query: addresses, transactions, ids of listed entities, names of
/// labelled parties.
pub(super) struct SeedResolver<'a> {
    pub(super) lists: &'a Lists,
    pub(super) set: &'a LedgerSet,
    pub(super) ledger: &'a Ledger,
    /// Only transfers from this time on.
    pub(super) since: Option<Time>,
}

impl SeedResolver<'_> {
    /// The seeds of all texts. An address with an opening balance is traced from that balance, which
    /// is taken out of `openings`.
    pub(super) fn resolve(
        &self,
        texts: &[String],
        openings: &mut Vec<(String, u128)>,
    ) -> Result<Vec<Seed>, EngineError> {
        let mut seeds = Vec::new();
        for text in texts {
            let address = ledger_address(text).into_owned();
            match openings.iter().position(|(opened, _)| *opened == address) {
                Some(at) => {
                    let (address, units) = openings.swap_remove(at);
                    seeds.push(Seed::Opening { address, units });
                }
                None => seeds.extend(self.seeds(text)?),
            }
        }
        Ok(seeds)
    }

    fn seeds(&self, text: &str) -> Result<Vec<Seed>, EngineError> {
        let text = text.trim();
        let since = self.since;
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
        let Ok(entity) = id.parse::<EntityId>() else { return Ok(None) };
        let records = self.lists.records(&entity)?;
        if records.is_empty() {
            return Ok(None);
        }
        let mut wallets = Vec::new();
        for record in &records {
            let parts = self.lists.pointing_to(&record.id)?;
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
