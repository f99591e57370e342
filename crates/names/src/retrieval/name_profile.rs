//! The summary of a listed name that the score bound is computed from.

use super::name_term::is_name_part;
use crate::name::{Name, Role, Token, name_flag};

/// Fixed-size summary of a listed name, stored beside it in an index, from which
/// [`ScoreUpperBound`](super::ScoreUpperBound) bounds the score without analysing the name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NameProfile {
    /// Bits 0..4: number of name parts, capped at [`MAX_PART_COUNT`]. Above: [`HAS_INITIAL`] and
    /// [`ORGANISATION_OR_OBJECT`].
    bits: u8,
    /// Total weight, in hundredths, of the name parts that the comparison penalises when they stay
    /// unmatched. Patronymics are not among them.
    weight: u16,
    /// Bloom filter of the known words (terms and territories), one bit per meaning.
    known_words: u32,
}

const HAS_INITIAL: u8 = 1 << 4;
const ORGANISATION_OR_OBJECT: u8 = 1 << 5;
/// The count occupies four bits. A cap is safe, because a lower count only raises the bound.
const MAX_PART_COUNT: usize = 15;

impl NameProfile {
    /// Size of a stored profile in bytes.
    pub const BYTES: usize = 7;

    /// The profile that gives the highest bound of all profiles that are not [open](Self::is_open): no part can stay
    /// unmatched and every known word is present. It is used in place of a profile that has not been read yet.
    pub const MOST_PERMISSIVE: Self = Self { bits: 0, weight: 0, known_words: u32::MAX };

    /// Computes the profile of a name.
    pub fn of(name: &Name) -> Self {
        let has = |role: Role| name.tokens.iter().any(|token| token.role == role);
        let weighted = name.tokens.iter().filter(|token| has_own_weight(token));
        let weight: u32 = weighted.clone().map(|token| u32::from(token.weight)).sum();
        let bit = |bit: u8, is_set: bool| if is_set { bit } else { 0 };
        NameProfile {
            bits: weighted.count().min(MAX_PART_COUNT) as u8
                | bit(HAS_INITIAL, has(Role::Initial))
                | bit(ORGANISATION_OR_OBJECT, name.is(name_flag::ORGANISATION | name_flag::OBJECT)),
            weight: u16::try_from(weight).unwrap_or(u16::MAX),
            known_words: name.tokens.iter().fold(0, |bits, token| bits | known_word_bits(token)),
        }
    }

    /// The stored form.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let [low, high] = self.weight.to_le_bytes();
        let [a, b, c, d] = self.known_words.to_le_bytes();
        [self.bits, low, high, a, b, c, d]
    }

    /// Reads the stored form. Any bytes are a valid profile.
    pub fn from_bytes([bits, low, high, a, b, c, d]: [u8; Self::BYTES]) -> Self {
        let known_words = u32::from_le_bytes([a, b, c, d]);
        Self { bits, weight: u16::from_le_bytes([low, high]), known_words }
    }

    /// Whether [`MOST_PERMISSIVE`](Self::MOST_PERMISSIVE) does not cover this name when the query is
    /// a person's: organisations and objects are compared by other rules, and an initial may match
    /// any part. Posting lists keep open names apart for that reason.
    pub fn is_open(self) -> bool {
        self.bits & (HAS_INITIAL | ORGANISATION_OR_OBJECT) != 0
    }

    pub(super) fn is_organisation_or_object(self) -> bool {
        self.bits & ORGANISATION_OR_OBJECT != 0
    }

    pub(super) fn has_initial(self) -> bool {
        self.bits & HAS_INITIAL != 0
    }

    pub(super) fn part_count(self) -> u32 {
        u32::from(self.bits & 15)
    }

    /// In hundredths.
    pub(super) fn weight(self) -> f64 {
        f64::from(self.weight)
    }

    /// Whether one of the known words may be present. False positives occur, false negatives do not.
    pub(super) fn may_have_known_word(self, bits: u32) -> bool {
        self.known_words & bits != 0
    }
}

/// The Bloom filter bits of a known word, 0 for any other token. Words that may share a meaning share
/// a bit.
pub(super) fn known_word_bits(token: &Token) -> u32 {
    if !matches!(token.role, Role::Term | Role::Territory) {
        return 0;
    }
    let facts = token.facts.iter().filter(|fact| **fact != 0);
    facts.fold(0, |bits, fact| {
        bits | 1 << (u32::from(fact & 0x7fff).wrapping_mul(0x9e37_79b9) >> 27)
    })
}

/// Whether a token is penalised when it stays unmatched. A patronymic is left out of the bound,
/// because its penalty is low: sources often omit patronymics.
pub(super) fn has_own_weight(token: &Token) -> bool {
    is_name_part(token) && token.role != Role::Patronymic
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameKind;

    fn profile(text: &str, kind: NameKind) -> NameProfile {
        NameProfile::of(&Name::parse(text, kind))
    }

    #[test]
    fn a_profile_reads_back_from_its_bytes() {
        let profile = profile("Gulf Petroleum Trading 7 Ltd", NameKind::Organization);
        assert_eq!(NameProfile::from_bytes(profile.to_bytes()), profile);
        assert_ne!(profile, NameProfile::default());
    }

    #[test]
    fn names_with_initials_and_names_of_organisations_are_open() {
        assert!(!profile("Ivan Petrov", NameKind::Person).is_open());
        assert!(profile("I. Petrov", NameKind::Person).is_open());
        assert!(profile("Petrov Trading", NameKind::Organization).is_open());
        assert!(profile("PETROVSK", NameKind::Object).is_open());
        assert!(!NameProfile::MOST_PERMISSIVE.is_open());
    }

    #[test]
    fn patronymics_and_initials_are_not_counted_as_parts() {
        let short = profile("Ivan Petrov", NameKind::Person);
        let long = profile("Ivan Sergeyevich Petrov", NameKind::Person);
        assert_eq!(short.part_count(), 2);
        assert_eq!((long.part_count(), long.weight()), (short.part_count(), short.weight()));
        assert_eq!(profile("I. Petrov", NameKind::Person).part_count(), 1);
    }

    #[test]
    fn the_part_count_is_capped_without_touching_the_flags() {
        let many = (b'a'..=b'z').map(|letter| format!("Zor{}ek", letter as char));
        let name = profile(&many.collect::<Vec<_>>().join(" "), NameKind::Person);
        assert_eq!(name.part_count(), 15);
        assert!(!name.is_open());
    }

    #[test]
    fn words_of_one_meaning_share_a_bloom_filter_bit_and_names_proper_have_none() {
        let bits = |text: &str| {
            let name = Name::parse(text, NameKind::Organization);
            name.tokens.iter().fold(0, |bits, token| bits | known_word_bits(token))
        };
        assert_ne!(bits("Sirius Bank"), 0);
        assert_ne!(bits("Sirius Bank") & bits("Banco Sirius"), 0);
        assert_eq!(bits("Zorvek Quellimar"), 0);
        let bank = profile("Sirius Bank", NameKind::Organization);
        assert!(bank.may_have_known_word(bits("Banque")));
        assert!(!profile("Zorvek", NameKind::Organization).may_have_known_word(u32::MAX));
    }
}
