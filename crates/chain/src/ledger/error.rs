//! Why a ledger cannot be built or used.

use std::path::PathBuf;

/// Why a ledger cannot be built or used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file system reported an error.
    #[error("ledger {path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file is not a whole ledger.
    #[error("the ledger is damaged: {0} does not fit; import it again")]
    Damaged(&'static str),
    /// A table of links that was made from another ledger.
    #[error("the table of links is that of another ledger")]
    OtherLedger,
    /// A table of links that is not what matching its ledger gives.
    #[error("{path}: the table of links does not fit its ledger", path = path.display())]
    DamagedLinks {
        /// The table's file.
        path: PathBuf,
    },
    /// Nothing was imported.
    #[error("no transfer was taken, so there is no ledger to write")]
    Empty,
    /// More rows than a ledger numbers.
    #[error("a ledger holds at most 2^31 transfers; split it by time")]
    Full,
    /// A UTXO transaction that does not add up.
    #[error("transaction {transaction}: {reason}")]
    Unbalanced {
        /// Its hash.
        transaction: String,
        /// What does not add up.
        reason: String,
    },
}
