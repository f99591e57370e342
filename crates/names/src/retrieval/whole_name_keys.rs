//! Keys for the matches that the comparison makes across a whole name: equal letters, East Asian syllables, acronyms,
//! and the names of vessels and aircraft.

use super::key::{KeyKind, KeySide, hash_key, mix};
use super::name_term::is_name_part;
use super::skeleton::push_skeleton_keys;
use crate::east::reading::{Confidence, Language, Reading};
use crate::han;
use crate::korean::syllable::Syllable;
use crate::lattice::table;
use crate::name::{Name, Role, Token, name_flag};
use crate::tables::Facts;

/// Syllables in a key. Three are selective; with more, the combinations of their classes multiply.
const SYLLABLES_PER_KEY: usize = 3;
/// Letters of a short form: with two, every second company would share a key; longer ones than eight
/// are words.
const MIN_ACRONYM_LETTERS: usize = 3;
const MAX_ACRONYM_LETTERS: usize = 8;
/// Fewest syllables of a Mandarin reading that is also filed as Korean and Cantonese, as in the
/// comparison: two syllables agree too often by chance.
const MIN_COREAD_SYLLABLES: u8 = 3;

/// Appends the whole-name keys. Names that share one are candidates without a score bound.
pub fn whole_name_keys(name: &Name, side: KeySide, out: &mut Vec<u64>) {
    out.extend(letters_key(name));
    acronym_keys(name, side, out);
    for reading in name.readings.iter() {
        syllable_keys(reading, reading.language, own_classes, out);
        // The same characters read in another language ("Li Cheng He" / "Ri Song Hyok").
        if reading.language == Language::Mandarin
            && reading.confidence >= Confidence::Likely
            && reading.count >= MIN_COREAD_SYLLABLES
        {
            syllable_keys(reading, Language::Korean, korean_classes, out);
            syllable_keys(reading, Language::Cantonese, cantonese_classes, out);
        }
    }
    if name.is(name_flag::OBJECT) {
        object_keys(name, side, out);
    }
}

/// The key that all names of the same letters share. `None` for a name without letters and digits.
pub fn letters_key(name: &Name) -> Option<u64> {
    (name.letters != 0).then(|| hash_key(KeyKind::Letters, name.letters))
}

/// Keys of a vessel or aircraft: its words as one sequence of letters, edits included. A name of
/// numbers only is filed by the first number.
fn object_keys(name: &Name, side: KeySide, out: &mut Vec<u64>) {
    let word = |token: &Token| !matches!(token.role, Role::Title | Role::Number) && token.units > 0;
    let first = name.tokens.iter().position(word);
    let last = name.tokens.iter().rposition(word);
    match (first, last) {
        (Some(first), Some(last)) => push_skeleton_keys(name.joined(first, last).units, side, out),
        _ => {
            let numbers = name.tokens.iter().map(|token| u64::from(token.facts[0]));
            out.extend(numbers.map(|number| hash_key(KeyKind::Fact, number)));
        }
    }
}

/// Appends the keys of a reading's first syllables, one for each combination of their classes.
fn syllable_keys(
    reading: &Reading,
    language: Language,
    classes: fn(&Reading, usize) -> Vec<u64>,
    out: &mut Vec<u64>,
) {
    let mut sequences = vec![mix(language as u64 + 1, u64::from(reading.count))];
    for place in 0..reading.all().len().min(SYLLABLES_PER_KEY) {
        let mut classes = classes(reading, place);
        classes.sort_unstable();
        classes.dedup();
        sequences = sequences
            .iter()
            .flat_map(|hash| classes.iter().map(move |class| mix(*hash, *class)))
            .collect();
    }
    out.extend(sequences.into_iter().map(|hash| hash_key(KeyKind::Syllables, hash)));
}

/// Appends keys of the first letters of adjacent words, and of single short words, which may be such letters. The
/// letters of one side and the short word of the other have the same key.
fn acronym_keys(name: &Name, side: KeySide, out: &mut Vec<u64>) {
    if !name.is(name_flag::ORGANISATION) {
        return;
    }
    let (letters, short) = match side {
        KeySide::Document => (KeyKind::Initials, KeyKind::Acronym),
        KeySide::Query => (KeyKind::Acronym, KeyKind::Initials),
    };
    first_letter_keys(name, letters, out);
    // A short form with fewer units than letters (CNOOC) is matched by its letters.
    let spelt = name.initials.iter().filter(|hash| **hash != 0);
    out.extend(spelt.map(|hash| hash_key(letters, mix(2, u64::from(*hash)))));
    for token in name.tokens.iter().filter(|token| is_name_part(token)) {
        out.push(hash_key(short, mix(2, u64::from(token.hash))));
        let units = name.phonetic_sequence(token).units;
        if (MIN_ACRONYM_LETTERS..=MAX_ACRONYM_LETTERS).contains(&units.len()) {
            let hash = units.iter().fold(1, |hash, unit| mix(hash, letter(Some(unit))));
            out.push(hash_key(short, hash));
        }
    }
}

