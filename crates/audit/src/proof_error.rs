//! Errors of making and of verifying proofs.

use crate::hash::Hash;
use crate::node::NodeId;

/// A proof cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError<E> {
    /// There is no such event in a tree of this size.
    #[error("event {index} is not in a tree of {size} events")]
    OutsideTree {
        /// The number of the event, from zero.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The later tree is smaller than the earlier one.
    #[error("a tree of {old_size} events cannot grow into one of {new_size}")]
    Shrinking {
        /// The size that was given as the earlier one.
        old_size: u64,
        /// The size that was given as the later one.
        new_size: u64,
    },
    /// The hash of a subtree cannot be read.
    #[error("the hash of node {} of level {} could not be read", id.index, id.level)]
    Node {
        /// The subtree.
        id: NodeId,
        /// The error of the source.
        #[source]
        source: E,
    },
}

/// A proof that does not verify.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The claimed event lies past the end of the claimed tree.
    #[error("event {index} is not in a tree of {size} events")]
    OutsideTree {
        /// The number of the event, from zero.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The later tree is smaller than the earlier one: events were removed.
    #[error("a tree of {old_size} events cannot grow into one of {new_size}")]
    Shrinking {
        /// The size of the earlier tree.
        old_size: u64,
        /// The size of the later tree.
        new_size: u64,
    },
    /// The path has more hashes than the sizes require.
    #[error("a path of {found} hashes is too long for this proof")]
    TooLong {
        /// How many hashes it has.
        found: usize,
    },
    /// The path has fewer hashes than the sizes require.
    #[error("a path of {found} hashes is too short for this proof")]
    TooShort {
        /// How many hashes it has.
        found: usize,
    },
    /// Event and path lead to another root: the event is not at this index of this tree.
    #[error("event {index} of a tree of {size} events leads to another root")]
    Root {
        /// The number of the event, from zero.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The path does not lead to the root of the earlier tree.
    #[error("the proof leads to another root for the earlier tree of {old_size} events")]
    OldRoot {
        /// The size of the earlier tree.
        old_size: u64,
    },
    /// The path does not lead to the root of the later tree: its history is not that of the earlier one.
    #[error("the proof leads to another root for the later tree of {new_size} events")]
    NewRoot {
        /// The size of the later tree.
        new_size: u64,
    },
}

impl ProofError {
    pub(crate) fn too_long(path: &[Hash]) -> Self {
        Self::TooLong { found: path.len() }
    }

    pub(crate) fn too_short(path: &[Hash]) -> Self {
        Self::TooShort { found: path.len() }
    }
}
