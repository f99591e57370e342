//! Names in, alignments out: analysis and comparison of names across scripts.
//!
//! A [`Name`] is analysed once. [`score`] then compares two names without parsing or allocating;
//! [`compare`] is the same computation with its explanation. [`name_terms`], [`term_keys`] and
//! [`ScoreUpperBound`] serve a candidate index.
//!
//! ```
//! use interdict_names::{Name, NameKind, compare};
//! let query = Name::parse("Владимир Путин", NameKind::Person);
//! let listed = Name::parse("PUTIN, Vladimir Vladimirovich", NameKind::Person);
//! let comparison = compare(&query, &listed);
//! assert!(comparison.score > 0.8, "{}", comparison.render_text());
//! ```
//!
//! The crate has no notion of lists or entities: birth dates, countries and identifiers are weighed
//! elsewhere. It reads no environment, clock or random numbers, never panics, and takes bounded
//! time on any input.

mod acronym;
mod alternatives;
mod assign;
mod builder;
mod chinese;
mod compare;
mod compounds;
mod confusables;
mod document_phrase;
mod east;
mod equality;
mod explain;
mod fold;
mod han;
mod japanese;
mod korean;
mod labels;
mod lattice;
mod likeness;
mod loose;
mod mojibake;
mod name;
mod normalise;
mod notes;
mod object_compare;
mod observer;
mod ofac;
mod org_terms;
mod organisation;
mod organisation_compare;
mod organisation_words;
mod parse;
mod person;
mod person_caps;
mod person_compare;
mod person_join;
mod person_tally;
mod possible_kind;
mod retrieval;
mod romaji;
mod script;
mod tables;
mod transliterate;
mod unspaced;
mod words;

/// Fingerprint of the analyser: a hash over its code and tables. An index built under another
/// fingerprint must be rebuilt, because its keys may differ.
pub const ANALYZER_FINGERPRINT: &str = env!("INTERDICT_NAMES_FINGERPRINT");

pub use alternatives::{Alternative, alternatives};
pub use compare::{compare, score, score_at_least};
pub use equality::{are_equal, are_equal_of_any_kind};
pub use explain::{Cap, Comparison, Part, Rule};
pub use name::{Hints, Name, NameKind, NotComparable};
pub use normalise::normalise;
pub use notes::Note;
pub use ofac::{is_exact, ofac_score};
pub use retrieval::{
    KeySide, MatchAccumulator, NameProfile, NameTerm, ScoreUpperBound, TermContribution,
    TermMatcher, compound_keys, exchanged_compounds, letters_key, name_terms, shingle_keys,
    shingles, term_keys, whole_name_keys,
};
