//! Candidate retrieval: the terms, keys and score bounds that an inverted index of names is built on.
//!
//! A name is indexed by its *terms*, the parts that can carry a match. An index keeps a dictionary of
//! distinct terms, each with the posting list of the names that have it. A query name is looked up in
//! four steps:
//!
//! 1. **Keys.** Each of its terms yields 64-bit keys ([`term_keys`]). Similar terms share at least one
//!    key, so a hash table from keys to dictionary terms finds them all, and others by chance.
//! 2. **Verification.** [`TermMatcher`] keeps the dictionary terms that really are similar.
//! 3. **Accumulation.** For each listed name in their posting lists, a [`MatchAccumulator`] sums up the
//!    [`TermContribution`]s.
//! 4. **Bound.** A name is a candidate if [`ScoreUpperBound::can_reach`] the requested score, given its
//!    accumulator and its [`NameProfile`]. The comparison then scores the candidates.
//!
//! There are two further ways to find a candidate. Sources divide words differently, so [`shingles`] (adjacent parts
//! concatenated to one term) are looked up among single terms and the other way round ([`shingle_keys`],
//! [`compound_keys`]). Syllables and acronyms are compared across the whole name and have keys of their own
//! ([`whole_name_keys`]).
//!
//! Steps 2 to 4 lose no match: similarities and bounds are never too low. Step 1 is limited
//! ([`skeleton`]'s constants), so words with many readings or edits may be missed; the recall is
//! measured.

mod whole_name_keys;

mod score_bound;

mod match_accumulator;
mod name_profile;
mod term_keys;
mod term_matcher;

mod distance_bound;
mod shingles;
mod skeleton;
mod stored_term;

mod key;
mod name_term;

#[cfg(test)]
mod tests;

pub use key::KeySide;
pub use match_accumulator::{MatchAccumulator, TermContribution};
pub use name_profile::NameProfile;
pub use name_term::{NameTerm, name_terms};
pub use score_bound::ScoreUpperBound;
pub use shingles::shingles;
pub use term_keys::{compound_keys, exchanged_compounds, shingle_keys, term_keys};
pub use term_matcher::TermMatcher;
pub use whole_name_keys::{letters_key, whole_name_keys};
