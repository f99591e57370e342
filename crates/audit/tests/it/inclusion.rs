//! Inclusion proofs of every event of every small tree, and all ways to change one.

use interdict_audit::{Hash, InclusionProof, MissingNode, NodeId, ProofError, ProveError};
use proptest::prelude::*;

use crate::support::{Log, damaged_paths, flipped, split};

/// On which side each sibling of the path is, from the leaf up: true for the left. By the definition of RFC 6962.
fn sides(index: usize, size: usize) -> Vec<bool> {
    if size == 1 {
        return Vec::new();
    }
    let middle = split(size);
    let (mut below, left) = if index < middle {
        (sides(index, middle), false)
    } else {
        (sides(index - middle, size - middle), true)
    };
    below.push(left);
    below
}

#[test]
fn the_proof_of_every_event_holds_and_no_damaged_one_does() {
    let mut log = Log::numbered(130);
    for size in 1..=130 {
        let root = log.root_at(size);
        for index in 0..size {
            let proof = InclusionProof::prove(size, index, &mut log.nodes).unwrap();
            let leaf = log.leaf(index);
            assert_eq!(proof.verify(&leaf, &root), Ok(()), "{index} of {size}");
            // Damage around the sizes at which the shape of a tree changes.
            let near_power = (0..3).any(|more| (size + more).is_power_of_two()) || size < 20;
            let damaged_paths = if near_power { damaged_paths(&proof.path) } else { Vec::new() };
            for path in damaged_paths {
                let damaged = InclusionProof { path, ..proof };
                assert!(damaged.verify(&leaf, &root).is_err(), "{index} of {size}");
            }
            let refused = Err(ProofError::Root { index, size });
            assert_eq!(proof.verify(&flipped(&leaf, 0), &root), refused);
            assert_eq!(proof.verify(&leaf, &flipped(&root, 255)), refused);
        }
    }
}

#[test]
fn any_changed_bit_of_a_path_is_noticed() {
    let mut log = Log::numbered(11);
    let root = log.root_at(11);
    for index in 0..11 {
        let proof = InclusionProof::prove(11, index, &mut log.nodes).unwrap();
        for place in 0..proof.path.len() {
            for bit in 0..256 {
                let mut changed = proof.clone();
                changed.path[place] = flipped(&proof.path[place], bit);
                let refused = Err(ProofError::Root { index, size: 11 });
                assert_eq!(changed.verify(&log.leaf(index), &root), refused);
            }
        }
    }
}

#[test]
fn a_path_holds_for_one_index_and_for_sizes_of_the_same_shape_only() {
    let mut log = Log::numbered(24);
    for size in 1..=24_u64 {
        let root = log.root_at(size);
        for index in 0..size {
            let proof = InclusionProof::prove(size, index, &mut log.nodes).unwrap();
            let place = usize::try_from(index).unwrap();
            let shape = sides(place, usize::try_from(size).unwrap());
            for claimed in 0..=40_usize {
                let claim = InclusionProof { size: claimed as u64, ..proof.clone() };
                let same_shape = place < claimed && sides(place, claimed) == shape;
                let accepted = claim.verify(&log.leaf(index), &root).is_ok();
                assert_eq!(accepted, same_shape, "{index} of {size} as of {claimed}");
            }
            for claimed in (0..=size).filter(|claimed| *claimed != index) {
                let claim = InclusionProof { index: claimed, ..proof.clone() };
                assert!(claim.verify(&log.leaf(index), &root).is_err());
                assert!(claim.verify(&log.leaf(claimed.min(size - 1)), &root).is_err());
            }
        }
    }
}

#[test]
fn paths_of_another_length_are_called_so() {
    let mut log = Log::numbered(6);
    let (leaf, root) = (log.leaf(2), log.root_at(6));
    let proof = InclusionProof::prove(6, 2, &mut log.nodes).unwrap();
    let with = |path: &[Hash]| InclusionProof { path: path.to_vec(), ..proof }.verify(&leaf, &root);
    assert_eq!(with(&[]), Err(ProofError::TooShort { found: 0 }));
    assert_eq!(with(&proof.path[..2]), Err(ProofError::TooShort { found: 2 }));
    let longer = [proof.path.as_slice(), &[root]].concat();
    assert_eq!(with(&longer), Err(ProofError::TooLong { found: 4 }));
}

#[test]
fn an_event_past_the_end_has_no_proof() {
    let mut log = Log::numbered(3);
    for (size, index) in [(0, 0), (3, 3), (3, u64::MAX)] {
        let refused = Err(ProveError::OutsideTree { index, size });
        assert_eq!(InclusionProof::prove(size, index, &mut log.nodes), refused);
        let claim = InclusionProof { index, size, path: Vec::new() };
        let refused = Err(ProofError::OutsideTree { index, size });
        assert_eq!(claim.verify(&log.leaf(0), &log.leaf(0)), refused);
    }
}

#[test]
fn a_hash_that_cannot_be_read_is_named() {
    let mut log = Log::numbered(3);
    let id = NodeId { level: 1, index: 0 };
    log.nodes.remove(&id);
    let refused = Err(ProveError::Node { id, source: MissingNode { id } });
    assert_eq!(InclusionProof::prove(3, 2, &mut log.nodes), refused);
    assert!(InclusionProof::prove(3, 0, &mut log.nodes).is_ok());
}

proptest! {
    #[test]
    fn claims_of_any_size_are_refused_without_overflow(
        index: u64, size: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        let path = hashes.into_iter().map(Hash::from_bytes).collect();
        let zero = Hash::from_bytes([0; 32]);
        for size in [size, u64::MAX] {
            let claim = InclusionProof { index, size, path: Vec::clone(&path) };
            prop_assert!(claim.verify(&zero, &zero).is_err());
        }
    }
}
