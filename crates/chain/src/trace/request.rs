//! A forward query: seeds, method, limits, and where to stop.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::{label::Category, method::Method, time::Time};

/// What a trace starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seed {
    /// All transfers of a transaction, or those that one address sends in it.
    Transaction {
        /// Its hash.
        hash: String,
        /// The sender, when not all transfers are meant.
        from: Option<String>,
    },
    /// Everything that an address sends from a moment on.
    Address {
        /// The address.
        address: String,
        /// The moment; the beginning of the data when none is given.
        since: Option<Time>,
    },
    /// Everything that the addresses of a labelled party send, while its labels hold.
    Entity {
        /// The party's name.
        name: String,
    },
    /// A stated balance from before the data.
    Opening {
        /// The address.
        address: String,
        /// The amount in smallest units.
        units: u128,
    },
}

/// Where a trace is cut off. What is cut goes into a residual of its own name and is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Follow at most this many hops.
    pub max_hops: Option<u32>,
    /// Do not follow less than this, in smallest units.
    pub min_units: u128,
    /// Do not follow through addresses that send more transfers than this.
    pub max_fan_out: Option<u32>,
    /// Process at most this many transfers.
    pub max_events: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_hops: None, min_units: 0, max_fan_out: None, max_events: 50_000_000 }
    }
}

/// How the mixing rules are computed. The answers are the same; only the detail of hops differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strategy {
    /// Step by step, and in one pass over everything when the steps become too many.
    #[default]
    Automatic,
    /// Step by step.
    Steps,
    /// In one pass over all transfers, where the query allows it.
    OnePass,
}

/// A query of where money went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceRequest {
    /// The asset; the only ledger's when none is named.
    pub asset: Option<String>,
    /// What is traced.
    pub seeds: Vec<Seed>,
    /// The rule.
    pub method: Method,
    /// Stated balances from before the data that are not traced: known history that the data lack.
    pub openings: Vec<(String, u128)>,
    /// Leave out what happened after this moment.
    pub until: Option<Time>,
    /// Limits.
    pub limits: Limits,
    /// Kinds of parties to stop at besides those that [`Category::absorbs`].
    pub stop_at: BTreeSet<Category>,
    /// Kinds of parties to pass through although they absorb.
    pub pass_through: BTreeSet<Category>,
    /// Whether to stop at every labelled party.
    pub stop_at_any_label: bool,
    /// Addresses at which not to stop whatever their labels.
    pub never_stop_at: BTreeSet<String>,
    /// The largest number of terminals and of flows to list, largest amounts first; the rest is summed up.
    pub most_rows: usize,
    /// How to compute it.
    pub strategy: Strategy,
    /// Whether to follow fees to the maker of a UTXO block; if not they end as fees.
    pub follow_fees: bool,
    /// Follow bridge links with at least this confidence, in percent.
    pub least_bridge_confidence: u8,
    /// Whether to follow swaps and wraps into other assets.
    pub follow_swaps: bool,
}

impl TraceRequest {
    /// A query with nothing but its seeds and its rule.
    pub fn new(seeds: Vec<Seed>, method: Method) -> Self {
        Self {
            asset: None,
            seeds,
            method,
            openings: Vec::new(),
            until: None,
            limits: Limits::default(),
            stop_at: BTreeSet::new(),
            pass_through: BTreeSet::new(),
            stop_at_any_label: false,
            never_stop_at: BTreeSet::new(),
            most_rows: 10_000,
            strategy: Strategy::Automatic,
            follow_fees: false,
            least_bridge_confidence: 50,
            follow_swaps: true,
        }
    }

    pub(crate) fn stops_at(&self, category: &Category) -> bool {
        let by_kind = self.stop_at_any_label || category.absorbs();
        self.stop_at.contains(category) || by_kind && !self.pass_through.contains(category)
    }
}
