//! An exposure query.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

use crate::{label::Category, method::Method, time::Time, trace::Strategy};

/// The quantity that is divided into the shares of parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// What the wallet holds: where is it from?
    Balance,
    /// All that the wallet ever received: where was it from?
    Received,
    /// All that the wallet ever sent: where did it go?
    Sent,
}

impl std::str::FromStr for Basis {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "balance" => Ok(Self::Balance),
            "received" => Ok(Self::Received),
            "sent" => Ok(Self::Sent),
            _ => Err(format!("{text:?} is none of balance, received, sent")),
        }
    }
}

/// An exposure query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposureRequest {
    /// The wallet.
    pub address: String,
    /// Further addresses of the same wallet, as of its cluster: what moves between them is its own.
    pub together_with: Vec<String>,
    /// The asset; the only ledger's when none is named.
    pub asset: Option<String>,
    /// The quantity that is divided into shares.
    pub basis: Basis,
    /// The rule.
    pub method: Method,
    /// As of this moment; the end of the data when none is given.
    pub at: Option<Time>,
    /// Stated balances from before the data.
    pub openings: Vec<(String, u128)>,
    /// Kinds of labelled parties to look through as if they were not labelled.
    pub look_through: BTreeSet<Category>,
    /// Look back at most this many hops; the rest is reported as beyond the limit.
    pub max_hops: Option<u32>,
    /// List paths until this share of each party's contribution is explained, in percent.
    pub path_coverage: u8,
    /// How to compute it.
    pub strategy: Strategy,
    /// Process at most this many transfers.
    pub max_events: u64,
}

impl ExposureRequest {
    /// The origin of a wallet's balance under the haircut rule.
    pub fn new(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            together_with: Vec::new(),
            asset: None,
            basis: Basis::Balance,
            method: Method::Haircut,
            at: None,
            openings: Vec::new(),
            look_through: BTreeSet::new(),
            max_hops: None,
            path_coverage: 90,
            strategy: Strategy::Automatic,
            max_events: 50_000_000,
        }
    }
}
