//! The query for an exposure, and its answer.

use interdict_chain::exposure::{Basis, ExposureReport};
use interdict_chain::time::Time;
use interdict_chain::trace::Method;
use interdict_model::Verdict;
use schemars::JsonSchema;
use serde::Serialize;

use super::clustering::{JoinRules, JoinedAddresses};
use super::labels::LabelSources;
use super::query_record::serialize_time;
use crate::lists::SearchedLists;

/// A query for what share of a wallet comes from whom, or went to whom.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExposureQuery {
    /// The wallet.
    pub address: String,
    /// The asset; the only ledger's when none is named.
    pub asset: Option<String>,
    /// The amount that is divided into shares: the balance, or all that was received or sent.
    pub basis: Basis,
    /// The rule.
    pub method: Method,
    /// The time for which shares are computed; the end of the data if none is given.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Option<jiff::Timestamp>")]
    pub at: Option<Time>,
    /// The largest number of hops to look back.
    pub max_hops: Option<u32>,
    /// Kinds of labelled parties to look through as if they had no label.
    pub look_through: Vec<String>,
    /// List paths until this share of each party's contribution is explained, in percent.
    pub path_coverage: u8,
    /// Stop with an error after reading more transfers than this; `None` is the default limit.
    pub max_transfers: Option<u64>,
    /// Balances from before the data, as `ADDRESS:AMOUNT`.
    pub openings: Vec<String>,
    /// Where labels of addresses come from.
    pub labels: LabelSources,
    /// Which rules may join addresses that no label joins.
    pub join: JoinRules,
}

impl ExposureQuery {
    /// A query for the origin of a wallet's balance by the haircut rule, with labels from the lists.
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

/// The answer to a query for exposure.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExposureAnswer {
    /// The query, as it was understood.
    pub query: ExposureQuery,
    /// What the answer amounts to: a match if the wallet is that of an illicit party, or one has a share.
    pub verdict: Verdict,
    /// The lists behind the labels; none if only label packs were used.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// The share of each party.
    #[serde(flatten)]
    pub report: ExposureReport,
    /// Addresses that were joined by a rule.
    #[serde(flatten)]
    pub joined: JoinedAddresses,
}
