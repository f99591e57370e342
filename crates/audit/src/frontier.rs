//! The compact range of a whole tree: the state that an append-only log needs in order to grow and to compute its root,
//! at most 64 hashes for any number of events.

use crate::hash::Hash;
use crate::node::{NodeId, Nodes};
use crate::proof_error::ProveError;
use crate::subtrees::{join, subtrees};
use crate::tree_hash::node_hash;

/// The hashes of the complete subtrees along the right edge of a tree. Equal frontiers mean equal trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// One hash for each one bit of the size, that of the largest subtree first.
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The largest size that is accepted: that of a signed 64-bit integer, which databases and other implementations
    /// use. No log reaches it, so that counting never overflows.
    pub const LARGEST_SIZE: u64 = i64::MAX as u64;

    /// The frontier of a tree without leaves.
    pub const fn empty() -> Self {
        Self { size: 0, hashes: Vec::new() }
    }

    /// Appends a leaf. `completed` is called for each complete subtree that ends with it, from the leaf itself
    /// (level 0) upwards: storing each of them once is all that proofs need.
    pub fn append(&mut self, leaf: Hash, mut completed: impl FnMut(NodeId, Hash)) {
        let (mut id, mut hash) = (NodeId { level: 0, index: self.size }, leaf);
        completed(id, hash);
        // A node with an odd index is a right child, and its left sibling is the last subtree of the frontier.
        while id.index & 1 == 1 {
            let left = self.hashes.pop().expect("there is a hash for each one bit of the size");
            (id, hash) =
                (NodeId { level: id.level + 1, index: id.index >> 1 }, node_hash(&left, &hash));
            completed(id, hash);
        }
        self.hashes.push(hash);
        self.size = self.size.checked_add(1).expect("no log has 2^64 events");
    }

    /// Number of leaves of the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        join(&self.hashes)
    }

    /// The frontier of the first `size` events of a log: the state of the log at an earlier time, or its state
    /// after a restart.
    ///
    /// # Errors
    /// When a hash cannot be read.
    pub fn from_nodes<N: Nodes>(size: u64, nodes: &mut N) -> Result<Self, ProveError<N::Error>> {
        let hash = |id| nodes.node(id).map_err(|source| ProveError::Node { id, source });
        let hashes = subtrees(0, size).map(hash).collect::<Result<_, _>>()?;
        Ok(Self { size, hashes })
    }

    /// The concatenated hashes, that of the largest subtree first, without the size.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(Hash::as_bytes).copied().collect()
    }

    /// Reads what [`Frontier::to_bytes`] wrote for a tree of this size. Whether the hashes are those of the log has to
    /// be verified by comparing [`Frontier::root`] with a checkpoint.
    ///
    /// # Errors
    /// When the number of hashes does not fit the size, or the size is above [`Frontier::LARGEST_SIZE`].
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Result<Self, FrontierError> {
        if size > Self::LARGEST_SIZE {
            return Err(FrontierError::TooLarge { size });
        }
        let (hashes, rest) = bytes.as_chunks::<{ Hash::LEN }>();
        if !rest.is_empty() || hashes.len() != subtrees(0, size).count() {
            return Err(FrontierError::Length { size, found: bytes.len() });
        }
        Ok(Self { size, hashes: hashes.iter().copied().map(Hash::from_bytes).collect() })
    }
}

/// Bytes that are not a frontier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrontierError {
    /// No log is that large.
    #[error("a size of {size} events is past the largest that is supported")]
    TooLarge {
        /// The size that was given.
        size: u64,
    },
    /// The number of hashes does not fit the size.
    #[error("the frontier of {size} events cannot be {found} bytes long")]
    Length {
        /// The size that was given.
        size: u64,
        /// How many bytes there are.
        found: usize,
    },
}
