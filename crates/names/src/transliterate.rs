//! Hangul, Han characters and kana in Latin letters, so that the phoneme lattice can compare them
//! with other scripts.

use crate::han;
use crate::script::Script;
use crate::words::Word;
use std::borrow::Cow;

static PINYIN: &str = include_str!(concat!(env!("OUT_DIR"), "/pinyin.txt"));

const ONSETS: [&str; 19] = [
    "k", "kk", "n", "t", "tt", "r", "m", "p", "pp", "s", "ss", "", "ch", "tch", "ch", "k", "t",
    "p", "h",
];
const VOWELS: [&str; 21] = [
    "a", "ae", "ya", "yae", "o", "e", "yo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "u", "ui", "i",
];
const CODAS: [&str; 8] = ["", "k", "n", "t", "l", "m", "p", "ng"];

/// The letters that the lattice reads: the word itself for alphabets and abjads, a Latin
/// transliteration for other scripts.
pub(crate) fn latin_letters(word: &Word) -> Cow<'_, [char]> {
    match word.script {
        Script::Hangul => {
            Cow::Owned(word.letters.iter().flat_map(|&letter| hangul(letter)).collect())
        }
        Script::Han => {
            Cow::Owned(word.letters.iter().flat_map(|&letter| mandarin(letter)).collect())
        }
        Script::Kana => Cow::Owned(crate::japanese::romaji(&word.letters)),
        _ => Cow::Borrowed(&word.letters),
    }
}

fn hangul(letter: char) -> Vec<char> {
    let Some(code) = (letter as u32).checked_sub(0xac00).filter(|&code| code < 11_172) else {
        return Vec::new();
    };
    let coda = crate::korean::syllable::sounded(code % 28);
    let parts =
        [ONSETS[(code / 588) as usize], VOWELS[(code % 588 / 28) as usize], CODAS[coda as usize]];
    parts.iter().flat_map(|part| part.chars()).collect()
}

fn mandarin(letter: char) -> Vec<char> {
    let number = han::pinyin(letter) as u16;
    let line = usize::from(number).checked_sub(1).and_then(|at| PINYIN.lines().nth(at));
    line.map_or_else(Vec::new, |line| line.chars().collect())
}
