//! Consonant skeletons and the keys made of them.
//!
//! Vowels are spelt most freely when names are transliterated, so words are filed by the sequence of their consonant
//! classes. A word has a skeleton for each likely reading of its letters (C is K or S). Words that differ by an edit of
//! the skeleton are found by *deletion neighbourhoods*: each word is filed and looked up with one or two consonants
//! deleted, and both sides share a key if the remaining consonants are equal. For an edit distance of two, the listed
//! word is filed with two deletions and the query is looked up with up to two. The number of keys of a query would grow
//! with the square of its length if a query longer by two consonants were found as well, so it is not.

use super::key::{KeyKind, KeySide, hash_key, mix};
use crate::lattice::table;

/// Consonants of a skeleton. Longer words are compared by these; 14 consonants are a word of some 30
/// letters.
const MAX_CONSONANTS: usize = 14;
/// Fewest consonants of a word that gets keys with one consonant deleted; shorter words would
/// collide with too many others.
const MIN_CONSONANTS_ONE_DELETION: usize = 3;
/// Fewest consonants of a word that gets keys with two consonants deleted. Their number grows with
/// the square of the length, so a lower limit would cost much space.
pub(super) const MIN_CONSONANTS_TWO_DELETIONS: usize = 6;

/// No consonant is deleted.
pub(super) const NO_DELETION: [usize; 2] = [usize::MAX; 2];

/// The consonant classes of a word in one reading of its letters. A class that follows itself is
/// written once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Skeleton {
    cost: u8,
    count: u8,
    consonants: [u8; MAX_CONSONANTS],
}

impl Skeleton {
    const EMPTY: Self = Self { cost: 0, count: 0, consonants: [0; MAX_CONSONANTS] };

    pub(super) fn consonants(&self) -> &[u8] {
        &self.consonants[..usize::from(self.count)]
    }

    /// Appends a consonant class, 0 for a vowel, at the cost of reading the letter that way.
    fn then(mut self, (class, cost): (u8, u8)) -> Self {
        self.cost = self.cost.saturating_add(cost);
        if class != 0
            && self.consonants().last() != Some(&class)
            && self.consonants().len() < MAX_CONSONANTS
        {
            self.consonants[usize::from(self.count)] = class;
            self.count += 1;
        }
        self
    }
}

/// Limits on the readings of a word. Costs are in hundredths of a consonant. Higher limits find more
/// spellings and cost more keys.
pub(super) struct ReadingLimits {
    /// Readings kept of one word, cheapest first.
    max_readings: usize,
    /// Highest cost of the reading of one letter.
    max_letter_cost: u8,
    /// Highest cost of the reading of a whole word.
    max_word_cost: u8,
}

/// For keys without deletions: C for K, H for CH, silent W, and two of these in one word.
pub(super) const EXACT_LIMITS: ReadingLimits =
    ReadingLimits { max_readings: 16, max_letter_cost: 30, max_word_cost: 50 };
/// For shingles: one such reading in a word. An index holds more shingles than single words.
pub(super) const SHINGLE_LIMITS: ReadingLimits =
    ReadingLimits { max_readings: 6, max_letter_cost: 30, max_word_cost: 40 };
/// For keys with deletions: only the cheapest readings, since each yields many keys.
pub(super) const DELETION_LIMITS: ReadingLimits =
    ReadingLimits { max_readings: 4, max_letter_cost: 10, max_word_cost: 10 };
/// The cheapest reading alone.
pub(super) const BEST_READING: ReadingLimits =
    ReadingLimits { max_readings: 1, max_letter_cost: 10, max_word_cost: 10 };

