//! How alike two tokens are.

use crate::explain::Rule;
use crate::lattice::align::{self, PhoneticSequence};
use crate::lattice::table;
use crate::name::{Name, Role, Token, flag};

/// Below this (thousandths) two tokens are not alike at all. 0.72 keeps one slip in a five-letter word and drops
/// names that merely share a beginning (Mahmoud / Mohammed .69).
pub(crate) const FLOOR: u32 = 720;
/// An initial must be the same letter or its regular counterpart; A and O are two.
const INITIAL_COST: u32 = 5;
/// Forms of one given name: certain, but they remain different spellings.
const VARIANT: u16 = 970;
/// A pet form is a weaker link: Sasha is Alexander or Alexandra.
const PET_FORM: u16 = 860;
/// An initial agrees with one name in about ten.
const INITIAL: u16 = 850;
/// Two names that are both known, and not as forms of one name, differ by more than their letters say
/// (Hassan / Hussein, Andrei / Andrea).
const KNOWN_APART: u16 = 130;
/// A common name and an unknown one that is no known form of it: as often another name as a slip (Heba / Hebbo).
const ONE_KNOWN: u16 = 60;
/// Ahmad and Ahmadi: the name and what is named after it.
const NISBA: u16 = 150;
/// One Latin spelling may stand for two names (Hamid: حامد and حميد); what sounds the same is never held apart.
const SOUNDS_SAME: u16 = 960;
/// "Rahman" for "Abd al-Rahman".
const WITHOUT_ABD: u16 = 780;

/// Where likeness stops being spelling and begins to be coincidence.
const KNEE: f64 = 0.85;
/// How fast it then loses its worth: Gorbachev / Gorbunov (.73) must not carry a name, one slip (.80) may.
const SLOPE: f64 = 3.0;

/// What a likeness is worth in a score, in [0, 1].
pub(crate) fn worth(similarity: u16) -> f64 {
    let similarity = f64::from(similarity) / 1000.0;
    if similarity >= KNEE { similarity } else { (KNEE - (KNEE - similarity) * SLOPE).max(0.0) }
}

/// A part with its sounds, wherever they are kept.
#[derive(Clone, Copy)]
pub(crate) struct PhoneticToken<'a> {
    pub(crate) token: &'a Token,
    pub(crate) units: &'a [u8],
}

impl<'a> PhoneticToken<'a> {
    pub(crate) fn phonetic_sequence(self) -> PhoneticSequence<'a> {
        let abjad = self.token.flags & flag::ABJAD != 0;
        PhoneticSequence { units: self.units, abjad, summary: self.token.summary }
    }

    /// The decisive part, without what leads to it.
    fn without_prefix(self) -> PhoneticSequence<'a> {
        let units = self.units.get(usize::from(self.token.prefix_units)..).unwrap_or_default();
        PhoneticSequence::new(units, self.token.flags & flag::ABJAD != 0)
    }
}

/// Likeness in thousandths, and why. 0: not alike.
#[inline(always)]
pub(crate) fn token_similarity(left: &Name, at: &Token, right: &Name, to: &Token) -> (u16, Rule) {
    if may_match(at, to) {
        full_token_similarity(left.phonetic_token(at), right.phonetic_token(to))
    } else {
        (0, Rule::Differs)
    }
}

/// False where a look at the summaries of two parts shows that they are not alike.
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

/// The likeness of two parts.
pub(crate) fn full_token_similarity(
    left: PhoneticToken<'_>,
    right: PhoneticToken<'_>,
) -> (u16, Rule) {
    let (at, to) = (left.token, right.token);
    match (at.role == Role::Initial, to.role == Role::Initial) {
        (true, true) => {
            return if first_sounds_agree(left.units, right.units) {
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
        // A patronymic is not a surname made of the same name (Egorov / Igorevich).
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

/// Under this likeness two names are not one in two spellings; without written vowels it is lower.
fn known_floor(at: &Token, to: &Token) -> u16 {
    if (at.flags | to.flags) & flag::ABJAD == 0 { SOUNDS_SAME } else { 900 }
}

/// One is a given name, the other the same with the ending -i that makes a family name of it.
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

/// The bit of the sound I.
const SOUND_I: u32 = 1 << 2;

/// Both are in a set of names that are known to be confused, as different names of it.
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

fn phonetic_similarity(left: PhoneticToken<'_>, right: PhoneticToken<'_>) -> u16 {
    let (at, to) = (left.token, right.token);
    let (whole, other) = (left.phonetic_sequence(), right.phonetic_sequence());
    let floor = floor_of(whole.units.len(), other.units.len());
    match (
        at.flags & flag::ABD != 0 && at.prefix_units > 0,
        to.flags & flag::ABD != 0 && to.prefix_units > 0,
    ) {
        (true, true) => {
            return align::similarity(&left.without_prefix(), &right.without_prefix(), FLOOR + 60)
                as u16;
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
    align::similarity(&left, &right, floor) as u16
}

/// Short words must agree better: in two or three sounds one slip is another name.
#[inline]
pub(crate) fn floor_of(left: usize, right: usize) -> u32 {
    match left.min(right) {
        0..=2 => 860,
        3 => 790,
        _ => FLOOR,
    }
}

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
    // A glide or a breathing may stand before the letter that counts (E. for Yevgeny, Е. for Evgeny).
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
        fn no_two_parts_are_told_apart_by_their_summaries_that_are_alike(
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
