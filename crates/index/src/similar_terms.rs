//! The dictionary terms similar to one query term.

use interdict_names::TermContribution;

use crate::rows::TermRow;

/// A dictionary term that is similar to a query's term.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SimilarTerm {
    pub(crate) term: TermRow,
    /// What a match of the two adds to the score bound.
    pub(crate) contribution: TermContribution,
}

/// All dictionary terms that are similar to a query's term.
#[derive(Debug, Default)]
pub(crate) struct SimilarTerms {
    /// The single terms, most similar first.
    pub(crate) terms: Vec<SimilarTerm>,
    /// The shingles, most similar first.
    pub(crate) shingles: Vec<SimilarTerm>,
    /// Total length of the posting lists of the single terms: the cost of scanning them.
    pub(crate) posting_count: usize,
    /// An upper bound of the contribution of any of the single terms, and of a known word with the
    /// same meaning.
    pub(crate) max_contribution: TermContribution,
}

impl SimilarTerms {
    /// Its size for the budget of the cache, in entries.
    pub(crate) fn entries(&self) -> usize {
        self.terms.len() + self.shingles.len() + 1
    }
}
