//! From a Latin or Cyrillic word to the Chinese syllables that it may spell.

use crate::fold;
use crate::tables::{YUE_SPELLING, ZH_SPELLING};
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
fn bare(letters: &[char]) -> Vec<char> {
    letters
        .iter()
        .flat_map(|&letter| match letter {
            'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => vec!['ü'],
            'й' | 'ё' => vec![letter],
            _ => std::iter::once(letter)
                .nfd()
                .filter(|&part| !('\u{300}'..='\u{36f}').contains(&part))
                .collect(),
        })
        .collect()
}

fn hash(letters: &[char]) -> u64 {
    let mut buffer = [0_u8; 4];
    letters.iter().fold(fold::hash64(""), |hash, letter| {
        fold::hash_more(hash, letter.encode_utf8(&mut buffer))
    })
}

/// Regular and loose pinyin numbers of one spelling.
fn mandarin_syllable(letters: &[char]) -> Option<(u64, u64)> {
    let facts = ZH_SPELLING.get(hash(letters));
    if facts.is_none() {
        return None;
    }
    let pack = |loose: bool| {
        let wanted = facts.iter().filter(|fact| (fact & 0x8000 != 0) == loose);
        wanted
            .enumerate()
            .fold(0_u64, |word, (place, fact)| word | u64::from(fact & 0x7fff) << (16 * place))
    };
    Some((pack(false), pack(true)))
}

/// All ways to read a word as Standard Chinese; empty when it is not.
pub(crate) fn read_mandarin(letters: &[char]) -> Vec<Cut> {
    let letters = bare(letters);
    let mut cuts = Vec::new();
    if letters.len() <= 15 {
        walk(&letters, 0, Cut::default(), 7, &mandarin_syllable, &mut cuts);
    }
    cuts
}

fn cantonese_syllable(letters: &[char]) -> Option<(u64, u64)> {
    (0..=2.min(letters.len().saturating_sub(1))).rev().find_map(|cut| {
        let (head, tail) = letters.split_at(cut);
        let mask = |prefix: &str, part: &[char]| {
            let hash = part.iter().fold(fold::hash64(prefix), |hash, letter| {
                fold::hash_more(hash, letter.encode_utf8(&mut [0_u8; 4]))
            });
            YUE_SPELLING.get(hash).0
        };
        let (initial, end) = (mask("i:", head), mask("f:", tail));
        (initial != 0 && end != 0).then_some((initial, end))
    })
}

/// All ways to read a word as a Hong Kong spelling of Cantonese; empty when it is not.
pub(crate) fn read_cantonese(letters: &[char]) -> Vec<Cut> {
    let letters: Vec<char> = letters.iter().copied().filter(|&letter| letter != '\'').collect();
    let mut cuts = Vec::new();
    if letters.len() <= 12 && letters.iter().all(char::is_ascii_lowercase) {
        walk(&letters, 0, Cut::default(), 5, &cantonese_syllable, &mut cuts);
    }
    cuts
}

fn walk(
    letters: &[char],
    at: usize,
    cut: Cut,
    longest: usize,
    read: &impl Fn(&[char]) -> Option<(u64, u64)>,
    cuts: &mut Vec<Cut>,
) {
    if cuts.len() >= MAX_READINGS {
        return;
    }
    if at == letters.len() {
        if cut.count > 0 {
            cuts.push(cut);
        }
        return;
    }
    if letters[at] == '\'' && cut.count > 0 {
        walk(letters, at + 1, cut, longest, read, cuts);
    }
    if cut.count == MAX_SYLLABLES {
        return;
    }
    for end in (at + 1..=letters.len().min(at + longest)).rev() {
        if let Some(syllable) = read(&letters[at..end]) {
            walk(letters, end, cut.with(syllable), longest, read, cuts);
        }
    }
}
