//! The Korean readings of a person's name: surname first, then one to three given syllables.

use super::spelling::{self, Syllabification};
use super::syllable::{Syllable, Syllables};
use crate::east::reading::{Confidence, Language, MAX_READINGS, Reading};
use crate::han;
use crate::script::Script;
use crate::tables;
use crate::words::{Separator, Word};
use std::sync::LazyLock;

/// Adds the Korean readings of a name, if it can be Korean.
pub(crate) fn push_readings(
    words: &[&Word],
    family_last: bool,
    country: bool,
    readings: &mut Vec<Reading>,
) {
    if words.iter().all(|word| word.script == Script::Hangul) {
        push_hangul(words, readings);
        return;
    }
    if words.len() > 4
        || !words.iter().all(|word| matches!(word.script, Script::Latin | Script::Cyrillic))
    {
        return;
    }
    let given = |from: usize, to: usize| -> Vec<&Word> { words[from..to].to_vec() };
    let count = words.len();
    if count == 1 {
        push_single(words[0], readings);
        return;
    }
    // A hyphen joins given names: "Jong-un Kim" has its surname last, "Kim Jong-un" first.
    let bound_front = words[1].separator == Separator::Hyphen;
    let bound_back = words[count - 1].separator == Separator::Hyphen;
    if !family_last && !bound_front {
        push_order(words[0], &given(1, count), country, readings);
    }
    // "Jong Un Kim": Jong is a surname as well, but that does not make Kim a given name.
    let turned = is_frequent(&words[count - 1].key);
    let first_is_name =
        family_last || bound_front || turned || readings.is_empty() || words[0].letters.len() > 4;
    if !bound_back && first_is_name {
        push_order(words[count - 1], &given(0, count - 1), country, readings);
    }
}

/// True for spellings of the surnames that two Koreans in three bear.
fn is_frequent(key: &str) -> bool {
    const FREQUENT: &str = "김이리박최정강조윤장임림한오서신권황안송유류홍";
    tables::KO_SURNAMES.find(key).iter().any(|code| {
        char::from_u32(0xac00 + u32::from(code) - 1)
            .is_some_and(|surname| FREQUENT.contains(surname))
    })
}

/// Adds the reading of a name in Hangul (김정은 or 김 정은). The surname is the first syllable, or the
/// first two when they form a known double surname.
fn push_hangul(words: &[&Word], readings: &mut Vec<Reading>) {
    let letters: Vec<char> = words.iter().flat_map(|word| word.letters.iter().copied()).collect();
    if !(2..=5).contains(&letters.len()) {
        return;
    }
    let syllables: Vec<Syllable> =
        letters.iter().filter_map(|&letter| Syllable::of_hangul(letter)).collect();
    if syllables.len() != letters.len() {
        return;
    }
    let double = words[0].letters.len() == 2 && words.len() > 1
        || letters.len() > 3 && is_double_surname(&letters[..2]);
    push(&syllables, if double { 2 } else { 1 }, Confidence::Certain, readings);
}

fn is_double_surname(letters: &[char]) -> bool {
    matches!(
        letters,
        ['남', '궁']
            | ['황', '보']
            | ['제', '갈']
            | ['선', '우']
            | ['독', '고']
            | ['사', '공']
            | ['서', '문']
            | ['동', '방']
    )
}

/// Adds the readings of a surname and given name written together ("kimjongun").
fn push_single(word: &Word, readings: &mut Vec<Reading>) {
    for length in 1..=5.min(word.letters.len().saturating_sub(3)) {
        let (head, tail) = word.letters.split_at(length);
        let head: String = head.iter().collect();
        if word.letters.len() < 6 || surname(&head, &word.letters[..length]).is_none() {
            continue;
        }
        let family = Word { letters: word.letters[..length].to_vec(), key: head, ..word.clone() };
        let rest = Word { letters: tail.to_vec(), key: tail.iter().collect(), ..word.clone() };
        let before = readings.len();
        push_order(&family, &[&rest], false, readings);
        for reading in &mut readings[before..] {
            reading.confidence = Confidence::Possible;
        }
        // Only full names of three syllables are kept; shorter splits are too often wrong.
        readings.retain(|reading| reading.confidence != Confidence::Possible || reading.count == 3);
    }
}

/// Adds the readings with this surname and these given names.
fn push_order(family: &Word, given: &[&Word], country: bool, readings: &mut Vec<Reading>) {
    let Some(surname) = surname(&family.key, &family.letters) else { return };
    let mut combined: Vec<Vec<Syllable>> = vec![Vec::new()];
    for word in given {
        let found: Vec<Syllabification> = spelling::read_word(&word.letters);
        let mut next = Vec::new();
        for head in &combined {
            for split in &found {
                let mut syllables = head.clone();
                syllables.extend_from_slice(&split.syllables[..split.count]);
                if syllables.len() <= 3 && next.len() < spelling::MAX_READINGS {
                    next.push(syllables);
                }
            }
        }
        combined = next;
    }
    let western =
        given.iter().any(|word| word.letters.len() > 3 && !tables::GIVEN.find(&word.key).is_none());
    for given in combined.into_iter().filter(|given| !given.is_empty()) {
        let confidence = match (surname.is_listed || country, given.len(), western && !country) {
            (_, _, true) | (false, _, _) => Confidence::Possible,
            (true, 2, _) => Confidence::Likely,
            (true, 1, _) => Confidence::Likely,
            (true, _, _) if country => Confidence::Likely,
            _ => Confidence::Possible,
        };
        let mut syllables = vec![surname.syllable.with_initial_law(), given[0].with_initial_law()];
        syllables.extend_from_slice(&given[1..]);
        push(&syllables, 1, confidence, readings);
    }
}

