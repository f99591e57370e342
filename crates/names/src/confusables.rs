//! Homoglyphs: letters that look like letters of another alphabet, and words that mix alphabets.

use crate::script::Script;

/// Cyrillic, Greek and a few other letters, each with the lower-case Latin letter that it resembles.
const LOOKALIKES: &[(char, char)] = include!(concat!(env!("OUT_DIR"), "/lookalikes.rs"));

/// The Latin letter that a letter looks like.
pub(crate) fn as_latin(letter: char) -> Option<char> {
    LOOKALIKES.iter().find(|pair| pair.0 == letter).map(|pair| pair.1)
}

/// The Cyrillic letter that a Latin letter looks like.
fn as_cyrillic(letter: char) -> Option<char> {
    LOOKALIKES
        .iter()
        .find(|pair| pair.1 == letter && Script::of(pair.0) == Script::Cyrillic)
        .map(|pair| pair.0)
}

/// Converts a word that mixes Latin letters with their homoglyphs to one script; true when it
/// changed the word.
///
/// The word takes the script that has letters without a homoglyph in the other. If neither has one,
/// the majority decides.
pub(crate) fn repair(word: &mut [char]) -> bool {
    if word.iter().all(char::is_ascii) {
        return false;
    }
    let latin = word.iter().filter(|&&letter| Script::of(letter) == Script::Latin).count();
    let foreign = word.iter().filter(|&&letter| is_foreign(letter)).count();
    if latin == 0 || foreign == 0 {
        return false;
    }
    let to_latin = word.iter().all(|&letter| !is_foreign(letter) || as_latin(letter).is_some());
    let to_cyrillic = word
        .iter()
        .all(|&letter| Script::of(letter) != Script::Latin || as_cyrillic(letter).is_some());
    if to_latin && (latin >= foreign || !to_cyrillic) {
        map(word, as_latin);
    } else if to_cyrillic {
        map(word, |letter| if letter.is_ascii() { as_cyrillic(letter) } else { None });
    } else {
        return false;
    }
    true
}

fn is_foreign(letter: char) -> bool {
    matches!(Script::of(letter), Script::Cyrillic | Script::Greek | Script::Armenian)
        || matches!(letter, 'ɡ' | 'ɑ')
}

fn map(word: &mut [char], change: impl Fn(char) -> Option<char>) {
    for letter in word {
        if let Some(other) = change(*letter) {
            *letter = other;
        }
    }
}

/// The letter that a digit stands for inside a word ("0sama", "V1adimir").
pub(crate) fn digit_as_letter(digit: char) -> Option<char> {
    Some(match digit {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '6' | '9' => 'g',
        '7' => 't',
        '8' => 'b',
        _ => return None,
    })
}
