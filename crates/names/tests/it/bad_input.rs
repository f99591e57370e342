//! Bad input gets a defined answer in bounded time.

use interdict_names::{
    KeySide, Name, NameKind, NotComparable, Note, compare, score, whole_name_keys,
};
use std::time::{Duration, Instant};

const KINDS: [NameKind; 4] =
    [NameKind::Person, NameKind::Organization, NameKind::Either, NameKind::Object];

#[test]
fn names_without_enough_letters_are_not_compared_and_the_reason_is_given() {
    for (text, reason) in [
        ("", NotComparable::Empty),
        ("  \t ", NotComparable::Empty),
        ("--- !!! ,,,", NotComparable::Empty),
        ("😀🎉", NotComparable::Empty),
        ("\u{200b}\u{202e}", NotComparable::Empty),
        ("x", NotComparable::TooShort),
        ("12345", NotComparable::OnlyDigits),
    ] {
        let name = Name::parse(text, NameKind::Person);
        assert_eq!(name.not_comparable(), Some(reason), "{text:?}");
        let comparison = compare(&name, &Name::parse("Ivan Sidorenko", NameKind::Person));
        assert_eq!(comparison.score, 0.0);
        assert!(!comparison.notes.is_empty(), "{text:?} says why");
    }
}

#[test]
fn ten_thousand_words_are_truncated_in_bounded_time() {
    let text = "Sidorenko ".repeat(10_000);
    for kind in KINDS {
        let start = Instant::now();
        let name = Name::parse(&text, kind);
        let _ = score(&name, &name);
        let _ = compare(&name, &name);
        whole_name_keys(&name, KeySide::Document, &mut Vec::new());
        assert!(start.elapsed() < Duration::from_secs(30), "{kind:?}: {:?}", start.elapsed());
        assert!(name.notes().any(|note| note == Note::Truncated));
    }
}

#[test]
fn one_endless_word_is_analysed_in_bounded_time() {
    for unit in ["a", "ж", "김", "中", "ア", "ب", "\u{301}", "0", "-", "'", "shch"] {
        let text = unit.repeat(20_000);
        for kind in KINDS {
            let start = Instant::now();
            let name = Name::parse(&text, kind);
            let _ = score(&name, &name);
            assert!(
                start.elapsed() < Duration::from_secs(30),
                "{unit} {kind:?}: {:?}",
                start.elapsed()
            );
        }
    }
}

#[test]
fn replacement_characters_of_a_damaged_source_are_noted() {
    let name = Name::parse("Ivan Sidoren\u{fffd}o", NameKind::Person);
    assert!(name.notes().any(|note| note == Note::Damaged));
    assert!(score(&name, &Name::parse("Ivan Sidorenko", NameKind::Person)) > 0.5);
}

#[test]
fn scripts_mixed_inside_one_word_are_read() {
    let name = Name::parse("金Ivan김Сидоренко", NameKind::Person);
    assert!(name.is_comparable());
    let _ = compare(&name, &name);
}
