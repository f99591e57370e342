//! Texts of the audit log: notes, checkpoints, proofs and keys.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::LazyLock;

use interdict_audit::{
    Checkpoint, EventProof, Frontier, Hash, InclusionProof, Origin, SignedNote, SigningKey,
    VerifyingKey, leaf_hash,
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

/// Reads the bytes as each kind of text. What is read is written again in the same form, and nothing that was not signed
/// is verified.
pub fn texts(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    reads_back::<Origin>(text);
    reads_back::<Hash>(text);
    reads_back::<VerifyingKey>(text);
    reads_back::<Checkpoint>(text);
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

/// The value of a text, which must be that of its written form.
fn reads_back<T: FromStr + Display>(text: &str) -> Option<T> {
    let value: T = text.parse().ok()?;
    let written = value.to_string();
    let Ok(again) = written.parse::<T>() else { panic!("{written:?} cannot be read") };
    assert_eq!(again.to_string(), written);
    Some(value)
}
