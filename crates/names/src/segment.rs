//! Words of scripts that put no space between them, cut where known terms, forms and territories begin and end.

use crate::fold;
use crate::script::Script;
use crate::tables;
use crate::words::{Gap, Word};

/// Letters of the longest known term.
const LONGEST: usize = 12;

/// Cuts Han, Hangul and kana words of an organisation's name; other words pass.
pub(crate) fn cut(words: Vec<Word>) -> Vec<Word> {
    let unspaced = |word: &Word| matches!(word.script, Script::Han | Script::Hangul | Script::Kana);
    if !words.iter().any(unspaced) {
        return words;
    }
    let mut cut = Vec::with_capacity(words.len());
    for word in words {
        if unspaced(&word) && !known(&word.letters, true) {
            cut_word(&word, &mut cut);
        } else {
            cut.push(word);
        }
    }
    cut
}

/// From the end, where these languages put what an organisation is (삼성전자 is 삼성 and 전자, never 성전).
fn cut_word(word: &Word, cut: &mut Vec<Word>) {
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
        push(word, from, to, cut);
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

fn push(word: &Word, from: usize, to: usize, cut: &mut Vec<Word>) {
    if from >= to {
        return;
    }
    let width = |letters: &[char]| letters.iter().map(|letter| letter.len_utf8()).sum::<usize>();
    let letters = word.letters[from..to].to_vec();
    let start = word.start + width(&word.letters[..from]);
    cut.push(Word {
        key: fold::key_of(&letters.iter().collect::<String>()),
        end: (start + width(&letters)).min(word.end.max(start)),
        start,
        letters,
        script: word.script,
        gap: if from == 0 { word.gap } else { Gap::None },
        upper: false,
    });
}
