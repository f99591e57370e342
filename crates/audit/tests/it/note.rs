//! Notes: what is read, what is refused, and whose signatures count.

use interdict_audit::{NoteError, SignedNote, VerifyingKey};
use proptest::prelude::*;

use crate::support::key;

const TEXT: &str = "first\n\nlast\n";

fn signed() -> SignedNote {
    SignedNote::sign(TEXT, &key("log")).unwrap()
}

fn public(name: &str) -> VerifyingKey {
    key(name).verifying_key()
}

#[test]
fn the_text_may_have_blank_lines_and_the_last_one_ends_it() {
    for text in [TEXT, "\n", "\n\n\n", "a\n\n— log AAECAwQ=\n", "\u{7f}é\n"] {
        let note = SignedNote::sign(text, &key("log")).unwrap();
        let again: SignedNote = note.to_string().parse().unwrap();
        assert_eq!(again, note);
        assert_eq!(again.verify(&[public("log")]).unwrap().text(), text);
        assert_eq!(again.unverified_text(), text);
    }
}

#[test]
fn notes_of_another_form_are_refused() {
    let good = signed().to_string();
    let line = good.strip_prefix(TEXT).unwrap().trim_start();
    let cut = good.strip_suffix('\n').unwrap();
    let bad = [
        String::new(),
        "\n".into(),
        "\n\n".into(),
        TEXT.replace("\n\n", "\n"),
        cut.into(),
        format!("{good}\n"),
        format!("first\n{line}"),
        line.into(),
        format!("\n{line}"),
    ];
    for note in bad {
        assert_eq!(note.parse::<SignedNote>(), Err(NoteError::Form), "{note:?}");
    }
    for note in [TEXT.to_owned(), format!("{good}x\n"), good.replace('—', "-")] {
        assert!(
            matches!(note.parse::<SignedNote>(), Err(NoteError::SignatureLine { .. })),
            "{note:?}"
        );
    }
}

#[test]
fn control_characters_and_other_line_ends_are_refused() {
    let good = signed().to_string();
    let windows = good.replace('\n', "\r\n").parse::<SignedNote>();
    assert_eq!(windows, Err(NoteError::ControlCharacter { character: '\r' }));
    for character in ['\0', '\t', '\u{1f}'] {
        let refused = Err(NoteError::ControlCharacter { character });
        assert_eq!(format!("a{character}{good}").parse::<SignedNote>(), refused);
        assert_eq!(SignedNote::sign(&format!("a{character}\n"), &key("log")), refused);
    }
    for text in ["", "no newline"] {
        assert_eq!(SignedNote::sign(text, &key("log")), Err(NoteError::Text));
    }
}

#[test]
fn a_note_has_at_most_64_signatures() {
    let mut note = signed();
    for _ in 1..64 {
        note = note.with_signature(&key("witness")).unwrap();
    }
    let text = note.to_string();
    assert_eq!(text.parse::<SignedNote>(), Ok(note.clone()));
    assert_eq!(note.signatures().len(), 64);
    let refused = NoteError::TooManySignatures { found: 65, limit: 64 };
    let longer = format!("{text}{}\n", note.signatures()[1]);
    assert_eq!(longer.parse::<SignedNote>(), Err(refused.clone()));
    assert_eq!(note.with_signature(&key("witness")), Err(refused));
}

#[test]
fn a_note_has_at_most_a_mebibyte() {
    let limit = SignedNote::LARGEST;
    assert_eq!(limit, 1_048_576);
    let overhead = SignedNote::sign("\n", &key("log")).unwrap().to_string().len();
    let text = |length| "a".repeat(length - overhead) + "\n";
    let note = SignedNote::sign(&text(limit), &key("log")).unwrap();
    assert_eq!(note.to_string().len(), limit);
    assert!(note.to_string().parse::<SignedNote>().is_ok());
    let refused = Err(NoteError::TooLong { found: limit + 1, limit });
    assert_eq!(SignedNote::sign(&text(limit + 1), &key("log")), refused);
    assert_eq!(format!("a{note}").parse::<SignedNote>(), refused);
    assert!(matches!(note.with_signature(&key("witness")), Err(NoteError::TooLong { .. })));
}

#[test]
fn unknown_keys_are_ignored_but_one_known_key_must_have_signed() {
    let note = signed().with_signature(&key("witness")).unwrap();
    let keys = [public("stranger"), public("witness")];
    let opened = note.verify(&keys).unwrap();
    assert_eq!(opened.signers(), [&public("witness")]);
    assert_eq!(note.verify(&[public("stranger")]), Err(NoteError::NoKnownKey));
    assert_eq!(note.verify(&[]), Err(NoteError::NoKnownKey));
}

#[test]
fn a_key_is_known_by_name_and_identifier_together() {
    let note = signed();
    let same_name =
        VerifyingKey::from_bytes("log".parse().unwrap(), public("gol").as_bytes()).unwrap();
    let same_key =
        VerifyingKey::from_bytes("gol".parse().unwrap(), public("log").as_bytes()).unwrap();
    for other in [same_name, same_key] {
        assert_eq!(note.verify(&[other]), Err(NoteError::NoKnownKey));
    }
    // The name or the identifier in the line may be forged, too.
    let id = |name| *public(name).key_id().as_bytes();
    assert_ne!(id("log"), id("gol"));
    let renamed: SignedNote = note.to_string().replace("— log", "— gol").parse().unwrap();
    assert_eq!(renamed.verify(&[public("log"), public("gol")]), Err(NoteError::NoKnownKey));
}

