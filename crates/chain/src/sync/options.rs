//! How to sync.

use serde::Serialize;

use crate::read::ReadOptions;

/// The family of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// Accounts and logs: Ethereum and compatible chains.
    Evm,
    /// Outputs: Bitcoin and similar chains.
    Outputs,
}

/// How to sync.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// The chain and its coin.
    pub read: ReadOptions,
    /// The node's family.
    pub kind: NodeKind,
    /// The first block of a new store. Later runs continue where the store ends.
    pub from_block: u32,
    /// The last block; if none is given, the last settled block of the node.
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
