//! Bodies of requests about wallets and flows of money.

use std::str::FromStr;

use interdict_engine::tracing::{Basis, Method, Time, parse_time};
use interdict_engine::{
    ExposureQuery, JoinRules, LabelSources, StopRules, TraceQuery, WalletQuery,
};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::ChainFiles;
use crate::error::ApiError;

/// Default and maximum number of transfers that one request may examine. More would block a place of the concurrency
/// limit for longer than callers wait.
const TRANSFERS: (u64, u64) = (1_000_000, 5_000_000);
/// The longest list in a body.
const MOST_VALUES: usize = 1_000;

/// An address. It is in the body, because the URLs of requests are often logged.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WalletCall {
    address: String,
    /// On UTXO chains: all addresses whose outputs were spent together with the address's.
    #[serde(default)]
    clusters: bool,
    /// On account chains: addresses that pass what they get on to a labelled exchange.
    #[serde(default)]
    deposit_addresses: bool,
}

/// A forward trace.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TraceCall {
    /// The seeds of the trace: addresses, transactions, ids of listed entities, names of labelled parties.
    from: Vec<String>,
    /// A symbol, a contract, or chain:symbol; the ledger's own if there is only one ledger.
    asset: Option<String>,
    /// Only transfers from this moment on (RFC 3339, a day, or Unix seconds).
    since: Option<String>,
    /// Only transfers up to this moment.
    until: Option<String>,
    /// fifo, lifo, haircut, dirty-first, clean-first, tiho or poison; fifo by default.
    method: Option<String>,
    max_hops: Option<u32>,
    /// Do not follow amounts below this one, in units of the asset.
    min_amount: Option<String>,
    /// Do not follow through addresses that send more transfers than this.
    max_fan_out: Option<u32>,
    /// A million by default; at most five.
    max_transfers: Option<u64>,
    /// Additional kinds of parties at which traces stop.
    #[serde(default)]
    stop_at: Vec<String>,
    /// Kinds of parties that are passed through although traces stop there by default.
    #[serde(default)]
    pass_through: Vec<String>,
    #[serde(default)]
    stop_at_any_label: bool,
    #[serde(default)]
    follow_fees: bool,
    /// True by default.
    follow_swaps: Option<bool>,
    /// Balances from before the data, as ADDRESS:AMOUNT.
    #[serde(default)]
    openings: Vec<String>,
    #[serde(default)]
    clusters: bool,
    #[serde(default)]
    deposit_addresses: bool,
}

/// The exposure of a wallet: the share of each source or destination.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExposureCall {
    address: String,
    /// As for traces.
    asset: Option<String>,
    /// The base of the shares: balance, received or sent; balance by default.
    basis: Option<String>,
    /// haircut, fifo or lifo; for a balance also poison, dirty-first, clean-first or tiho. haircut by default.
    method: Option<String>,
    /// The moment; the end of the data by default.
    at: Option<String>,
    max_hops: Option<u32>,
    /// Kinds of labelled parties to look through as if they had no label.
    #[serde(default)]
    look_through: Vec<String>,
    /// List paths until this share of each party's contribution is explained, in percent; 90 by default.
    path_coverage: Option<u8>,
    /// As for traces.
    max_transfers: Option<u64>,
    /// Balances from before the data, as ADDRESS:AMOUNT.
    #[serde(default)]
    openings: Vec<String>,
    #[serde(default)]
    clusters: bool,
    #[serde(default)]
    deposit_addresses: bool,
}

impl WalletCall {
    pub(super) fn read(self, files: &ChainFiles) -> WalletQuery {
        let join = JoinRules { clusters: self.clusters, deposit_addresses: self.deposit_addresses };
        WalletQuery { address: self.address, labels: labels(files), join }
    }
}

impl TraceCall {
    pub(super) fn read(self, files: &ChainFiles) -> Result<TraceQuery, ApiError> {
        if self.from.is_empty() {
            return Err(ApiError::Shape("from: name what is traced".to_owned()));
        }
        for (name, values) in [
            ("from", &self.from),
            ("stop_at", &self.stop_at),
            ("pass_through", &self.pass_through),
            ("openings", &self.openings),
        ] {
            check_count(name, values)?;
        }
        let method = named("method", self.method.as_deref(), Method::Fifo)?;
        Ok(TraceQuery {
            asset: self.asset,
            since: moment("since", self.since.as_deref())?,
            until: moment("until", self.until.as_deref())?,
            max_hops: self.max_hops,
            min_amount: self.min_amount,
            max_fan_out: self.max_fan_out,
            max_transfers: Some(transfers(self.max_transfers)?),
            stops: StopRules {
                stop_at: self.stop_at,
                pass_through: self.pass_through,
                at_any_label: self.stop_at_any_label,
            },
            follow_fees: self.follow_fees,
            follow_swaps: self.follow_swaps.unwrap_or(true),
            openings: self.openings,
            labels: labels(files),
            bridge_links: files.bridge_links.clone(),
            join: JoinRules { clusters: self.clusters, deposit_addresses: self.deposit_addresses },
            ..TraceQuery::new(self.from, method)
        })
    }
}

impl ExposureCall {
    pub(super) fn read(self, files: &ChainFiles) -> Result<ExposureQuery, ApiError> {
        check_count("look_through", &self.look_through)?;
        check_count("openings", &self.openings)?;
        let default = ExposureQuery::new(&self.address);
        let path_coverage = self.path_coverage.unwrap_or(default.path_coverage);
        if path_coverage > 100 {
            return Err(ApiError::Shape("path_coverage: 0 to 100".to_owned()));
        }
        Ok(ExposureQuery {
            asset: self.asset,
            basis: named("basis", self.basis.as_deref(), Basis::Balance)?,
            method: named("method", self.method.as_deref(), Method::Haircut)?,
            at: moment("at", self.at.as_deref())?,
            max_hops: self.max_hops,
            look_through: self.look_through,
            path_coverage,
            max_transfers: Some(transfers(self.max_transfers)?),
            openings: self.openings,
            labels: labels(files),
            join: JoinRules { clusters: self.clusters, deposit_addresses: self.deposit_addresses },
            ..default
        })
    }
}

/// The labels of the lists, and those of the packs that the server names.
fn labels(files: &ChainFiles) -> LabelSources {
    LabelSources { packs: files.labels.clone(), packs_only: false }
}

fn check_count(name: &str, values: &[String]) -> Result<(), ApiError> {
    match values.len() {
        0..=MOST_VALUES => Ok(()),
        _ => Err(ApiError::Shape(format!("{name}: at most {MOST_VALUES} values"))),
    }
}

fn transfers(asked: Option<u64>) -> Result<u64, ApiError> {
    match asked.unwrap_or(TRANSFERS.0) {
        number if (1..=TRANSFERS.1).contains(&number) => Ok(number),
        _ => Err(ApiError::Shape(format!("max_transfers: 1 to {}", TRANSFERS.1))),
    }
}

fn moment(name: &str, text: Option<&str>) -> Result<Option<Time>, ApiError> {
    let wrong = |error| ApiError::Shape(format!("{name}: {error}"));
    text.map(|text| parse_time(text).map_err(wrong)).transpose()
}

/// The value that a word names.
fn named<T: FromStr<Err: std::fmt::Display>>(
    name: &str,
    text: Option<&str>,
    default: T,
) -> Result<T, ApiError> {
    let wrong = |error| ApiError::Shape(format!("{name}: {error}"));
    text.map_or(Ok(default), |text| text.parse().map_err(wrong))
}
