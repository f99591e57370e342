use serde::{Deserialize, Serialize};
use std::fmt;

/// A network that keeps its own ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Chain {
    Bitcoin,
    BitcoinCash,
    BitcoinSv,
    BitcoinGold,
    Litecoin,
    Dogecoin,
    Dash,
    Zcash,
    Verge,
    Monero,
    Xrp,
    Tron,
    Solana,
    Ethereum,
    EthereumClassic,
    BinanceSmartChain,
    Arbitrum,
    Optimism,
    Base,
    Polygon,
    Avalanche,
    Ronin,
    /// Any further chain that uses Ethereum's addresses.
    OtherEvm,
}

impl Chain {
    /// Every chain, in the order of the type.
    pub const ALL: [Self; 23] = [
        Self::Bitcoin,
        Self::BitcoinCash,
        Self::BitcoinSv,
        Self::BitcoinGold,
        Self::Litecoin,
        Self::Dogecoin,
        Self::Dash,
        Self::Zcash,
        Self::Verge,
        Self::Monero,
        Self::Xrp,
        Self::Tron,
        Self::Solana,
        Self::Ethereum,
        Self::EthereumClassic,
        Self::BinanceSmartChain,
        Self::Arbitrum,
        Self::Optimism,
        Self::Base,
        Self::Polygon,
        Self::Avalanche,
        Self::Ronin,
        Self::OtherEvm,
    ];

    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bitcoin => "bitcoin",
            Self::BitcoinCash => "bitcoin-cash",
            Self::BitcoinSv => "bitcoin-sv",
            Self::BitcoinGold => "bitcoin-gold",
            Self::Litecoin => "litecoin",
            Self::Dogecoin => "dogecoin",
            Self::Dash => "dash",
            Self::Zcash => "zcash",
            Self::Verge => "verge",
            Self::Monero => "monero",
            Self::Xrp => "xrp",
            Self::Tron => "tron",
            Self::Solana => "solana",
            Self::Ethereum => "ethereum",
            Self::EthereumClassic => "ethereum-classic",
            Self::BinanceSmartChain => "binance-smart-chain",
            Self::Arbitrum => "arbitrum",
            Self::Optimism => "optimism",
            Self::Base => "base",
            Self::Polygon => "polygon",
            Self::Avalanche => "avalanche",
            Self::Ronin => "ronin",
            Self::OtherEvm => "other-evm",
        }
    }

    /// Whether the chain uses Ethereum's addresses.
    pub fn is_evm(self) -> bool {
        self >= Self::Ethereum
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The chains on which an address can hold funds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ChainSet(u32);

impl ChainSet {
    /// The set of these chains.
    pub const fn of(chains: &[Chain]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < chains.len() {
            bits |= 1 << chains[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Every chain with Ethereum's addresses: who holds the key on one holds it on all.
    pub const fn evm() -> Self {
        let all = (1u32 << (Chain::OtherEvm as u32 + 1)) - 1;
        Self(all & !((1 << Chain::Ethereum as u32) - 1))
    }

    /// Whether `chain` is in the set.
    pub fn contains(self, chain: Chain) -> bool {
        self.0 & (1 << chain as u32) != 0
    }

    /// Whether the two sets share a chain.
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The chains of the set, in the order of [`Chain::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Chain> {
        Chain::ALL.into_iter().filter(move |chain| self.contains(*chain))
    }

    /// How many chains.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether no chain is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for ChainSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::evm() {
            return f.write_str("every EVM chain");
        }
        for (at, chain) in self.iter().enumerate() {
            write!(f, "{}{chain}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl Serialize for ChainSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
