//! How an address is written.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The format of an address, which its own bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressFormat {
    /// Base58Check of a public key hash (Bitcoin and its relatives).
    P2pkh,
    /// Base58Check of a script hash.
    P2sh,
    /// Bech32, witness version 0.
    SegwitV0,
    /// Bech32m, witness version 1 and later (taproot).
    SegwitV1Plus,
    /// Bitcoin Cash's own format.
    CashAddr,
    /// Twenty bytes in hexadecimal, with EIP-55 letter case as its checksum.
    Evm,
    /// Base58Check with version 0x41.
    Tron,
    /// Zcash `t1` and `t3`.
    ZcashTransparent,
    /// Zcash `zs1`.
    ZcashSapling,
    /// Zcash `u1`.
    ZcashUnified,
    /// Monero's main address of a wallet.
    MoneroStandard,
    /// Monero with a payment identifier inside.
    MoneroIntegrated,
    /// Monero's further addresses of a wallet.
    MoneroSubaddress,
    /// XRP Ledger classic address.
    XrpClassic,
    /// Thirty-two bytes in base58. It has no checksum.
    Solana,
}

impl AddressFormat {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::P2pkh => "p2pkh",
            Self::P2sh => "p2sh",
            Self::SegwitV0 => "segwit-v0",
            Self::SegwitV1Plus => "segwit-v1-plus",
            Self::CashAddr => "cash-addr",
            Self::Evm => "evm",
            Self::Tron => "tron",
            Self::ZcashTransparent => "zcash-transparent",
            Self::ZcashSapling => "zcash-sapling",
            Self::ZcashUnified => "zcash-unified",
            Self::MoneroStandard => "monero-standard",
            Self::MoneroIntegrated => "monero-integrated",
            Self::MoneroSubaddress => "monero-subaddress",
            Self::XrpClassic => "xrp-classic",
            Self::Solana => "solana",
        }
    }
}

impl fmt::Display for AddressFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
