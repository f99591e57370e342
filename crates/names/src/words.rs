//! Tokenisation: from raw text to words in canonical letters, one script per word, with the
//! separator before each.

use crate::fold;
use crate::notes::{Note, Notes};
use crate::script::Script;
use crate::{confusables, mojibake};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Capitals needed before a capital and a small letter to start a new word there
/// ("ZAKHAROVAlexander"). Two could be a scanning error (RNikhail).
const GLUED_CAPITALS: usize = 2;

/// Letters of one name at most; the rest is ignored and noted.
pub(crate) const MAX_LETTERS: usize = 512;
/// Initial capacity of a word, in letters.
const USUAL_LETTERS: usize = 12;
/// Words of one name at most; the rest is ignored and noted.
pub(crate) const MAX_WORDS: usize = 40;

/// The separator before a word. The order is by strength.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub(crate) enum Separator {
    /// None: the script or the kind of character changes.
    None,
    /// A hyphen.
    Hyphen,
    /// A full stop or a slash.
    Stop,
    /// Space.
    Space,
    /// A comma or another sign that ends a part.
    Comma,
}

/// One word in canonical letters.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Lower-case letters with diacritics and apostrophes.
    pub(crate) letters: Vec<char>,
    /// Dictionary key: without diacritics and apostrophes.
    pub(crate) key: String,
    /// Script of the word.
    pub(crate) script: Script,
    /// The separator before it.
    pub(crate) separator: Separator,
    /// Written in capitals throughout.
    pub(crate) upper: bool,
    /// Byte range in the working text.
    pub(crate) start: usize,
    /// End of the byte range.
    pub(crate) end: usize,
}

impl Word {
    fn new(letters: Vec<char>, separator: Separator, upper: bool, span: (usize, usize)) -> Word {
        let known = letters
            .iter()
            .map(|&letter| Script::of(letter))
            .find(|&script| script != Script::Other);
        let key = if letters.iter().all(char::is_ascii_alphanumeric) {
            let mut key = String::with_capacity(letters.len());
            key.extend(&letters);
            key
        } else {
            fold::key_of(&letters.iter().collect::<String>())
        };
        Word {
            letters,
            key,
            script: known.unwrap_or(Script::Other),
            separator,
            upper,
            start: span.0,
            end: span.1,
        }
    }
}

/// The text that byte ranges refer to: repaired and in canonical composition.
pub(crate) fn working_text(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let text: Cow<'_, str> = mojibake::repair(text).map_or(Cow::Borrowed(text), Cow::Owned);
    if is_nfc_quick(text.chars().take(MAX_LETTERS + 1)) == IsNormalized::Yes {
        return text;
    }
    Cow::Owned(text.chars().take(MAX_LETTERS + 1).nfc().collect())
}

/// Splits text into words.
pub(crate) fn split(text: &str, split_digits: bool) -> (Vec<Word>, Notes) {
    let mut splitter = Splitter { split_digits, ..Splitter::default() };
    let working = working_text(text);
    if mojibake::repair(text).is_some() {
        splitter.notes.add(Note::Mojibake);
    }
    for (count, (start, source)) in working.char_indices().enumerate() {
        if count >= MAX_LETTERS || splitter.words.len() >= MAX_WORDS {
            splitter.notes.add(Note::Truncated);
            break;
        }
        splitter.take(source, start);
    }
    splitter.finish();
    (splitter.words, splitter.notes)
}

#[derive(Default)]
struct Splitter {
    words: Vec<Word>,
    notes: Notes,
    split_digits: bool,
    letters: Vec<char>,
    lower_seen: bool,
    upper_seen: bool,
    /// Number of capitals directly before, within the word.
    capitals: usize,
    start: usize,
    end: usize,
    separator: Option<Separator>,
}

impl Splitter {
    fn take(&mut self, source: char, start: usize) {
        if source.is_ascii_alphanumeric() {
            return self.letter(source.to_ascii_lowercase(), source, start);
        }
        if source.is_ascii() {
            return self.classify(source, source, start);
        }
        for letter in std::iter::once(source).nfkc() {
            for lower in letter.to_lowercase() {
                self.classify(lower, source, start);
            }
        }
    }

