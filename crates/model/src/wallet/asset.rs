//! The tag under which a list names the coin of an address.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

use super::Chain;

/// The asset tag that a list gives with an address ("XBT", "USDT"): upper case, at most 16 letters or digits. It states
/// the coin that the authority observed, and not the chain of the address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssetTag(String);

/// The reason why a text is not an asset tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("asset tag {0:?} is not 1 to 16 letters or digits")]
pub struct AssetTagError(String);

impl AssetTag {
    /// The longest tag accepted; published tags have 3 to 5 letters.
    const LONGEST: usize = 16;

    /// Reads a tag, forgiving letter case and spaces around it.
    ///
    /// # Errors
    /// When nothing is left, it is too long, or it holds anything but ASCII letters and digits.
    pub fn parse(text: &str) -> Result<Self, AssetTagError> {
        let tag = text.trim();
        let fits = (1..=Self::LONGEST).contains(&tag.len())
            && tag.bytes().all(|b| b.is_ascii_alphanumeric());
        if fits {
            Ok(Self(tag.to_ascii_uppercase()))
        } else {
            Err(AssetTagError(text.chars().take(32).collect()))
        }
    }

    /// The tag in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The chain whose own coin the tag names, if it names one ("XBT" is Bitcoin; "USDT" is no chain).
    pub fn native_chain(&self) -> Option<Chain> {
        Some(match self.as_str() {
            "XBT" | "BTC" => Chain::Bitcoin,
            "BCH" => Chain::BitcoinCash,
            "BSV" => Chain::BitcoinSv,
            "BTG" => Chain::BitcoinGold,
            "LTC" => Chain::Litecoin,
            "DOGE" => Chain::Dogecoin,
            "DASH" => Chain::Dash,
            "ZEC" => Chain::Zcash,
            "XVG" => Chain::Verge,
            "XMR" => Chain::Monero,
            "XRP" => Chain::Xrp,
            "TRX" => Chain::Tron,
            "SOL" => Chain::Solana,
            "ETH" => Chain::Ethereum,
            "ETC" => Chain::EthereumClassic,
            "BSC" | "BNB" => Chain::BinanceSmartChain,
            "ARB" => Chain::Arbitrum,
            _ => return None,
        })
    }
}

impl fmt::Display for AssetTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AssetTag {
    type Err = AssetTagError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for AssetTag {
    type Error = AssetTagError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AssetTag> for String {
    fn from(tag: AssetTag) -> Self {
        tag.0
    }
}
