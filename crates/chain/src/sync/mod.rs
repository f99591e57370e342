//! A node's blocks into ledgers, block by block, resumed where the last run stopped.
//!
//! Blocks are kept in segments beside the ledgers. A segment is written whole or not at all, and knows
//! the hash it builds on, so a chain that was re-organised is noticed and the segments that are no
//! longer part of it are thrown away. Ledgers are then made of all segments.

mod evm;
mod evm_logs;
mod outputs;
mod reconcile;
mod store;
mod trace_block;

#[cfg(feature = "rpc")]
mod http;

#[cfg(feature = "rpc")]
pub use http::HttpNode;
pub use reconcile::{Reconciliation, reconcile_evm};

use serde::Serialize;
use serde_json::Value;
use std::path::Path;

use crate::{
    import::{ImportError, ImportReport},
    ledger::LedgerError,
    progress::SyncProgress,
    read::{ReadError, ReadOptions},
};
use store::Store;

/// Something that answers JSON-RPC calls: a node, or a script in a test.
pub trait Node {
    /// Calls one method.
    ///
    /// # Errors
    /// When the node cannot be reached, answers no JSON-RPC, or refuses.
    fn call(&mut self, method: &str, params: Value) -> Result<Value, NodeError>;
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// The node answered with an error.
    #[error("the node refused {method}: {message} ({code})")]
    Refused {
        /// The method.
        method: String,
        /// The node's code.
        code: i64,
        /// The node's words.
        message: String,
    },
    /// The node did not answer, or not in time.
    #[error("the node did not answer {method}: {reason}")]
    Unreachable {
        /// The method.
        method: String,
        /// What happened.
        reason: String,
    },
    /// The answer is not what the method promises.
    #[error("the node's answer to {method} cannot be used: {reason}")]
    Malformed {
        /// The method.
        method: String,
        /// What is wrong.
        reason: String,
    },
}

/// Why a sync stopped. What was stored before stays, and the next run goes on from there.
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
    /// The node tells two things that do not fit together.
    #[error("the node contradicts itself at block {block}: {reason}")]
    Contradiction {
        /// The block.
        block: u32,
        /// What does not fit.
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

/// Which family of node it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// Accounts and logs: Ethereum and what is like it.
    Evm,
    /// Outputs: Bitcoin and what is like it.
    Outputs,
}

/// How to sync.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// The chain and its coin.
    pub read: ReadOptions,
    /// The node's family.
    pub kind: NodeKind,
    /// The first block of a new store. Later runs go on where the store ends.
    pub from_block: u32,
    /// The last block; as far as the node has settled blocks when none is given.
    pub to_block: Option<u32>,
    /// How many blocks below the head count as settled.
    pub confirmations: u32,
    /// Blocks in a segment.
    pub segment: u32,
    /// Contracts that wrap the chain's coin, besides the known ones.
    pub wrappers: Vec<String>,
}

impl SyncOptions {
    /// A chain from its first block, 12 confirmations, 200 blocks in a segment.
    pub fn new(read: ReadOptions, kind: NodeKind) -> Self {
        Self {
            read,
            kind,
            from_block: 0,
            to_block: None,
            confirmations: 12,
            segment: 200,
            wrappers: Vec::new(),
        }
    }
}

/// What a sync did.
#[derive(Debug, Clone, Serialize)]
pub struct SyncReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The first block fetched now; none when the store was up to date.
    pub from_block: Option<u32>,
    /// The last block in the store.
    pub to_block: Option<u32>,
    /// The node's head.
    pub head: u32,
    /// Blocks fetched now.
    pub blocks: u32,
    /// Blocks thrown away because the chain no longer has them.
    pub blocks_dropped: u32,
    /// How often a range of logs had to be asked for in smaller pieces.
    pub ranges_halved: u64,
    /// The ledgers.
    pub import: Option<ImportReport>,
    /// What the reader must know.
    pub notes: Vec<String>,
}

/// Fetches what is missing and makes the ledgers of the folder anew.
///
/// # Errors
/// When the node fails, lies or changes its mind. Whole segments fetched before stay.
pub fn sync(
    node: &mut dyn Node,
    options: &SyncOptions,
    folder: &Path,
) -> Result<SyncReport, SyncError> {
    sync_watched(node, options, folder, &mut |_| ())
}

