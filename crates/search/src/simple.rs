//! The simple syntax: `+` and, `|` or, `-` not, `"phrase"`, `word*`, `( )`, `word~1`. Text that does not parse is taken
//! as a word or left out, so there are no syntax errors.

use crate::budget::{CLAUSES, DEPTH};
use crate::error::SearchError;
use crate::pattern::Pattern;
use crate::query::{Clause, Occur, Query, Test};

/// Changes between operators. Each is a level of the evaluation's recursion.
const LEVELS: usize = 256;

/// Parses a query. Only its size can be an error.
pub(crate) fn parse(text: &str) -> Result<Query, SearchError> {
    let letters: Vec<char> = text.chars().collect();
    let mut parser = Parser { letters: &letters, at: 0, clauses: 0, levels: 0 };
    let mut query = Query::Blank;
    while parser.at < letters.len() {
        // A closing parenthesis without an opening one is ignored.
        let more = parser.clauses(0)?;
        query = parser.join(query, Occur::Must, more)?;
        parser.at += 1;
    }
    Ok(query)
}

struct Parser<'a> {
    letters: &'a [char],
    at: usize,
    clauses: usize,
    levels: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    /// Clauses up to the end or to a closing parenthesis, which stays.
    fn clauses(&mut self, depth: usize) -> Result<Query, SearchError> {
        let mut query = Query::Blank;
        let (mut occur, mut is_negated) = (Occur::Must, false);
        while let Some(letter) = self.peek().filter(|letter| *letter != ')') {
            if letter.is_whitespace() || matches!(letter, '+' | '|' | '-') {
                self.at += 1;
                match letter {
                    '+' => occur = Occur::Must,
                    '|' => occur = Occur::Should,
                    '-' => is_negated = !is_negated,
                    _ => {}
                }
                continue;
            }
            let clause = self.clause(letter, depth)?;
            if clause == Query::Blank {
                continue;
            }
            let negated = |query| Query::of(vec![Clause { occur: Occur::MustNot, query }]);
            let clause = if is_negated { negated(clause) } else { clause };
            query = self.join(query, occur, clause)?;
            (occur, is_negated) = (Occur::Must, false);
        }
        Ok(query)
    }

    /// Appends a clause. `+` and `|` are of equal rank and group from the left, as in Lucene's parser: each
    /// change between them nests what came before.
    fn join(&mut self, left: Query, occur: Occur, right: Query) -> Result<Query, SearchError> {
        if left == Query::Blank {
            return Ok(right);
        }
        let mut clauses = match left {
            Query::Boolean(clauses) if clauses.iter().all(|clause| clause.occur == occur) => {
                clauses
            }
            other => {
                self.levels += usize::from(matches!(other, Query::Boolean(_)));
                vec![Clause { occur, query: other }]
            }
        };
        if self.levels > LEVELS {
            return Err(SearchError::TooComplex("it changes between + and | too often"));
        }
        clauses.push(Clause { occur, query: right });
        Ok(Query::of(clauses))
    }

    fn clause(&mut self, letter: char, depth: usize) -> Result<Query, SearchError> {
        self.clauses += 1;
        if self.clauses > CLAUSES {
            return Err(SearchError::TooComplex("it has too many clauses"));
        }
        if letter == '"' {
            return Ok(self.phrase());
        }
        if letter != '(' {
            return Ok(self.word());
        }
        self.at += 1;
        if depth >= DEPTH {
            return Ok(Query::Blank);
        }
        let query = self.clauses(depth + 1)?;
        self.at += 1;
        Ok(query)
    }

    fn phrase(&mut self) -> Query {
        self.at += 1;
        let start = self.at;
        let mut text = String::new();
        while let Some(letter) = self.next_letter() {
            if letter == ('"', false) {
                let slop = self.distance().unwrap_or_default();
                return Query::leaf(None, Test::Phrase { text, slop });
            }
            text.push(letter.0);
        }
        // An opening quote without a closing one is ignored.
        self.at = start;
        Query::Blank
    }

    /// The next letter, and whether a `\` made it an ordinary one.
    fn next_letter(&mut self) -> Option<(char, bool)> {
        let letter = self.peek()?;
        self.at += 1;
        let escaped = if letter == '\\' { self.peek() } else { None };
        self.at += usize::from(escaped.is_some());
        Some(escaped.map_or((letter, false), |escaped| (escaped, true)))
    }

    /// `~` and a number at the end of a word or a phrase.
    fn distance(&mut self) -> Option<u32> {
        let digits = self.letters.get(self.at..)?.strip_prefix(&['~'])?;
        let digits: Vec<char> = digits.iter().copied().take_while(char::is_ascii_digit).collect();
        let after = self.at + 1 + digits.len();
        if self.letters.get(after).is_some_and(|letter| !is_end(*letter)) {
            return None;
        }
        let distance = digits.iter().collect::<String>().parse().ok()?;
        self.at = after;
        Some(distance)
    }

    fn word(&mut self) -> Query {
        let (mut word, mut is_prefix) = (String::new(), false);
        while let Some(letter) = self.peek().filter(|letter| !is_end(*letter)) {
            if letter == '~'
                && !word.is_empty()
                && let Some(distance) = self.distance()
            {
                let edits = Some(u8::try_from(distance.min(2)).unwrap_or_default());
                return Query::leaf(None, Test::Fuzzy { word, edits });
            }
            let Some((letter, escaped)) = self.next_letter() else { break };
            is_prefix = letter == '*' && !escaped && !word.is_empty();
            word.push(letter);
        }
        match word.strip_suffix('*').filter(|_| is_prefix) {
            Some(prefix) if Query::leaf(None, Test::Word(prefix.to_owned())) != Query::Blank => {
                Query::leaf(None, Test::Pattern(Pattern::prefix(prefix)))
            }
            _ => Query::leaf(None, Test::Word(word)),
        }
    }
}

