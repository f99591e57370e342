//! The complete subtrees of a log and where their hashes come from.

use std::collections::BTreeMap;

use crate::hash::Hash;

/// Names a complete subtree: the one over the 2^`level` leaves from number `index` * 2^`level` on. Level 0 is
/// a leaf. A complete subtree never changes once it is there, so that its hash can be stored under this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// The height of the subtree: the binary logarithm of its number of leaves.
    pub level: u8,
    /// Its index among the subtrees of this level, counted from zero at the left.
    pub index: u64,
}

/// Yields the hashes of complete subtrees, from wherever the log is stored.
pub trait Nodes {
    /// Why a hash could not be had.
    type Error;

    /// The hash of a complete subtree. Asked only for subtrees within the size that a proof is made for.
    ///
    /// # Errors
    /// When the hash is not there or could not be read.
    fn node(&mut self, id: NodeId) -> Result<Hash, Self::Error>;
}

/// A log whose hashes are all in memory.
impl Nodes for BTreeMap<NodeId, Hash> {
    type Error = MissingNode;

    fn node(&mut self, id: NodeId) -> Result<Hash, MissingNode> {
        self.get(&id).copied().ok_or(MissingNode { id })
    }
}

/// The hash of a complete subtree is not in a map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no hash for node {} of level {}", id.index, id.level)]
pub struct MissingNode {
    /// The subtree.
    pub id: NodeId,
}
