//! The hashing of RFC 6962, section 2.1: a different prefix byte for leaves and inner nodes, so that no leaf
//! can be passed off as a pair of subtrees.

use sha2::{Digest, Sha256};

use crate::hash::Hash;

const LEAF_PREFIX: [u8; 1] = [0];
const NODE_PREFIX: [u8; 1] = [1];

/// The hash of a leaf: SHA-256 of a zero byte and the event.
pub fn leaf_hash(event: &[u8]) -> Hash {
    sha256(&[&LEAF_PREFIX, event])
}

/// The hash of an inner node: SHA-256 of a one byte and the hashes of both subtrees.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&NODE_PREFIX, left.as_bytes(), right.as_bytes()])
}

/// The root of a tree without leaves: SHA-256 of the empty string.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// SHA-256 of the concatenated parts.
pub(crate) fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Hash::from_bytes(hasher.finalize().into())
}
