//! Fetches what is missing and makes the ledgers.

use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

use super::{
    error::SyncError,
    evm,
    node::Node,
    options::{NodeKind, SyncOptions},
    outputs,
    segment::{BlockRange, Wanted},
    store::SegmentStore,
};
use crate::{
    import::{ImportReport, finish},
    progress::SyncProgress,
    read::LedgerImporter,
};

/// The result of a sync.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SyncReport {
    /// The first block fetched now; none when the store was up to date.
    pub from_block: Option<u32>,
    /// The last block in the store.
    pub to_block: Option<u32>,
    /// The node's head.
    pub head: u32,
    /// Blocks fetched now.
    pub blocks: u32,
    /// Blocks removed from the store because they are no longer part of the chain.
    pub blocks_dropped: u32,
    /// The number of log queries that were repeated in smaller ranges.
    pub ranges_halved: u64,
    /// The ledgers.
    pub import: Option<ImportReport>,
    /// Notes for the reader, such as what the node cannot provide.
    pub notes: Vec<String>,
}

/// Fetches missing blocks and rebuilds the ledgers of the folder.
///
/// # Errors
/// When the node fails, contradicts itself, or its chain is re-organised meanwhile. Whole segments
/// fetched before stay.
pub fn sync(
    node: &mut dyn Node,
    options: &SyncOptions,
    folder: &Path,
) -> Result<SyncReport, SyncError> {
    sync_watched(node, options, folder, &mut |_| ())
}

/// As [`sync`]; calls a watcher with the progress after each block.
///
/// # Errors
/// As [`sync`].
pub fn sync_watched(
    node: &mut dyn Node,
    options: &SyncOptions,
    folder: &Path,
    watch: &mut dyn FnMut(SyncProgress),
) -> Result<SyncReport, SyncError> {
    let mut store = SegmentStore::open(folder, &options.read.chain)?;
    let head = match options.kind {
        NodeKind::Evm => evm::head(node)?,
        NodeKind::Outputs => outputs::head(node)?,
    };
    let blocks_dropped = drop_reorganised(&mut store, node, options.kind, head)?;
    let start = store.last().map_or(options.from_block, |(block, _)| block + 1);
    let settled = head.checked_sub(options.confirmations);
    let end = options.to_block.map(|block| block.min(head)).or(settled);
    let mut report = SyncReport {
        from_block: None,
        to_block: store.last().map(|(block, _)| block),
        head,
        blocks: 0,
        blocks_dropped,
        ranges_halved: 0,
        import: None,
        notes: Vec::new(),
    };
    let mut evm = evm::EvmReader::new(options);
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
            blocks: BlockRange { first: next, last },
            builds_on: store.last().map(|(_, hash)| hash),
            fetched: &mut fetched,
        };
        let segment = match options.kind {
            NodeKind::Evm => evm.segment(node, wanted)?,
            NodeKind::Outputs => outputs::segment(node, wanted)?,
        };
        store.add(BlockRange { first: next, last }, &segment)?;
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

/// Removes segments that are no longer part of the chain; returns their number of blocks.
fn drop_reorganised(
    store: &mut SegmentStore,
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

/// Builds the ledgers from all segments.
fn build(
    store: &SegmentStore,
    options: &SyncOptions,
    folder: &Path,
) -> Result<Option<ImportReport>, SyncError> {
    if store.is_empty() {
        return Ok(None);
    }
    let mut importer = LedgerImporter::new(options.read.clone());
    let source = store.source_name();
    match options.kind {
        NodeKind::Evm => store.read_transfers(&source, &mut importer)?,
        NodeKind::Outputs => store.read_lines(&source, &mut importer)?,
    }
    if importer.is_empty() {
        return Ok(None);
    }
    Ok(Some(finish(importer, vec![source], true, folder)?))
}
