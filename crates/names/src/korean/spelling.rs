//! From a Latin or Cyrillic word to the sequences of Korean syllables that it may spell.

use super::syllable::Syllable;
use crate::fold;
use crate::tables::KO_SPELLING;

/// Syllables of one word at most ("Boknam", "Hwangbo", "Ryongnamsan" in vessels).
const MAX_SYLLABLES: usize = 4;
/// Readings of one word that are kept.
pub(crate) const MAX_READINGS: usize = 4;

/// One way to cut a word into syllables.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cut {
    pub(crate) syllables: [Syllable; MAX_SYLLABLES],
    pub(crate) count: usize,
}

/// All ways (at most [`MAX_READINGS`]) to read a word of at most three syllables; empty when it is not Korean.
pub(crate) fn read_word(letters: &[char]) -> Vec<Cut> {
    let mut cuts = Vec::new();
    if letters.len() > 16 || !letters.iter().all(|&letter| can_occur(letter)) {
        return cuts;
    }
    walk(letters, 0, Cut::default(), &mut cuts);
    for cut in &mut cuts {
        for at in 1..cut.count {
            let (before, after) = cut.syllables.split_at_mut(at);
            before[at - 1].assimilate(&mut after[0]);
        }
    }
    cuts
}

fn can_occur(letter: char) -> bool {
    matches!(letter, 'a'..='u' | 'w'..='z' | '\'' | 'ŏ' | 'ŭ' | 'ö' | 'а'..='я' | 'ё')
        && letter != 'q'
}

fn walk(letters: &[char], at: usize, cut: Cut, cuts: &mut Vec<Cut>) {
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
        return walk(letters, at + 1, cut, cuts);
    }
    if cut.count == MAX_SYLLABLES {
        return;
    }
    for onset_end in (at..=letters.len().min(at + 3)).rev() {
        let Some(onset) = part('o', &letters[at..onset_end]) else { continue };
        for vowel_end in (onset_end + 1..=letters.len().min(onset_end + 4)).rev() {
            let Some(vowel) = part('v', &letters[onset_end..vowel_end]) else { continue };
            for coda_end in (vowel_end..=letters.len().min(vowel_end + 2)).rev() {
                let Some(coda) = part('c', &letters[vowel_end..coda_end]) else { continue };
                if !coda_may_end(letters, vowel_end, coda_end) {
                    continue;
                }
                let mut next = cut;
                next.syllables[cut.count] = combine(onset, vowel, coda);
                next.count += 1;
                walk(letters, coda_end, next, cuts);
            }
        }
    }
}

/// Between vowels t, d, s begin the next syllable (Daesong is never Daes-ong); a syllable that could begin with a
/// vowel only follows a coda that Korean spelling leaves before one.
fn coda_may_end(letters: &[char], from: usize, to: usize) -> bool {
    let before_vowel = letters.get(to).is_some_and(|&letter| is_vowel(letter));
    if from == to {
        // An open syllable cannot run into a vowel without a sign between, except before y and w.
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

/// Regular mask in the low half, ad hoc in the high half.
fn part(kind: char, letters: &[char]) -> Option<u64> {
    let mut buffer = [0_u8; 4];
    let mut hash = fold::hash64(match kind {
        'o' => "o:",
        'v' => "v:",
        _ => "c:",
    });
    for letter in letters {
        hash = fold::hash_more(hash, letter.encode_utf8(&mut buffer));
    }
    let facts = KO_SPELLING.get(hash);
    (!facts.is_none()).then_some(facts.0)
}

fn combine(onset: u64, vowel: u64, coda: u64) -> Syllable {
    let low = |mask: u64| mask & 0xffff_ffff;
    Syllable {
        regular: low(onset) | low(vowel) << 19 | low(coda) << 40,
        loose: onset >> 32 | (vowel >> 32) << 19 | (coda >> 32) << 40,
    }
}
