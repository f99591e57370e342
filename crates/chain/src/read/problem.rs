//! Rows that were left out or changed, by kind.

use interdict_model::ProblemCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The reason why a row was left out or changed. Each has a stable code.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// CHN001: the row does not have the form of its file.
    BrokenRow,
    /// CHN002: the time cannot be read.
    BadTime,
    /// CHN003: the amount cannot be read, or not without losing digits.
    BadAmount,
    /// CHN004: the address is empty.
    NoAddress,
    /// CHN005: the transaction failed, so nothing moved.
    Failed,
    /// CHN006: a token with its own identity (ERC-721): its number is no amount.
    NotFungible,
    /// CHN007: the amount does not fit 128 bits.
    TooLarge,
    /// CHN008: digits beyond the smallest unit were rounded; the row was taken.
    Rounded,
    /// CHN009: the asset's decimals are not known; name them.
    NoDecimals,
    /// CHN010: a UTXO transaction does not add up.
    Unbalanced,
}

impl ProblemKind {
    /// The stable code.
    pub fn code(self) -> ProblemCode {
        match self {
            Self::BrokenRow => ProblemCode::RowMalformed,
            Self::BadTime => ProblemCode::TimeUnreadable,
            Self::BadAmount => ProblemCode::AmountUnreadable,
            Self::NoAddress => ProblemCode::AddressMissing,
            Self::Failed => ProblemCode::TransactionFailed,
            Self::NotFungible => ProblemCode::TokenNotFungible,
            Self::TooLarge => ProblemCode::AmountTooLarge,
            Self::Rounded => ProblemCode::AmountRounded,
            Self::NoDecimals => ProblemCode::DecimalsUnknown,
            Self::Unbalanced => ProblemCode::TransactionUnbalanced,
        }
    }

    /// Whether such a row is a fault of the file, which counts against the ceiling of broken rows.
    pub(super) fn is_fault(self) -> bool {
        !matches!(self, Self::Failed | Self::NotFungible | Self::Rounded | Self::TooLarge)
    }
}

/// One row that was left out or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// Its kind's code.
    pub code: ProblemCode,
    /// Its kind.
    pub kind: ProblemKind,
    /// The file.
    pub file: String,
    /// The line or row.
    pub line: u64,
    /// The reason.
    pub reason: String,
}

/// Problems by kind: all counted, the first of each shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problems {
    /// The number of each kind.
    pub counts: BTreeMap<ProblemKind, u64>,
    /// The first ones.
    pub examples: Vec<Problem>,
}
