//! Keys of what is compared as a whole: syllables, acronyms, names of vessels.

use super::keys::{Asker, Kind, make, mix, push_words};
use super::slot::is_plain;
use crate::east::reading::{Confidence, Language, Reading};
use crate::han;
use crate::korean::syllable::Syllable;
use crate::lattice::table;
use crate::name::{Name, Role, Token, name_flag};
use crate::tables::Facts;

/// Syllables that go into a key. Three are selective; each may have several classes, and their
/// combinations multiply.
const SEQUENCE: usize = 3;
/// A short form has so many letters.
const SHORTEST_ACRONYM: usize = 3;
const LONGEST_ACRONYM: usize = 8;
/// Fewer syllables are not read across languages.
const COREAD_SYLLABLES: u8 = 3;

/// Appends keys of what is compared as a whole.
pub fn whole_keys(name: &Name, asker: Asker, out: &mut Vec<u64>) {
    acronym_keys(name, asker, out);
    for reading in name.readings.iter() {
        sequence_keys(reading, reading.language, own_classes, out);
        // The same characters read in another language ("Li Cheng He" / "Ri Song Hyok").
        if reading.language == Language::Mandarin
            && reading.confidence >= Confidence::Likely
            && reading.count >= COREAD_SYLLABLES
        {
            sequence_keys(reading, Language::Korean, korean_classes, out);
            sequence_keys(reading, Language::Cantonese, cantonese_classes, out);
        }
    }
    if name.is(name_flag::OBJECT) {
        object_keys(name, asker, out);
    }
}

/// Vessels and aircraft are compared as one run of letters, slips included.
fn object_keys(name: &Name, asker: Asker, out: &mut Vec<u64>) {
    let word = |token: &Token| !matches!(token.role, Role::Title | Role::Number) && token.units > 0;
    let first = name.tokens.iter().position(word);
    let last = name.tokens.iter().rposition(word);
    match (first, last) {
        (Some(first), Some(last)) => push_words(name.joined(first, last).units, asker, out),
        _ => {
            out.extend(name.tokens.iter().map(|token| make(Kind::Fact, u64::from(token.facts[0]))))
        }
    }
}

/// Appends the keys of a reading's first syllables, in every combination of their classes.
fn sequence_keys(
    reading: &Reading,
    language: Language,
    classes: fn(&Reading, usize) -> Vec<u64>,
    out: &mut Vec<u64>,
) {
    let mut sequences = vec![mix(language as u64 + 1, u64::from(reading.count))];
    for place in 0..reading.all().len().min(SEQUENCE) {
        let mut classes = classes(reading, place);
        classes.sort_unstable();
        classes.dedup();
        sequences = sequences
            .iter()
            .flat_map(|hash| classes.iter().map(move |class| mix(*hash, *class)))
            .collect();
    }
    out.extend(sequences.into_iter().map(|hash| make(Kind::Syllables, hash)));
}

/// First letters of neighbouring words, against a single short word that may stand for them.
fn acronym_keys(name: &Name, asker: Asker, out: &mut Vec<u64>) {
    if !name.is(name_flag::ORGANISATION) {
        return;
    }
    let (spelt, short) = match asker {
        Asker::Index => (Kind::Spelt, Kind::Acronym),
        Asker::Query => (Kind::Acronym, Kind::Spelt),
    };
    for from in 0..name.tokens.len() {
        let told = name.tokens[from..].iter().enumerate();
        let run = told
            .take_while(|(_, token)| token.role != Role::Number)
            .filter(|(place, token)| *place == 0 || token.role != Role::Particle);
        push_letters(name, run.map(|(_, token)| token), |hash, _| out.push(make(spelt, hash)));
    }
    // The whole name passes over numbers ("Branch 248 Military Intelligence").
    for with_legal in [true, false] {
        let told = name.tokens.iter().filter(|token| match token.role {
            Role::Particle | Role::Number => false,
            Role::Legal => with_legal,
            _ => true,
        });
        let whole = told.clone().count();
        push_letters(name, told, |hash, count| {
            if count == whole {
                out.push(make(spelt, hash));
            }
        });
    }
    // By letters, where a short form sounds as fewer units than it has letters (CNOOC).
    let letters = name.initials.iter().filter(|hash| **hash != 0);
    out.extend(letters.map(|hash| make(spelt, mix(2, u64::from(*hash)))));
    for token in name.tokens.iter().filter(|token| is_plain(token)) {
        out.push(make(short, mix(2, u64::from(token.hash))));
        let units = name.phonetic_sequence(token).units;
        if (SHORTEST_ACRONYM..=LONGEST_ACRONYM).contains(&units.len()) {
            let hash = units.iter().fold(1, |hash, unit| mix(hash, letter(Some(unit))));
            out.push(make(short, hash));
        }
    }
}

/// Calls back with the hash of the first letters of every so many first words, and how many.
fn push_letters<'n>(
    name: &Name,
    words: impl Iterator<Item = &'n Token>,
    mut push: impl FnMut(u64, usize),
) {
    let mut hash = 1;
    for (count, token) in (1..=LONGEST_ACRONYM).zip(words) {
        hash = mix(hash, letter(name.phonetic_sequence(token).units.first()));
        if count >= SHORTEST_ACRONYM {
            push(hash, count);
        }
    }
}

fn letter(unit: Option<&u8>) -> u64 {
    unit.map_or(0, |unit| u64::from(table::first_sound(*unit)) + 1)
}

/// Coarse classes of a syllable, such that syllables which can agree share one.
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

/// Korean onsets, in the order of the alphabet, by what they alternate with:
/// ㄱㄲㅋ / ㄴㄹㅇ (at the start of a word) / ㄷㄸㅌ / ㅁ / ㅂㅃㅍ / ㅅㅆ / ㅈㅉㅊ / ㅎ.
const ONSET_CLASSES: [u8; 19] = [1, 1, 2, 3, 3, 2, 4, 5, 5, 6, 6, 2, 7, 7, 7, 1, 3, 5, 8];
/// Every vowel of a set of Korean syllables.
const ANY_VOWEL: u64 = 0x1f_ffff << 19;

fn korean_onsets(mask: u64) -> Vec<u64> {
    (0..19).filter(|bit| mask >> bit & 1 != 0).map(|bit| u64::from(ONSET_CLASSES[bit])).collect()
}