#[test]
fn one_bad_signature_of_a_known_key_spoils_the_note() {
    let note = signed().with_signature(&key("witness")).unwrap();
    let changed: SignedNote = note.to_string().replacen("first", "fir5t", 1).parse().unwrap();
    let bad = |name| {
        let (name, id) = (name_of(name), public(name).key_id());
        Err(NoteError::BadSignature { name, id })
    };
    assert_eq!(changed.verify(&[public("log")]), bad("log"));
    assert_eq!(changed.verify(&[public("witness")]), bad("witness"));

    // The witness signed another text, the log this one.
    let other = SignedNote::sign("other\n", &key("witness")).unwrap();
    let mixed = format!("{}{}\n", signed(), other.signatures()[0]);
    let mixed: SignedNote = mixed.parse().unwrap();
    assert_eq!(mixed.verify(&[public("log"), public("witness")]), bad("witness"));
    assert!(mixed.verify(&[public("log")]).is_ok());
}

fn name_of(name: &str) -> interdict_audit::Origin {
    name.parse().unwrap()
}

#[test]
fn a_repeated_signature_counts_once_and_each_copy_must_be_good() {
    let note = signed();
    let line = note.signatures()[0].to_string();
    let twice: SignedNote = format!("{note}{line}\n").parse().unwrap();
    let keys = [public("log"), public("log")];
    assert_eq!(twice.verify(&keys).unwrap().signers(), [&public("log")]);

    let other = SignedNote::sign("other\n", &key("log")).unwrap();
    let contradicting: SignedNote = format!("{note}{}\n", other.signatures()[0]).parse().unwrap();
    assert!(matches!(contradicting.verify(&keys), Err(NoteError::BadSignature { .. })));
}

#[test]
fn signatures_of_another_length_are_bad_for_a_known_key() {
    let note = signed();
    let (head, line) =
        note.to_string().rsplit_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    // 68 bytes are 92 characters, the last of which is padding: 66 bytes are 88 without any.
    let shorter = format!("{head} {}\n", &line[..88]);
    let longer = format!("{head} {}AAAA\n", &line[..88]);
    for text in [shorter, longer] {
        let note: SignedNote = text.parse().unwrap();
        assert!(matches!(note.verify(&[public("log")]), Err(NoteError::BadSignature { .. })));
        assert_eq!(note.verify(&[public("witness")]), Err(NoteError::NoKnownKey));
    }
}

#[test]
fn signatures_that_implementations_disagree_about_are_bad() {
    let good = "SBMEUeVwgFsIMYFRcZvWmWDTYrKk87LN302jxkN5Dezhup9cnOnRUGoDbr9AdweVe72chq7eGXG9vaVZRvgkYMhD6w8=";
    // Its scalar with the group's order added to it, which satisfies the equation, too.
    let larger_scalar = "SBMEUeVwgFsIMYFRcZvWmWDTYrKk87LN302jxkN5Dezhup9cib3HrYRmgBcXFP83Wrd7m67eGXG9vaVZRvgkYMhD6x8=";
    // Made with the neutral element as its point, by whoever has the key; the equation holds.
    let small_order = "SBMEUQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWASbm0Pd0WTB5hwG3qvg9ycZCkPfwoPL16tUPCE+VQQ=";
    let verifies = |signature: &str| {
        let note: SignedNote = format!("text\n\n— log {signature}\n").parse().unwrap();
        match note.verify(&[public("log")]) {
            Ok(_) => true,
            Err(NoteError::BadSignature { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    };
    assert!(verifies(good));
    assert!(!verifies(larger_scalar));
    assert!(!verifies(small_order));
}

#[test]
fn any_changed_byte_of_a_note_is_noticed() {
    let good = signed().to_string();
    for place in 0..good.len() {
        for change in [1, 0x20] {
            let mut bytes = good.clone().into_bytes();
            bytes[place] ^= change;
            let opened = String::from_utf8(bytes).ok().and_then(|text| text.parse().ok());
            let accepted =
                opened.is_some_and(|note: SignedNote| note.verify(&[public("log")]).is_ok());
            assert!(!accepted, "byte {place}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_or_refused(note in "([a\n— +AQIDBAUGBw=]|AAECAwQ=|— a AAECAwQ=\n|\n\n|\\PC){0,40}") {
        if let Ok(parsed) = note.parse::<SignedNote>() {
            prop_assert_eq!(parsed.to_string(), note);
        }
    }

    #[test]
    fn what_has_the_form_of_a_note_is_written_as_it_was_read(
        text in "([^\\x00-\\x1f]{0,8}\n){1,4}", lines in "(— [a-z]{1,4} AAECAw[A-Za-z0-9+/]Q=\n){1,4}",
    ) {
        let note = format!("{text}\n{lines}");
        if let Ok(parsed) = note.parse::<SignedNote>() {
            prop_assert_eq!(parsed.unverified_text(), text);
            prop_assert_eq!(parsed.to_string(), note);
        }
    }
}
