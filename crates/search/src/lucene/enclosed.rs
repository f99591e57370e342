//! Parses text between delimiters: phrases, regular expressions and ranges.

use super::{Parser, syntax};
use crate::error::SearchError;
use crate::fold::fold;
use crate::query::{Bound, Query, Range, Test};
use crate::regex::Regex;

impl Parser<'_> {
    pub(super) fn phrase(&mut self, field: Option<&str>) -> Result<Query, SearchError> {
        let text = self.quoted()?;
        let slop = if self.take('~') { self.number().unwrap_or_default() } else { 0.0 };
        // Useful distances are below some hundred places. The value is clamped before the conversion with `as`.
        #[allow(clippy::cast_possible_truncation)]
        let slop = slop.clamp(0.0, 1e6) as u32;
        Ok(Query::leaf(field, Test::Phrase { text, slop }))
    }

    /// The text up to the closing quote.
    fn quoted(&mut self) -> Result<String, SearchError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let letter = self.peek().ok_or_else(|| syntax("unclosed \""))?;
            self.at += 1;
            match letter {
                '"' => return Ok(text),
                '\\' => {
                    text.push(self.peek().ok_or_else(|| syntax("unclosed \""))?);
                    self.at += 1;
                }
                letter => text.push(letter),
            }
        }
    }

    pub(super) fn regex(&mut self, field: Option<&str>) -> Result<Query, SearchError> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let letter = self.peek().ok_or_else(|| syntax("unclosed /"))?;
            self.at += 1;
            match letter {
                '/' => break,
                '\\' if self.take('/') => text.push('/'),
                letter => text.push(letter),
            }
        }
        let exact = Regex::parse(&text).map_err(syntax)?;
        // Folding drops marks, which can leave a repetition operator without an operand. The unfolded expression is
        // used then.
        let folded = Regex::parse(&fold(&text)).unwrap_or_else(|_| exact.clone());
        Ok(Query::leaf(field, Test::Regex { exact, folded }))
    }

    pub(super) fn range(&mut self) -> Result<Range, SearchError> {
        let from_included = self.peek() == Some('[');
        self.at += 1;
        let from = self.bound()?;
        self.skip_spaces();
        if !self.take_word("TO") {
            return Err(syntax("a range without TO"));
        }
        let to = self.bound()?;
        self.skip_spaces();
        let to_included = self.take(']');
        if !to_included && !self.take('}') {
            return Err(syntax("unclosed range"));
        }
        let bound =
            |value: Option<String>, is_included| value.map(|value| Bound { value, is_included });
        Ok(Range { from: bound(from, from_included), to: bound(to, to_included) })
    }

    /// One end of a range; `None` for `*`.
    fn bound(&mut self) -> Result<Option<String>, SearchError> {
        self.skip_spaces();
        if self.peek() == Some('"') {
            return self.quoted().map(Some);
        }
        let mut text = String::new();
        while let Some(letter) =
            self.peek().filter(|l| !l.is_whitespace() && !matches!(l, ']' | '}'))
        {
            self.at += 1;
            let escaped = if letter == '\\' { self.peek() } else { None };
            self.at += usize::from(escaped.is_some());
            text.push(escaped.unwrap_or(letter));
        }
        match text.as_str() {
            "" => Err(syntax("unclosed range")),
            "*" => Ok(None),
            _ => Ok(Some(text)),
        }
    }
}
