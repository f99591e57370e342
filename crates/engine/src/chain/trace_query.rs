//! The query for a trace, and its answer.

use std::path::PathBuf;

use interdict_chain::time::Time;
use interdict_chain::trace::{Method, TraceReport};
use schemars::JsonSchema;
use serde::Serialize;

use super::clustering::{JoinRules, JoinedAddresses};
use super::labels::LabelSources;
use super::query_record::{serialize_paths, serialize_time};
use crate::lists::SearchedLists;

/// A query for where money went.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TraceQuery {
    /// What is traced: addresses, transactions, ids of entities, names of labelled parties.
    pub from: Vec<String>,
    /// The asset; the only ledger's when none is named.
    pub asset: Option<String>,
    /// Only transfers from this time on.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Option<jiff::Timestamp>")]
    pub since: Option<Time>,
    /// Only transfers up to this time.
    #[serde(serialize_with = "serialize_time")]
    #[schemars(with = "Option<jiff::Timestamp>")]
    pub until: Option<Time>,
    /// The rule.
    pub method: Method,
    /// The largest number of hops to follow.
    pub max_hops: Option<u32>,
    /// Do not follow less than this.
    pub min_amount: Option<String>,
    /// Do not follow through addresses that send more transfers than this.
    pub max_fan_out: Option<u32>,
    /// Stop with an error after reading more transfers than this; `None` is the default limit.
    pub max_transfers: Option<u64>,
    /// Where to stop besides the usual parties, and where not to.
    pub stops: StopRules,
    /// Whether to follow fees to the maker of a UTXO block.
    pub follow_fees: bool,
    /// Whether to follow swaps and wraps into other assets, and bridge links into other chains.
    pub follow_swaps: bool,
    /// Tables of bridge links.
    #[serde(serialize_with = "serialize_paths")]
    #[schemars(with = "Vec<String>")]
    pub bridge_links: Vec<PathBuf>,
    /// The least confidence of bridge links that are followed, in percent.
    pub least_bridge_confidence: u8,
    /// Balances from before the data, as `ADDRESS:AMOUNT`. If the address is traced, this balance is traced; otherwise
    /// it counts as known history.
    pub openings: Vec<String>,
    /// Where labels of addresses come from.
    pub labels: LabelSources,
    /// Which rules may join addresses that no label joins.
    pub join: JoinRules,
}

/// Where a trace stops besides the usual parties, and where it does not. Kinds of parties are words
/// such as `exchange` and `mixer`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StopRules {
    /// Kinds of parties to stop at, too.
    pub stop_at: Vec<String>,
    /// Kinds of parties to pass through although traces stop there.
    pub pass_through: Vec<String>,
    /// Whether to stop at every labelled party.
    pub at_any_label: bool,
}

impl TraceQuery {
    /// A query without limits, with labels from the lists.
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
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TraceAnswer {
    /// The query, as it was understood.
    pub query: TraceQuery,
    /// The lists behind the labels; none if only label packs were used. A trace has no verdict: a gap
    /// means that a party may lack its label.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// Where the money went.
    #[serde(flatten)]
    pub report: TraceReport,
    /// Addresses that were joined by a rule.
    #[serde(flatten)]
    pub joined: JoinedAddresses,
}
