//! Words of scripts that put no space between them, cut where known terms, forms and territories begin and end.

use crate::fold;
use crate::script::Script;
use crate::tables;
use crate::words::{Separator, Word};

/// Letters of the longest known term.
const LONGEST: usize = 12;

/// Cuts Han, Hangul and kana words of an organisation's name; other words pass.
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

/// From the end, where these languages put what an organisation is (삼성전자 is 삼성 and 전자, never 성전).
fn split_word(word: &Word, pieces: &mut Vec<Word>) {
    let letters = &word.letters;
    let mut spans = Vec::new();
    let (mut end, mut open) = (letters.len(), letters.len());
    while end > 0 {
        let longest = LONGEST.min(end);
        let length = (1..=longest).rev().find(|&length| {
            // A single sign is a term only where a name may end ("局", "국").
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
