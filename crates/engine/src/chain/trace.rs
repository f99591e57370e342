//! Following money forward.

use std::collections::BTreeSet;
use std::path::PathBuf;

use interdict_chain::bridge::{BridgeLink, read_bridge_csv};
use interdict_chain::cluster::ClusterReport;
use interdict_chain::ledger::Ledger;
use interdict_chain::set::LedgerSet;
use interdict_chain::trace::{Method, Seed, TraceRequest, trace};

use super::clustering::{JoinedAddresses, clusters, deposit_note, label_deposits, take_named};
use super::error::ChainError;
use super::labels::read_bytes;
use super::query_values::{read_amount, read_categories, read_openings};
use super::seeds::SeedResolver;
use super::trace_query::{TraceAnswer, TraceQuery};
use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

impl Session {
    /// Follows money forward.
    pub fn trace(&self, lists: &Lists, query: &TraceQuery) -> Result<TraceAnswer, EngineError> {
        let mut set = self.ledgers()?;
        set.labels = lists.labels(&query.labels)?;
        set.bridges = read_bridges(&query.bridge_links)?;
        let deposits =
            query.join.deposit_addresses.then(|| label_deposits(&mut set)).transpose()?;
        let chosen = set.choose(query.asset.as_deref()).map_err(ChainError::from)?;
        let ledger = &set.ledgers[chosen];
        let mut openings = read_openings(&query.openings, ledger)?;
        let resolver = SeedResolver { lists, set: &set, ledger, since: query.since };
        let mut seeds = resolver.resolve(&query.from, &mut openings)?;
        let mut joined = JoinedAddresses::default();
        if query.join.clusters {
            joined.clusters = with_clusters(ledger, &mut seeds)?;
        }
        let mut request = TraceRequest::new(seeds, query.method);
        request.openings = openings;
        if let Some(text) = &query.min_amount {
            request.limits.min_units = read_amount(text, ledger)?;
        }
        query.set_rules(&set, &mut request)?;
        let mut report = trace(&set, &request).map_err(ChainError::from)?;
        // The poison rule counts every tainted account in full, so its amounts do not add up.
        let mut accounts = report.accounts.iter().filter(|_| query.method != Method::Poison);
        if let Some(account) = accounts.find(|account| !account.closes) {
            return Err(ChainError::NotClosed(account.name.clone()).into());
        }
        if let Some(found) = deposits {
            report.notes.push(deposit_note(found.len()));
            joined.deposit_addresses =
                take_named(found, report.terminals.iter().map(|t| &t.address));
        }
        report.notes.extend(set.bridges.first().and_then(|_| bridge_note(&set)));
        let searched = lists.searched_for_labels(&query.labels);
        Ok(TraceAnswer { query: query.clone(), searched, report, joined })
    }
}

impl TraceQuery {
    /// Copies the rules and limits of the query into a request.
    fn set_rules(&self, set: &LedgerSet, request: &mut TraceRequest) -> Result<(), EngineError> {
        request.asset = self.asset.clone();
        request.until = self.until;
        request.limits.max_hops = self.max_hops;
        request.limits.max_fan_out = self.max_fan_out;
        request.limits.max_events = self.max_transfers.unwrap_or(request.limits.max_events);
        request.stop_at = read_categories(&self.stops.stop_at, set)?;
        request.pass_through = read_categories(&self.stops.pass_through, set)?;
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

fn read_bridges(paths: &[PathBuf]) -> Result<Vec<BridgeLink>, EngineError> {
    let mut links = Vec::new();
    for path in paths {
        links.extend(read_bridge_csv(&read_bytes(path)?).map_err(ChainError::from)?);
    }
    Ok(links)
}

/// A note on bridge links that cannot be followed.
fn bridge_note(set: &LedgerSet) -> Option<String> {
    let here: BTreeSet<&str> = set.ledgers.iter().map(|l| l.asset().chain.as_str()).collect();
    let leads = |link: &&BridgeLink| here.contains(link.destination_chain.as_str());
    let without = set.bridges.len() - set.bridges.iter().filter(leads).count();
    (without > 0).then(|| {
        format!("{without} bridge links lead to chains without a ledger; what they carry ends at the bridge")
    })
}
