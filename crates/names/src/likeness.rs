//! Similarity of two tokens, in thousandths: phonetic alignment, corrected by the tables of names.

use crate::explain::Rule;
use crate::lattice::align::{self, PhoneticSequence};
use crate::lattice::table;
use crate::name::{Name, PhoneticToken, Role, Token, flag};

/// Minimum similarity in thousandths; below it two tokens do not match. Lower finds more typing
/// errors and more chance pairs. 720 keeps one error in a five-letter word and rejects names that
/// only share a beginning (Mahmoud / Mohammed: 690). Tests: `tests/labelled.rs`;
/// `similar_names_that_are_different_names_do_not_match`.
pub(crate) const FLOOR: u32 = 720;
/// Maximum substitution cost, in hundredths of a consonant, between an initial and the first sound
/// of a name. Allows regular counterparts in other scripts (Я and Ya) and keeps A and O apart.
/// Test: `order_case_commas_and_initials_do_not_matter`.
const INITIAL_COST: u32 = 5;
/// Minimum similarity (thousandths) of two listed forms of one given name (Vladimir / Volodymyr).
/// Below 1000, so that the same spelling still ranks first. Test:
/// `slavic_names_match_in_every_latin_convention`.
const VARIANT: u16 = 970;
/// Minimum similarity (thousandths) of a pet form and its full name. Lower than [`VARIANT`], since
/// a pet form may belong to several names (Sasha is Alexander or Alexandra). Test:
/// `a_pet_form_matches_less_than_a_form_of_the_same_name`.
const PET_FORM: u16 = 860;
/// Similarity (thousandths) of an initial and a name that starts with it. An initial agrees with
/// about one name in ten by chance. Test: `order_case_commas_and_initials_do_not_matter`.
const INITIAL: u16 = 850;
/// Penalty (thousandths) on two names that the tables have, but not as forms of one name: they are
/// then probably two names, whatever their letters (Hassan / Hussein, Andrei / Andrea). A larger
/// penalty loses unlisted variants. Test:
/// `two_known_given_names_differ_by_more_than_their_letters`.
const KNOWN_APART: u16 = 130;
/// Penalty (thousandths) on a frequent name and a rare one that is no listed form of it (Heba /
/// Hebbo): as often another name as a typing error.
const ONE_KNOWN: u16 = 60;
/// Penalty (thousandths) on a given name and its nisba, the family name derived from it (Ahmad /
/// Ahmadi). Test: `a_given_name_and_the_family_name_derived_from_it_are_two_names`.
const NISBA: u16 = 150;
/// From this similarity (thousandths) on, the table of distinct names is not applied: one Latin
/// spelling may stand for two of them (Hamid is حامد or حميد), so names that sound equal are not
/// held apart.
const SOUNDS_SAME: u16 = 960;
/// Maximum similarity (thousandths) of a compound with `abd` and its second part alone ("Rahman"
/// for "Abd al-Rahman"). The second part is a name of its own. Test:
/// `a_divine_attribute_alone_is_not_the_name_of_its_servant`.
const WITHOUT_ABD: u16 = 780;

/// Below this similarity (in [0, 1]) a match loses worth faster (see [`SLOPE`]): above it
/// differences are mostly spelling, below it they are often coincidence.
const KNEE: f64 = 0.85;
/// Loss of worth per unit of similarity below [`KNEE`]. At 3, Gorbachev / Gorbunov (similarity .73,
/// worth .49) cannot carry a name, while one typing error (.80, worth .70) can. Test:
/// `a_family_name_that_only_starts_alike_carries_no_match`.
const SLOPE: f64 = 3.0;

/// The factor, in [0, 1], by which a match of this similarity counts in a score.
pub(crate) fn worth(similarity: u16) -> f64 {
    let similarity = f64::from(similarity) / 1000.0;
    if similarity >= KNEE { similarity } else { (KNEE - (KNEE - similarity) * SLOPE).max(0.0) }
}

/// The similarity of two tokens in thousandths and the rule behind it; 0 when they do not match.
/// Equal to [`full_token_similarity`], with a cheap rejection of unlike pairs in front.
#[inline(always)]
pub(crate) fn token_similarity(left: &Name, at: &Token, right: &Name, to: &Token) -> (u16, Rule) {
    if may_match(at, to) {
        full_token_similarity(left.phonetic_token(at), right.phonetic_token(to))
    } else {
        (0, Rule::Differs)
    }
}

