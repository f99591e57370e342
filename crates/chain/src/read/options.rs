//! How files are to be understood.

use crate::{amount::Rounding, asset::Asset};

/// How files are to be understood.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The chain that the files are of.
    pub chain: String,
    /// The asset of rows that name none, and the coin of the chain.
    pub asset: String,
    /// Its decimals, where the usual ones do not hold.
    pub decimals: Option<u8>,
    /// What to do with more decimals than the asset has.
    pub rounding: Rounding,
    /// Whether commas in amounts are thousands separators and may be taken out.
    pub thousands: bool,
    /// More broken rows than this in a file are an error.
    pub most_problems: u64,
}

impl ReadOptions {
    /// A chain and its coin, everything else strict.
    pub fn new(chain: &str, asset: &str) -> Self {
        Self {
            chain: chain.to_owned(),
            asset: asset.to_owned(),
            decimals: None,
            rounding: Rounding::Reject,
            thousands: false,
            most_problems: 1_000,
        }
    }

    /// The chain's own coin.
    pub(crate) fn coin(&self) -> Asset {
        let usual = Asset::usual_decimals(&self.asset).unwrap_or(18);
        Asset::native(&self.chain, &self.asset, self.decimals.unwrap_or(usual))
    }
}
