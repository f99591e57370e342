//! Texts of the audit log: notes, checkpoints, proofs and keys.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::LazyLock;

use interdict_audit::{
    Checkpoint, ConsistencyProof, EventProof, Frontier, Hash, InclusionProof, Origin, SignedNote,
    SigningKey, VerifyingKey, leaf_hash,
};

/// The events of the log that genuine proofs are about.
const EVENTS: [&[u8]; 5] = [b"opened", b"decided", b"", b"closed", b"opened"];

/// A key, and a genuine proof of each event.
static LOG: LazyLock<(VerifyingKey, Vec<String>)> = LazyLock::new(|| {
    let name = "example.com/audit".parse().expect("a valid name");
    let key = SigningKey::from_seed(name, &[7; 32]);
    let (mut tree, mut nodes) = (Frontier::empty(), BTreeMap::new());
    for event in EVENTS {
        tree.append(leaf_hash(event), |id, hash| {
            nodes.insert(id, hash);
        });
    }
    let signed = Checkpoint::of(key.name().clone(), &tree).sign(&key).expect("a short note");
    let proof = |index| {
        let path = InclusionProof::prove(tree.size(), index, &mut nodes).expect("a known event");
        EventProof::new(path, &signed).expect("a proof of this checkpoint").to_string()
    };
    (key.verifying_key(), (0..5).map(proof).collect())
});

/// The roots of the log at each of its sizes, and a genuine proof from each size to the last.
static GROWTH: LazyLock<(Vec<Hash>, Vec<ConsistencyProof>)> = LazyLock::new(|| {
    let (mut tree, mut nodes) = (Frontier::empty(), BTreeMap::new());
    let mut roots = vec![tree.root()];
    for event in EVENTS {
        tree.append(leaf_hash(event), |id, hash| {
            nodes.insert(id, hash);
        });
        roots.push(tree.root());
    }
    let proof = |old| ConsistencyProof::prove(old, tree.size(), &mut nodes).expect("known events");
    let proofs = (0..=tree.size()).map(proof).collect();
    (roots, proofs)
});

/// Parses the bytes as each kind of text. Each value has exactly one text form, so that it is written byte for byte as
/// it was read; nothing that was not signed is verified.
pub fn texts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    reads_back::<Origin>(text);
    reads_back::<Hash>(text);
    reads_back::<VerifyingKey>(text);
    reads_back::<Checkpoint>(text);
    if let Ok(key) = text.parse::<SigningKey>() {
        assert!(*key.expose_secret() == *text, "a secret key with another text");
        reads_back::<VerifyingKey>(&key.verifying_key().to_string());
    }
    let (key, genuine) = &*LOG;
    let keys = [key.clone()];
    if let Some(note) = reads_back::<SignedNote>(text)
        && let Ok(verified) = note.verify(&keys)
    {
        let is_genuine = genuine.iter().any(|proof| proof.contains(note.unverified_text()));
        assert!(is_genuine && verified.signers().len() == 1, "a note that nobody signed");
    }
    let Some(proof) = reads_back::<EventProof>(text) else { return };
    for event in EVENTS.into_iter().chain([&b"forged"[..]]) {
        if proof.verify(event, &keys).is_ok() {
            assert!(EVENTS.contains(&event), "a proof of an event that is not in the log");
        }
    }
}

/// Damages a genuine proof: the first byte says which, each further pair a position and a byte. A proof that still verifies
/// says what the genuine one said.
pub fn damaged_proof(bytes: &[u8]) {
    let (key, genuine) = &*LOG;
    let Some((which, changes)) = bytes.split_first() else { return };
    let index = usize::from(*which) % genuine.len();
    let mut text = genuine[index].clone().into_bytes();
    for change in changes.chunks_exact(3) {
        let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % text.len();
        text[place] = change[2];
    }
    let Ok(text) = String::from_utf8(text) else { return };
    let Ok(proof) = text.parse::<EventProof>() else { return };
    for (at, event) in EVENTS.iter().enumerate() {
        if proof.verify(event, &[key.clone()]).is_ok() {
            assert!(EVENTS[at] == EVENTS[index], "a proof of one event verifies another one");
        }
    }
    assert!(proof.verify(b"forged", &[key.clone()]).is_err());
}

/// Damages a genuine consistency proof in the same way. Only the genuine path leads to both roots, and no other old
/// root is accepted.
pub fn damaged_growth(bytes: &[u8]) {
    let (roots, proofs) = &*GROWTH;
    let Some((which, changes)) = bytes.split_first() else { return };
    let old = usize::from(*which) % proofs.len();
    let genuine = &proofs[old];
    let last = &roots[roots.len() - 1];
    let mut path: Vec<[u8; 32]> = genuine.path.iter().map(|hash| *hash.as_bytes()).collect();
    for change in changes.chunks(3) {
        match *change {
            [at, place, byte] => {
                let count = path.len().max(1);
                if let Some(hash) = path.get_mut(usize::from(at) % count) {
                    hash[usize::from(place) % 32] = byte;
                }
            }
            // What is left over changes the length.
            [_, _] => path.push([0; 32]),
            _ => drop(path.pop()),
        }
    }
    let path: Vec<Hash> = path.into_iter().map(Hash::from_bytes).collect();
    let is_genuine = path == genuine.path;
    let proof = ConsistencyProof { path, ..genuine.clone() };
    assert_eq!(proof.verify(&roots[old], last).is_ok(), is_genuine);
    for other in roots.iter().filter(|other| *other != &roots[old]) {
        assert!(proof.verify(other, last).is_err(), "a consistency proof for another old root");
    }
}

/// The value of a text, whose text form must be this text.
fn reads_back<T: FromStr + Display>(text: &str) -> Option<T> {
    let value: T = text.parse().ok()?;
    assert_eq!(value.to_string(), text);
    Some(value)
}
