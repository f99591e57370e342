//! Equality of two names as written: letter for letter and digit for digit, apart from case, marks,
//! spacing and punctuation.
//!
//! Equal names score at least [`EQUAL`], whatever they consist of. A query that equals a listed name therefore always
//! finds it, even if the name consists of common words only ("THE HOUTHIS") or repeats one word. The comparison by
//! words does not ensure that, because it gives common words a low weight.

use crate::fold;
use crate::name::{Name, NotComparable, name_flag};

/// Lowest score of equal names in the same order of words. Just under the lowest ceiling of persons
/// and organisations (0.90), so that no score that the comparison by words gives to a whole
/// distinctive name falls below it. Test: `equal_names_reach_the_floor_whatever_they_consist_of`.
pub(crate) const EQUAL: f64 = 0.895;
/// Lowest score of equal names of persons whose family name stands in front on one side only. Lower,
/// because two names can be each other's rotation (Ali Hassan / Hassan Ali). Same test.
pub(crate) const ROTATED: f64 = 0.85;
/// Share of the score by words that is added to the floor, so that equal names keep their order.
const RANKING: f64 = 0.005;

/// How two equal names agree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Equality {
    /// The same letters in the same order.
    SameOrder,
    /// The same words, the first ones of one side being the last ones of the other.
    Rotated,
}

impl Equality {
    /// The score of equal names whose comparison by words gives this score.
    pub(crate) fn at_least(self, score: f64) -> f64 {
        let floor = match self {
            Equality::SameOrder => EQUAL,
            Equality::Rotated => ROTATED,
        };
        score.max(floor + RANKING * score)
    }
}

/// A hash of the letters and digits of a name that does not depend on their order. Equal names have
/// the same hash, however their words are ordered, spaced and punctuated.
pub(crate) fn letters_hash(text: &str) -> u64 {
    let key = fold::key_of(text);
    let letters = key.chars().filter(|letter| is_compared(*letter));
    letters.fold(0, |sum, letter| {
        sum.wrapping_add(fold::hash_letter(LETTER_SEED, letter).wrapping_mul(SPREAD))
    })
}

/// Start of the hash of one letter.
const LETTER_SEED: u64 = 0x2545_f491_4f6c_dd1d;
/// Spreads the hashes of letters over all bits (2^64 / golden ratio), so that their sums differ.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// Whether two names are equal. Costs one comparison of hashes where they are not.
pub(crate) fn equality(left: &Name, right: &Name) -> Option<Equality> {
    let is_person = |name: &Name| !name.is(ANY_THING);
    let may_be_rotated = is_person(left) && is_person(right);
    equality_of_any_kind(left, right)
        .filter(|equality| may_be_rotated || *equality == Equality::SameOrder)
}

/// Whether two names have the same letters in the same order; names of persons also with the last words in front.
pub fn are_equal(left: &Name, right: &Name) -> bool {
    equality(left, right).is_some()
}

/// Whether two names have the same letters in the same order, or the same words with the last ones in front, whatever
/// the kinds of their bearers.
pub fn are_equal_of_any_kind(left: &Name, right: &Name) -> bool {
    equality_of_any_kind(left, right).is_some()
}

fn equality_of_any_kind(left: &Name, right: &Name) -> Option<Equality> {
    if left.letters != right.letters || !can_be_equal(left) || !can_be_equal(right) {
        return None;
    }
    let (one, other) = (fold::key_of(&left.text), fold::key_of(&right.text));
    // "&" and "+" are words without letters, so a name of such words has nothing to compare.
    compared(&one).next()?;
    if compared(&one).eq(compared(&other)) {
        return Some(Equality::SameOrder);
    }
    let is_rotated = is_rotation(&one, &other) || is_rotation(&other, &one);
    is_rotated.then_some(Equality::Rotated)
}

const ANY_THING: u8 = name_flag::ORGANISATION | name_flag::OBJECT;

/// Names in letters without a known reading, and names that are numbers (7-28), can still be equal; a text without
/// letters and digits cannot.
fn can_be_equal(name: &Name) -> bool {
    name.problem.is_none_or(NotComparable::can_be_equal)
}

/// Whether the letters of `rotated` are those of `words` from some word on, and then of the words
/// before it.
fn is_rotation(words: &str, rotated: &str) -> bool {
    words.match_indices(' ').any(|(at, _)| {
        let (first, last) = words.split_at(at);
        compared(last).chain(compared(first)).eq(compared(rotated))
    })
}

fn compared(key: &str) -> impl Iterator<Item = char> {
    key.chars().filter(|letter| is_compared(*letter))
}

