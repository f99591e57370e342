//! Whatever is done to the events of a log behind its back, the root that its checkpoint signed shows it.

use interdict_audit::{ConsistencyProof, InclusionProof, leaf_hash};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::Log;

/// A way to change a list of events.
#[derive(Debug, Clone)]
enum Tampering {
    Edit(Index, Vec<u8>),
    Delete(Index),
    Swap(Index, Index),
    Insert(Index, Vec<u8>),
    Cut(Index),
}

fn tamperings() -> impl Strategy<Value = Vec<Tampering>> {
    let one = prop_oneof![
        (any::<Index>(), event()).prop_map(|(at, event)| Tampering::Edit(at, event)),
        any::<Index>().prop_map(Tampering::Delete),
        any::<(Index, Index)>().prop_map(|(a, b)| Tampering::Swap(a, b)),
        (any::<Index>(), event()).prop_map(|(at, event)| Tampering::Insert(at, event)),
        any::<Index>().prop_map(Tampering::Cut),
    ];
    prop::collection::vec(one, 1..4)
}

/// Short events of few letters, so that equal ones and shifted ones are frequent.
fn event() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0..3_u8, 0..3)
}

fn tamper(events: &mut Vec<Vec<u8>>, tampering: Tampering) {
    let length = events.len();
    match tampering {
        Tampering::Insert(at, event) => events.insert(at.index(length + 1), event),
        _ if length == 0 => {}
        Tampering::Edit(at, event) => events[at.index(length)] = event,
        Tampering::Delete(at) => drop(events.remove(at.index(length))),
        Tampering::Swap(a, b) => events.swap(a.index(length), b.index(length)),
        Tampering::Cut(at) => events.truncate(at.index(length)),
    }
}

proptest! {
    #[test]
    fn changed_events_have_another_root(
        events in prop::collection::vec(event(), 0..20), tamperings in tamperings(),
    ) {
        let mut changed = events.clone();
        tamperings.into_iter().for_each(|tampering| tamper(&mut changed, tampering));
        let (honest, tampered) = (Log::of(events), Log::of(changed));
        prop_assert_eq!(honest.events == tampered.events, honest.tree.root() == tampered.tree.root());
        prop_assert_eq!(honest.tree == tampered.tree, honest.tree.root() == tampered.tree.root());
    }

    #[test]
    fn changed_events_cannot_be_proved_against_the_root_that_was_signed(
        events in prop::collection::vec(event(), 1..20), tamperings in tamperings(),
    ) {
        let mut honest = Log::of(events);
        let (size, root) = (honest.tree.size(), honest.tree.root());
        let mut changed = honest.events.clone();
        tamperings.into_iter().for_each(|tampering| tamper(&mut changed, tampering));
        let mut tampered = Log::of(changed);
        for (index, event) in (0..tampered.tree.size()).zip(tampered.events.clone()) {
            let same = honest.events.get(usize::try_from(index).unwrap()) == Some(&event);
            // With the tampered log's own nodes ...
            let proof = InclusionProof::prove(tampered.tree.size(), index, &mut tampered.nodes);
            let claim = InclusionProof { size, ..proof.unwrap() };
            prop_assert!(same || claim.verify(&leaf_hash(&event), &root).is_err());
            // ... and with those that the log had.
            if let Ok(proof) = InclusionProof::prove(size, index, &mut honest.nodes) {
                prop_assert_eq!(proof.verify(&leaf_hash(&event), &root).is_ok(), same);
            }
        }
        // Nor can a log that goes on from them be passed off as a continuation.
        let mut longer = tampered.events.clone();
        longer.resize(20.max(longer.len()), b"later".to_vec());
        let mut longer = Log::of(longer);
        let new_size = longer.tree.size();
        let begins_the_same = longer.events.starts_with(&honest.events);
        let proof = ConsistencyProof::prove(size, new_size, &mut longer.nodes);
        let accepted = proof.is_ok_and(|proof| proof.verify(&root, &longer.tree.root()).is_ok());
        prop_assert_eq!(accepted, begins_the_same);
    }
}
