//! Consistency proofs between all small sizes, and all ways to change one.

use interdict_audit::{
    ConsistencyProof, Hash, MissingNode, NodeId, ProofError, ProveError, empty_root,
};
use proptest::prelude::*;

use crate::support::{Log, damaged_paths, flipped, split};

/// What a path is made of, by the definition of `SUBPROOF` in RFC 6962: where it begins, and on which side of
/// what is hashed so far each further hash is.
#[derive(Debug, PartialEq)]
enum Part {
    OldRoot,
    First,
    Left,
    Right,
}

fn shape(old: usize, new: usize, whole: bool) -> Vec<Part> {
    if old == new {
        return vec![if whole { Part::OldRoot } else { Part::First }];
    }
    let middle = split(new);
    let (mut below, part) = if old <= middle {
        (shape(old, middle, whole), Part::Right)
    } else {
        (shape(old - middle, new - middle, false), Part::Left)
    };
    below.push(part);
    below
}

#[test]
fn every_tree_is_consistent_with_all_before_and_no_damaged_proof_holds() {
    let mut log = Log::numbered(42);
    for new_size in 0..=42 {
        let new = log.root_at(new_size);
        for old_size in 0..=new_size {
            let old = log.root_at(old_size);
            let proof = ConsistencyProof::prove(old_size, new_size, &mut log.nodes).unwrap();
            assert_eq!(proof.verify(&old, &new), Ok(()), "{old_size} to {new_size}");
            for path in damaged_paths(&proof.path) {
                let damaged = ConsistencyProof { path, ..proof };
                assert!(damaged.verify(&old, &new).is_err(), "{old_size} to {new_size}");
            }
            assert!(proof.verify(&flipped(&old, 9), &new).is_err());
            if old_size != 0 {
                assert!(proof.verify(&old, &flipped(&new, 9)).is_err());
            }
        }
    }
}

#[test]
fn which_root_is_wrong_is_said() {
    let mut log = Log::numbered(7);
    let (old, new) = (log.root_at(3), log.root_at(7));
    let proof = ConsistencyProof::prove(3, 7, &mut log.nodes).unwrap();
    assert_eq!(proof.verify(&new, &new), Err(ProofError::OldRoot { old_size: 3 }));
    assert_eq!(proof.verify(&new, &old), Err(ProofError::OldRoot { old_size: 3 }));
    assert_eq!(proof.verify(&old, &old), Err(ProofError::NewRoot { new_size: 7 }));
    let with = |path: &[Hash]| ConsistencyProof { path: path.to_vec(), ..proof }.verify(&old, &new);
    assert_eq!(with(&[]), Err(ProofError::TooShort { found: 0 }));
    assert_eq!(with(&proof.path[..3]), Err(ProofError::TooShort { found: 3 }));
    let longer = [proof.path.as_slice(), &[old]].concat();
    assert_eq!(with(&longer), Err(ProofError::TooLong { found: 5 }));
}

#[test]
fn from_no_events_every_tree_is_consistent_but_the_old_root_must_be_that_of_none() {
    let log = Log::numbered(5);
    for new_size in 0..=5 {
        let proof = ConsistencyProof { old_size: 0, new_size, path: Vec::new() };
        assert_eq!(proof.verify(&empty_root(), &log.root_at(new_size)), Ok(()));
        let refused = Err(ProofError::OldRoot { old_size: 0 });
        assert_eq!(proof.verify(&log.root_at(1), &log.root_at(new_size)), refused);
        let longer = ConsistencyProof { path: vec![log.root_at(1)], ..proof };
        let refused = Err(ProofError::TooLong { found: 1 });
        assert_eq!(longer.verify(&empty_root(), &log.root_at(new_size)), refused);
    }
    let nothing = ConsistencyProof { old_size: 0, new_size: 0, path: Vec::new() };
    let refused = Err(ProofError::NewRoot { new_size: 0 });
    assert_eq!(nothing.verify(&empty_root(), &log.root_at(1)), refused);
}

