//! A log in memory, and a tree that is hashed by the definition of RFC 6962.

use std::collections::BTreeMap;

use interdict_audit::{Frontier, Hash, NodeId, SigningKey, empty_root, leaf_hash, node_hash};

/// A log whose nodes are in memory.
pub(crate) struct Log {
    pub(crate) events: Vec<Vec<u8>>,
    pub(crate) tree: Frontier,
    pub(crate) nodes: BTreeMap<NodeId, Hash>,
}

impl Log {
    pub(crate) fn of(events: Vec<Vec<u8>>) -> Self {
        let (mut tree, mut nodes) = (Frontier::empty(), BTreeMap::new());
        for event in &events {
            tree.append(leaf_hash(event), |id, hash| {
                assert_eq!(nodes.insert(id, hash), None, "a subtree is completed once");
            });
        }
        Self { events, tree, nodes }
    }

    /// A log of this many events, all different.
    pub(crate) fn numbered(size: u64) -> Self {
        Self::of((0..size).map(|number| format!("event {number}").into_bytes()).collect())
    }

    pub(crate) fn leaf(&self, index: u64) -> Hash {
        leaf_hash(&self.events[usize::try_from(index).unwrap()])
    }

    /// The root of the first events.
    pub(crate) fn root_at(&self, size: u64) -> Hash {
        naive_root(&self.events[..usize::try_from(size).unwrap()])
    }
}

/// `MTH` of RFC 6962, section 2.1, word by word.
pub(crate) fn naive_root(events: &[Vec<u8>]) -> Hash {
    match events {
        [] => empty_root(),
        [event] => leaf_hash(event),
        _ => {
            let (left, right) = events.split_at(split(events.len()));
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// The largest power of two that is smaller than a length of at least two.
pub(crate) fn split(length: usize) -> usize {
    let mut power = 1;
    while power * 2 < length {
        power *= 2;
    }
    power
}

/// A hash that differs from another one in one bit.
pub(crate) fn flipped(hash: &Hash, bit: usize) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8 % 32] ^= 1 << (bit % 8);
    Hash::from_bytes(bytes)
}

/// Every path that differs from this one by one hash: changed in a bit, left out, doubled, or put in.
pub(crate) fn damaged_paths(path: &[Hash]) -> Vec<Vec<Hash>> {
    let mut damaged = Vec::new();
    for place in 0..=path.len() {
        let mut longer = path.to_vec();
        longer.insert(place, Hash::from_bytes([7; 32]));
        damaged.push(longer);
        if place < path.len() {
            let mut shorter = path.to_vec();
            let hash = shorter.remove(place);
            damaged.push(shorter);
            let mut changed = path.to_vec();
            changed[place] = flipped(&hash, place * 37 + path.len());
            damaged.push(changed);
            let mut doubled = path.to_vec();
            doubled.insert(place, hash);
            damaged.push(doubled);
        }
    }
    damaged
}

pub(crate) fn key(name: &str) -> SigningKey {
    let mut seed = [0; 32];
    seed[..name.len()].copy_from_slice(name.as_bytes());
    SigningKey::from_seed(name.parse().unwrap(), &seed)
}
