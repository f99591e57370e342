use std::path::PathBuf;

use interdict_chain::exposure::{Basis, ExposureReport};
use interdict_chain::time::Time;
use interdict_chain::trace::{Method, TraceReport};
use serde::Serialize;

use super::{JoinRules, Joined, LabelSources};

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