/// Keys of the first letters of the words from each word on, and of the whole name.
fn first_letter_keys(name: &Name, kind: KeyKind, out: &mut Vec<u64>) {
    for from in 0..name.tokens.len() {
        let words = name.tokens[from..].iter().enumerate();
        let run = words
            .take_while(|(_, token)| token.role != Role::Number)
            .filter(|(place, token)| *place == 0 || token.role != Role::Particle);
        let letters = run.map(|(_, token)| token);
        push_prefix_hashes(name, letters, |hash, _| out.push(hash_key(kind, hash)));
    }
    // The whole name passes over numbers ("Branch 248 Military Intelligence").
    for with_legal in [true, false] {
        let words = name.tokens.iter().filter(|token| match token.role {
            Role::Particle | Role::Number => false,
            Role::Legal => with_legal,
            _ => true,
        });
        let whole = words.clone().count();
        push_prefix_hashes(name, words, |hash, count| {
            if count == whole {
                out.push(hash_key(kind, hash));
            }
        });
    }
}

/// Calls back with the hash of the first letters of each prefix of the words that is as long as an
/// acronym, and the number of words in it.
fn push_prefix_hashes<'n>(
    name: &Name,
    words: impl Iterator<Item = &'n Token>,
    mut push: impl FnMut(u64, usize),
) {
    let mut hash = 1;
    for (count, token) in (1..=MAX_ACRONYM_LETTERS).zip(words) {
        hash = mix(hash, letter(name.phonetic_sequence(token).units.first()));
        if count >= MIN_ACRONYM_LETTERS {
            push(hash, count);
        }
    }
}

fn letter(unit: Option<&u8>) -> u64 {
    unit.map_or(0, |unit| u64::from(table::first_sound(*unit)) + 1)
}

/// Coarse classes of a syllable: syllables that can agree share one.
fn own_classes(reading: &Reading, place: usize) -> Vec<u64> {
    let (first, second) = reading.all()[place];
    let numbers = || [first, second].into_iter().flat_map(|word| Facts(word).iter()).map(u64::from);
    match reading.language {
        Language::Korean => {
            let codas = (0..8).filter(|bit| (first | second) >> (40 + bit) & 1 != 0);
            let onsets = korean_onsets(first | second);
            codas.flat_map(|coda| onsets.iter().map(move |onset| onset << 4 | coda)).collect()
        }
        Language::Mandarin => numbers().collect(),
        Language::Cantonese if place < usize::from(reading.family) => numbers().collect(),
        Language::Cantonese => (0..64).filter(|bit| first >> bit & 1 != 0).collect(),
        Language::Han | Language::Vietnamese | Language::Japanese => {
            [first & 0xffff_ffff, first >> 32].into_iter().filter(|hash| *hash != 0).collect()
        }
    }
}

/// Korean classes of the characters that a Mandarin syllable may stand for.
fn korean_classes(reading: &Reading, place: usize) -> Vec<u64> {
    let numbers = Facts(reading.all()[place].0);
    let mut classes = Vec::new();
    for (class, coda) in (1..=8_u64).flat_map(|class| (0..8_u64).map(move |coda| (class, coda))) {
        let onsets: u64 =
            (0..19).filter(|bit| u64::from(ONSET_CLASSES[*bit]) == class).map(|bit| 1 << bit).sum();
        let mask = onsets | ANY_VOWEL | 1 << (40 + coda);
        let any = Syllable { regular: mask, loose: mask };
        if numbers.iter().any(|number| han::coread_korean(number, any)) {
            classes.push(class << 4 | coda);
        }
    }
    classes
}

