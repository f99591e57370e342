//! The candidate search: from a query's name to the listed names that can reach a score with it.
//!
//! The algorithm is MaxScore (Turtle and Flood 1995), adapted to a score that is not a plain sum. The
//! query's terms are divided into *essential* and *non-essential* ones: even a name that matches all
//! non-essential terms cannot reach the score by them alone (upper bound). Only the posting lists of the
//! essential terms are scanned in full; each name in them gets an *accumulator* of what is matched.
//! The terms with the longest posting lists are made non-essential, because they cost the most.
//!
//! 1. Scan the posting lists of whole-name keys, of shingles and of essential terms.
//! 2. Drop names that cannot reach the score even if they match every non-essential term.
//! 3. Complete the accumulators of the rest: look up in each name's own term list whether it has a
//!    term similar to a non-essential one.
//! 4. Keep the names whose bound, now with their profile, reaches the score.
//!
//! A name with an [open](interdict_names::NameProfile::is_open) profile may need fewer matches than the
//! bound without its profile assumes. Posting lists keep open names in front, and where the query
//! requires it this part is scanned even for non-essential terms.

use std::cmp::Reverse;

use interdict_names::{MatchAccumulator, NameProfile, TermContribution};

use crate::accumulators::{Accumulators, NameAccumulator};
use crate::epochs::{EpochMap, EpochSet};
use crate::integers;
use crate::prepared_query::PreparedQuery;
use crate::rows::NameRow;
use crate::segment::Segment;
use crate::similar_terms::SimilarTerms;
use crate::similarity_cache::ThreadCache;
use crate::term_search::TermSearch;

/// Multiplier that spreads the class mask over all bits of a cache key (2^64 / golden ratio).
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

/// Length of posting lists up to which a term is always essential: scanning so short a list is cheaper
/// than completing accumulators.
const MAX_ALWAYS_ESSENTIAL: usize = 8;

/// Searches for candidates; holds the buffers of a search for reuse, one for each thread.
#[derive(Default)]
pub struct CandidateSearcher {
    lookup: TermLookup,
    accumulators: Accumulators,
    candidates: Vec<NameRow>,
}

impl CandidateSearcher {
    /// Lowest score for which the candidates are complete. A name that is less similar is never taken
    /// for a match, whatever else agrees.
    pub const MIN_SCORE: f64 = 0.6;

    /// Collects the names of a segment that can reach a score of at least
    /// [`MIN_SCORE`](Self::MIN_SCORE) with the query, each once, ascending.
    pub fn candidates(
        &mut self,
        segment: &Segment,
        query: &PreparedQuery,
        score: f64,
    ) -> &[NameRow] {
        let Self { lookup, accumulators, candidates } = self;
        accumulators.clear(integers::index(segment.name_count()));
        for key in &query.whole_name_keys {
            let postings = segment.whole_name_postings(*key);
            accumulators.update(postings, MatchAccumulator::add_whole_name);
        }
        for shingle in &query.shingles {
            let mut search = lookup.search(segment, query);
            for similar in search.similar_to_shingle(&shingle.matcher, &shingle.keys) {
                let add = |matches: &mut MatchAccumulator| {
                    matches.add_shingle(shingle.positions, &similar.contribution);
                };
                accumulators.update(segment.postings(similar.term), add);
            }
        }
        let split = lookup.split_non_essential_terms(segment, query, score);
        for position in 0..query.terms.len() {
            let similar = lookup.similar_terms(segment, query, position);
            let scan = PostingScan::of(split.is_non_essential(position), query);
            TermScan { segment, similar, position }.run(scan, accumulators);
        }
        // Most names are dropped here, before any of their data is read.
        accumulators
            .names
            .retain(|name| may_reach(query, name, &name.matches.plus(&split.max_matches), score));
        for position in (0..query.terms.len()).filter(|at| split.is_non_essential(*at)) {
            lookup.complete_accumulators(segment, query, position, &mut accumulators.names);
        }
        let reaches = |name: &&NameAccumulator| {
            let record = segment.name_record(name.name);
            may_reach(query, name, &name.matches, score)
                && query.accepts_schema(record.schema)
                && query.bound.can_reach(&name.matches, record.profile, score)
        };
        candidates.clear();
        candidates.extend(accumulators.names.iter().filter(reaches).map(|name| name.name));
        candidates.sort_unstable();
        candidates
    }
}

/// Whether a name with these matches can reach the score, as far as that can be decided without its profile. Cheaper
/// than the bound with the profile, which must be read from the segment.
fn may_reach(
    query: &PreparedQuery,
    name: &NameAccumulator,
    matches: &MatchAccumulator,
    score: f64,
) -> bool {
    name.is_open && query.bound.needs_open_postings()
        || query.bound.can_reach(matches, NameProfile::MOST_PERMISSIVE, score)
}

/// Which part of a posting list is scanned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum PostingScan {
    All,
    /// The names with an open profile, which stand in front.
    OpenOnly,
    None,
}

impl PostingScan {
    fn of(is_non_essential: bool, query: &PreparedQuery) -> Self {
        match is_non_essential {
            false => Self::All,
            true if query.bound.needs_open_postings() => Self::OpenOnly,
            true => Self::None,
        }
    }
}

