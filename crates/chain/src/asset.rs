//! Assets: each ledger holds one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One kind of money on one chain: a ledger holds exactly one.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema, Deserialize,
)]
pub struct Asset {
    /// The chain, in lower case ("ethereum").
    pub chain: String,
    /// The token's contract address, or the symbol of the chain's own coin. Symbols of tokens are free
    /// for anyone to choose, so a token is known by its contract.
    pub id: String,
    /// The name shown to people ("ETH", "USDC").
    pub symbol: String,
    /// The number of decimals: one unit of the asset is `10^decimals` smallest units.
    pub decimals: u8,
}

impl Asset {
    /// The chain's own coin.
    pub fn native(chain: &str, symbol: &str, decimals: u8) -> Self {
        let symbol = symbol.to_ascii_uppercase();
        Self { chain: chain.to_ascii_lowercase(), id: symbol.clone(), symbol, decimals }
    }

    /// A token known by its contract.
    pub fn token(chain: &str, contract: &str, symbol: &str, decimals: u8) -> Self {
        Self {
            chain: chain.to_ascii_lowercase(),
            id: contract.to_ascii_lowercase(),
            symbol: symbol.to_owned(),
            decimals,
        }
    }

    /// The ledger's file name: letters, digits, `-` and `.` of chain and asset, the rest replaced.
    pub fn file_stem(&self) -> String {
        let clean = |text: &str| -> String {
            let keep = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
            text.chars().take(64).map(keep).collect()
        };
        format!("{}.{}", clean(&self.chain), clean(&self.id.to_ascii_lowercase()))
    }

    /// Whether `text` names this asset: its contract, its symbol, or `chain:symbol`.
    pub fn is_named(&self, text: &str) -> bool {
        let (chain, name) =
            text.split_once(':').map_or((None, text), |(chain, name)| (Some(chain), name));
        let on_chain = chain.is_none_or(|chain| chain.eq_ignore_ascii_case(&self.chain));
        on_chain && (name.eq_ignore_ascii_case(&self.symbol) || name.eq_ignore_ascii_case(&self.id))
    }

    /// Decimals of well-known coins, for exports that name the coin only.
    pub fn usual_decimals(symbol: &str) -> Option<u8> {
        match symbol.to_ascii_uppercase().as_str() {
            "ETH" | "WETH" | "BNB" | "MATIC" | "POL" | "DAI" | "ETC" | "AVAX" => Some(18),
            "USDC" | "USDT" | "TRX" | "XRP" => Some(6),
            "BTC" | "XBT" | "LTC" | "BCH" | "BSV" | "BTG" | "DOGE" | "DASH" | "ZEC" | "WBTC" => {
                Some(8)
            }
            "SOL" => Some(9),
            "XMR" => Some(12),
            _ => None,
        }
    }
}

impl fmt::Display for Asset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.symbol, self.chain)
    }
}
