//! Why a trace cannot be made.

use crate::{ledger::LedgerError, set::AssetChoiceError};

/// Why a trace cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The asset is not clear.
    #[error(transparent)]
    Asset(#[from] AssetChoiceError),
    /// A ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A seed is not in the data.
    #[error("the seed {seed} is not in the data: {reason}")]
    Seed {
        /// The seed.
        seed: String,
        /// What was looked for.
        reason: String,
    },
    /// The rule gives no answer to this query.
    #[error(
        "{method} answers only where the balance is from; use haircut, fifo or lifo for what was received or sent"
    )]
    Unsupported {
        /// The rule.
        method: &'static str,
    },
    /// The query touches more transfers than it may.
    #[error(
        "the trace touches more than {0} transfers; narrow it with stop nodes, hops, a minimum amount or a time"
    )]
    TooManyEvents(u64),
}
