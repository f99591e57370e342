//! Lookup of the known words of organisations: exact phrases first, then loosely spelt ones.

use crate::compounds;
use crate::confusables;
use crate::east::reading::Confidence;
use crate::fold;
use crate::korean;
use crate::loose;
use crate::name::Role;
use crate::script::Script;
use crate::tables::{self, Facts};
use crate::words::{Separator, Word};

/// Length of the longest phrase in the tables, in words.
const LONGEST: usize = 6;

/// Minimum length of a loose key from which a typing error is tolerated in a word that stands
/// alone. At seven, "natural" would be an error of "national".
const FORGIVING_ALONE: usize = 9;

/// A phrase found in the tables.
#[derive(Clone, Copy)]
pub(crate) struct Phrase {
    /// Legal form, term or territory.
    pub(crate) role: Role,
    /// The values that the table of that role has for it.
    pub(crate) facts: Facts,
    /// Its number of words.
    pub(crate) words: usize,
}

const TABLES: [(Role, &tables::Frozen); 3] = [
    (Role::Legal, &tables::LEGAL),
    (Role::Term, &tables::TERMS),
    (Role::Territory, &tables::TERRITORIES),
];

/// The longest known phrase at the start of some words.
pub(crate) fn find(words: &[Word]) -> Option<Phrase> {
    let mut best = None;
    let mut hash = fold::hash64("");
    for (place, word) in words.iter().take(LONGEST).enumerate() {
        if place > 0 {
            hash = fold::hash_more(hash, " ");
        }
        hash = fold::hash_more(hash, &word.key);
        for (role, table) in TABLES {
            let facts = table.get(hash);
            if !facts.is_none() && best.is_none_or(|held: Phrase| held.words < place + 1) {
                best = Some(Phrase { role, facts, words: place + 1 });
            }
        }
    }
    // "Wa" is a joining word far more often than the state of Washington.
    best.filter(|phrase| {
        phrase.words > 1 || phrase.role != Role::Territory || !is_joining_word(&words[0].key)
    })
}

/// Whether a text is the name of a country, a region or a city, and nothing else.
pub(crate) fn is_territory(text: &str) -> bool {
    let key = fold::key_of(text);
    !key.is_empty() && !tables::TERRITORIES.get(fold::hash64(&key)).is_none()
}

/// The loose hashes of a word: for a word that stands alone, and for one within a phrase, where
/// typing errors in the words of legal forms are corrected.
#[derive(Clone, Copy, Default)]
pub(crate) struct Loose {
    alone: u64,
    within: u64,
}

/// The longest phrase that is known exactly or, if longer, by its loose spelling.
pub(crate) fn find_loosely(words: &[Word], loose: &[Loose]) -> Option<Phrase> {
    let mut best = find(words);
    let mut hash = 0;
    for (place, word) in loose.iter().take(LONGEST).enumerate() {
        if word.alone == 0 {
            break;
        }
        hash = loose::hash_more(hash, word.within);
        let facts = match place {
            0 => tables::LOOSE.get(loose::hash_more(0, word.alone)),
            _ => tables::LOOSE.get(hash),
        };
        if !facts.is_none()
            && best.is_none_or(|held| held.words < place + 1)
            && (place > 0 || !may_be_korean(&words[0]))
        {
            let role = TABLES[usize::from(facts.at(0).clamp(1, 3)) - 1].0;
            best = Some(Phrase { role, facts: Facts(facts.0 >> 16), words: place + 1 });
        }
    }
    best
}

/// True for words that may be several Korean syllables. These are names, not loose spellings of
/// terms (Kwangyong is not 광공업, kwanggongop).
fn may_be_korean(word: &Word) -> bool {
    word.script == Script::Latin
        && korean::reading::read_token(word, Confidence::Possible).is_some_and(|it| it.count > 1)
}

/// The loose hashes of each word; zero where the script has none.
pub(crate) fn loose_hashes(words: &[Word], wanted: bool) -> Vec<Loose> {
    let hashes = |word: &Word| {
        if !wanted || !matches!(word.script, Script::Latin | Script::Cyrillic) {
            return Loose::default();
        }
        let Some(key) = loose::key_of(&word.key) else {
            let own = fold::hash64(&word.key);
            return Loose { alone: own, within: own };
        };
        let own = fold::hash64(&key);
        let within = corrected_legal_word(&key).unwrap_or(own);
        Loose { alone: if key.len() >= FORGIVING_ALONE { within } else { own }, within }
    };
    words.iter().map(hashes).collect()
}

/// The word of a legal form that a key is a typing error of: the one reached by most deletion
/// variants, and of several the first.
fn corrected_legal_word(key: &str) -> Option<u64> {
    let votes: Vec<u64> = loose::deletion_variants(key)
        .map(|slip| tables::LEGAL_WORD_TYPOS.get(slip).0)
        .filter(|&right| right != 0)
        .collect();
    let count = |right: u64| votes.iter().filter(|&&vote| vote == right).count();
    let most = votes.iter().map(|&right| count(right)).max()?;
    votes.iter().copied().find(|&right| count(right) == most)
}

