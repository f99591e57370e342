//! Inclusion proofs (RFC 9162, section 2.1.3): an event is the leaf at an index of a tree.

use crate::hash::Hash;
use crate::node::Nodes;
use crate::proof_error::{ProofError, ProveError};
use crate::subtrees::{left_length, range_hash};
use crate::tree_hash::node_hash;

/// Proves that an event is the leaf at an index of the tree of a given size. It is unverified until
/// [`InclusionProof::verify`] has accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// The number of the event, from zero.
    pub index: u64,
    /// The size of the tree.
    pub size: u64,
    /// The hashes of the sibling subtrees on the path from the leaf to the root, the leaf's sibling first.
    pub path: Vec<Hash>,
}

impl InclusionProof {
    /// The proof for an event of a tree of `size` events. It reads one hash for each step of the path, and several only
    /// for a step whose subtree is not complete, at the right edge of the tree.
    ///
    /// # Errors
    /// When the tree has no such event, or a hash cannot be read.
    pub fn prove<N: Nodes>(
        size: u64,
        index: u64,
        nodes: &mut N,
    ) -> Result<Self, ProveError<N::Error>> {
        if index >= size {
            return Err(ProveError::OutsideTree { index, size });
        }
        let mut path = Vec::new();
        let (mut start, mut end) = (0, size);
        while end - start > 1 {
            let middle = start + left_length(end - start);
            if index < middle {
                path.push(range_hash(middle, end, nodes)?);
                end = middle;
            } else {
                path.push(range_hash(start, middle, nodes)?);
                start = middle;
            }
        }
        path.reverse();
        Ok(Self { index, size, path })
    }

    /// Verifies that the leaf with this hash is at `index` of the tree of `size` events with this root. A tree of one
    /// event has the empty path; an empty tree has no proofs.
    ///
    /// `size` and `root` must come from one checkpoint. A path fits several sizes (that of event 0 of 3 also fits event
    /// 0 of 4), so that the size must be authentic.
    ///
    /// # Errors
    /// When it is not, or when the path does not have the length of a proof for this index.
    pub fn verify(&self, leaf: &Hash, root: &Hash) -> Result<(), ProofError> {
        let Self { index, size, ref path } = *self;
        if index >= size {
            return Err(ProofError::OutsideTree { index, size });
        }
        // The index of the current node within its level, and that of the level's last node.
        let (mut place, mut last) = (index, size - 1);
        let mut hash = *leaf;
        for sibling in path {
            if last == 0 {
                return Err(ProofError::too_long(path));
            }
            if place & 1 == 1 || place == last {
                hash = node_hash(sibling, &hash);
                // The last node of a level without a sibling moves up unchanged until it is a right child. It becomes
                // one, because its index is not zero: it is odd, or equal to `last`.
                let levels = place.trailing_zeros();
                place >>= levels;
                last >>= levels;
            } else {
                hash = node_hash(&hash, sibling);
            }
            place >>= 1;
            last >>= 1;
        }
        match (last == 0, hash == *root) {
            (false, _) => Err(ProofError::too_short(path)),
            (true, false) => Err(ProofError::Root { index, size }),
            (true, true) => Ok(()),
        }
    }
}