/// The distinct skeletons of a word within the limits, cheapest first (beam search over the letters).
pub(super) fn skeletons(units: &[u8], limits: &ReadingLimits) -> Vec<Skeleton> {
    let mut beam = vec![Skeleton::EMPTY];
    let mut next: Vec<Skeleton> = Vec::with_capacity(limits.max_readings);
    for &unit in units {
        let within = |(_, cost): &(u8, u8)| *cost <= limits.max_letter_cost;
        let mut classes = table::consonant_readings(unit).filter(within);
        let first = classes.next();
        if classes.next().is_none() {
            // Fast path: most letters have one reading.
            let class = first.unwrap_or((0, 0));
            beam.iter_mut().for_each(|skeleton| *skeleton = skeleton.then(class));
            beam.retain(|skeleton| skeleton.cost <= limits.max_word_cost);
            continue;
        }
        for class in table::consonant_readings(unit).filter(within) {
            for skeleton in beam.iter().map(|skeleton| skeleton.then(class)) {
                match next.iter_mut().find(|kept| kept.consonants() == skeleton.consonants()) {
                    Some(kept) => kept.cost = kept.cost.min(skeleton.cost),
                    None if skeleton.cost <= limits.max_word_cost => next.push(skeleton),
                    None => {}
                }
            }
        }
        next.sort_unstable_by_key(|skeleton| (skeleton.cost, skeleton.consonants));
        next.truncate(limits.max_readings);
        std::mem::swap(&mut beam, &mut next);
        next.clear();
    }
    beam
}

/// Hashes consonants with those at two positions deleted. Equal neighbours hash as one, as in a
/// [`Skeleton`].
pub(super) fn hash_consonants(consonants: &[u8], deleted: [usize; 2]) -> u64 {
    let mut hash = 0;
    let mut last = 0;
    for (place, &consonant) in consonants.iter().enumerate() {
        if !deleted.contains(&place) && consonant != last {
            hash = mix(hash, u64::from(consonant));
            last = consonant;
        }
    }
    hash
}

/// Hashes of consonants with each one deleted in turn.
pub(super) fn one_deletion_hashes(consonants: &[u8]) -> impl Iterator<Item = u64> + '_ {
    (0..consonants.len()).map(|one| hash_consonants(consonants, [one, usize::MAX]))
}

/// Appends the keys that a word shares with words of equal consonants in some reading, and with words that are one
/// insertion, deletion, substitution or transposition away or, if long, two edits.
pub(super) fn push_skeleton_keys(units: &[u8], side: KeySide, out: &mut Vec<u64>) {
    for skeleton in skeletons(units, &EXACT_LIMITS) {
        out.push(hash_key(KeyKind::Skeleton, hash_consonants(skeleton.consonants(), NO_DELETION)));
    }
    for skeleton in skeletons(units, &DELETION_LIMITS) {
        push_edit_keys(skeleton.consonants(), side, out);
    }
}

fn push_edit_keys(consonants: &[u8], side: KeySide, out: &mut Vec<u64>) {
    if side == KeySide::Query {
        let all = hash_consonants(consonants, NO_DELETION);
        out.push(hash_key(KeyKind::OneDeleted, all));
        if consonants.len() + 2 >= MIN_CONSONANTS_TWO_DELETIONS {
            out.push(hash_key(KeyKind::TwoDeleted, all));
        }
    }
    if consonants.len() < MIN_CONSONANTS_ONE_DELETION {
        return;
    }
    if side == KeySide::Query {
        push_transpositions(consonants, out);
    }
    for one in 0..consonants.len() {
        let rest = hash_consonants(consonants, [one, usize::MAX]);
        let shortened = match side {
            KeySide::Document => KeyKind::OneDeleted,
            KeySide::Query => KeyKind::Skeleton,
        };
        out.push(hash_key(shortened, rest));
        out.push(substitution_key(rest, one, consonants.len()));
        if consonants.len() < MIN_CONSONANTS_TWO_DELETIONS {
            continue;
        }
        if side == KeySide::Query {
            out.push(hash_key(KeyKind::TwoDeleted, rest));
        }
        for two in one + 1..consonants.len() {
            out.push(hash_key(KeyKind::TwoDeleted, hash_consonants(consonants, [one, two])));
        }
    }
}

/// Appends the keys of the word with each pair of neighbouring consonants exchanged. The query's side
/// suffices: the listed word is filed as it is.
fn push_transpositions(consonants: &[u8], out: &mut Vec<u64>) {
    let mut exchanged = consonants.to_vec();
    for place in 1..consonants.len() {
        exchanged.swap(place - 1, place);
        out.push(hash_key(KeyKind::Skeleton, hash_consonants(&exchanged, NO_DELETION)));
        exchanged.swap(place - 1, place);
    }
}

