//! Kinds of parties, and the names that packs use for them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of party that owns an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Category {
    Sanctioned,
    Theft,
    Ransomware,
    Scam,
    Darknet,
    TerroristFinancing,
    Mixer,
    CoinJoin,
    Exchange,
    DecentralisedExchange,
    Custodian,
    Bridge,
    Gambling,
    PaymentProcessor,
    Miner,
    Burn,
    Issue,
    Fees,
    Contract,
    Person,
    /// Anything else, in the pack's own word.
    Other(String),
}

/// Names in packs and what they mean here. The first name of a category is the one written.
const NAMES: &[(&str, Category)] = &[
    ("sanctioned", Category::Sanctioned),
    ("sanction", Category::Sanctioned),
    ("theft", Category::Theft),
    ("hack", Category::Theft),
    ("service_hack", Category::Theft),
    ("stolen_funds", Category::Theft),
    ("ransomware", Category::Ransomware),
    ("scam", Category::Scam),
    ("phishing", Category::Scam),
    ("ponzi_scheme", Category::Scam),
    ("investment_fraud", Category::Scam),
    ("darknet", Category::Darknet),
    ("market", Category::Darknet),
    ("marketplace", Category::Darknet),
    ("darkweb", Category::Darknet),
    ("terrorist-financing", Category::TerroristFinancing),
    ("terrorism", Category::TerroristFinancing),
    ("extremism", Category::TerroristFinancing),
    ("mixer", Category::Mixer),
    ("mixing_service", Category::Mixer),
    ("tumbler", Category::Mixer),
    ("coin-join", Category::CoinJoin),
    ("coinjoin", Category::CoinJoin),
    ("exchange", Category::Exchange),
    ("exchange_deposit", Category::Exchange),
    ("decentralised-exchange", Category::DecentralisedExchange),
    ("defi_dex", Category::DecentralisedExchange),
    ("dex", Category::DecentralisedExchange),
    ("custodian", Category::Custodian),
    ("hosted_wallet", Category::Custodian),
    ("wallet_service", Category::Custodian),
    ("bridge", Category::Bridge),
    ("defi_bridge", Category::Bridge),
    ("gambling", Category::Gambling),
    ("payment-processor", Category::PaymentProcessor),
    ("payment_processor", Category::PaymentProcessor),
    ("miner", Category::Miner),
    ("mining_service", Category::Miner),
    ("burn", Category::Burn),
    ("issue", Category::Issue),
    ("fees", Category::Fees),
    ("contract", Category::Contract),
    ("defi", Category::Contract),
    ("person", Category::Person),
    ("user", Category::Person),
];

impl Category {
    /// Reads a category under the names that TagPacks and commercial labels use.
    pub fn parse(text: &str) -> Self {
        let lower: String = text.trim().chars().take(64).collect::<String>().to_lowercase();
        let known = NAMES.iter().find(|(name, _)| *name == lower);
        known.map_or_else(|| Self::Other(lower.clone()), |(_, category)| category.clone())
    }

    /// The name of every kind that is known here.
    pub fn names() -> Vec<&'static str> {
        let mut names: Vec<&str> = NAMES
            .iter()
            .enumerate()
            .filter(|(at, (_, category))| {
                !NAMES[..*at].iter().any(|(_, earlier)| earlier == category)
            })
            .map(|(_, (name, _))| *name)
            .collect();
        names.sort_unstable();
        names
    }

    /// The name written in reports.
    pub fn name(&self) -> &str {
        if let Self::Other(name) = self {
            return name;
        }
        NAMES.iter().find(|(_, category)| category == self).map_or("other", |(name, _)| name)
    }

    /// Whether such a party mixes incoming money with its other money, so that a trace must stop there: outgoing money
    /// is the party's own and not that of the depositor.
    pub fn absorbs(&self) -> bool {
        matches!(
            self,
            Self::Mixer
                | Self::Exchange
                | Self::Custodian
                | Self::Bridge
                | Self::Gambling
                | Self::PaymentProcessor
                | Self::Burn
        )
    }

    /// Whether money that comes from such a party is a finding in itself.
    pub fn is_illicit(&self) -> bool {
        matches!(
            self,
            Self::Sanctioned
                | Self::Theft
                | Self::Ransomware
                | Self::Scam
                | Self::Darknet
                | Self::TerroristFinancing
        )
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
