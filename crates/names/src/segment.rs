//! Words of scripts that put no space between them, cut where known terms, forms and territories begin and end.

use crate::fold;
use crate::script::Script;
use crate::tables;
use crate::words::{Gap, Word};

/// Letters of the longest known term.
const LONGEST: usize = 12;

/// Cuts Han, Hangul and kana words of an organisation's name; other words pass.
pub(crate) fn cut(words: Vec<Word>) -> Vec<Word> {
    let mut cut = Vec::with_capacity(words.len());
    for word in words {
        if matches!(word.script, Script::Han | Script::Hangul | Script::Kana)
            && !known(&word.letters, true)
        {
            cut_word(&word, &mut cut);
        } else {
            cut.push(word);
        }
    }
    cut
}

fn cut_word(word: &Word, cut: &mut Vec<Word>) {
    let letters = &word.letters;
    let (mut at, mut open) = (0, 0);
    while at < letters.len() {
        let limit = LONGEST.min(letters.len() - at);
        let length = (1..=limit).rev().find(|&length| {
            // A single sign is a term only where a name may end ("局", "국").
            known(&letters[at..at + length], length > 1 || at + length == letters.len() && at > 1)
        });
        match length {
            Some(length) => {
                push(word, open, at, cut);
                push(word, at, at + length, cut);
                at += length;
                open = at;
            }
            None => at += 1,
        }
    }
    push(word, open, letters.len(), cut);
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
