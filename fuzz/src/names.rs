//! Names: analysis and comparison of any two texts.

use arbitrary::Arbitrary;
use interdict_names::{Name, NameKind, compare, is_exact, ofac_score, score, score_at_least};

/// Two texts and what they are the names of.
#[derive(Debug, Arbitrary)]
pub struct Pair<'a> {
    kinds: [u8; 2],
    left: &'a str,
    right: &'a str,
}

/// Comparison: symmetric, in range, equal to its explained form, the same for the same text analysed
/// twice; above zero with itself. Letter case where it holds today.
pub fn compare_pair(pair: &Pair<'_>) {
    let [one, other] = pair.kinds.map(kind);
    let (left, right) = (Name::parse(pair.left, one), Name::parse(pair.right, other));
    let value = score(&left, &right);
    assert!((0.0..1.0).contains(&value), "{value} is out of range");
    assert_eq!(value.to_bits(), score(&right, &left).to_bits(), "a score is symmetric");
    let explained = compare(&left, &right);
    assert_eq!(value.to_bits(), explained.score.to_bits(), "the explained score is the score");
    assert_eq!(value.to_bits(), compare(&right, &left).score.to_bits());
    assert_eq!(score_at_least(&left, &right, 0.7), (value >= 0.7).then_some(value));
    let _ = explained.render_text();
    let again = Name::parse(pair.left, one);
    assert_eq!(value.to_bits(), score(&again, &right).to_bits(), "analysis is deterministic");
    assert!((0.0..=1.0).contains(&ofac_score(pair.left, pair.right)));
    assert!(!is_exact(pair.left, pair.right) || is_exact(pair.right, pair.left));
    identity(&left);
    // Persons are left out: capitals tell which part of a person's name is the family name.
    if matches!(one, NameKind::Object) {
        letter_case(pair.left, one);
    }
}

fn kind(byte: u8) -> NameKind {
    match byte % 4 {
        0 => NameKind::Person,
        1 => NameKind::Organization,
        2 => NameKind::Either,
        _ => NameKind::Object,
    }
}

/// A comparable name has a score above zero with itself. Letters without a known reading, and a number, are
/// equal to themselves; other names that cannot be compared are not, nor is ASCII text without letters or digits.
fn identity(name: &Name) {
    let own = score(name, name);
    match name.not_comparable() {
        None => assert!(own > 0.0, "{:?} has the score {own} with itself", name.text()),
        Some(why) if why.can_be_equal() => assert!(own == 0.0 || own > 0.8, "{own}"),
        Some(_) => assert_eq!(own, 0.0),
    }
    if name.text().is_ascii() && !name.text().contains(char::is_alphanumeric) {
        assert_eq!(own, 0.0, "{:?} has no letters", name.text());
    }
}

/// The letter case of ASCII text does not change a comparison of objects.
fn letter_case(text: &str, kind: NameKind) {
    if !text.is_ascii() {
        return;
    }
    let name = Name::parse(text, kind);
    let upper = Name::parse(&text.to_ascii_uppercase(), kind);
    let lower = Name::parse(&text.to_ascii_lowercase(), kind);
    let own = score(&name, &name);
    for other in [upper, lower] {
        assert_eq!(own.to_bits(), score(&name, &other).to_bits(), "{text:?} changes with its case");
    }
}

/// Normalising a text twice is normalising it once.
pub fn normalise(text: &str) {
    let once = interdict_names::normalise(text);
    assert_eq!(interdict_names::normalise(&once), once, "the normal form of {text:?}");
}
