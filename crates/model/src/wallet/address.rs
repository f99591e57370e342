//! A wallet address of known format with verified checksum.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::LONGEST_ADDRESS;
use super::parsed::ParsedAddress;
use super::scheme::strip_scheme;
use super::{
    AddressFormat, AssetTag, Chain, ChainSet, WalletError, base58, bech32_address, cashaddr, evm,
    monero,
};

/// A wallet address whose format is known and whose checksum, where the format has one, holds.
///
/// Two texts for the same address are equal: the canonical form is what is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WalletAddress(ParsedAddress);

impl WalletAddress {
    /// The longest text that is parsed, in bytes: Zcash unified addresses are the longest in use.
    pub const LONGEST: usize = LONGEST_ADDRESS;

    /// Reads an address by format and checksum. Spaces around it and a payment-link scheme
    /// (`bitcoin:`, `ethereum:` ...) are forgiven.
    ///
    /// # Errors
    /// Says whether the shape, the checksum, the letter case or the length is wrong.
    pub fn parse(text: &str) -> Result<Self, WalletError> {
        let text = strip_scheme(text.trim());
        if text.is_empty() {
            return Err(WalletError::Empty);
        }
        if text.len() > Self::LONGEST {
            return Err(WalletError::TooLong);
        }
        if !text.is_ascii() {
            return Err(WalletError::Unrecognised);
        }
        parse_by_shape(text).map(Self)
    }

    /// Reads an address that a list published with an asset tag. The tag narrows the chains when the
    /// format leaves a choice ("1..." under BCH is Bitcoin Cash, and gets its CashAddr form); it never
    /// overrules the format (a TRON address under XBT stays a TRON address).
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_with_asset(text: &str, asset: &AssetTag) -> Result<Self, WalletError> {
        let mut address = Self::parse(text)?;
        let chain = asset.native_chain().filter(|c| !c.is_evm() && address.0.chains.contains(*c));
        if let Some(chain) = chain {
            address.0.chains = ChainSet::of(&[chain]);
        }
        if chain == Some(Chain::BitcoinCash)
            && let Some((hash, script)) = base58::bitcoin_hash(&address.0.canonical)
        {
            address.0.canonical = cashaddr::write(&hash, script);
            address.0.format = AddressFormat::CashAddr;
        }
        Ok(address)
    }

    /// The one form under which the address is looked up: EVM and bech32 in lower case, CashAddr with
    /// its prefix, base58 as it is.
    pub fn canonical(&self) -> &str {
        &self.0.canonical
    }

    /// How the address is written.
    pub fn format(&self) -> AddressFormat {
        self.0.format
    }

    /// The chains on which the address can hold funds, and so on which a listing of it holds.
    pub fn chains(&self) -> ChainSet {
        self.0.chains
    }

    /// Whether a checksum was present and correct. All-lower-case EVM and Solana addresses have none,
    /// so a typing error in them is not detected.
    pub fn is_checksummed(&self) -> bool {
        self.0.checksummed
    }

    /// The address on a transparent ledger that is part of this one: a Zcash unified address may contain a `t1` or `t3`
    /// address, which belongs to the same holder.
    pub fn transparent_part(&self) -> Option<Self> {
        if self.0.format != AddressFormat::ZcashUnified {
            return None;
        }
        Self::parse(&bech32_address::transparent_receiver(&self.0.canonical)?).ok()
    }

    /// The form to show people: EIP-55 for EVM, the canonical form otherwise.
    pub fn display_form(&self) -> String {
        // Only EVM addresses begin with 0x: base58 has no zero, and the others begin with their prefix.
        match self.0.canonical.strip_prefix("0x") {
            Some(digits) => format!("0x{}", evm::eip55(digits)),
            None => self.0.canonical.clone(),
        }
    }
}

fn parse_by_shape(text: &str) -> Result<ParsedAddress, WalletError> {
    // Ronin writes the same twenty bytes with its own prefix.
    let hexadecimal = ["0x", "0X", "ronin:"].iter().find_map(|prefix| text.strip_prefix(prefix));
    if let Some(digits) = hexadecimal {
        return evm::parse(digits);
    }
    if text.len() == 42
        && let Some(tron) = base58::tron_from_hex(text)
    {
        return base58::parse_bitcoin_alphabet(&tron);
    }
    if bech32_address::looks_like(text) {
        return bech32_address::parse(text).or_else(|why| solana_instead(text, why));
    }
    if let Some(body) = cashaddr::body(text) {
        return cashaddr::parse(text, &body).or_else(|why| solana_instead(text, why));
    }
    if monero::looks_like(text) {
        return monero::parse(text);
    }
    // The two alphabets hold the same letters in another order, so the leading letter decides: it is
    // the zero version byte, `r` there and `1` here.
    if text.starts_with('r') && text.len() <= 35 {
        return base58::parse_xrp(text);
    }
    base58::parse_bitcoin_alphabet(text)
}

/// A Solana key may begin like another format by chance. No other address in Bitcoin's alphabet can:
/// the known version bytes give other first letters, and 42 letters hold more than a hash.
fn solana_instead(text: &str, why: WalletError) -> Result<ParsedAddress, WalletError> {
    base58::parse_bitcoin_alphabet(text).map_err(|_| why)
}

impl fmt::Display for WalletAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.canonical)
    }
}

impl FromStr for WalletAddress {
    type Err = WalletError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for WalletAddress {
    type Error = WalletError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<WalletAddress> for String {
    fn from(address: WalletAddress) -> Self {
        address.0.canonical
    }
}
