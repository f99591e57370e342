//! Splits a Latin or Cyrillic word into the sequences of Korean syllables that it may spell.

use super::syllable::Syllable;
use crate::fold;
use crate::tables::{Facts, KO_SPELLING};

/// Syllables of one word at most ("Ryongnamsan" in vessels has three).
const MAX_SYLLABLES: usize = 4;
/// Length of the longest word that is read, in letters.
const MAX_LETTERS: usize = 16;
/// Syllabifications of one word at most.
pub(crate) const MAX_READINGS: usize = 4;

/// One way to split a word into syllables.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Syllabification {
    pub(crate) syllables: [Syllable; MAX_SYLLABLES],
    pub(crate) count: usize,
}

/// All syllabifications of a word, at most [`MAX_READINGS`]; empty when it cannot be Korean.
pub(crate) fn read_word(letters: &[char]) -> Vec<Syllabification> {
    if letters.len() > MAX_LETTERS || !letters.iter().all(|&letter| can_occur(letter)) {
        return Vec::new();
    }
    let mut search = Search { letters, found: Vec::new(), dead_ends: [0; MAX_SYLLABLES + 1] };
    search.read(0, Syllabification::default());
    let mut found = search.found;
    for split in &mut found {
        for at in 1..split.count {
            let (before, after) = split.syllables.split_at_mut(at);
            before[at - 1].assimilate(&mut after[0]);
        }
    }
    found
}

/// False when a word cannot be a single syllable; trailing apostrophes are ignored. A cheap test
/// before [`read_word`].
pub(crate) fn may_be_one_syllable(letters: &[char]) -> bool {
    let signs = letters.iter().rev().take_while(|letter| **letter == '\'').count();
    let word = &letters[..letters.len() - signs];
    lengths(&read_onsets(letters)).any(|onset| {
        let vowels = read_vowels(letters.get(onset..).unwrap_or_default());
        lengths(&vowels).any(|vowel| {
            let codas = read_codas(letters.get(onset + vowel..).unwrap_or_default());
            lengths(&codas).any(|coda| onset + vowel + coda >= word.len())
        })
    })
}

fn can_occur(letter: char) -> bool {
    matches!(letter, 'a'..='u' | 'w'..='z' | '\'' | 'ŏ' | 'ŭ' | 'ö' | 'а'..='я' | 'ё')
        && letter != 'q'
}

/// Depth-first search for the syllabifications of a word.
struct Search<'w> {
    letters: &'w [char],
    found: Vec<Syllabification>,
    /// Positions that lead to no syllabification, as bits, by the number of syllables before them.
    dead_ends: [u32; MAX_SYLLABLES + 1],
}

impl Search<'_> {
    fn read(&mut self, at: usize, split: Syllabification) {
        let letters = self.letters;
        if self.found.len() >= MAX_READINGS {
            return;
        }
        if at == letters.len() {
            if split.count > 0 {
                self.found.push(split);
            }
            return;
        }
        if letters[at] == '\'' && split.count > 0 {
            return self.read(at + 1, split);
        }
        if split.count == MAX_SYLLABLES || self.dead_ends[split.count] & 1 << at != 0 {
            return;
        }
        let before = self.found.len();
        self.read_syllable(at, split);
        if self.found.len() == before {
            self.dead_ends[split.count] |= 1 << at;
        }
    }

    /// Tries every syllable that can start at a position, the longest parts first.
    fn read_syllable(&mut self, at: usize, split: Syllabification) {
        let letters = self.letters;
        let onsets = read_onsets(&letters[at..]);
        for onset in lengths(&onsets) {
            let vowel_at = at + onset;
            let vowels = read_vowels(&letters[vowel_at..]);
            for vowel in lengths(&vowels) {
                let coda_at = vowel_at + vowel;
                let codas = read_codas(&letters[coda_at..]);
                for coda in lengths(&codas) {
                    if !coda_may_end(letters, coda_at, coda_at + coda) {
                        continue;
                    }
                    let mut next = split;
                    next.syllables[split.count] =
                        combine(onsets[onset].0, vowels[vowel].0, codas[coda].0);
                    next.count += 1;
                    self.read(coda_at + coda, next);
                }
            }
        }
    }
}

/// The lengths for which the table has a value, the longest first.
fn lengths(found: &[Facts]) -> impl Iterator<Item = usize> {
    (0..found.len()).rev().filter(|&length| !found[length].is_none())
}

/// Whether a coda may end here. Between vowels, t, d and s start the next syllable (Daesong is
/// never Daes-ong).
fn coda_may_end(letters: &[char], from: usize, to: usize) -> bool {
    let before_vowel = letters.get(to).is_some_and(|&letter| is_vowel(letter));
    if from == to {
        // An open syllable is not followed by a vowel without a sign between, except before y and
        // w.
        return !before_vowel || matches!(letters[to], 'y' | 'w' | 'я' | 'ё' | 'ю' | 'е' | 'ы');
    }
    !before_vowel || !matches!(letters[to - 1], 't' | 'd' | 's' | 'т' | 'с' | 'б' | 'г')
}

fn is_vowel(letter: char) -> bool {
    matches!(
        letter,
        'a' | 'e'
            | 'i'
            | 'o'
            | 'u'
            | 'y'
            | 'w'
            | 'ŏ'
            | 'ŭ'
            | 'ö'
            | 'а'
            | 'е'
            | 'ё'
            | 'и'
            | 'о'
            | 'у'
            | 'ы'
            | 'э'
            | 'ю'
            | 'я'
    )
}

/// The onsets that each number of leading letters may spell: the regular mask in the low half, the
/// ad hoc mask in the high half.
fn read_onsets(letters: &[char]) -> [Facts; 4] {
    KO_SPELLING.read_prefixes(fold::hash64("o:"), letters)
}

fn read_vowels(letters: &[char]) -> [Facts; 5] {
    let mut vowels = KO_SPELLING.read_prefixes(fold::hash64("v:"), letters);
    vowels[0] = Facts::default();
    vowels
}

fn read_codas(letters: &[char]) -> [Facts; 3] {
    KO_SPELLING.read_prefixes(fold::hash64("c:"), letters)
}

fn combine(onset: u64, vowel: u64, coda: u64) -> Syllable {
    let low = |mask: u64| mask & 0xffff_ffff;
    Syllable {
        regular: low(onset) | low(vowel) << 19 | low(coda) << 40,
        loose: onset >> 32 | (vowel >> 32) << 19 | (coda >> 32) << 40,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_test_for_one_syllable_never_rejects_a_word_that_is_one(
            word in "(ch|kk|ts|s|k|kh|g|h|r|ry|j|p|y|w|m|х|к|ч|ц)?(a|ae|eo|yo|eu|ui|wo|oe|oo|u|ŏ|о|ё|ен|ю)?(n|ng|k|l|m|p|t|г|н|нг)?[aeiou'nst]{0,2}"
        ) {
            let letters: Vec<char> = word.chars().collect();
            let found = read_word(&letters).iter().any(|split| split.count == 1);
            prop_assert!(!found || may_be_one_syllable(&letters), "{word}");
        }
    }

    #[test]
    fn surnames_are_single_syllables_and_given_names_are_not() {
        let one = |word: &str| may_be_one_syllable(&word.chars().collect::<Vec<_>>());
        assert!(one("kim") && one("ch'oe'") && one("рюк"));
        assert!(!one("jongun") && !one("smith") && !one("a'a") && !one(""));
    }
}