/// False when the summaries of two tokens show that they cannot match.
#[inline(always)]
fn may_match(at: &Token, to: &Token) -> bool {
    let (own, other) = (at.flags & flag::ABJAD != 0, to.flags & flag::ABJAD != 0);
    let floor = floor_of(usize::from(at.units), usize::from(to.units));
    at.hash == to.hash
        || at.role == Role::Initial
        || to.role == Role::Initial
        || (at.flags | to.flags) & (flag::ABD | flag::ARTICLE) != 0
        || shared_group(at, to).is_some()
        || align::may_be_similar((&at.summary, own), (&to.summary, other), floor)
}

/// The similarity of two tokens in thousandths, without the rejection by summaries.
pub(crate) fn full_token_similarity(
    left: PhoneticToken<'_>,
    right: PhoneticToken<'_>,
) -> (u16, Rule) {
    let (at, to) = (left.token, right.token);
    match (at.role == Role::Initial, to.role == Role::Initial) {
        (true, true) => {
            // A letter without a reading has no first sound, but it is the same letter.
            return if at.hash == to.hash || first_sounds_agree(left.units, right.units) {
                (1000, Rule::Initial)
            } else {
                (0, Rule::Differs)
            };
        }
        (true, false) | (false, true) => {
            return if first_sounds_agree(left.units, right.units) {
                (INITIAL, Rule::Initial)
            } else {
                (0, Rule::Differs)
            };
        }
        _ => {}
    }
    if at.hash == to.hash {
        return (1000, Rule::Same);
    }
    let group = shared_group(at, to);
    let phonetic = phonetic_similarity(left, right);
    if group.is_none() && (phonetic == 0 || phonetic < SOUNDS_SAME && are_distinct(at, to)) {
        return (0, Rule::Differs);
    }
    match group {
        Some(rule) => {
            let licensed = if rule == Rule::Nickname { PET_FORM } else { VARIANT };
            (phonetic.max(licensed), rule)
        }
        // A patronymic and a surname of the same stem are different names (Igorevich / Egorov).
        None if phonetic < 950
            && (at.role == Role::Patronymic) != (to.role == Role::Patronymic) =>
        {
            (0, Rule::Differs)
        }
        None if at.flags & to.flags & flag::GIVEN != 0 && phonetic < 960 => {
            let kept = phonetic.saturating_sub(KNOWN_APART);
            (if u32::from(kept) < FLOOR { 0 } else { kept }, Rule::Sounds)
        }
        None if is_nisba(left, right) => (phonetic.saturating_sub(NISBA), Rule::Sounds),
        None if phonetic < known_floor(at, to) && at.common.max(to.common) > 0 => {
            let apart = if at.common.min(to.common) > 0 { KNOWN_APART } else { ONE_KNOWN };
            let kept = phonetic.saturating_sub(apart);
            (if u32::from(kept) < FLOOR { 0 } else { kept }, Rule::Sounds)
        }
        None => (phonetic, Rule::Sounds),
    }
}

/// The similarity (thousandths) below which two names are not two spellings of one name. Lower for
/// abjads, where unwritten vowels leave more room.
fn known_floor(at: &Token, to: &Token) -> u16 {
    if (at.flags | to.flags) & flag::ABJAD == 0 { SOUNDS_SAME } else { 900 }
}

/// True when one token is a given name and the other is longer and ends in -i, the ending that
/// derives a family name from it.
fn is_nisba(left: PhoneticToken<'_>, right: PhoneticToken<'_>) -> bool {
    if (left.token.flags ^ right.token.flags) & flag::GIVEN == 0 {
        return false;
    }
    let (given, other) =
        if left.token.flags & flag::GIVEN != 0 { (left, right) } else { (right, left) };
    let ends_in_i = |units: &[u8]| {
        units.last().is_some_and(|&unit| {
            table::sound_mask(unit) & SOUND_I != 0 && table::consonant_class(unit) == 0
        })
    };
    other.units.len() > given.units.len() && ends_in_i(other.units) && !ends_in_i(given.units)
}

/// The bit of the sound I in a sound mask.
const SOUND_I: u32 = 1 << 2;

/// True when the table of distinct names has both tokens in one set and in different groups of it.
fn are_distinct(at: &Token, to: &Token) -> bool {
    let (mut distinct, mut same) = (false, false);
    for one in [at.distinct, at.also_distinct] {
        for other in [to.distinct, to.also_distinct] {
            let same_set = one != 0 && one >> 4 == other >> 4;
            distinct |= same_set && one != other;
            same |= same_set && one == other;
        }
    }
    distinct && !same
}

