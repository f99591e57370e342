//! The methods: rules that determine which units a wallet spends.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The rule that determines which units a wallet spends when it holds tainted and other money.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Every wallet that received tainted money is marked as a whole. It measures reach and not amounts.
    Poison,
    /// Tainted and other money mix, and each payment takes its share.
    Haircut,
    /// Units received first are spent first.
    Fifo,
    /// Units received last are spent first.
    Lifo,
    /// Tainted money is spent first: an upper bound of the taint of each payment.
    DirtyFirst,
    /// Tainted money is spent last: a lower bound of the taint of each payment.
    CleanFirst,
    /// Inside a UTXO transaction, tainted inputs go to the largest outputs first.
    Tiho,
}

impl Method {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Poison => "poison",
            Self::Haircut => "haircut",
            Self::Fifo => "fifo",
            Self::Lifo => "lifo",
            Self::DirtyFirst => "dirty-first",
            Self::CleanFirst => "clean-first",
            Self::Tiho => "tiho",
        }
    }

    /// Every method.
    pub const ALL: [Self; 7] = [
        Self::Poison,
        Self::Haircut,
        Self::Fifo,
        Self::Lifo,
        Self::DirtyFirst,
        Self::CleanFirst,
        Self::Tiho,
    ];
}

impl std::str::FromStr for Method {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = text.trim().to_ascii_lowercase();
        let names = || Self::ALL.map(Self::name).join(", ");
        Self::ALL
            .into_iter()
            .find(|m| m.name() == wanted)
            .ok_or_else(|| format!("no method {text:?}; one of {}", names()))
    }
}
