//! Splits a Latin or Cyrillic word into the Chinese syllables that it may spell.

use crate::fold;
use crate::tables::{Facts, YUE_SPELLING, ZH_SPELLING};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Syllables of one word at most.
const MAX_SYLLABLES: usize = 3;
/// Syllabifications of one word at most.
pub(crate) const MAX_READINGS: usize = 3;

/// One way to split a word. Each syllable has two words, as in a reading (see
/// `east::reading::Language`).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Syllabification {
    pub(crate) syllables: [(u64, u64); MAX_SYLLABLES],
    pub(crate) count: usize,
}

impl Syllabification {
    fn with(mut self, syllable: (u64, u64)) -> Syllabification {
        self.syllables[self.count] = syllable;
        self.count += 1;
        self
    }
}

/// Letters without tone marks; ü and apostrophes stay.
fn bare(letters: &[char]) -> Cow<'_, [char]> {
    if letters.iter().all(char::is_ascii) {
        return Cow::Borrowed(letters);
    }
    let mut bare = Vec::with_capacity(letters.len());
    for &letter in letters {
        match letter {
            'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => bare.push('ü'),
            'й' | 'ё' => bare.push(letter),
            _ => bare.extend(
                std::iter::once(letter)
                    .nfd()
                    .filter(|&part| !('\u{300}'..='\u{36f}').contains(&part)),
            ),
        }
    }
    Cow::Owned(bare)
}

/// Length of the longest word that is read, in letters.
const MAX_LETTERS: usize = 15;

/// For each number of leading letters, the syllable they may spell.
type Lengths = [Option<(u64, u64)>; 8];

/// The pinyin numbers of a spelling, packed: regular ones, then ad hoc ones.
fn pinyin(facts: Facts) -> Option<(u64, u64)> {
    let pack = |loose: bool| {
        let wanted = facts.iter().filter(|fact| (fact & 0x8000 != 0) == loose);
        wanted
            .enumerate()
            .fold(0_u64, |word, (place, fact)| word | u64::from(fact & 0x7fff) << (16 * place))
    };
    (!facts.is_none()).then(|| (pack(false), pack(true)))
}

fn mandarin_syllables(letters: &[char]) -> Lengths {
    ZH_SPELLING.read_prefixes(fold::hash64(""), letters).map(pinyin)
}

/// All syllabifications of a word as Standard Chinese; empty when it has none.
pub(crate) fn read_mandarin(letters: &[char]) -> Vec<Syllabification> {
    read(&bare(letters), mandarin_syllables)
}

/// A word as a single syllable of Standard Chinese; trailing apostrophes are ignored. Equal to the
/// first such result of [`read_mandarin`].
pub(crate) fn read_one_mandarin(letters: &[char]) -> Option<(u64, u64)> {
    let letters = bare(letters);
    let signs = letters.iter().rev().take_while(|letter| **letter == '\'').count();
    if letters.len() > MAX_LETTERS {
        return None;
    }
    let found = mandarin_syllables(&letters);
    found.into_iter().skip(letters.len() - signs).rev().flatten().next()
}

/// Length of the longest Hong Kong spelling of a syllable, in letters.
const LONGEST_CANTONESE: usize = 5;

fn cantonese_syllables(letters: &[char]) -> Lengths {
    let initials: [Facts; 3] = YUE_SPELLING.read_prefixes(fold::hash64("i:"), letters);
    let mut found = Lengths::default();
    for (initial_length, initial) in
        initials.iter().enumerate().filter(|(_, initial)| !initial.is_none())
    {
        let finals: [Facts; LONGEST_CANTONESE + 1] = YUE_SPELLING
            .read_prefixes(fold::hash64("f:"), letters.get(initial_length..).unwrap_or_default());
        // The longer initial wins where both fit.
        for (length, end) in finals.iter().enumerate().skip(1) {
            if !end.is_none() && initial_length + length <= LONGEST_CANTONESE {
                found[initial_length + length] = Some((initial.0, end.0));
            }
        }
    }
    found
}

/// All syllabifications of a word as a Hong Kong spelling of Cantonese; empty when it has none.
pub(crate) fn read_cantonese(letters: &[char]) -> Vec<Syllabification> {
    let letters: Vec<char> = letters.iter().copied().filter(|&letter| letter != '\'').collect();
    if letters.len() <= 12 && letters.iter().all(char::is_ascii_lowercase) {
        read(&letters, cantonese_syllables)
    } else {
        Vec::new()
    }
}

fn read(letters: &[char], syllables: fn(&[char]) -> Lengths) -> Vec<Syllabification> {
    let mut search =
        Search { letters, syllables, found: Vec::new(), dead_ends: [0; MAX_SYLLABLES] };
    if letters.len() <= MAX_LETTERS {
        search.read(0, Syllabification::default());
    }
    search.found
}

/// Depth-first search for the syllabifications of a word.
struct Search<'w> {
    letters: &'w [char],
    syllables: fn(&[char]) -> Lengths,
    found: Vec<Syllabification>,
    /// Positions that lead to no syllabification, as bits, by the number of syllables before them.
    dead_ends: [u16; MAX_SYLLABLES],
}

impl Search<'_> {
    fn read(&mut self, at: usize, split: Syllabification) {
        if self.found.len() >= MAX_READINGS {
            return;
        }
        if at == self.letters.len() {
            if split.count > 0 {
                self.found.push(split);
            }
            return;
        }
        if self.letters[at] == '\'' && split.count > 0 {
            self.read(at + 1, split);
        }
        if split.count == MAX_SYLLABLES || self.dead_ends[split.count] & 1 << at != 0 {
            return;
        }
        let before = self.found.len();
        let found = (self.syllables)(&self.letters[at..]);
        for (length, syllable) in found.into_iter().enumerate().rev() {
            if let Some(syllable) = syllable {
                self.read(at + length, split.with(syllable));
            }
        }
        if self.found.len() == before {
            self.dead_ends[split.count] |= 1 << at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_single_syllable_of_a_word_is_its_first_syllabification_of_length_one(
            word in "(zh|ch'|ch|hs|j|sh|l|n|t'|ц|чж|х)?(a|ang|iao|ü|üeh|uan|ong|ih|ao|и|юй|эй|ань)?(g|n|r|'|''|a|i|нь)?"
        ) {
            let letters: Vec<char> = word.chars().collect();
            let split = read_mandarin(&letters).into_iter().find(|split| split.count == 1);
            prop_assert_eq!(read_one_mandarin(&letters), split.map(|split| split.syllables[0]), "{}", word);
        }
    }

    #[test]
    fn words_are_split_the_longest_syllable_first() {
        let counts = |word: &str| -> Vec<usize> {
            let letters: Vec<char> = word.chars().collect();
            read_mandarin(&letters).iter().map(|split| split.count).collect()
        };
        assert_eq!(counts("xian"), [1, 2]);
        assert_eq!(counts("xi'an"), [2]);
        assert_eq!(counts("smith"), [0; 0]);
    }
}