/// A word read as a surname.
struct Surname {
    syllable: Syllable,
    /// True for a spelling in the table of surnames, or one with the apostrophe of
    /// McCune-Reischauer; false for a word that only sounds like a surname.
    is_listed: bool,
}

/// Reads a word as a Korean surname.
fn surname(key: &str, letters: &[char]) -> Option<Surname> {
    let facts = tables::KO_SURNAMES.find(key);
    if !facts.is_none() {
        let listed = || facts.iter().map(|code| Syllable::of_code(u32::from(code) - 1));
        let spelt = spelling::read_word(letters).into_iter().find(|split| split.count == 1);
        // "Yu" is 유 by the regular spelling, and 류 only by the southern rule; "Ryu" is never 유.
        let regular = spelt.and_then(|split| {
            listed().filter(|code| code.overlaps(split.syllables[0])).reduce(Syllable::or)
        });
        let all = listed().reduce(Syllable::or)?;
        let regular = regular.map_or(all.regular, |syllable| syllable.regular);
        return Some(Surname { syllable: Syllable { regular, loose: all.loose }, is_listed: true });
    }
    if letters.len() > 6
        || !key.chars().any(char::is_alphabetic)
        || !spelling::may_be_one_syllable(letters)
    {
        return None;
    }
    let split = spelling::read_word(letters).into_iter().find(|split| split.count == 1)?;
    let surname = Surname { syllable: split.syllables[0], is_listed: letters.contains(&'\'') };
    is_surname_sound(surname.syllable).then_some(surname)
}

/// True when the set contains the syllable of a common surname.
fn is_surname_sound(syllable: Syllable) -> bool {
    static COMMON: LazyLock<Syllables> =
        LazyLock::new(|| SURNAMES.chars().filter_map(Syllable::of_hangul).collect());
    COMMON.contains_any(syllable.regular | syllable.loose)
}

/// Surnames common enough to be recognised by sound in a spelling that the table does not have.
const SURNAMES: &str = "김이리박최정강조윤장임림한오서신권황안송유류전홍고문양량손배백허남심노로하곽성차주우구민나라진지엄채원천방공현함여염변추도석선설길연위표명기반왕금옥육용맹제모탁국어은편계태";

fn push(syllables: &[Syllable], family: u8, confidence: Confidence, readings: &mut Vec<Reading>) {
    // A name that needs ad hoc spellings is only possibly Korean.
    let confidence = if confidence == Confidence::Certain
        || syllables.iter().all(|&syllable| syllable.is_regular() && han::is_sino_korean(syllable))
    {
        confidence
    } else {
        Confidence::Possible
    };
    let mut reading = Reading::new(Language::Korean, confidence, family);
    for &(mut syllable) in syllables.iter().take(Reading::MAX) {
        if usize::from(reading.count) == 0 || reading.count == family {
            syllable = syllable.with_initial_law();
        }
        reading.push(syllable.regular, syllable.loose);
    }
    if !readings.contains(&reading) && readings.len() < MAX_READINGS {
        readings.push(reading);
    }
}

/// The Korean reading of one word of an organisation or vessel; `None` unless it has at least two
/// regular syllables.
pub(crate) fn read_token(word: &Word, confidence: Confidence) -> Option<Reading> {
    let syllables: Vec<Syllable> = match word.script {
        Script::Hangul => {
            word.letters.iter().filter_map(|&letter| Syllable::of_hangul(letter)).collect()
        }
        Script::Latin | Script::Cyrillic => {
            let split = spelling::read_word(&word.letters).into_iter().next()?;
            split.syllables[..split.count].to_vec()
        }
        _ => return None,
    };
    if syllables.len() < 2
        || syllables.len() > Reading::MAX
        || !syllables.iter().all(|syllable| syllable.is_regular())
    {
        return None;
    }
    let mut reading = Reading::new(Language::Korean, confidence, 0);
    for (place, syllable) in syllables.into_iter().enumerate() {
        let syllable = if place == 0 { syllable.with_initial_law() } else { syllable };
        reading.push(syllable.regular, syllable.loose);
    }
    Some(reading)
}

/// Adds the Korean reading of a name in Hanja.
pub(crate) fn push_hanja(letters: &[char], readings: &mut Vec<Reading>) {
    if !(2..=4).contains(&letters.len()) {
        return;
    }
    let syllables: Vec<Syllable> =
        letters.iter().filter_map(|&letter| han::hangul(letter)).collect();
    if syllables.len() == letters.len() {
        push(&syllables, 1, Confidence::Certain, readings);
    }
}
