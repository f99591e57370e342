//! Lucene's `query_string` syntax, by recursive descent.
//!
//! As in Lucene's classic parser, AND and OR do not nest but determine which clauses are required: by default
//! all are; OR makes the clauses on both of its sides optional. Parentheses nest.

mod enclosed;
mod term;

use crate::budget::{CLAUSES, DEPTH};
use crate::error::SearchError;
use crate::query::{Clause, Occur, Query, Test};

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
