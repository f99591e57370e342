//! Joining addresses of one owner: clusters of inputs and deposit addresses of exchanges.

use std::collections::{BTreeMap, BTreeSet};

use interdict_chain::cluster::{ClusterReport, cluster};
use interdict_chain::deposit::{DepositAddress, DepositRule, deposit_addresses};
use interdict_chain::ledger::Ledger;
use interdict_chain::set::LedgerSet;
use schemars::JsonSchema;
use serde::Serialize;

use super::error::ChainError;
use super::wallet_listing::WalletListing;
use crate::error::EngineError;

/// Which rules may join addresses that no label joins. None is used by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JoinRules {
    /// On UTXO chains: all addresses whose outputs were spent together with the address's.
    pub clusters: bool,
    /// On account chains: addresses that pass what they get on to a labelled exchange.
    pub deposit_addresses: bool,
}

/// The addresses that those rules joined in an answer, with the transactions they rest on.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct JoinedAddresses {
    /// The clusters of the addresses of the query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<ClusterReport>,
    /// The deposit addresses that the answer names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deposit_addresses: Vec<DepositAddress>,
}

/// An address of a cluster that a list names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListedMember {
    /// The address.
    pub address: String,
    /// The transaction that spent it together with another member.
    pub joined_by: Option<String>,
    /// Every record that names it.
    pub listings: Vec<WalletListing>,
}

/// Largest cluster, in addresses. A larger one belongs to a service with many customers, so a trace from all of it
/// would not concern one owner.
pub(super) const MAX_CLUSTER_MEMBERS: usize = 100_000;

/// The clusters of some addresses of one ledger; each address is in one of them.
pub(super) fn clusters(
    ledger: &Ledger,
    addresses: &[String],
) -> Result<Vec<ClusterReport>, EngineError> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    for address in addresses {
        if known.contains(address) {
            continue;
        }
        let report = cluster(ledger, address, MAX_CLUSTER_MEMBERS).map_err(ChainError::from)?;
        known.extend(report.members.iter().map(|member| member.address.clone()));
        found.push(report);
    }
    Ok(found)
}

/// Labels every deposit address of the labelled exchanges in the set, and returns them by address.
pub(super) fn label_deposits(
    set: &mut LedgerSet,
) -> Result<BTreeMap<String, DepositAddress>, ChainError> {
    let mut found = BTreeMap::new();
    for ledger in &set.ledgers {
        for deposit in deposit_addresses(ledger, &set.labels, DepositRule::default())? {
            found.entry(deposit.address.clone()).or_insert(deposit);
        }
    }
    found.values().for_each(|deposit| set.labels.add(deposit.label()));
    Ok(found)
}

/// The deposit addresses that an answer names, in the order of addresses.
pub(super) fn take_named<'a>(
    mut found: BTreeMap<String, DepositAddress>,
    addresses: impl Iterator<Item = &'a String>,
) -> Vec<DepositAddress> {
    let addresses: BTreeSet<&String> = addresses.collect();
    addresses.into_iter().filter_map(|address| found.remove(address)).collect()
}

/// States the limits of the deposit-address rule, for the reader of an answer.
pub(super) fn deposit_note(found: usize) -> String {
    let rule = DepositRule::default();
    format!(
        "deposit-address rule: {found} unlabelled addresses pass at least {} % of what they get on to one \
         labelled exchange, each time within {} hours, with at most {} senders and {} other receiver; \
         a customer's own wallet used for nothing else looks the same",
        rule.least_percent,
        rule.most_seconds / 3_600,
        rule.most_senders,
        rule.most_other_receivers,
    )
}
