//! Consistency proofs (RFC 9162, section 2.1.4): a tree begins with all the events of an earlier one.

use crate::hash::Hash;
use crate::node::Nodes;
use crate::proof_error::{ProofError, ProveError};
use crate::subtrees::{left_length, range_hash};
use crate::tree_hash::{empty_root, node_hash};

/// Proves that a tree begins with all the events of an earlier one: that the log was only appended to. It is unverified
/// until [`ConsistencyProof::verify`] has accepted it.
///
/// Two cases that RFC 9162 leaves out have the empty path here. From size 0 on, every tree is consistent, and
/// the earlier root must be that of no events. Between equal sizes, the roots must be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// The size of the earlier tree.
    pub old_size: u64,
    /// The size of the later tree.
    pub new_size: u64,
    /// The hashes of the subtrees from which both roots are computed, the lowest first.
    pub path: Vec<Hash>,
}

impl ConsistencyProof {
    /// The proof that the tree of `new_size` events begins with that of `old_size`.
    ///
    /// # Errors
    /// When the later tree is smaller, or a hash cannot be read.
    pub fn prove<N: Nodes>(
        old_size: u64,
        new_size: u64,
        nodes: &mut N,
    ) -> Result<Self, ProveError<N::Error>> {
        if old_size > new_size {
            return Err(ProveError::Shrinking { old_size, new_size });
        }
        let mut path = Vec::new();
        let (mut start, mut end) = (0, new_size);
        // Descend to the subtree that ends where the earlier tree ends.
        while old_size != 0 && end != old_size {
            let middle = start + left_length(end - start);
            if old_size <= middle {
                path.push(range_hash(middle, end, nodes)?);
                end = middle;
            } else {
                path.push(range_hash(start, middle, nodes)?);
                start = middle;
            }
        }
        // When that subtree is the whole earlier tree, its hash is the earlier root, which verifiers know.
        if start != 0 {
            path.push(range_hash(start, end, nodes)?);
        }
        path.reverse();
        Ok(Self { old_size, new_size, path })
    }

    /// Checks that the tree with the new root begins with all the events of the tree with the old root.
    ///
    /// Each size and its root must come from one checkpoint. A path fits several pairs of sizes (one from 1 to 3 events
    /// also fits from 1 to 4), so that the sizes must be authentic.
    ///
    /// # Errors
    /// When it does not, or when the path does not have the length of a proof between these sizes.
    pub fn verify(&self, old_root: &Hash, new_root: &Hash) -> Result<(), ProofError> {
        let Self { old_size, new_size, .. } = *self;
        if old_size > new_size {
            return Err(ProofError::Shrinking { old_size, new_size });
        }
        if old_size == 0 || old_size == new_size {
            return self.verify_without_path(old_root, new_root);
        }
        let (old, new) = self.roots(old_root)?;
        match (old == *old_root, new == *new_root) {
            (false, _) => Err(ProofError::OldRoot { old_size }),
            (true, false) => Err(ProofError::NewRoot { new_size }),
            (true, true) => Ok(()),
        }
    }

    /// The two cases without a path: the earlier tree is empty, or both have the same size.
    fn verify_without_path(&self, old_root: &Hash, new_root: &Hash) -> Result<(), ProofError> {
        let Self { old_size, new_size, ref path } = *self;
        if !path.is_empty() {
            return Err(ProofError::too_long(path));
        }
        if old_size == 0 && *old_root != empty_root() {
            return Err(ProofError::OldRoot { old_size });
        }
        if old_size == new_size && old_root != new_root {
            return Err(ProofError::NewRoot { new_size });
        }
        Ok(())
    }

    /// Computes both roots from the path. Requires that 0 < old size < new size.
    fn roots(&self, old_root: &Hash) -> Result<(Hash, Hash), ProofError> {
        // The index of the current node within its level, and that of the later tree's last node there. Both begin at
        // the largest complete subtree that ends where the earlier tree ends.
        let level = self.old_size.trailing_zeros();
        let (mut place, mut last) = ((self.old_size - 1) >> level, (self.new_size - 1) >> level);
        let mut rest = self.path.iter();
        // The path starts with an earlier tree that is one complete subtree.
        let first = if self.old_size.is_power_of_two() { Some(old_root) } else { rest.next() };
        let too_short = || ProofError::too_short(&self.path);
        let (mut old, mut new) = first.map(|hash| (*hash, *hash)).ok_or_else(too_short)?;
        for sibling in rest {
            if last == 0 {
                return Err(ProofError::too_long(&self.path));
            }
            if place & 1 == 1 || place == last {
                old = node_hash(sibling, &old);
                new = node_hash(sibling, &new);
                // As for inclusion: up to the level where the node is a right child.
                let levels = place.trailing_zeros();
                place >>= levels;
                last >>= levels;
            } else {
                new = node_hash(&new, sibling);
            }
            place >>= 1;
            last >>= 1;
        }
        if last == 0 { Ok((old, new)) } else { Err(too_short()) }
    }
}