/// Letters that end a word. A `-` within a word belongs to it.
fn is_end(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '+' | '|' | '"' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Query {
        parse(text).unwrap()
    }

    fn word(text: &str) -> Query {
        Query::leaf(None, Test::Word(text.to_owned()))
    }

    fn all(occur: Occur, queries: &[Query]) -> Query {
        Query::Boolean(queries.iter().map(|q| Clause { occur, query: q.clone() }).collect())
    }

    use Occur::{Must, MustNot, Should};

    #[test]
    fn operators_join_from_the_left() {
        let (a, b, c) = (word("a"), word("b"), word("c"));
        assert_eq!(read("a b"), all(Must, &[a.clone(), b.clone()]));
        assert_eq!(read("a + b"), all(Must, &[a.clone(), b.clone()]));
        assert_eq!(read("a | b"), all(Should, &[a.clone(), b.clone()]));
        assert_eq!(read("a -b"), all(Must, &[a.clone(), all(MustNot, std::slice::from_ref(&b))]));
        let either = all(Should, &[a.clone(), b.clone()]);
        assert_eq!(read("a | b c"), all(Must, &[either.clone(), c.clone()]));
        assert_eq!(read("c + (a | b)"), all(Must, &[c, either]));
        assert_eq!(read("a--b"), word("a--b"));
    }

    #[test]
    fn phrases_prefixes_and_distances() {
        let phrase = |text: &str, slop| Query::leaf(None, Test::Phrase { text: text.into(), slop });
        assert_eq!(read("\"a b\""), phrase("a b", 0));
        assert_eq!(read("\"a b\"~2"), phrase("a b", 2));
        assert_eq!(read("zakh*"), Query::leaf(None, Test::Pattern(Pattern::prefix("zakh"))));
        let fuzzy =
            |edits| Query::leaf(None, Test::Fuzzy { word: "word".into(), edits: Some(edits) });
        assert_eq!((read("word~1"), read("word~9")), (fuzzy(1), fuzzy(2)));
    }

    #[test]
    fn whatever_does_not_parse_is_a_word_or_left_out() {
        assert_eq!(read("invalid/query"), word("invalid/query"));
        assert_eq!(read("name:x"), word("name:x"));
        assert_eq!(read("word~x"), word("word~x"));
        assert_eq!(read("a\\*"), word("a*"));
        for text in ["\"a", "(a", "a)", "(a))", "+a", "a +", "a | |", "a -", "() a", "a \\"] {
            assert_eq!(read(text), word("a"), "{text}");
        }
        for text in ["", "*", "(((", "-", "\"", "~", "))", "\\"] {
            assert_eq!(read(text), Query::Blank, "{text}");
        }
        read(&"(".repeat(500));
        // Parentheses below the greatest depth group nothing.
        let nested = |depth| read(&format!("{}c (a | b){}", "(".repeat(depth), ")".repeat(depth)));
        assert_eq!(nested(DEPTH - 1), nested(0));
        assert_ne!(nested(DEPTH), nested(0));
        for text in ["a ".repeat(1_025), "a | a + ".repeat(200)] {
            assert!(matches!(parse(&text), Err(SearchError::TooComplex(_))));
        }
        assert!(parse(&"(a b) | (c d) |".repeat(150)).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_fails(text in any::<String>()) {
            prop_assert!(parse(&text).is_ok());
        }

        #[test]
        fn no_text_of_signs_fails(text in r#"[ab "()|+~*\\0-9-]{0,40}"#) {
            prop_assert!(parse(&text).is_ok());
        }
    }
}
