//! A run of blocks: the request, and the fetched blocks.

/// Blocks from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockRange {
    pub(super) first: u32,
    pub(super) last: u32,
}

impl BlockRange {
    pub(super) fn has(self, block: u32) -> bool {
        (self.first..=self.last).contains(&block)
    }
}

/// A run of blocks to be fetched.
pub(super) struct Wanted<'a> {
    pub(super) blocks: BlockRange,
    /// The hash of the block before the first, where it is known.
    pub(super) builds_on: Option<String>,
    /// Called after each block that was fetched.
    pub(super) fetched: &'a mut dyn FnMut(u32),
}

/// One fetched run of blocks.
#[derive(Debug)]
pub(super) struct Segment {
    /// The hash of its last block.
    pub(super) hash: String,
    /// One transfer or transaction on each line.
    pub(super) lines: Vec<String>,
}