fn is_compared(letter: char) -> bool {
    !matches!(letter, ' ' | '&' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NameKind, compare, score};

    fn equal(left: &str, right: &str, kind: NameKind) -> Option<Equality> {
        equality(&Name::parse(left, kind), &Name::parse(right, kind))
    }

    #[test]
    fn equal_names_of_bearers_of_different_kinds_may_have_the_last_words_in_front() {
        let of = |text: &str, kind| Name::parse(text, kind);
        let listed = of("Jong Un KIM", NameKind::Person);
        for (text, expected) in [
            ("jong-un kim", true),
            ("Kim, Jong Un", true),
            ("Un Kim Jong", true),
            ("Kim Un Jong", false),
            ("Jong Un Kin", false),
        ] {
            for kind in [NameKind::Organization, NameKind::Object, NameKind::Person] {
                let name = of(text, kind);
                assert_eq!(are_equal_of_any_kind(&name, &listed), expected, "{text} {kind:?}");
                let of_one_kind = are_equal(&name, &listed);
                assert_eq!(
                    of_one_kind,
                    expected && (kind == NameKind::Person || text.starts_with('j'))
                );
            }
        }
        let without_letters = ["& +", "+ &"].map(|text| of(text, NameKind::Organization));
        assert!(!are_equal_of_any_kind(&without_letters[0], &without_letters[1]));
    }

    #[test]
    fn numbers_that_are_names_are_equal_to_themselves() {
        for kind in [NameKind::Person, NameKind::Organization, NameKind::Object] {
            assert_eq!(equal("7-28", "7-28", kind), Some(Equality::SameOrder));
            assert_eq!(equal("7-28", "7-29", kind), None);
            assert_eq!(equal("7-28", "728 Roe", kind), None);
        }
        assert_eq!(equal("?", "!", NameKind::Person), None);
    }

    #[test]
    fn case_marks_spaces_and_punctuation_make_no_difference() {
        for (left, right) in [
            ("Jong Hun Kil", "JONG HUN KIL"),
            ("L.GR. E.U.", "LGR EU"),
            ("José MÜLLER-Øst", "jose muller ost"),
            ("O'Neill", "ONEILL"),
            ("B & R", "BR"),
        ] {
            assert_eq!(equal(left, right, NameKind::Person), Some(Equality::SameOrder), "{left}");
            assert_eq!(equal(left, right, NameKind::Organization), Some(Equality::SameOrder));
        }
        for (left, right) in [("Ali Hasan", "Ali Hassan"), ("abc def", "abcd fe"), ("...", "!!")] {
            assert_eq!(equal(left, right, NameKind::Person), None, "{left}");
        }
        for kind in [NameKind::Person, NameKind::Organization, NameKind::Object] {
            assert_eq!(equal("&&", "+", kind), None, "texts without letters");
        }
    }

    #[test]
    fn a_family_name_in_front_or_behind_is_a_rotation_and_other_orders_are_not() {
        for (left, right, expected) in [
            ("KIL, Jong Hun", "Jong Hun Kil", Some(Equality::Rotated)),
            ("AL-RAWI Hassan", "Hassan AlRawi", Some(Equality::Rotated)),
            ("Hassan Al-Rawi", "ALRAWI Hassan", Some(Equality::Rotated)),
            ("Salman bin Muhammad al-Rawi", "Muhammad bin Salman al-Rawi", None),
        ] {
            assert_eq!(equal(left, right, NameKind::Person), expected, "{left}");
        }
        assert_eq!(equal("Star North", "North Star", NameKind::Organization), None);
        assert_eq!(equal("Star North", "North Star", NameKind::Object), None);
    }

    #[test]
    fn equal_names_reach_the_floor_whatever_they_consist_of() {
        for (text, kind) in [
            ("THE HOUTHIS", NameKind::Organization),
            ("Muhammad AL-MUHAMMAD", NameKind::Person),
            ("L.GR. E.U.", NameKind::Organization),
            ("B R C S.A.", NameKind::Organization),
            ("RIOS JIMENEZ S. EN C.S.", NameKind::Organization),
            ("HYOK SIN 2", NameKind::Object),
            ("M23", NameKind::Organization),
            ("AMINIB", NameKind::Person),
            ("Kim", NameKind::Person),
            ("ለማ", NameKind::Person),
        ] {
            let name = Name::parse(text, kind);
            let lower = Name::parse(&text.to_lowercase(), kind);
            let found = score(&name, &lower);
            assert!((EQUAL..1.0).contains(&found), "{text}: {found}");
            assert_eq!(compare(&name, &lower).score, found, "{text}");
        }
        let rotated = score(
            &Name::parse("Ali Hassan Omar", NameKind::Person),
            &Name::parse("Omar Ali Hassan", NameKind::Person),
        );
        assert!(rotated >= ROTATED, "{rotated}");
    }

    #[test]
    fn equal_names_keep_the_order_of_their_scores_by_words() {
        for equality in [Equality::SameOrder, Equality::Rotated] {
            let scores =
                [0.0, 0.2, 0.56, 0.8, 0.89, 0.9, 0.95].map(|score| equality.at_least(score));
            assert!(scores.is_sorted_by(|lower, higher| lower < higher), "{scores:?}");
        }
        assert!(Equality::Rotated.at_least(0.7) < Equality::SameOrder.at_least(0.0));
    }
}
