//! A query, parsed.

use crate::fold::words_of;
use crate::pattern::Pattern;
use crate::regex::Regex;

/// A query tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Query {
    /// Everything.
    All,
    /// A clause without searchable text, such as a lone `&`. It is left out.
    Blank,
    /// One test of one field; of names and all text where the query names no field.
    Leaf { field: Option<String>, test: Test },
    /// Several clauses.
    Boolean(Vec<Clause>),
    /// A query whose score counts so many times.
    Boost(Box<Query>, f32),
}

/// How a clause takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occur {
    Must,
    /// At least one of them if there is no `Must`; otherwise they only add to the score, as in Lucene.
    Should,
    MustNot,
}

/// A part of a boolean query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Clause {
    pub(crate) occur: Occur,
    pub(crate) query: Query,
}

/// What a field is tested for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Test {
    /// A word; several if it contains punctuation.
    Word(String),
    /// Words in order, with so many moves of a word by one place.
    Phrase { text: String, slop: u32 },
    /// A word with wildcards.
    Pattern(Pattern),
    /// A word with so many edits; `None`: by its length.
    Fuzzy { word: String, edits: Option<u8> },
    /// A range.
    Range(Range),
    /// A regular expression that the whole word or value matches.
    Regex {
        /// As it is written, for fields of exact values.
        exact: Regex,
        /// Without case and accents.
        folded: Regex,
    },
    /// Any value.
    Exists,
}

/// Bounds of values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Range {
    pub(crate) from: Option<Bound>,
    pub(crate) to: Option<Bound>,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bound {
    pub(crate) value: String,
    pub(crate) is_included: bool,
}

impl Query {
    /// A test of a field; blank if it is a text field and the test has no words.
    pub(crate) fn leaf(field: Option<&str>, test: Test) -> Self {
        let is_text = matches!(field, None | Some("names" | "addresses" | "text"));
        let has_no_words = match &test {
            Test::Word(text) | Test::Phrase { text, .. } | Test::Fuzzy { word: text, .. } => {
                words_of(text).is_empty()
            }
            _ => false,
        };
        if is_text && has_no_words {
            return Self::Blank;
        }
        Self::Leaf { field: field.map(str::to_owned), test }
    }

    /// The clauses as one query, without blank ones.
    pub(crate) fn of(mut clauses: Vec<Clause>) -> Self {
        clauses.retain(|clause| clause.query != Self::Blank);
        match clauses.len() {
            0 => Self::Blank,
            1 if clauses.iter().all(|clause| clause.occur != Occur::MustNot) => {
                clauses.pop().map_or(Self::Blank, |clause| clause.query)
            }
            _ => Self::Boolean(clauses),
        }
    }

    /// The query with a weight.
    pub(crate) fn boosted(self, boost: Option<f32>) -> Self {
        match boost {
            Some(boost) if self != Self::Blank => Self::Boost(Box::new(self), boost),
            _ => self,
        }
    }
}
