//! Why a sync stopped.

use super::node::NodeError;
use crate::{import::ImportError, ledger::LedgerError, read::ReadError};

/// Why a sync stopped. Blocks stored before are kept, and the next run continues after them.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// A call failed.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The chain changed while it was read, or the node serves parts of two chains.
    #[error(
        "block {block} does not build on the block before it; the chain was re-organised, run the sync again"
    )]
    Reorganised {
        /// The block.
        block: u32,
    },
    /// Two answers of the node contradict each other.
    #[error("the node contradicts itself at block {block}: {reason}")]
    Contradiction {
        /// The block.
        block: u32,
        /// What contradicts.
        reason: String,
    },
    /// The folder's earlier blocks are of another chain.
    #[error("the folder holds blocks of another chain ({0})")]
    OtherChain(String),
    /// The store cannot be read or written.
    #[error("sync store {path}: {reason}")]
    Store {
        /// The file.
        path: String,
        /// What happened.
        reason: String,
    },
    /// Stored blocks cannot be read back.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Ledgers cannot be made.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}
