//! Why a file cannot be read.

use crate::ledger::LedgerError;

/// Why a file cannot be read at all. Rows that cannot be read are problems of the `LedgerImporter` instead.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system reported an error.
    #[error("{name}: {source}")]
    Io {
        /// The file.
        name: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file is of no known form.
    #[error("{name}: {reason}")]
    Form {
        /// The file.
        name: String,
        /// What is missing or unexpected.
        reason: String,
    },
    /// A ledger cannot take more.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The same content is in the ledger already; its rows would count twice.
    #[error("{name} is in the ledger of {asset} already; use replace to start afresh")]
    AlreadyThere {
        /// The file.
        name: String,
        /// The ledger's asset.
        asset: String,
    },
    /// Blocks of outputs can only be added after those that are there.
    #[error(
        "{name} begins at block {block}, and the ledger of {asset} ends with block {last}; blocks can only be added after it, or all files be imported again with replace"
    )]
    NotAfter {
        /// The file.
        name: String,
        /// Its first block.
        block: u32,
        /// The ledger's asset.
        asset: String,
        /// The ledger's last block.
        last: u32,
    },
    /// The ledger that is there cannot be added to.
    #[error(
        "the ledger of {0} holds accounts, or was made by an earlier version, and outputs cannot be added to it; import all its files again with replace"
    )]
    CannotAdd(String),
    /// More broken rows than a file may have.
    #[error("{name}: more than {limit} rows could not be read; the first: {first}")]
    TooManyProblems {
        /// The file.
        name: String,
        /// How many are allowed.
        limit: u64,
        /// The first of them.
        first: String,
    },
}
