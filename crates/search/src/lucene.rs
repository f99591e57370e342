//! Lucene's `query_string` syntax, by recursive descent.
//!
//! As in Lucene's classic parser, AND and OR do not nest but say which clauses are required: by default
//! all are; OR makes the clauses on both of its sides optional. Parentheses nest.

use crate::budget::{CLAUSES, DEPTH};
use crate::error::SearchError;
use crate::fold::fold;
use crate::pattern::{Part, Pattern};
use crate::query::{Bound, Clause, Occur, Query, Range, Test};
use crate::regex::Regex;

/// Parses a query; `is_automatic` gives a bare `term~` the distance by its length.
pub(crate) fn parse(text: &str, is_automatic: bool) -> Result<Query, SearchError> {
    let letters: Vec<char> = text.chars().collect();
    let mut parser = Parser { letters: &letters, at: 0, is_automatic, clauses: 0 };
    let query = parser.clauses(None, 0)?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(syntax("a ) without a (")),
    }
}

fn syntax(what: impl Into<String>) -> SearchError {
    SearchError::Syntax(what.into())
}

/// How a clause is joined to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Default,
    And,
    Or,
}

/// A letter of a word, and whether a `\` made it an ordinary one.
type WordLetter = (char, bool);

struct Parser<'a> {
    letters: &'a [char],
    at: usize,
    is_automatic: bool,
    clauses: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Clauses up to the end or to a closing parenthesis.
    fn clauses(&mut self, field: Option<&str>, depth: usize) -> Result<Query, SearchError> {
        if depth > DEPTH {
            return Err(SearchError::TooComplex("its parentheses are nested too deeply"));
        }
        let mut clauses: Vec<Clause> = Vec::new();
        loop {
            self.skip_spaces();
            if matches!(self.peek(), None | Some(')')) {
                break;
            }
            let join = self.join();
            if join != Join::Default && clauses.is_empty() {
                return Err(syntax("AND or OR without anything before it"));
            }
            let modifier = self.modifier();
            self.skip_spaces();
            if matches!(self.peek(), None | Some(')')) {
                return Err(syntax("an operator without anything after it"));
            }
            let query = self.clause(field, depth)?;
            if let (Join::And | Join::Or, Some(last)) = (join, clauses.last_mut())
                && last.occur != Occur::MustNot
            {
                last.occur = if join == Join::And { Occur::Must } else { Occur::Should };
            }
            let by_join = if join == Join::Or { Occur::Should } else { Occur::Must };
            clauses.push(Clause { occur: modifier.unwrap_or(by_join), query });
        }
        if clauses.is_empty() {
            return Err(syntax("nothing between parentheses"));
        }
        Ok(Query::of(clauses))
    }

    fn join(&mut self) -> Join {
        for (sign, join) in
            [("AND", Join::And), ("&&", Join::And), ("OR", Join::Or), ("||", Join::Or)]
        {
            if self.take_word(sign) {
                self.skip_spaces();
                return join;
            }
        }
        Join::Default
    }

    fn modifier(&mut self) -> Option<Occur> {
        if self.take('+') {
            return Some(Occur::Must);
        }
        (self.take('-') || self.take('!') || self.take_word("NOT")).then_some(Occur::MustNot)
    }

    /// Takes a word if it is exactly this one: `ANDREI` is no operator.
    fn take_word(&mut self, word: &str) -> bool {
        let end = self.at + word.chars().count();
        let is_here =
            self.letters.get(self.at..end).is_some_and(|l| l.iter().copied().eq(word.chars()));
        let goes_on =
            self.letters.get(end).is_some_and(|letter| is_inner(*letter) || *letter == '\\');
        if is_here && !goes_on {
            self.at = end;
        }
        is_here && !goes_on
    }

    /// A group or a test, perhaps with a field before it.
    fn clause(&mut self, field: Option<&str>, depth: usize) -> Result<Query, SearchError> {
        self.clauses += 1;
        if self.clauses > CLAUSES {
            return Err(SearchError::TooComplex("it has too many clauses"));
        }
        let start = self.at;
        if matches!(self.peek(), Some(letter) if is_inner(letter) || letter == '\\') {
            let word = self.word()?;
            self.skip_spaces();
            if self.take(':') {
                self.skip_spaces();
                let name: String = word.iter().map(|(letter, _)| letter).collect();
                if matches!(self.peek(), None | Some(')')) {
                    return Err(syntax(format!("nothing after {name}:")));
                }
                return self.group_or_test(Some(&name), depth);
            }
            self.at = start;
        }
        self.group_or_test(field, depth)
    }

    fn group_or_test(&mut self, field: Option<&str>, depth: usize) -> Result<Query, SearchError> {
        let query = match self.peek() {
            Some('(') => {
                self.at += 1;
                let query = self.clauses(field, depth + 1)?;
                if !self.take(')') {
                    return Err(syntax("unclosed ("));
                }
                query
            }
            Some('"') => self.phrase(field)?,
            Some('/') => self.regex(field)?,
            Some('[' | '{') => Query::leaf(field, Test::Range(self.range()?)),
            Some(letter) if is_inner(letter) && !matches!(letter, '+' | '-') || letter == '\\' => {
                return self.term(field);
            }
            Some(letter) => {
                return Err(syntax(format!("{letter} in a place where it means nothing")));
            }
            None => return Err(syntax("it ends too early")),
        };
        let boost = self.boost()?;
        Ok(query.boosted(boost))
    }

    fn phrase(&mut self, field: Option<&str>) -> Result<Query, SearchError> {
        let text = self.quoted()?;
        let slop = if self.take('~') { self.number().unwrap_or_default() } else { 0.0 };
        // Nobody means more than some hundred places; `as` cuts off what is beyond.
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

    fn regex(&mut self, field: Option<&str>) -> Result<Query, SearchError> {
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
        // Folding drops a few letters that are marks, and may leave a repetition of nothing.
        let folded = Regex::parse(&fold(&text)).unwrap_or_else(|_| exact.clone());
        Ok(Query::leaf(field, Test::Regex { exact, folded }))
    }

    fn range(&mut self) -> Result<Range, SearchError> {
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

    /// The letters of a word.
    fn word(&mut self) -> Result<Vec<WordLetter>, SearchError> {
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
    fn term(&mut self, field: Option<&str>) -> Result<Query, SearchError> {
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

    fn boost(&mut self) -> Result<Option<f32>, SearchError> {
        if !self.take('^') {
            return Ok(None);
        }
        self.number().map(Some).ok_or_else(|| syntax("^ without a number"))
    }

    /// A number without a sign.
    fn number(&mut self) -> Option<f32> {
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
        // A number of thousands of digits reads as infinite, and would make every score so.
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

/// Letters of which words consist. `+` and `-` are operators at the beginning of a word only.
fn is_inner(letter: char) -> bool {
    !letter.is_whitespace()
        && !matches!(
            letter,
            '!' | '(' | ')' | ':' | '^' | '[' | ']' | '"' | '{' | '}' | '~' | '\\' | '/'
        )
}

#[cfg(test)]
mod tests;