/// The posting lists of the terms similar to the query's term at a position.
struct TermScan<'a> {
    segment: &'a Segment,
    similar: &'a SimilarTerms,
    position: usize,
}

impl TermScan<'_> {
    /// Adds the contributions of the similar terms to the accumulators. Shingles are always scanned:
    /// the bound of non-essential terms does not cover them.
    fn run(&self, scan: PostingScan, accumulators: &mut Accumulators) {
        let Self { segment, similar, position } = *self;
        for similar in &similar.terms {
            let add = |matches: &mut MatchAccumulator| {
                matches.add_term(position, &similar.contribution);
            };
            match scan {
                PostingScan::All => accumulators.update(segment.postings(similar.term), add),
                PostingScan::OpenOnly => {
                    accumulators.update(segment.open_postings(similar.term), add);
                }
                PostingScan::None => break,
            }
        }
        for similar in &similar.shingles {
            let add = |matches: &mut MatchAccumulator| {
                matches.add_shingle(1 << position, &similar.contribution);
            };
            accumulators.update(segment.postings(similar.term), add);
        }
    }
}

/// The non-essential terms of a query in one segment.
struct NonEssentialTerms {
    /// Their positions, as a bit mask.
    positions: u32,
    /// An upper bound of the matches that a name can have with these terms.
    max_matches: MatchAccumulator,
}

impl NonEssentialTerms {
    fn is_non_essential(&self, position: usize) -> bool {
        self.positions >> position & 1 != 0
    }
}

/// A query's term that may become non-essential.
struct FrequentTerm {
    position: usize,
    posting_count: usize,
    max_contribution: TermContribution,
}

/// Looks up terms in dictionaries.
#[derive(Default)]
struct TermLookup {
    cache: ThreadCache,
    seen: EpochSet,
    /// By dictionary term, its rank among the similar terms.
    ranks: EpochMap,
}

impl TermLookup {
    fn search<'a>(&'a mut self, segment: &'a Segment, query: &PreparedQuery) -> TermSearch<'a> {
        TermSearch { segment, seen: &mut self.seen, classes: query.classes }
    }

    /// The dictionary terms similar to the query's term at a position.
    fn similar_terms(
        &mut self,
        segment: &Segment,
        query: &PreparedQuery,
        position: usize,
    ) -> &SimilarTerms {
        let (term, classes) = (&query.terms[position], query.classes);
        let Self { cache, seen, .. } = self;
        // The result depends on the schema filter, so its classes are mixed into the cache key.
        let key = term.identity.wrapping_add(u64::from(classes.bits()).wrapping_mul(GOLDEN_RATIO));
        let find = || TermSearch { segment, seen, classes }.similar_to(&term.term);
        cache.get_or_find(segment.similarity_cache(), key, find)
    }

    /// Chooses the non-essential terms greedily: the longest posting lists first, as long as a name that matches all
    /// chosen terms cannot reach the score.
    fn split_non_essential_terms(
        &mut self,
        segment: &Segment,
        query: &PreparedQuery,
        score: f64,
    ) -> NonEssentialTerms {
        let mut frequent = Vec::with_capacity(query.terms.len());
        for position in 0..query.terms.len() {
            let similar = self.similar_terms(segment, query, position);
            if similar.posting_count > MAX_ALWAYS_ESSENTIAL {
                frequent.push(FrequentTerm {
                    position,
                    posting_count: similar.posting_count,
                    max_contribution: similar.max_contribution,
                });
            }
        }
        frequent.sort_unstable_by_key(|term| (Reverse(term.posting_count), term.position));
        let mut chosen =
            NonEssentialTerms { positions: 0, max_matches: MatchAccumulator::default() };
        for term in frequent {
            let mut more = chosen.max_matches;
            more.add_term(term.position, &term.max_contribution);
            if !query.bound.can_reach(&more, NameProfile::MOST_PERMISSIVE, score) {
                chosen.positions |= 1 << term.position;
                chosen.max_matches = more;
            }
        }
        chosen
    }

    /// Adds to each accumulator the contribution of the query's non-essential term at a position, if
    /// the name has a term similar to it. The name's own term list is read, which is short.
    fn complete_accumulators(
        &mut self,
        segment: &Segment,
        query: &PreparedQuery,
        position: usize,
        names: &mut [NameAccumulator],
    ) {
        let mut ranks = std::mem::take(&mut self.ranks);
        let similar = self.similar_terms(segment, query, position);
        ranks.clear(segment.term_count());
        for (rank, similar) in (0..).zip(&similar.terms) {
            ranks.get_or_insert(similar.term.index(), rank);
        }
        for NameAccumulator { name, matches, .. } in names {
            let terms = segment.terms_of_name(*name);
            let best = terms.filter_map(|term| ranks.get(term.index())).min();
            let best = best.and_then(|rank| similar.terms.get(integers::index(rank)));
            if let Some(similar) = best {
                matches.add_term(position, &similar.contribution);
            }
        }
        self.ranks = ranks;
    }
}

#[cfg(test)]
mod tests;
