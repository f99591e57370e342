//! The networks on which addresses hold funds.

use std::fmt;

use serde::{Deserialize, Serialize};

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
        let mut left = chains;
        while let [chain, rest @ ..] = left {
            bits |= 1 << *chain as u32;
            left = rest;
        }
        Self(bits)
    }

    /// Every chain with Ethereum's addresses: the same key controls the address on all of them.
    pub const fn evm() -> Self {
        let all = (1u32 << (Chain::OtherEvm as u32 + 1)) - 1;
        Self(all & !((1 << Chain::Ethereum as u32) - 1))
    }

    /// Whether `chain` is in the set.
    pub fn contains(self, chain: Chain) -> bool {
        self.0 & (1 << chain as u32) != 0
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