/// Cantonese initials of the characters that a Mandarin syllable may stand for.
fn cantonese_classes(reading: &Reading, place: usize) -> Vec<u64> {
    let (first, second) = reading.all()[place];
    if place < usize::from(reading.family) {
        let numbers = [first, second].into_iter().flat_map(|word| Facts(word).iter());
        return numbers.map(u64::from).collect();
    }
    (0..64)
        .filter(|bit| {
            Facts(first).iter().any(|number| han::coread_cantonese(number, (1 << bit, u64::MAX)))
        })
        .collect()
}

/// Classes of Korean onsets, in the order of the alphabet, by what they alternate with:
/// ㄱㄲㅋ / ㄴㄹㅇ (at the start of a word) / ㄷㄸㅌ / ㅁ / ㅂㅃㅍ / ㅅㅆ / ㅈㅉㅊ / ㅎ.
const ONSET_CLASSES: [u8; 19] = [1, 1, 2, 3, 3, 2, 4, 5, 5, 6, 6, 2, 7, 7, 7, 1, 3, 5, 8];
/// Mask of every vowel in a set of Korean syllables.
const ANY_VOWEL: u64 = 0x1f_ffff << 19;

fn korean_onsets(mask: u64) -> Vec<u64> {
    (0..19).filter(|bit| mask >> bit & 1 != 0).map(|bit| u64::from(ONSET_CLASSES[bit])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NameKind;

    fn meet(query: (&str, NameKind), listed: (&str, NameKind)) -> bool {
        let keys = |(text, kind), side| {
            let mut keys = Vec::new();
            whole_name_keys(&Name::parse(text, kind), side, &mut keys);
            keys
        };
        let listed_keys = keys(listed, KeySide::Document);
        keys(query, KeySide::Query).iter().any(|key| listed_keys.contains(key))
    }

    fn companies_meet(query: &str, listed: &str) -> bool {
        meet((query, NameKind::Organization), (listed, NameKind::Organization))
    }

    #[test]
    fn names_of_the_same_letters_share_a_key_and_a_name_without_letters_has_none() {
        let key = |text: &str| letters_key(&Name::parse(text, NameKind::Person));
        assert!(key("Jong Un Kim").is_some());
        assert_eq!(key("Jong Un Kim"), key("KIM, Jong-un"));
        assert_ne!(key("Jong Un Kim"), key("Jong Un Kin"));
        assert_eq!(key("..."), None);
    }

    #[test]
    fn an_acronym_meets_the_words_that_it_abbreviates_in_both_directions() {
        for (short, long) in [
            ("BMI", "Branch 248 Military Intelligence"),
            ("PCCI", "Petrochemical Commercial Company International Ltd"),
            ("CNOOC", "China National Offshore Oil Corporation"),
        ] {
            assert!(companies_meet(short, long), "{short}");
            assert!(companies_meet(long, short), "{short}");
        }
        assert!(!companies_meet("PCCK", "Petrochemical Commercial Company International Ltd"));
        assert!(!companies_meet("PC", "Petrochemical Commercial"));
    }

    #[test]
    fn only_names_of_organisations_have_acronyms() {
        let long = "Zorvek Quellimar Tandoril";
        assert!(!meet((long, NameKind::Person), ("ZQT", NameKind::Organization)));
        assert!(meet((long, NameKind::Organization), ("ZQT", NameKind::Organization)));
    }

    #[test]
    fn the_first_letters_of_a_part_of_the_name_meet_its_acronym() {
        assert!(companies_meet("QTB", "Zorvek Quellimar Tandoril Besk"));
        assert!(companies_meet("QTB", "Quellimar and Tandoril Besk"));
    }

    #[test]
    fn names_of_vessels_meet_as_one_word_and_with_an_edit() {
        let object = NameKind::Object;
        assert!(meet(("NORTH STAR", object), ("NORTHSTAR", object)));
        assert!(meet(("MV GALAXIA", object), ("GALAXYA", object)));
        assert!(meet(("12", object), ("12", object)));
        assert!(!meet(("12", object), ("14", object)));
        assert!(!meet(("GALAXIA", object), ("TOMIREK", object)));
    }

    #[test]
    fn names_of_east_asia_meet_across_scripts_and_languages() {
        let person = NameKind::Person;
        assert!(meet(("Kim Jong Un", person), ("김정은", person)));
        assert!(meet(("Li Cheng He", person), ("Ri Song Hyok", person)));
        assert!(meet(("Xi Jinping", person), ("习近平", person)));
        assert!(!meet(("Kim Jong Un", person), ("Pak Hyon Sik", person)));
    }
}
