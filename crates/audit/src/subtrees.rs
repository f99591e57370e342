//! Decomposition of ranges of leaves into complete subtrees, and the hash of such a range.

use crate::hash::Hash;
use crate::node::{NodeId, Nodes};
use crate::proof_error::ProveError;
use crate::tree_hash::{empty_root, node_hash};

/// The complete subtrees that a range of leaves decomposes into, from the largest at the left to the smallest:
/// one for each one bit of its length. `start` must be a multiple of the largest one's number of leaves, as
/// every range is that RFC 6962 splits a tree into.
pub(crate) fn subtrees(start: u64, end: u64) -> impl Iterator<Item = NodeId> {
    let length = end - start;
    (0..64_u8).rev().filter(move |level| length >> level & 1 == 1).map(move |level| {
        // The leaves of the larger subtrees, which lie to the left of this one.
        let before = length & (u64::MAX << level << 1);
        NodeId { level, index: (start + before) >> level }
    })
}

/// The hash of a tree over a range of leaves (`MTH` in RFC 6962), with `start` as for [`subtrees`].
pub(crate) fn range_hash<N: Nodes>(
    start: u64,
    end: u64,
    nodes: &mut N,
) -> Result<Hash, ProveError<N::Error>> {
    let hashes = subtrees(start, end)
        .map(|id| nodes.node(id).map_err(|source| ProveError::Node { id, source }))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(join(&hashes))
}

/// The hash of the tree that consists of these complete subtrees, largest first.
pub(crate) fn join(hashes: &[Hash]) -> Hash {
    let joined = hashes.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
    joined.unwrap_or_else(empty_root)
}

/// The number of leaves in the left subtree of a tree of `length` leaves: the largest power of two that is
/// smaller. `length` must be at least two.
pub(crate) fn left_length(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

#[cfg(test)]
mod tests {
    use super::{NodeId, left_length, subtrees};

    fn node(level: u8, index: u64) -> NodeId {
        NodeId { level, index }
    }

    #[test]
    fn a_range_decomposes_by_the_bits_of_its_length() {
        let of = |start, end| subtrees(start, end).collect::<Vec<_>>();
        assert_eq!(of(0, 0), []);
        assert_eq!(of(0, 13), [node(3, 0), node(2, 2), node(0, 12)]);
        assert_eq!(of(8, 13), [node(2, 2), node(0, 12)]);
        assert_eq!(of(0, u64::MAX).len(), 64);
        assert_eq!(of(0, 1 << 63), [node(63, 0)]);
    }

    #[test]
    fn the_left_subtree_is_the_larger_one_and_complete() {
        let expected = [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (u64::MAX, 1 << 63)];
        for (length, left) in expected {
            assert_eq!(left_length(length), left, "{length}");
        }
    }
}