/// The phonetic similarity of two tokens, with and without a prefix that may be left out (`abd`, a
/// glued article).
fn phonetic_similarity(left: PhoneticToken<'_>, right: PhoneticToken<'_>) -> u16 {
    let (at, to) = (left.token, right.token);
    let (whole, other) = (left.phonetic_sequence(), right.phonetic_sequence());
    let floor = floor_of(whole.units.len(), other.units.len());
    match (
        at.flags & flag::ABD != 0 && at.prefix_units > 0,
        to.flags & flag::ABD != 0 && to.prefix_units > 0,
    ) {
        (true, true) => {
            // Both have `abd`, which carries no information; the rest must agree better than whole words.
            return align::similarity(&left.without_prefix(), &right.without_prefix(), FLOOR + 60);
        }
        (true, false) => {
            return sequence_similarity(left.without_prefix(), other, floor).min(WITHOUT_ABD);
        }
        (false, true) => {
            return sequence_similarity(whole, right.without_prefix(), floor).min(WITHOUT_ABD);
        }
        _ => {}
    }
    let mut best = sequence_similarity(whole, other, floor);
    // Without a glued article the similarity is 20 lower, so that equal articles win.
    if at.flags & flag::ARTICLE != 0 {
        best =
            best.max(sequence_similarity(left.without_prefix(), other, floor).saturating_sub(20));
    }
    if to.flags & flag::ARTICLE != 0 {
        best =
            best.max(sequence_similarity(whole, right.without_prefix(), floor).saturating_sub(20));
    }
    best
}

#[inline]
fn sequence_similarity(left: PhoneticSequence<'_>, right: PhoneticSequence<'_>, floor: u32) -> u16 {
    align::similarity(&left, &right, floor)
}

/// The minimum similarity by the number of units of the shorter token: in two or three sounds, one
/// difference makes another name (Li / Lu, Kim / Kam).
#[inline]
pub(crate) fn floor_of(left: usize, right: usize) -> u32 {
    match left.min(right) {
        0..=2 => 860,
        3 => 790,
        _ => FLOOR,
    }
}

/// Whether two tokens are listed forms of one given name, or one is a pet form of the other.
fn shared_group(left: &Token, right: &Token) -> Option<Rule> {
    let mut found = None;
    if left.role > Role::Title || right.role > Role::Title {
        return None;
    }
    for &group in left.facts.iter().filter(|&&group| group != 0) {
        if right.facts.contains(&group) {
            if group & 0x8000 == 0 {
                return Some(Rule::GivenName);
            }
            found = Some(Rule::Nickname);
        }
    }
    found
}

fn first_sounds_agree(a: &[u8], b: &[u8]) -> bool {
    // A weak unit may precede the decisive letter (E. for Yevgeny, Е. for Evgeny).
    let near = |x: Option<&u8>, y: Option<&u8>| matches!((x, y), (Some(&x), Some(&y)) if table::substitution_cost(x, y) <= INITIAL_COST);
    near(a.first(), b.first())
        || near(a.get(1), b.first())
            && a.first().is_some_and(|&unit| table::gap_cost(unit, false) <= 10)
        || near(a.first(), b.get(1))
            && b.first().is_some_and(|&unit| table::gap_cost(unit, false) <= 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::NameKind;
    use proptest::prelude::*;

    const WORDS: &[&str] = &[
        "Mohammed",
        "Muhamad",
        "Mahmoud",
        "Abdulrahman",
        "Rahman",
        "Alassad",
        "Assad",
        "Hamid",
        "Hmaid",
        "محمد",
        "عبدالرحمن",
        "الاسد",
        "Иванович",
        "Ivanov",
        "Ivanovna",
        "J",
        "Sasha",
        "Alexander",
        "Bank",
        "Banc",
        "Banque",
        "Ltd",
        "Limited",
        "China",
        "Chine",
        "Korea",
        "12",
        "IT",
    ];

    proptest! {
        #[test]
        fn the_rejection_by_summaries_never_changes_a_similarity(
            one in prop::sample::subsequence(WORDS, 1..4),
            other in "[a-z]{0,3}(mohamm?[ae]d|rahman|asad|ivan|bank|limit)[a-z]{0,3}",
            another in prop::sample::select(WORDS),
            kinds in prop::sample::select(vec![
                (NameKind::Person, NameKind::Person),
                (NameKind::Organization, NameKind::Organization),
                (NameKind::Organization, NameKind::Person),
            ]),
        ) {
            let left = Name::parse(&one.join(" "), kinds.0);
            let right = Name::parse(&format!("{other} {another}"), kinds.1);
            for at in &left.tokens {
                for to in &right.tokens {
                    let whole = full_token_similarity(left.phonetic_token(at), right.phonetic_token(to));
                    prop_assert_eq!(token_similarity(&left, at, &right, to).0, whole.0);
                }
            }
        }
    }
}
