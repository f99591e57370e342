//! From a Latin or Cyrillic word to the Chinese syllables that it may spell.

use crate::fold;
use crate::tables::{Facts, YUE_SPELLING, ZH_SPELLING};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Syllables of one word at most.
const MAX_SYLLABLES: usize = 3;
/// Readings of one word that are kept.
pub(crate) const MAX_READINGS: usize = 3;

/// One way to cut a word: two words a syllable, as in a reading.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cut {
    pub(crate) syllables: [(u64, u64); MAX_SYLLABLES],
    pub(crate) count: usize,
}

impl Cut {
    fn with(mut self, syllable: (u64, u64)) -> Cut {
        self.syllables[self.count] = syllable;
        self.count += 1;
        self
    }
}

/// Letters without tone marks; u umlaut and apostrophes stay.
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

/// Letters of the longest word that is read.
const MAX_LETTERS: usize = 15;

/// What each number of letters may be as one syllable.
type Lengths = [Option<(u64, u64)>; 8];

/// Regular and loose pinyin numbers of one spelling.
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
    ZH_SPELLING.read_start(fold::hash64(""), letters).map(pinyin)
}

/// All ways to read a word as Standard Chinese; empty when it is not.
pub(crate) fn read_mandarin(letters: &[char]) -> Vec<Cut> {
    read(&bare(letters), mandarin_syllables)
}

/// A word as one syllable of Standard Chinese, but for signs behind it: the first of its readings if there is one.
pub(crate) fn read_one_mandarin(letters: &[char]) -> Option<(u64, u64)> {
    let letters = bare(letters);
    let signs = letters.iter().rev().take_while(|letter| **letter == '\'').count();
    if letters.len() > MAX_LETTERS {
        return None;
    }
    let found = mandarin_syllables(&letters);
    found.into_iter().skip(letters.len() - signs).rev().flatten().next()
}

/// Letters of the longest Hong Kong spelling of a syllable.
const LONGEST_CANTONESE: usize = 5;

fn cantonese_syllables(letters: &[char]) -> Lengths {
    let initials: [Facts; 3] = YUE_SPELLING.read_start(fold::hash64("i:"), letters);
    let mut found = Lengths::default();
    for (cut, initial) in initials.iter().enumerate().filter(|(_, initial)| !initial.is_none()) {
        let finals: [Facts; LONGEST_CANTONESE + 1] =
            YUE_SPELLING.read_start(fold::hash64("f:"), letters.get(cut..).unwrap_or_default());
        // The longer initial counts where both fit.
        for (length, end) in finals.iter().enumerate().skip(1) {
            if !end.is_none() && cut + length <= LONGEST_CANTONESE {
                found[cut + length] = Some((initial.0, end.0));
            }
        }
    }
    found
}

/// All ways to read a word as a Hong Kong spelling of Cantonese; empty when it is not.
pub(crate) fn read_cantonese(letters: &[char]) -> Vec<Cut> {
    let letters: Vec<char> = letters.iter().copied().filter(|&letter| letter != '\'').collect();
    if letters.len() <= 12 && letters.iter().all(char::is_ascii_lowercase) {
        read(&letters, cantonese_syllables)
    } else {
        Vec::new()
    }
}

fn read(letters: &[char], syllables: fn(&[char]) -> Lengths) -> Vec<Cut> {
    let mut walk = Walk { letters, syllables, cuts: Vec::new(), dead: [0; MAX_SYLLABLES] };
    if letters.len() <= MAX_LETTERS {
        walk.read(0, Cut::default());
    }
    walk.cuts
}

/// The search for the cuts of a word.
struct Walk<'w> {
    letters: &'w [char],
    syllables: fn(&[char]) -> Lengths,
    cuts: Vec<Cut>,
    /// Per number of syllables before: the places, as bits, from which nothing was found.
    dead: [u16; MAX_SYLLABLES],
}

impl Walk<'_> {
    fn read(&mut self, at: usize, cut: Cut) {
        if self.cuts.len() >= MAX_READINGS {
            return;
        }
        if at == self.letters.len() {
            if cut.count > 0 {
                self.cuts.push(cut);
            }
            return;
        }
        if self.letters[at] == '\'' && cut.count > 0 {
            self.read(at + 1, cut);
        }
        if cut.count == MAX_SYLLABLES || self.dead[cut.count] & 1 << at != 0 {
            return;
        }
        let before = self.cuts.len();
        let found = (self.syllables)(&self.letters[at..]);
        for (length, syllable) in found.into_iter().enumerate().rev() {
            if let Some(syllable) = syllable {
                self.read(at + length, cut.with(syllable));
            }
        }
        if self.cuts.len() == before {
            self.dead[cut.count] |= 1 << at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_syllable_of_a_word_is_the_first_of_its_readings_that_has_one(
            word in "(zh|ch'|ch|hs|j|sh|l|n|t'|ц|чж|х)?(a|ang|iao|ü|üeh|uan|ong|ih|ao|и|юй|эй|ань)?(g|n|r|'|''|a|i|нь)?"
        ) {
            let letters: Vec<char> = word.chars().collect();
            let cut = read_mandarin(&letters).into_iter().find(|cut| cut.count == 1);
            prop_assert_eq!(read_one_mandarin(&letters), cut.map(|cut| cut.syllables[0]), "{}", word);
        }
    }

    #[test]
    fn words_are_cut_the_longest_syllable_first() {
        let counts = |word: &str| -> Vec<usize> {
            let letters: Vec<char> = word.chars().collect();
            read_mandarin(&letters).iter().map(|cut| cut.count).collect()
        };
        assert_eq!(counts("xian"), [1, 2]);
        assert_eq!(counts("xi'an"), [2]);
        assert_eq!(counts("smith"), [0; 0]);
    }
}
