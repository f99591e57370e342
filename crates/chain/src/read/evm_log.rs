//! Movements of value in EVM logs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::transfer::{BURNT, ISSUE, TransferKind};

const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
const DEPOSIT: &str = "0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c";
const WITHDRAWAL: &str = "0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65";
const SWAP_V2: &str = "0xd78ad95fa46c994b6551d0da85fc275fe613ce37657fb8d5e3d130840159d822";
const SWAP_V3: &str = "0xc42079f94a6350d7e6235f29174924f928cc2ac818eb64fed8004e115fbcca67";

/// The events that the readers understand, as a filter for requests to a node.
pub(crate) const ASKED: [&str; 3] = [TRANSFER, DEPOSIT, WITHDRAWAL];

/// Contracts that issue a token one to one for the chain's coin and write `Deposit` and `Withdrawal`
/// instead of `Transfer`. Other contracts write events of the same names that mean other things.
const WRAPPERS: &[&str] = &[
    "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2", // WETH on Ethereum
    "0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c", // WBNB on BNB Smart Chain
    "0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270", // WPOL on Polygon
    "0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7", // WAVAX on Avalanche
    "0x82af49447d8a07e3bd95bd0d56f35241523fbab1", // WETH on Arbitrum
    "0x4200000000000000000000000000000000000006", // WETH on Optimism and Base
    "0xc99a6a985ed2cac1ef41640596c5a5f9f4e19ef5", // WETH on Ronin
];

/// Kinds of events, as counted in reports.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A fungible token moved.
    TokenTransfer,
    /// A token with its own identity moved (ERC-721): its number is no amount.
    NonFungibleTransfer,
    /// Coins were paid into a contract for its token.
    Deposit,
    /// A token was given back for coins.
    Withdrawal,
    /// A pool of the second Uniswap kind swapped.
    SwapV2,
    /// A pool of the third Uniswap kind swapped.
    SwapV3,
}

/// A log of an event that concerns value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EvmLog {
    Transfer { from: String, to: String, units: Option<u128> },
    Deposit { to: String, units: Option<u128>, wrapper: bool },
    Withdrawal { from: String, units: Option<u128>, wrapper: bool },
    Other(EventKind),
}

impl EvmLog {
    pub(crate) fn kind(&self) -> EventKind {
        match self {
            Self::Transfer { .. } => EventKind::TokenTransfer,
            Self::Deposit { .. } => EventKind::Deposit,
            Self::Withdrawal { .. } => EventKind::Withdrawal,
            Self::Other(kind) => *kind,
        }
    }

    /// The movement of value that the event records, if it records one that fits 128 bits.
    pub(crate) fn movement(&self) -> Option<TokenMovement> {
        match self {
            Self::Transfer { from, to, units: Some(units) } => {
                Some(TokenMovement::transfer(from, to, *units))
            }
            Self::Deposit { to, units: Some(units), wrapper: true } => {
                Some(TokenMovement::new(ISSUE, to, *units, TransferKind::Wrap))
            }
            Self::Withdrawal { from, units: Some(units), wrapper: true } => {
                Some(TokenMovement::new(from, BURNT, *units, TransferKind::Unwrap))
            }
            _ => None,
        }
    }
}

/// A movement of a token: who paid whom how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenMovement {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) units: u128,
    pub(crate) kind: TransferKind,
}

/// Tokens are minted from and burnt to this address by convention.
const ZERO: &str = "0x0000000000000000000000000000000000000000";

impl TokenMovement {
    fn new(from: &str, to: &str, units: u128, kind: TransferKind) -> Self {
        Self { from: from.to_owned(), to: to.to_owned(), units, kind }
    }

    /// A transfer between addresses; from and to the zero address it is a mint and a burn.
    pub(crate) fn transfer(from: &str, to: &str, units: u128) -> Self {
        match (from == ZERO, to == ZERO) {
            (true, _) => Self::new(ISSUE, to, units, TransferKind::Mint),
            (false, true) => Self::new(from, BURNT, units, TransferKind::Burn),
            (false, false) => Self::new(from, to, units, TransferKind::Token),
        }
    }
}

/// The address in the lower twenty bytes of a word.
fn address(word: &str) -> Option<String> {
    let digits = word.strip_prefix("0x").unwrap_or(word);
    let tail = digits.get(digits.len().checked_sub(40)?..)?;
    tail.bytes().all(|b| b.is_ascii_hexdigit()).then(|| format!("0x{}", tail.to_ascii_lowercase()))
}

/// A number of up to 256 bits; `None` when it does not fit 128.
pub(crate) fn hex_units(word: &str) -> Option<u128> {
    let digits = word.strip_prefix("0x").unwrap_or(word).trim_start_matches('0');
    if digits.is_empty() { Some(0) } else { u128::from_str_radix(digits, 16).ok() }
}

/// The word at a place in a log's data.
fn word(data: &str, place: usize) -> Option<&str> {
    data.strip_prefix("0x").unwrap_or(data).get(place * 64..(place + 1) * 64)
}

/// Reads a log. `extra_wrappers` are further contracts that wrap a chain's coin.
pub(crate) fn read_log(
    contract: &str,
    topics: &[&str],
    data: &str,
    extra_wrappers: &[String],
) -> Option<EvmLog> {
    let is_wrapper = || {
        WRAPPERS.iter().any(|w| w.eq_ignore_ascii_case(contract))
            || extra_wrappers.iter().any(|w| w.eq_ignore_ascii_case(contract))
    };
    let first = topics.first()?.to_ascii_lowercase();
    match (first.as_str(), topics.len()) {
        (TRANSFER, 4) => Some(EvmLog::Other(EventKind::NonFungibleTransfer)),
        (TRANSFER, 3) => {
            let units = hex_units(word(data, 0)?);
            Some(EvmLog::Transfer {
                from: address(topics.get(1)?)?,
                to: address(topics.get(2)?)?,
                units,
            })
        }
        // Some old contracts index nothing: all three words are data.
        (TRANSFER, 1) => {
            let units = hex_units(word(data, 2)?);
            Some(EvmLog::Transfer {
                from: address(word(data, 0)?)?,
                to: address(word(data, 1)?)?,
                units,
            })
        }
        (DEPOSIT, 2) => {
            let units = hex_units(word(data, 0)?);
            Some(EvmLog::Deposit { to: address(topics.get(1)?)?, units, wrapper: is_wrapper() })
        }
        (WITHDRAWAL, 2) => {
            let units = hex_units(word(data, 0)?);
            Some(EvmLog::Withdrawal {
                from: address(topics.get(1)?)?,
                units,
                wrapper: is_wrapper(),
            })
        }
        (DEPOSIT, _) => Some(EvmLog::Other(EventKind::Deposit)),
        (WITHDRAWAL, _) => Some(EvmLog::Other(EventKind::Withdrawal)),
        (SWAP_V2, _) => Some(EvmLog::Other(EventKind::SwapV2)),
        (SWAP_V3, _) => Some(EvmLog::Other(EventKind::SwapV3)),
        _ => None,
    }
}
