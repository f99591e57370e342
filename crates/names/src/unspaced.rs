//! Word segmentation for scripts without spaces: splits at known terms, legal forms and
//! territories.

use crate::fold;
use crate::script::Script;
use crate::tables;
use crate::words::{Separator, Word};

/// Length of the longest known term, in letters.
const LONGEST: usize = 12;

/// Splits the Han, Hangul and kana words of an organisation's name. Words of other scripts pass
/// unchanged.
pub(crate) fn split(words: Vec<Word>) -> Vec<Word> {
    let unspaced = |word: &Word| matches!(word.script, Script::Han | Script::Hangul | Script::Kana);
    if !words.iter().any(unspaced) {
        return words;
    }
    let mut pieces = Vec::with_capacity(words.len());
    for word in words {
        if unspaced(&word) && !known(&word.letters, true) {
            split_word(&word, &mut pieces);
        } else {
            pieces.push(word);
        }
    }
    pieces
}

/// Matches the longest known term from the end of the word, since these languages put the kind of
/// body last: 삼성전자 is 삼성 + 전자 (Samsung, electronics) and must not match the inner 성전.
fn split_word(word: &Word, pieces: &mut Vec<Word>) {
    let letters = &word.letters;
    let mut spans = Vec::new();
    let (mut end, mut open) = (letters.len(), letters.len());
    while end > 0 {
        let longest = LONGEST.min(end);
        let length = (1..=longest).rev().find(|&length| {
            // A single character counts as a term only at the end of a longer word ("局", "국":
            // bureau); elsewhere it is usually part of a name.
            known(&letters[end - length..end], length > 1 || end == letters.len() && end > 2)
        });
        match length {
            Some(length) => {
                spans.push((end, open));
                spans.push((end - length, end));
                end -= length;
                open = end;
            }
            None => end -= 1,
        }
    }
    spans.push((0, open));
    for (from, to) in spans.into_iter().rev() {
        push(word, from, to, pieces);
    }
}

fn known(letters: &[char], allowed: bool) -> bool {
    if !allowed {
        return false;
    }
    let hash = fold::hash64(&fold::key_of(&letters.iter().collect::<String>()));
    [&tables::LEGAL, &tables::TERMS, &tables::TERRITORIES]
        .iter()
        .any(|table| !table.get(hash).is_none())
}

fn push(word: &Word, from: usize, to: usize, pieces: &mut Vec<Word>) {
    if from >= to {
        return;
    }
    let width = |letters: &[char]| letters.iter().map(|letter| letter.len_utf8()).sum::<usize>();
    let letters = word.letters[from..to].to_vec();
    let start = word.start + width(&word.letters[..from]);
    pieces.push(Word {
        key: fold::key_of(&letters.iter().collect::<String>()),
        end: (start + width(&letters)).min(word.end.max(start)),
        start,
        letters,
        script: word.script,
        separator: if from == 0 { word.separator } else { Separator::None },
        upper: false,
    });
}
