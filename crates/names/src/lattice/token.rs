//! Grapheme to phoneme: the letters of one word as phonetic units, by longest match in
//! `phoneme_lattice.tsv`.

use crate::fold;
use crate::tables::{Facts, GRAPHEMES};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Length of the longest grapheme in the table, in letters.
const LONGEST: usize = 7;
/// Units of one word at most. Further letters are ignored, and the caller notes the truncation.
pub(crate) const MAX_UNITS: usize = 40;

/// Appends the units of a lower-case word to `out`. Returns the number of letters without any
/// reading.
pub(crate) fn push_units(word: &[char], out: &mut Vec<u8>) -> usize {
    let start = out.len();
    let letters = squeeze(word);
    let mut unknown = 0;
    let mut at = 0;
    while at < letters.len() && out.len() - start < MAX_UNITS {
        let (facts, used) = longest(&letters, at);
        if facts.is_none() {
            unknown += usize::from(!push_base(letters[at], start, out));
            at += 1;
            continue;
        }
        push_facts(facts, start, out);
        at += used;
    }
    unknown
}

const THAI_SILENCER: char = '\u{e4c}';

/// Removes doubled consonants, which every transliteration system reads as one sound, and reorders
/// Thai vowels into spoken order. Doubled vowels are kept, as the table has its own rows for them.
fn squeeze(word: &[char]) -> Cow<'_, [char]> {
    if word.iter().all(char::is_ascii_lowercase) && word.windows(2).all(|pair| pair[0] != pair[1]) {
        return Cow::Borrowed(word);
    }
    let mut letters: Vec<char> = Vec::with_capacity(word.len());
    for &letter in word {
        if fold::is_dropped(letter) && letter != 'ء' && letter != '׳' {
            continue;
        }
        if letter == THAI_SILENCER {
            // This sign marks a silent consonant, with the vowel sign between if there is one:
            // "วงศ์" is read "wong".
            if letters.last().is_some_and(|last| ('\u{e30}'..='\u{e3a}').contains(last)) {
                letters.pop();
            }
            letters.pop();
            continue;
        }
        if let Some(last) = letters.last_mut()
            && ('\u{e40}'..='\u{e44}').contains(last)
            && ('\u{e01}'..='\u{e2e}').contains(&letter)
        {
            // Thai writes these vowels before the consonant that they follow in speech.
            let vowel = std::mem::replace(last, letter);
            letters.push(vowel);
            continue;
        }
        let doubled = letters.last() == Some(&letter);
        if !doubled || matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'и' | 'ו' | 'י') {
            letters.push(letter);
        }
    }
    Cow::Owned(letters)
}

/// The longest grapheme at a position, and its length in letters. A grapheme that is tied to the
/// start or the end of a word (`^`, `$` in the table) wins over the same letters without that
/// condition.
fn longest(letters: &[char], at: usize) -> (Facts, usize) {
    let mut best = (Facts::default(), 1);
    let mut hash = fold::hash64("");
    if at == 0 {
        best.0 = GRAPHEMES.get(fold::hash_letter(fold::hash64("^"), letters[0]));
    }
    for used in 1..=LONGEST.min(letters.len() - at) {
        hash = fold::hash_letter(hash, letters[at + used - 1]);
        let Some(facts) = GRAPHEMES.get_if_prefix(hash) else { break };
        if !facts.is_none() && (used > 1 || best.0.is_none()) {
            best = (facts, used);
        }
        if at + used == letters.len() && at > 0 {
            let facts = GRAPHEMES.get(fold::hash_more(hash, "$"));
            if !facts.is_none() {
                best = (facts, used);
            }
        }
    }
    best
}

/// Reads a letter with diacritics that has no row of its own by its base letter.
fn push_base(letter: char, start: usize, out: &mut Vec<u8>) -> bool {
    let mut buffer = [0_u8; 4];
    let mut found = false;
    for base in letter.nfd() {
        let text: &str = fold::fold_letter(base).unwrap_or(base.encode_utf8(&mut buffer));
        let facts = GRAPHEMES.find(text);
        if !facts.is_none() {
            push_facts(facts, start, out);
            found = true;
        }
    }
    found
}

fn push_facts(facts: Facts, start: usize, out: &mut Vec<u8>) {
    for place in 0..4 {
        let unit = (facts.0 >> (8 * place)) as u8;
        let repeated = out.len() > start && out.last() == Some(&unit);
        if unit != 0 && !repeated && out.len() - start < MAX_UNITS {
            out.push(unit);
        }
    }
}
