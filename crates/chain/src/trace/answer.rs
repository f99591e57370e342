//! The answer to a forward query, as reports show it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{convert::ConversionUsed, label::ListVersion, method::Method, money::Money};

/// Where tainted money ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Terminal {
    /// The asset that it is in there.
    pub asset: String,
    /// The address.
    pub address: String,
    /// Its labelled party.
    pub entity: Option<String>,
    /// The party's kind.
    pub category: Option<String>,
    /// Where the label is from: a list, a pack, or a rule.
    pub label_source: Option<String>,
    /// `held` (still there), `absorbed` (a party at which traces stop), or a residual's name.
    pub outcome: String,
    /// How much.
    pub value: Money,
    /// Its share of all that ended in this asset, in percent with four decimals, rounded down.
    pub percentage: String,
    /// The fewest hops on which it came.
    pub min_hops: u32,
    /// When the first of it arrived.
    pub first_time: Option<String>,
    /// When the last of it arrived.
    pub last_time: Option<String>,
}

/// Tainted money that a limit cut off, or that was destroyed or paid as fees, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Residual {
    /// The asset.
    pub asset: String,
    /// The residual's name.
    pub name: String,
    /// How much.
    pub value: Money,
    /// At how many addresses.
    pub addresses: u64,
}

/// Tainted money by its number of hops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HopRow {
    /// The asset.
    pub asset: String,
    /// The number of hops.
    pub hop: u32,
    /// How much moved at this hop.
    pub moved: Money,
    /// How much ended after this many hops. These add up to the seed.
    pub ended: Money,
}

/// Tainted money between two parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flow {
    /// The asset.
    pub asset: String,
    /// Who sent: an address, or `tx:` and a hash inside a UTXO transaction.
    pub from: String,
    /// Who received.
    pub to: String,
    /// How much of it was tainted.
    pub value: Money,
    /// In how many transfers.
    pub transfers: u64,
    /// The hop at which it first happened.
    pub hop: u32,
    /// The first of them.
    pub first_time: String,
    /// The last of them.
    pub last_time: String,
    /// The transaction that carried most of it.
    pub transaction: String,
}

/// One asset's account: what came in must equal what went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Account {
    /// The asset.
    pub asset: String,
    /// How terminals, hops and flows name it.
    pub name: String,
    /// What the seeds put in.
    pub seeded: Money,
    /// What conversions from other assets put in.
    pub converted_in: Money,
    /// What ended at addresses.
    pub ended: Money,
    /// What conversions took to other assets.
    pub converted_out: Money,
    /// Whether both sides are equal to the last unit. Always false for poison, which measures reach.
    pub closes: bool,
}

/// The data that an answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DataRange {
    /// The asset.
    pub asset: String,
    /// The first transfer.
    pub from: String,
    /// The last transfer.
    pub until: String,
    /// The blocks, where the sources name them.
    pub blocks: Option<(u32, u32)>,
    /// How many transfers.
    pub transfers: u64,
    /// The number of payments above the sender's balance, which show that history is missing.
    pub missing_history: u64,
    /// Files and nodes.
    pub sources: Vec<String>,
}

/// The answer to a trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TraceReport {
    /// The rule.
    pub method: Method,
    /// The seeds in words.
    pub seeds: Vec<String>,
    /// Each asset's account.
    pub accounts: Vec<Account>,
    /// Where the money ended, largest first.
    pub terminals: Vec<Terminal>,
    /// What was cut, by name.
    pub residuals: Vec<Residual>,
    /// By hop.
    pub hops: Vec<HopRow>,
    /// Between parties, largest first.
    pub flows: Vec<Flow>,
    /// Conversions into other assets that the trace followed.
    pub conversions: Vec<ConversionUsed>,
    /// The number of transfers that were examined.
    pub transfers_processed: u64,
    /// The lists and packs behind the labels.
    pub list_versions: Vec<ListVersion>,
    /// The data.
    pub data_range: Vec<DataRange>,
    /// Notes for the reader, such as limits of the data or of the method.
    pub notes: Vec<String>,
}