/// Removes what Arabic writes as part of a word: the article from words that are not known with it,
/// and the conjunctions and prepositions `and`, `for`, `with` where a known word remains. In Latin
/// letters all of them only where a known word remains.
pub(crate) fn strip_prefixes(words: &mut [Word]) {
    for word in words {
        let prefixes: &[&str] = match word.script {
            Script::Arabic => &["وال", "بال", "لل", "ال", "و", "ل", "ب"],
            Script::Latin => &["lil", "wal", "bil", "al", "el", "ul"],
            _ => continue,
        };
        let begins = |prefix: &&&str| word.key.starts_with(**prefix);
        if word.letters.len() < 5
            || !prefixes.iter().any(|prefix| begins(&prefix))
            || known(&word.key)
        {
            continue;
        }
        for prefix in prefixes.iter().filter(begins) {
            let rest = &word.key[prefix.len()..];
            let article = *prefix == "ال" && rest.chars().count() >= 3;
            let long = word.script == Script::Arabic || rest.len() >= 5;
            if article || long && (known(rest) || known(&format!("ال{rest}"))) {
                let dropped = word.letters.len() - rest.chars().count();
                word.letters.drain(..dropped);
                word.key = rest.to_string();
                break;
            }
        }
    }
}

/// Splits glued words where both pieces are known or a legal form ends the word (NABAHLTD,
/// PETROCHEMICALCOMPANY), and joins a digit to the rest of a known word (0IL, C0.).
pub(crate) fn split_glued_words(words: Vec<Word>) -> Vec<Word> {
    if !words.iter().any(|word| word.separator == Separator::None || split_point(word).is_some()) {
        return words;
    }
    let mut mended: Vec<Word> = Vec::with_capacity(words.len() + 1);
    for word in words {
        if let Some(last) = mended.last_mut()
            && word.separator == Separator::None
            && let Some(letters) = with_digit_read(last, &word)
        {
            last.key = letters.iter().collect();
            (last.letters, last.script, last.end) = (letters, Script::Latin, word.end);
            continue;
        }
        match split_point(&word) {
            Some(at) => {
                let (head, tail) = (word.key[..at].to_string(), word.key[at..].to_string());
                let middle = (word.start + at).min(word.end);
                let piece = |key: String, separator: Separator, start: usize, end: usize| Word {
                    letters: key.chars().collect(),
                    key,
                    separator,
                    start,
                    end,
                    ..word.clone()
                };
                mended.push(piece(head, word.separator, word.start, middle));
                mended.push(piece(tail, Separator::None, middle, word.end));
            }
            None => mended.push(word),
        }
    }
    mended
}

/// The letters of a digit and the word beside it, if they make a known word.
fn with_digit_read(one: &Word, other: &Word) -> Option<Vec<char>> {
    let letters: Vec<char> = match (one.script, other.script) {
        (Script::Digit, Script::Latin) if one.letters.len() == 1 => {
            let read = confusables::digit_as_letter(one.letters[0])?;
            std::iter::once(read).chain(other.letters.iter().copied()).collect()
        }
        (Script::Latin, Script::Digit) if other.letters.len() == 1 => {
            let read = confusables::digit_as_letter(other.letters[0])?;
            one.letters.iter().copied().chain(std::iter::once(read)).collect()
        }
        _ => return None,
    };
    known(&letters.iter().collect::<String>()).then_some(letters)
}

/// Minimum length of a piece of a glued word in front of or as a legal form.
const PIECE: usize = 3;
/// Minimum length of the pieces of a glued word that are split as known words. Shorter pieces occur
/// in names: Stroyproekt and Aerocontinente are names, though made of terms.
const LONG: usize = 6;
/// Length of the longest word that is split.
const LONGEST_WORD: usize = 32;

/// The position at which a glued word of plain Latin letters is split.
fn split_point(word: &Word) -> Option<usize> {
    let key = word.key.as_str();
    let plain = word.script == Script::Latin
        && key.len() == word.letters.len()
        && (PIECE * 2 + 1..=LONGEST_WORD).contains(&key.len())
        && key.bytes().all(|letter| letter.is_ascii_lowercase());
    if !plain || known(key) {
        return None;
    }
    let is_legal = |piece: &str| !tables::LEGAL.find(piece).is_none();
    let unmistakable = |piece: &str| {
        piece.len() >= 6 || piece.len() >= PIECE && !piece.contains(['a', 'e', 'i', 'o', 'u'])
    };
    (PIECE..=key.len() - PIECE).find(|&at| {
        let (head, tail) = key.split_at(at);
        is_legal(tail) && unmistakable(tail)
            || tail.len() >= LONG
                && known(tail)
                && (is_joining_word(head) || head.len() >= LONG && known(head))
    })
}

/// True for a key of one of the tables.
fn known(key: &str) -> bool {
    let hash = fold::hash64(key);
    TABLES.iter().any(|(_, table)| !table.get(hash).is_none())
}

/// True for joining words and articles, which name nothing.
pub(crate) fn is_joining_word(key: &str) -> bool {
    compounds::is_article(key) || !tables::JOINING.find(key).is_none()
}