/// As [`sync`], and tells a watcher after each block how far it has come.
///
/// # Errors
/// As [`sync`].
pub fn sync_watched(
    node: &mut dyn Node,
    options: &SyncOptions,
    folder: &Path,
    watch: &mut dyn FnMut(SyncProgress),
) -> Result<SyncReport, SyncError> {
    let mut store = Store::open(folder, &options.read.chain)?;
    let head = match options.kind {
        NodeKind::Evm => evm::head(node)?,
        NodeKind::Outputs => outputs::head(node)?,
    };
    let blocks_dropped = drop_reorganised(&mut store, node, options.kind, head)?;
    let start = store.last().map_or(options.from_block, |(block, _)| block + 1);
    let settled = head.checked_sub(options.confirmations);
    let end = options.to_block.map(|block| block.min(head)).or(settled);
    let mut report = SyncReport {
        schema_version: 1,
        from_block: None,
        to_block: store.last().map(|(block, _)| block),
        head,
        blocks: 0,
        blocks_dropped,
        ranges_halved: 0,
        import: None,
        notes: Vec::new(),
    };
    let mut evm = evm::Reader::new(options);
    let mut next = start;
    while end.is_some_and(|end| next <= end) {
        let last = next.saturating_add(options.segment.max(1) - 1).min(end.unwrap_or(next));
        let mut fetched = |block: u32| {
            watch(SyncProgress {
                from_block: start,
                to_block: end.unwrap_or(last),
                blocks: block + 1 - start,
            });
        };
        let wanted = Wanted {
            blocks: (next, last),
            builds_on: store.last().map(|(_, hash)| hash),
            fetched: &mut fetched,
        };
        let segment = match options.kind {
            NodeKind::Evm => evm.segment(node, wanted)?,
            NodeKind::Outputs => outputs::segment(node, wanted)?,
        };
        store.add((next, last), &segment)?;
        report.from_block = report.from_block.or(Some(next));
        report.to_block = Some(last);
        report.blocks += last - next + 1;
        next = last + 1;
    }
    report.ranges_halved = evm.ranges_halved;
    report.notes.append(&mut evm.notes);
    if report.blocks > 0 || blocks_dropped > 0 {
        report.import = build(&store, options, folder)?;
    }
    Ok(report)
}

/// Throws segments away that the chain no longer has; gives their number of blocks.
fn drop_reorganised(
    store: &mut Store,
    node: &mut dyn Node,
    kind: NodeKind,
    head: u32,
) -> Result<u32, SyncError> {
    let mut dropped = 0;
    while let Some((block, hash)) = store.last() {
        let there = block <= head
            && hash
                == match kind {
                    NodeKind::Evm => evm::block_hash(node, block)?,
                    NodeKind::Outputs => outputs::block_hash(node, block)?,
                };
        if there {
            break;
        }
        dropped += store.drop_last()?;
    }
    Ok(dropped)
}

/// Makes the ledgers of all segments.
fn build(
    store: &Store,
    options: &SyncOptions,
    folder: &Path,
) -> Result<Option<ImportReport>, SyncError> {
    if store.is_empty() {
        return Ok(None);
    }
    let mut intake = crate::read::Intake::new(options.read.clone());
    let source = store.source_name();
    match options.kind {
        NodeKind::Evm => store.read_transfers(&source, &mut intake)?,
        NodeKind::Outputs => store.read_lines(&source, &mut intake)?,
    }
    if intake.is_empty() {
        return Ok(None);
    }
    Ok(Some(crate::import::finish(intake, vec![source], true, folder)?))
}

/// A run of blocks to be fetched.
pub(crate) struct Wanted<'a> {
    /// The first and the last.
    pub(crate) blocks: (u32, u32),
    /// The hash of the block before the first, where it is known.
    pub(crate) builds_on: Option<String>,
    /// Told of each block that is there.
    pub(crate) fetched: &'a mut dyn FnMut(u32),
}

/// One fetched run of blocks.
#[derive(Debug)]
pub(crate) struct Segment {
    /// The hash of its last block.
    pub(crate) hash: String,
    /// One transfer or transaction on each line.
    pub(crate) lines: Vec<String>,
}

pub(crate) fn malformed(method: &str, reason: impl Into<String>) -> NodeError {
    NodeError::Malformed { method: method.to_owned(), reason: reason.into() }
}