    fn classify(&mut self, letter: char, source: char, start: usize) {
        match letter {
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{00ad}' => {
                // The zero-width non-joiner is ordinary spelling inside Persian words.
                if letter != '\u{200c}' {
                    self.notes.add(Note::Invisible);
                }
            }
            '\u{fffd}' => {
                self.notes.add(Note::Damaged);
                self.letter('\u{fffd}', source, start);
            }
            _ if fold::is_apostrophe(letter) => {
                if !self.letters.is_empty() {
                    self.letters.push('\'');
                }
            }
            _ if fold::is_dropped(letter) && letter != 'ء' => {}
            _ if letter.is_alphanumeric() || fold::is_spacing_mark(letter) => {
                self.letter(letter, source, start)
            }
            '-' | '‐' | '‑' | '‒' | '–' | '—' | '−' | '―' | '־' => {
                self.stop(Separator::Hyphen)
            }
            '.' | '/' | '·' | '・' | '．' => self.stop(Separator::Stop),
            '&' | '+' => {
                self.stop(Separator::Space);
                self.letter(letter, source, start);
                self.stop(Separator::Space);
            }
            ',' | ';' | '،' | '、' | '，' => self.stop(Separator::Comma),
            _ => self.stop(Separator::Space),
        }
    }

    fn letter(&mut self, letter: char, source: char, start: usize) {
        if let Some(&last) = self.letters.iter().rev().find(|&&held| held != '\'')
            && self.changes(last, letter)
        {
            self.stop(Separator::None);
        }
        if self.letters.is_empty() {
            self.start = start;
            self.letters.reserve(USUAL_LETTERS);
        }
        if !self.split_digits && source.is_lowercase() && self.capitals > GLUED_CAPITALS {
            self.split_before_last();
        }
        self.capitals = if source.is_uppercase() { self.capitals + 1 } else { 0 };
        self.lower_seen |= source.is_lowercase();
        self.upper_seen |= source.is_uppercase();
        self.letters.push(letter);
        self.end = start + source.len_utf8();
    }

    /// Starts a new word at the last letter: a family name in capitals with the given name glued to
    /// it ("ZAKHAROVAlexander").
    fn split_before_last(&mut self) {
        let Some(last) = self.letters.pop() else { return };
        let (end, width) = (self.end, last.len_utf8());
        self.end = end.saturating_sub(width).max(self.start);
        self.stop(Separator::Space);
        (self.start, self.end) = (end.saturating_sub(width), end);
        (self.letters, self.upper_seen) = (vec![last], true);
    }

    /// True where a word ends because the writing system changes.
    fn changes(&self, last: char, next: char) -> bool {
        if last.is_ascii() && next.is_ascii() {
            return false;
        }
        let (last, next) = (class(last), class(next));
        last != next && last != Script::Digit && next != Script::Digit
    }

    fn stop(&mut self, separator: Separator) {
        self.finish();
        self.separator = Some(self.separator.map_or(separator, |held| held.max(separator)));
    }

    fn finish(&mut self) {
        while self.letters.last() == Some(&'\'')
            && !self.letters.iter().any(|&letter| letter != '\'')
        {
            self.letters.pop();
        }
        if self.letters.is_empty() || self.words.len() >= MAX_WORDS {
            return;
        }
        let mut letters = std::mem::take(&mut self.letters);
        if confusables::repair(&mut letters) {
            self.notes.add(Note::Homoglyphs);
        }
        if if self.split_digits {
            read_digits_inside(&mut letters)
        } else {
            read_digits_as_letters(&mut letters)
        } {
            self.notes.add(Note::DigitsAsLetters);
        }
        self.push_words(letters);
        (self.lower_seen, self.upper_seen, self.capitals) = (false, false, 0);
    }

    fn push_words(&mut self, letters: Vec<char>) {
        let mut separator = self.separator.take().unwrap_or(Separator::None);
        let upper = self.upper_seen && !self.lower_seen;
        if !self.split_digits || !letters.iter().any(is_digit) {
            self.words.push(Word::new(letters, separator, upper, (self.start, self.end)));
            return;
        }
        let mut start = self.start;
        for piece in pieces(&letters) {
            let width: usize = piece.iter().map(|letter| letter.len_utf8()).sum();
            let end =
                if piece.len() == letters.len() { self.end } else { (start + width).min(self.end) };
            self.words.push(Word::new(piece.to_vec(), separator, upper, (start, end)));
            separator = Separator::None;
            start = end.max(start);
        }
    }
}

/// The script class for word boundaries. Alphabets may mix inside a word, which is how homoglyphs
/// are found; Han, Hangul, kana and digits may not.
fn class(letter: char) -> Script {
    match Script::of(letter) {
        script @ (Script::Han | Script::Hangul | Script::Kana | Script::Digit) => script,
        _ => Script::Latin,
    }
}

fn count_alphabetic(letters: &[char]) -> usize {
    letters.iter().filter(|letter| letter.is_alphabetic()).count()
}

/// Replaces one or two digits of a person's name by the letters they look like; true when it did.
fn read_digits_as_letters(letters: &mut [char]) -> bool {
    let digits = letters.iter().filter(|letter| letter.is_ascii_digit()).count();
    if !(1..=2).contains(&digits) || count_alphabetic(letters) < 3 {
        return false;
    }
    let vowel = |letter: Option<&char>| {
        letter.is_none_or(|letter| matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y'))
    };
    for at in 0..letters.len() {
        // Between consonants 1 is an i ("Put1n"), next to a vowel an l ("V1adimir").
        let slim = letters[at] == '1'
            && !vowel(letters.get(at + 1))
            && (at == 0 || !vowel(letters.get(at - 1)));
        if let Some(other) = confusables::digit_as_letter(letters[at]) {
            letters[at] = if slim { 'i' } else { other };
        }
    }
    true
}

/// Replaces a digit of an organisation's or vessel's name by a letter, only inside a word
/// ("GAZPR0M", "BANC0"), never in a number; true when it did.
fn read_digits_inside(letters: &mut [char]) -> bool {
    let digits = letters.iter().filter(|letter| letter.is_ascii_digit()).count();
    if digits != 1 {
        return false;
    }
    let alphabetic = count_alphabetic(letters);
    if alphabetic < 3 {
        return false;
    }
    let at = letters.iter().position(char::is_ascii_digit).unwrap_or_default();
    let inside = at > 0 && at + 1 < letters.len();
    if inside && matches!(letters[at], '0' | '1' | '5' | '8')
        || letters[at] == '0' && alphabetic > 3
    {
        if letters[at] == '1' {
            return read_digits_as_letters(letters);
        }
        letters[at] = confusables::digit_as_letter(letters[at]).unwrap_or(letters[at]);
        return true;
    }
    false
}

fn is_digit(letter: &char) -> bool {
    Script::of(*letter) == Script::Digit
}

/// Splits letters from numbers.
fn pieces(letters: &[char]) -> impl Iterator<Item = &[char]> {
    letters
        .chunk_by(|one, other| is_digit(one) == is_digit(other) || *one == '\'' || *other == '\'')
}
