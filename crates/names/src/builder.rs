//! Collects the tokens and units of a name during its analysis.

use crate::equality;
use crate::fold;
use crate::lattice::align::PhoneticSummary;
use crate::lattice::token;
use crate::name::{Name, NameKind, NotComparable, Role, Token, flag};
use crate::notes::{Note, Notes};
use crate::tables;
use crate::transliterate;
use crate::words::Word;
use std::borrow::{Borrow, Cow};

/// Tokens of one name at most, so that a set of tokens fits in 32 bits. Further tokens are dropped
/// and noted.
pub(crate) const MAX_TOKENS: usize = 24;

/// A name under construction.
pub(crate) struct NameBuilder {
    tokens: Vec<Token>,
    units: Vec<u8>,
    pub(crate) notes: Notes,
    letters: usize,
    unknown: usize,
}

impl NameBuilder {
    pub(crate) fn new(notes: Notes) -> Self {
        NameBuilder {
            tokens: Vec::with_capacity(8),
            units: Vec::with_capacity(48),
            notes,
            letters: 0,
            unknown: 0,
        }
    }

    pub(crate) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(crate) fn tokens_mut(&mut self) -> &mut [Token] {
        &mut self.tokens
    }

    /// Appends a token made of one or more words; `None` when the name has [`MAX_TOKENS`] already.
    pub(crate) fn push<W: Borrow<Word>>(&mut self, words: &[W], role: Role) -> Option<&mut Token> {
        let (first, last) = (words.first()?.borrow(), words.last()?.borrow());
        if self.tokens.len() >= MAX_TOKENS {
            self.notes.add(Note::Truncated);
            return None;
        }
        let units_at = self.units.len();
        for word in words.iter().map(Borrow::borrow) {
            let unknown = token::push_units(&transliterate::latin_letters(word), &mut self.units);
            self.letters += word.letters.len();
            self.unknown += if word.script.is_alphabetic() { unknown } else { 0 };
        }
        let key = match words {
            [_] => Cow::Borrowed(first.key.as_str()),
            _ => Cow::Owned(words.iter().map(|word| word.borrow().key.as_str()).collect()),
        };
        self.units.truncate(units_at + usize::from(u8::MAX).min(self.units.len() - units_at));
        let units = &self.units[units_at..];
        let summary = PhoneticSummary::of(units);
        let hash = fold::hash64(&key);
        let distinct = distinct(hash, &key);
        let token = Token {
            hash: fold::hash32(hash),
            hash16: hash as u16,
            summary,
            facts: [0; 3],
            distinct: distinct.at(0),
            also_distinct: if words.len() > 1 { initials(words) } else { distinct.at(1) },
            units_at: units_at as u16,
            text_at: first.start as u16,
            units: units.len() as u8,
            text: last.end.saturating_sub(first.start).min(255) as u8,
            prefix_units: 0,
            weight: 100,
            common: 0,
            role,
            flags: if first.script.is_abjad() { flag::ABJAD } else { 0 },
        };
        self.tokens.push(token);
        self.tokens.last_mut()
    }

    /// Joins a further word to the last token ("Hidayat" + "Ullah"). `key` is the key of the whole.
    pub(crate) fn extend_last(&mut self, word: &Word, key: &str) {
        let Some(token) = self.tokens.last_mut() else { return };
        token::push_units(&transliterate::latin_letters(word), &mut self.units);
        let hash = fold::hash64(key);
        token.hash = fold::hash32(hash);
        token.units = (self.units.len() - usize::from(token.units_at)).min(255) as u8;
        let units = &self.units[usize::from(token.units_at)..];
        token.summary = PhoneticSummary::of(units);
        token.text = (word.end.saturating_sub(usize::from(token.text_at))).min(255) as u8;
        token.distinct = tables::DISTINCT.get(hash).at(0);
        token.also_distinct = tables::DISTINCT.get(hash).at(1);
    }

    /// The finished name.
    pub(crate) fn finish(mut self, text: &str, kind: NameKind, flags: u8, words: &[Word]) -> Name {
        if self.unknown > 0 {
            self.notes.add(Note::UnknownLetters);
        }
        Name {
            text: text.into(),
            problem: problem(words, &self.tokens),
            tokens: self.tokens.into_boxed_slice(),
            units: self.units.into_boxed_slice(),
            readings: Box::default(),
            initials: [0; 2],
            letters: equality::letters_hash(text),
            kind,
            flags,
            notes: self.notes,
        }
    }
}

/// The sets of distinct names that a name belongs to. A nisba belongs to the set of its base name,
/// so that Mohammadi and Mahmoudi are as distinct as Mohammad and Mahmoud.
fn distinct(hash: u64, key: &str) -> tables::Facts {
    let own = tables::DISTINCT.get(hash);
    let base = key.strip_suffix(['i', 'y', 'ي']).filter(|base| base.chars().count() > 3);
    match base {
        Some(base) if own.is_none() => tables::DISTINCT.find(base),
        _ => own,
    }
}

/// A 16-bit hash of the first letters of several words, never 0.
fn initials<W: Borrow<Word>>(words: &[W]) -> u16 {
    let letters = words.iter().filter_map(|word| word.borrow().key.chars().next());
    letters.fold(fold::hash64(""), fold::hash_letter) as u16 | 1
}

fn problem(words: &[Word], tokens: &[Token]) -> Option<NotComparable> {
    use crate::script::Script;
    if words.is_empty() || tokens.is_empty() {
        return Some(NotComparable::Empty);
    }
    let letters: usize = words.iter().map(|word| word.letters.len()).sum();
    let ideographic =
        words.iter().any(|word| matches!(word.script, Script::Han | Script::Hangul | Script::Kana));
    if letters < 2 && !ideographic {
        return Some(NotComparable::TooShort);
    }
    if words.iter().all(|word| word.script == Script::Digit) {
        return Some(NotComparable::OnlyDigits);
    }
    if tokens.iter().all(|token| token.units == 0)
        && words.iter().all(|word| word.script == Script::Other)
    {
        return Some(NotComparable::Unreadable);
    }
    None
}

/// True when a word occurs in a part of the name that the source gave.
pub(crate) fn is_part(part: Option<&str>, word: &Word) -> bool {
    part.is_some_and(|part| fold::key_of(part).split(' ').any(|key| key == word.key))
}
