//! Virtual-currency addresses: recognised by format, verified by checksum.
//!
//! A list publishes an address together with an *asset* ("USDT"), and an asset is not a chain: the
//! same tag covers an EVM address, a TRON address and a Bitcoin (Omni) address. So an address is
//! read by its own format and checksum, and [`AssetTag`] is kept beside it, never inside it.
//!
//! ```
//! use interdict_model::wallet::{Chain, WalletAddress};
//! let address = WalletAddress::parse("0x098B716B8Aaf21512996dC57EB0615e2383E2f96")?;
//! assert_eq!(address.canonical(), "0x098b716b8aaf21512996dc57eb0615e2383e2f96");
//! assert!(address.chains().contains(Chain::Arbitrum), "an EVM listing holds on every EVM chain");
//! # Ok::<(), interdict_model::wallet::WalletError>(())
//! ```
//!
//! The module does not query a network and does not resolve names (such as ENS) to addresses.

mod address;
mod asset;
mod base58;
mod bech32_address;
mod cashaddr;
mod chain;
mod error;
mod evm;
mod five_bits;
mod format;
mod glued;
mod lookup;
mod monero;
mod parsed;
mod scheme;
mod unified;
mod written;

pub use address::WalletAddress;
pub use asset::{AssetTag, AssetTagError};
pub use chain::{Chain, ChainSet};
pub use error::WalletError;
pub use format::AddressFormat;
pub use lookup::lookup_key;
pub use written::{WrittenWallet, addresses_within, is_shortened, written_wallets};

#[cfg(test)]
mod tests;
