//! Complete subtrees of a log, and the source of their hashes.

use std::collections::BTreeMap;

use crate::hash::Hash;

/// Identifies a complete subtree: the one over the 2^`level` leaves from number `index` * 2^`level` on. Level 0 is a
/// leaf. A complete subtree never changes, so that its hash can be stored under this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The height of the subtree: the binary logarithm of its number of leaves.
    pub level: u8,
    /// Its index among the subtrees of this level, counted from zero at the left.
    pub index: u64,
}

/// A source of hashes of complete subtrees, wherever the log is stored.
pub trait Nodes {
    /// Why a hash cannot be read.
    type Error;

    /// The hash of a complete subtree. Called only for subtrees within the size of the proof.
    ///
    /// # Errors
    /// When the hash does not exist or cannot be read.
    fn node(&mut self, id: NodeId) -> Result<Hash, Self::Error>;
}

/// A log whose hashes are all in memory.
impl Nodes for BTreeMap<NodeId, Hash> {
    type Error = MissingNode;

    fn node(&mut self, id: NodeId) -> Result<Hash, MissingNode> {
        self.get(&id).copied().ok_or(MissingNode { id })
    }
}

/// A hash of a complete subtree that is not in the map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no hash for node {} of level {}", id.index, id.level)]
pub struct MissingNode {
    /// The subtree.
    pub id: NodeId,
}
