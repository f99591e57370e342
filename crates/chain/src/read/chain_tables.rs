//! Facts that one table of an import gives to the others, and tokens by their contracts.

use crate::{asset::Asset, time::Time};

/// A token by its contract. Its own symbol can be anything, so only well-known contracts get one.
pub(crate) fn token(chain: &str, contract: &str) -> Asset {
    let known = KNOWN_TOKENS.iter().find(|(address, ..)| address.eq_ignore_ascii_case(contract));
    let (symbol, decimals) =
        known.map_or((contract, 0), |(_, symbol, decimals)| (*symbol, *decimals));
    Asset::token(chain, contract, symbol, decimals)
}

/// Contracts of the tokens that cases mostly run through, from their issuers' documentation. Amounts of
/// others are shown in smallest units.
const KNOWN_TOKENS: &[(&str, &str, u8)] = &[
    ("0xdac17f958d2ee523a2206206994597c13d831ec7", "USDT", 6),
    ("0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "USDC", 6),
    ("0x6b175474e89094c44da98b954eedeac495271d0f", "DAI", 18),
    ("0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", "WETH", 18),
    ("0x2260fac5e5542a773aa44fbcfedf7c193bc2c599", "WBTC", 8),
];

/// Facts that one table of an import gives to the others.
#[derive(Debug, Default)]
pub(crate) struct ChainTables {
    /// The time of each block.
    pub(crate) times: std::collections::HashMap<u32, Time>,
    /// Place in its block and sender of each transaction, by hash.
    pub(crate) transactions: std::collections::HashMap<String, (u32, String)>,
    pub(crate) values_from_traces: bool,
    /// Contracts that wrap the chain's coin, besides the known ones.
    pub(crate) wrappers: Vec<String>,
}
