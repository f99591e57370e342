//! Words with their operators: wildcards, comparisons, `~1` and `^2`.

use super::{Parser, is_inner, syntax};
use crate::error::SearchError;
use crate::pattern::{Part, Pattern};
use crate::query::{Bound, Query, Range, Test};

/// A letter of a word, and whether a `\` made it an ordinary one.
type WordLetter = (char, bool);

impl Parser<'_> {
    /// The letters of a word.
    pub(super) fn word(&mut self) -> Result<Vec<WordLetter>, SearchError> {
        let mut word = Vec::new();
        while let Some(letter) = self.peek().filter(|l| is_inner(*l) || *l == '\\') {
            self.at += 1;
            if letter != '\\' {
                word.push((letter, false));
                continue;
            }
            let escaped = self.peek().ok_or_else(|| syntax("\\ without anything after it"))?;
            self.at += 1;
            word.push((escaped, true));
        }
        Ok(word)
    }

    /// A word with what may follow it: `~`, `~1`, `^2`.
    pub(super) fn term(&mut self, field: Option<&str>) -> Result<Query, SearchError> {
        let word = self.word()?;
        let plain: String = word.iter().map(|(letter, _)| letter).collect();
        if word.iter().all(|(_, escaped)| !escaped) && is_operator(&plain) {
            return Err(syntax(format!("{plain} without anything before or after it")));
        }
        let mut fuzzy = None;
        let mut boost = self.boost()?;
        if self.take('~') {
            fuzzy = Some(self.number());
            boost = boost.or(self.boost()?);
        }
        let test = match fuzzy {
            Some(edits) => {
                Test::Fuzzy { edits: self.edits(edits, plain.chars().count()), word: plain }
            }
            None => plain_test(field, &word, plain),
        };
        let query = match (field, &test) {
            (None | Some("*"), Test::Exists) => Query::All,
            (Some("_exists_"), Test::Word(name)) => Query::leaf(Some(name), Test::Exists),
            _ => Query::leaf(field, test),
        };
        Ok(query.boosted(boost))
    }

    pub(super) fn boost(&mut self) -> Result<Option<f32>, SearchError> {
        if !self.take('^') {
            return Ok(None);
        }
        self.number().map(Some).ok_or_else(|| syntax("^ without a number"))
    }

    /// A number without a sign.
    pub(super) fn number(&mut self) -> Option<f32> {
        let start = self.at;
        while self.peek().is_some_and(|letter| letter.is_ascii_digit()) {
            self.at += 1;
        }
        let has_fraction = self.letters.get(self.at + 1).is_some_and(char::is_ascii_digit);
        if self.at > start && self.peek() == Some('.') && has_fraction {
            self.at += 1;
            while self.peek().is_some_and(|letter| letter.is_ascii_digit()) {
                self.at += 1;
            }
        }
        let text: String = self.letters.get(start..self.at)?.iter().collect();
        // A number with thousands of digits parses as infinity and would make every score infinite.
        text.parse().ok().map(|number: f32| number.min(1e6))
    }

    /// The edits of a fuzzy word: a number, or, as it was once written, a similarity below 1.
    fn edits(&self, written: Option<f32>, letters: usize) -> Option<u8> {
        match written {
            None if self.is_automatic => None,
            None => Some(2),
            Some(number) if number > 0.0 && number < 1.0 => {
                let edits = (1.0 - number) * letters as f32;
                Some(if edits >= 2.0 { 2 } else { u8::from(edits >= 1.0) })
            }
            Some(number) => Some(if number >= 2.0 { 2 } else { u8::from(number >= 1.0) }),
        }
    }
}

/// The test that a word without `~` stands for.
fn plain_test(field: Option<&str>, word: &[WordLetter], plain: String) -> Test {
    let is_wildcard = |(letter, escaped): &WordLetter| !escaped && matches!(letter, '*' | '?');
    if matches!(word, [('*', false)]) {
        return Test::Exists;
    }
    if word.iter().any(is_wildcard) {
        return Test::Pattern(Pattern::new(word.iter().map(|(letter, escaped)| match letter {
            '*' if !escaped => Part::Any,
            '?' if !escaped => Part::One,
            letter => Part::Literal(String::from(*letter)),
        })));
    }
    let is_comparison = matches!(word, [('<' | '>', false), _, ..]) && field.is_some();
    comparison(&plain).filter(|_| is_comparison).map_or(Test::Word(plain), Test::Range)
}

/// `>1`, `>=1`, `<1`, `<=1`.
fn comparison(text: &str) -> Option<Range> {
    let (is_from, rest) = match text.strip_prefix('>') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('<')?),
    };
    let (is_included, value) = match rest.strip_prefix('=') {
        Some(value) => (true, value),
        None => (false, rest),
    };
    let bound = (!value.is_empty()).then(|| Bound { value: value.to_owned(), is_included })?;
    Some(if is_from {
        Range { from: Some(bound), to: None }
    } else {
        Range { from: None, to: Some(bound) }
    })
}

fn is_operator(word: &str) -> bool {
    matches!(word, "AND" | "OR" | "NOT" | "&&" | "||")
}
