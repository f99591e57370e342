//! Checkpoints: their text, and who may sign them.

use interdict_audit::{
    Checkpoint, CheckpointError, Frontier, HashError, NoteError, SignedCheckpoint, SignedNote,
    empty_root,
};
use proptest::prelude::*;

use crate::support::{Log, key};

const ROOT: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

fn refusal(text: &str) -> CheckpointError {
    text.parse::<Checkpoint>().unwrap_err()
}

#[test]
fn the_text_has_a_line_for_each_part() {
    let empty = Checkpoint::of("log".parse().unwrap(), &Frontier::empty());
    assert_eq!(empty.to_string(), format!("log\n0\n{ROOT}\n"));
    let longer = empty.with_extension("one").unwrap().with_extension("— é 2").unwrap();
    assert_eq!(longer.to_string(), format!("log\n0\n{ROOT}\none\n— é 2\n"));
    assert_eq!(longer.to_string().parse(), Ok(longer.clone()));
    assert_eq!(longer.extensions(), ["one", "— é 2"]);
    assert_eq!((longer.origin().as_str(), longer.root()), ("log", &empty_root()));
}

#[test]
fn texts_of_another_form_are_refused() {
    for text in ["", "log\n", "log\n1\n", &format!("log\n1\n{ROOT}"), "log"] {
        assert_eq!(refusal(text), CheckpointError::Lines, "{text:?}");
    }
    for origin in ["", " log", "a+b"] {
        assert!(matches!(
            refusal(&format!("{origin}\n1\n{ROOT}\n")),
            CheckpointError::Origin { .. }
        ));
    }
    for size in ["", "01", "-1", "+1", "1 ", "18446744073709551616"] {
        let expected = CheckpointError::Size { text: size.to_owned() };
        assert_eq!(refusal(&format!("log\n{size}\n{ROOT}\n")), expected);
    }
    for root in ["", "AAAA", &empty_root().to_string(), &format!("{ROOT} "), &format!("{ROOT}\r")] {
        let text = root.to_owned();
        let shown = text.chars().take(80).collect();
        let expected = CheckpointError::Root { source: HashError::Base64 { text: shown } };
        assert_eq!(refusal(&format!("log\n1\n{root}\n")), expected);
    }
    for line in ["", "\t", "a\r", "\0"] {
        let expected = CheckpointError::Extension { line: line.to_owned() };
        assert_eq!(refusal(&format!("log\n1\n{ROOT}\nx\n{line}\n")), expected);
    }
    assert!(
        Checkpoint::of("log".parse().unwrap(), &Frontier::empty()).with_extension("a\nb").is_err()
    );
}

#[test]
fn a_tree_without_events_has_one_root() {
    let root = Log::numbered(1).tree.root();
    let origin = || "log".parse().unwrap();
    assert_eq!(Checkpoint::new(origin(), 0, root), Err(CheckpointError::EmptyTreeRoot { root }));
    assert!(Checkpoint::new(origin(), 0, empty_root()).is_ok());
    assert!(Checkpoint::new(origin(), 1, root).is_ok());
    let text = format!("log\n0\n{}\n", root.to_base64());
    assert_eq!(refusal(&text), CheckpointError::EmptyTreeRoot { root });
}

#[test]
fn a_signed_checkpoint_opens_with_the_key_of_its_log() {
    let checkpoint = Checkpoint::of("log".parse().unwrap(), &Log::numbered(3).tree);
    let signed = checkpoint.sign(&key("log")).unwrap();
    assert_eq!(signed.checkpoint(), &checkpoint);
    let note: SignedNote = signed.to_string().parse().unwrap();
    assert_eq!(signed.note(), &note);
    let keys = [key("witness").verifying_key(), key("log").verifying_key()];
    assert_eq!(SignedCheckpoint::open(note.clone(), &keys), Ok(signed));
    let refused = Err(CheckpointError::Note { source: NoteError::NoKnownKey });
    assert_eq!(SignedCheckpoint::open(note, &keys[..1]), refused);
}

#[test]
fn only_the_key_with_the_name_of_the_log_speaks_for_it() {
    let checkpoint = Checkpoint::of("log".parse().unwrap(), &Log::numbered(3).tree);
    let refused = Err(CheckpointError::NotSignedByOrigin { origin: "log".parse().unwrap() });
    assert_eq!(checkpoint.sign(&key("witness")), refused);

    let keys = [key("witness").verifying_key(), key("log").verifying_key()];
    let by_witness = SignedNote::sign(&checkpoint.to_string(), &key("witness")).unwrap();
    assert_eq!(SignedCheckpoint::open(by_witness.clone(), &keys), refused);
    // A line in the log's name that the log did not sign does not help.
    let other = SignedNote::sign("other\n", &key("log")).unwrap();
    let forged: SignedNote = format!("{by_witness}{}\n", other.signatures()[0]).parse().unwrap();
    assert_eq!(SignedCheckpoint::open(forged.clone(), &keys[..1]), refused);
    assert!(matches!(
        SignedCheckpoint::open(forged, &keys),
        Err(CheckpointError::Note { source: NoteError::BadSignature { .. } })
    ));
    let by_both = by_witness.with_signature(&key("log")).unwrap();
    assert!(SignedCheckpoint::open(by_both, &keys).is_ok());
}

#[test]
fn a_signed_text_that_is_no_checkpoint_is_refused() {
    let note = SignedNote::sign("log\n3\n", &key("log")).unwrap();
    let opened = SignedCheckpoint::open(note, &[key("log").verifying_key()]);
    assert_eq!(opened, Err(CheckpointError::Lines));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(
        head in "([a-z+ ]{0,4}\n)?(0|[0-9]{0,21})\n([A-Za-z0-9+/]{43}=)?\n?", tail in "(\\PC{0,4}\n){0,3}",
    ) {
        let text = head + &tail;
        if let Ok(checkpoint) = text.parse::<Checkpoint>() {
            prop_assert_eq!(checkpoint.to_string(), text);
        }
    }

    #[test]
    fn a_checkpoint_round_trips(
        size in 1_u64.., root: [u8; 32], lines in prop::collection::vec("[^\\x00-\\x1f]{1,9}", 0..3),
    ) {
        let root = interdict_audit::Hash::from_bytes(root);
        let checkpoint = Checkpoint::new("log".parse().unwrap(), size, root).unwrap();
        let checkpoint = lines.iter().try_fold(checkpoint, |checkpoint, line| checkpoint.with_extension(line));
        let checkpoint = checkpoint.unwrap();
        prop_assert_eq!(&checkpoint.to_string().parse(), &Ok(checkpoint.clone()));
        let signed = checkpoint.sign(&key("log")).unwrap();
        prop_assert_eq!(signed.checkpoint(), &checkpoint);
    }
}
