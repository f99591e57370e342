use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use super::{
    AddressFormat, AssetTag, Chain, ChainSet, base58, bech32, cashaddr, evm, lookup, monero,
};

/// A wallet address whose format is known and whose checksum, where the format has one, holds.
///
/// Two texts for the same address are equal: the canonical form is what is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WalletAddress(Found);

/// What a format module found in a text.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) canonical: String,
    pub(super) format: AddressFormat,
    pub(super) chains: ChainSet,
    pub(super) checksummed: bool,
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}
impl Eq for Found {}
impl std::hash::Hash for Found {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}
impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Found {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.canonical.cmp(&other.canonical)
    }
}

impl Found {
    pub(super) fn same(canonical: &str, format: AddressFormat, chains: ChainSet) -> Self {
        Self {
            canonical: canonical.to_owned(),
            format,
            chains,
            checksummed: format != AddressFormat::Solana,
        }
    }
}

/// Why a text is no wallet address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalletError {
    /// Nothing was given.
    #[error("the address is empty")]
    Empty,
    /// Longer than any address format.
    #[error("the address is longer than {} characters", WalletAddress::LONGEST)]
    TooLong,
    /// No format that is read here has this shape.
    #[error("the text has the shape of no known address format")]
    Unrecognised,
    /// The shape is right and the checksum is not: most likely a slip of the pen.
    #[error("the {format} checksum does not hold; a character is likely wrong or missing")]
    Checksum {
        /// The format whose checksum failed.
        format: &'static str,
    },
    /// Letter case mixed in a format that forbids it.
    #[error("{format} addresses are all lower or all upper case, not mixed")]
    MixedCase {
        /// The format.
        format: &'static str,
    },
    /// An EVM address in mixed case that is not EIP-55's.
    #[error(
        "the mixed letter case does not satisfy EIP-55; write it all in lower case if the case was not meant"
    )]
    Eip55,
    /// The checksum holds and the version byte or prefix is not of a known main network.
    #[error("the checksum holds, and the version or prefix is not that of a known main network")]
    UnknownVersion,
    /// The payload does not have the length that the format asks for.
    #[error("the address does not have the length of its format")]
    Length,
}

impl WalletAddress {
    /// The longest text that is looked at: Zcash unified addresses are the longest in use.
    pub const LONGEST: usize = 512;

    /// Reads an address by format and checksum. Spaces around it and a payment-link scheme
    /// (`bitcoin:`, `ethereum:` ...) are forgiven.
    ///
    /// # Errors
    /// Says whether the shape, the checksum, the letter case or the length is wrong.
    pub fn parse(text: &str) -> Result<Self, WalletError> {
        let text = lookup::strip_scheme(text.trim());
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

    /// Whether a checksum was there and held. All-lower-case EVM and Solana addresses have none, so a
    /// slip of the pen in them goes unseen.
    pub fn is_checksummed(&self) -> bool {
        self.0.checksummed
    }

    /// The address on a transparent ledger that is part of this one: a Zcash unified address may hold a
    /// `t1` or `t3` address, and whoever is paid there is its holder.
    pub fn transparent_part(&self) -> Option<Self> {
        if self.0.format != AddressFormat::ZcashUnified {
            return None;
        }
        Self::parse(&bech32::transparent_receiver(&self.0.canonical)?).ok()
    }

    /// The form to show people: EIP-55 for EVM, the canonical form otherwise.
    pub fn display_form(&self) -> String {
        match self.0.canonical.strip_prefix("0x") {
            Some(digits) if self.0.format == AddressFormat::Evm => {
                format!("0x{}", evm::eip55(digits))
            }
            _ => self.0.canonical.clone(),
        }
    }
}

fn parse_by_shape(text: &str) -> Result<Found, WalletError> {
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
    if bech32::looks_like(text) {
        return bech32::parse(text).or_else(|why| solana_instead(text, why));
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
    if text.len() > 45 {
        return Err(WalletError::Unrecognised);
    }
    base58::parse_bitcoin_alphabet(text)
}

/// A Solana key may begin like another format by chance.
fn solana_instead(text: &str, why: WalletError) -> Result<Found, WalletError> {
    let fits = text.len() <= 44;
    base58::parse_bitcoin_alphabet(text)
        .ok()
        .filter(|f| fits && f.format == AddressFormat::Solana)
        .ok_or(why)
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