/// The key of words of one length that differ in the consonant at one position.
fn substitution_key(rest: u64, position: usize, length: usize) -> u64 {
    hash_key(KeyKind::Substituted, mix(rest, (position << 8 | length) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Name, NameKind};

    fn units(word: &str) -> Vec<u8> {
        let name = Name::parse(word, NameKind::Person);
        name.phonetic_sequence(&name.tokens[0]).units.to_vec()
    }

    fn meet(query: &str, listed: &str) -> bool {
        let (mut query_keys, mut listed_keys) = (Vec::new(), Vec::new());
        push_skeleton_keys(&units(query), KeySide::Query, &mut query_keys);
        push_skeleton_keys(&units(listed), KeySide::Document, &mut listed_keys);
        query_keys.iter().any(|key| listed_keys.contains(key))
    }

    #[test]
    fn words_with_equal_consonants_meet_whatever_their_vowels() {
        assert!(meet("Petrov", "Putraev"));
        assert!(meet("Cesar", "Kesar"));
        assert!(!meet("Petrov", "Golimbek"));
    }

    #[test]
    fn words_one_consonant_edit_apart_meet_in_both_directions() {
        for (one, other) in [
            ("Petrovan", "Pevan"),
            ("Petrov", "Petov"),
            ("Petrov", "Pelrov"),
            ("Petrov", "Peltrov"),
            ("Petrov", "Pertov"),
        ] {
            let expected = one != "Petrovan";
            assert_eq!(meet(one, other), expected, "{one} {other}");
            assert_eq!(meet(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn long_words_two_consonants_apart_meet_and_short_ones_do_not() {
        assert!(meet("Kradumpose", "Kradumponsek"), "two insertions");
        assert!(meet("Kradumpol", "Kladumpor"), "two substitutions");
        assert!(meet("Vneshekonombank", "Belvneshekonombank"));
        assert!(!meet("Petro", "Limo"));
    }

    #[test]
    fn readings_are_distinct_and_within_the_limits() {
        let word = units("Chwakhcij");
        for limits in [&EXACT_LIMITS, &SHINGLE_LIMITS, &DELETION_LIMITS, &BEST_READING] {
            let found = skeletons(&word, limits);
            assert!(!found.is_empty() && found.len() <= limits.max_readings);
            assert!(found.iter().all(|skeleton| skeleton.cost <= limits.max_word_cost));
            for (at, one) in found.iter().enumerate() {
                assert!(found[at + 1..].iter().all(|two| one.consonants() != two.consonants()));
            }
        }
        let costs: Vec<u8> = skeletons(&word, &EXACT_LIMITS).iter().map(|one| one.cost).collect();
        assert!(costs.len() > 1 && costs.is_sorted(), "{costs:?}");
    }

    #[test]
    fn a_skeleton_has_no_vowel_no_repeated_class_and_at_most_fourteen_consonants() {
        let best = |word: &str| skeletons(&units(word), &BEST_READING)[0].consonants().to_vec();
        assert_eq!(best("Tatta"), best("Ta"));
        assert_eq!(best("Tanat").len(), 3);
        let long: Vec<u8> = units("Tana").into_iter().cycle().take(60).collect();
        assert_eq!(skeletons(&long, &BEST_READING)[0].consonants().len(), MAX_CONSONANTS);
    }

    #[test]
    fn a_deletion_that_brings_equal_consonants_together_hashes_them_once() {
        assert_eq!(
            hash_consonants(&[1, 2, 1], [1, usize::MAX]),
            hash_consonants(&[1], NO_DELETION)
        );
        assert_eq!(hash_consonants(&[1, 2, 3], [0, 2]), hash_consonants(&[2], NO_DELETION));
        assert_ne!(hash_consonants(&[1, 2], NO_DELETION), hash_consonants(&[2, 1], NO_DELETION));
        assert_eq!(one_deletion_hashes(&[1, 2, 3]).count(), 3);
    }

    #[test]
    fn substitution_keys_depend_on_position_and_length() {
        let key = substitution_key(7, 1, 4);
        assert_ne!(key, substitution_key(7, 2, 4));
        assert_ne!(key, substitution_key(7, 1, 5));
        assert_ne!(key, substitution_key(8, 1, 4));
    }
}