#[test]
fn between_equal_sizes_the_roots_must_be_equal() {
    let log = Log::numbered(5);
    let proof = ConsistencyProof { old_size: 5, new_size: 5, path: Vec::new() };
    assert_eq!(proof.verify(&log.root_at(5), &log.root_at(5)), Ok(()));
    let refused = Err(ProofError::NewRoot { new_size: 5 });
    assert_eq!(proof.verify(&log.root_at(5), &log.root_at(4)), refused);
    let longer = ConsistencyProof { path: vec![log.root_at(5)], ..proof };
    let refused = Err(ProofError::TooLong { found: 1 });
    assert_eq!(longer.verify(&log.root_at(5), &log.root_at(5)), refused);
}

#[test]
fn a_tree_does_not_shrink() {
    let mut log = Log::numbered(5);
    let (old_size, new_size) = (5, 4);
    let refused = Err(ProveError::Shrinking { old_size, new_size });
    assert_eq!(ConsistencyProof::prove(5, 4, &mut log.nodes), refused);
    let claim = ConsistencyProof { old_size, new_size, path: Vec::new() };
    let refused = Err(ProofError::Shrinking { old_size, new_size });
    assert_eq!(claim.verify(&log.root_at(5), &log.root_at(4)), refused);
}

#[test]
fn a_path_holds_for_sizes_of_the_same_shape_only() {
    let mut log = Log::numbered(12);
    for (old, new) in (1..12_usize).flat_map(|old| (old + 1..=12).map(move |new| (old, new))) {
        let (old_size, new_size) = (old as u64, new as u64);
        let proof = ConsistencyProof::prove(old_size, new_size, &mut log.nodes).unwrap();
        let roots = (log.root_at(old_size), log.root_at(new_size));
        for (other_old, other_new) in (1..20).flat_map(|a| (a + 1..=20).map(move |b| (a, b))) {
            let (old_size, new_size) = (other_old as u64, other_new as u64);
            let claim = ConsistencyProof { old_size, new_size, path: proof.path.clone() };
            let same_shape = shape(old, new, true) == shape(other_old, other_new, true);
            let accepted = claim.verify(&roots.0, &roots.1).is_ok();
            assert_eq!(accepted, same_shape, "{old} to {new} as {other_old} to {other_new}");
        }
    }
}

#[test]
fn a_log_that_rewrote_an_event_cannot_prove_itself_consistent() {
    let honest = Log::numbered(21);
    for (old_size, rewritten) in (1..21_u64).flat_map(|old| (0..21_u64).map(move |at| (old, at))) {
        let mut events = honest.events.clone();
        events[usize::try_from(rewritten).unwrap()].push(b'!');
        let mut log = Log::of(events);
        let proof = ConsistencyProof::prove(old_size, 21, &mut log.nodes).unwrap();
        let accepted = proof.verify(&honest.root_at(old_size), &log.root_at(21)).is_ok();
        assert_eq!(accepted, rewritten >= old_size, "event {rewritten} after {old_size}");
    }
}

#[test]
fn a_hash_that_cannot_be_read_is_named() {
    let mut log = Log::numbered(7);
    for id in [NodeId { level: 0, index: 2 }, NodeId { level: 2, index: 0 }] {
        let mut nodes = log.nodes.clone();
        nodes.remove(&id);
        let refused = Err(ProveError::Node { id, source: MissingNode { id } });
        let sizes = if id.level == 0 { (3, 7) } else { (6, 7) };
        assert_eq!(ConsistencyProof::prove(sizes.0, sizes.1, &mut nodes), refused);
    }
    assert!(ConsistencyProof::prove(0, 7, &mut log.nodes).is_ok());
}

proptest! {
    #[test]
    fn claims_of_any_size_are_refused_without_overflow(
        a: u64, b: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        let path: Vec<_> = hashes.into_iter().map(Hash::from_bytes).collect();
        let (zero, one) = (Hash::from_bytes([0; 32]), Hash::from_bytes([1; 32]));
        for (old_size, new_size) in [(a, b), (b, a), (a, u64::MAX), (1 << 63, u64::MAX), (0, a)] {
            let claim = ConsistencyProof { old_size, new_size, path: path.clone() };
            prop_assert!(claim.verify(&zero, &one).is_err());
        }
    }
}
