//! What a wallet is exposed to.

use interdict_chain::exposure::{CategoryExposure, ExposureReport, ExposureRequest, exposure};

use interdict_chain::trace::Method;
use interdict_model::{Gap, GapCode};

use super::clustering::{JoinedAddresses, clusters, deposit_note, label_deposits, take_named};
use super::error::ChainError;
use super::exposure_query::{ExposureAnswer, ExposureQuery};
use super::query_values::{check_address, read_categories, read_openings};
use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

impl Session {
    /// Computes what a wallet is exposed to.
    pub fn exposure(
        &self,
        lists: &Lists,
        query: &ExposureQuery,
    ) -> Result<ExposureAnswer, EngineError> {
        let mut set = self.ledgers()?;
        set.labels = lists.labels(&query.labels)?;
        let deposits =
            query.join.deposit_addresses.then(|| label_deposits(&mut set)).transpose()?;
        let chosen = set.choose(query.asset.as_deref()).map_err(ChainError::from)?;
        let ledger = &set.ledgers[chosen];
        if !ledger.holds_address(&query.address) {
            check_address(&query.address)?;
        }
        let mut request = ExposureRequest::new(&query.address);
        request.asset = query.asset.clone();
        request.basis = query.basis;
        request.method = query.method;
        request.at = query.at;
        request.max_hops = query.max_hops;
        request.look_through = read_categories(&query.look_through, &set)?;
        request.path_coverage = query.path_coverage;
        request.max_events = query.max_transfers.unwrap_or(request.max_events);
        request.openings = read_openings(&query.openings, ledger)?;
        let mut joined = JoinedAddresses::default();
        if query.join.clusters {
            joined.clusters = clusters(ledger, std::slice::from_ref(&query.address))?;
            let members = joined.clusters.iter().flat_map(|cluster| &cluster.members).skip(1);
            request.together_with = members.map(|member| member.address.clone()).collect();
        }
        let mut report = exposure(&set, &request).map_err(ChainError::from)?;
        if !report.closes && query.method != Method::Poison {
            return Err(ChainError::NotClosed(report.asset).into());
        }
        if let Some(found) = deposits {
            report.notes.push(deposit_note(found.len()));
            let addresses = report.entities.iter().flat_map(|entity| &entity.addresses);
            joined.deposit_addresses = take_named(found, addresses);
        }
        let mut searched = lists.searched_for_labels(&query.labels);
        let verdict = searched.conclude(has_illicit_party(&report), &[], &unexplained(&report));
        Ok(ExposureAnswer { query: query.clone(), verdict, searched, report, joined })
    }
}

/// Whether the wallet is that of an illicit party, or one has a share.
fn has_illicit_party(report: &ExposureReport) -> bool {
    report.illicit_value.raw() > 0 || report.wallet_parties.iter().any(|party| party.illicit)
}

/// Shares that were not attributed to anybody: those beyond the limit of hops, and those from before
/// the data.
fn unexplained(report: &ExposureReport) -> Vec<Gap> {
    let gap = |share: &CategoryExposure| {
        let percent = &share.contribution_percentage;
        match share.category.as_str() {
            "beyond-max-hops" => Some(Gap::new(
                GapCode::LimitReached,
                format!("{percent} % lies beyond the limit of hops"),
            )),
            "unknown" => Some(Gap::new(
                GapCode::HistoryMissing,
                format!("{percent} % is from before the data, and its origin is unknown"),
            )),
            _ => None,
        }
    };
    report.categories.iter().filter_map(gap).collect()
}
