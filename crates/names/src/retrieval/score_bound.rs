//! An upper bound of the comparison's score, from an accumulator and a profile alone.
//!
//! The bound must never be lower than the score of the comparison, or a match is lost. It is therefore
//! built from the constants of the comparison itself, takes the best case wherever the accumulator does
//! not decide, and is tested against the score in [`super::tests`].

use super::match_accumulator::MatchAccumulator;
use super::name_profile::{NameProfile, known_word_bits};
use super::name_term::{is_name_part, term_positions};
use crate::name::{Name, Role};
use crate::{organisation_compare, person_caps, person_compare, person_tally};

/// Highest weight, in hundredths, that initials can add: one initial on each side.
const MAX_INITIALS_WEIGHT: f64 =
    if person_tally::INITIAL_WEIGHT > organisation_compare::LETTER_WEIGHT {
        2.0 * person_tally::INITIAL_WEIGHT as f64
    } else {
        2.0 * organisation_compare::LETTER_WEIGHT as f64
    };
/// A bound this little below the score still reaches it: sums of f32 are rounded.
const ROUNDING_TOLERANCE: f64 = 1e-4;

/// Computes, for one query, the highest score that a listed name can reach.
#[derive(Debug, Clone)]
pub struct ScoreUpperBound {
    profile: NameProfile,
    known_words: Vec<KnownWord>,
    /// Total weight of the legal forms and other tokens that are neither name parts nor known words,
    /// in hundredths. The bound takes all of it as matched.
    other_weight: f64,
}

/// A term or a territory of a query.
#[derive(Debug, Clone)]
struct KnownWord {
    /// Its bits in [`NameProfile`]'s Bloom filter.
    bits: u32,
    /// Its position among the query's terms, as a bit; 0 if it is no term.
    position: u32,
    /// In hundredths.
    weight: f64,
    /// Penalty when it stays unmatched, in hundredths.
    unmatched_cost: f64,
}

impl ScoreUpperBound {
    /// Prepares the bound for a query.
    pub fn new(query: &Name) -> Self {
        let mut known_words = Vec::new();
        let mut other_weight = 0.0;
        let tokens = query.tokens.iter().enumerate();
        for (at, token) in tokens.filter(|(_, token)| !is_name_part(token)) {
            let weight = f64::from(token.weight);
            let bits = known_word_bits(token);
            if bits == 0 {
                other_weight += weight;
                continue;
            }
            let position = term_positions(query).position(|position| position == at);
            let is_specific = token.role == Role::Term && token.facts[0] & 0x8000 == 0;
            let factor = if is_specific { organisation_compare::SPECIFIC } else { 1.0 };
            known_words.push(KnownWord {
                bits,
                position: position.map_or(0, |position| 1 << position),
                weight,
                unmatched_cost: weight * factor * organisation_compare::COMMON_EXTRA,
            });
        }
        Self { profile: NameProfile::of(query), known_words, other_weight }
    }

    /// Whether the posting lists of [open](NameProfile::is_open) names must be scanned even for
    /// non-essential terms. An organisation's or object's query needs not: its bound with
    /// [`NameProfile::MOST_PERMISSIVE`] covers open names, too.
    pub fn needs_open_postings(&self) -> bool {
        !self.profile.is_organisation_or_object()
    }

    /// Whether a listed name of that profile, with these matches, can reach the score.
    pub fn can_reach(&self, matches: &MatchAccumulator, listed: NameProfile, score: f64) -> bool {
        if matches.by_whole_name {
            return true;
        }
        let by_organisation =
            self.profile.is_organisation_or_object() || listed.is_organisation_or_object();
        if !by_organisation
            && self.is_single_part(matches, listed)
            && score > person_caps::SINGLE_PART
        {
            return false;
        }
        let bound = if by_organisation {
            self.organisation_bound(matches, listed)
        } else {
            self.person_bound(matches, listed)
        };
        bound + ROUNDING_TOLERANCE >= score
    }

    /// Whether the comparison of persons will cap the score: one part of a longer name is matched.
    fn is_single_part(&self, matches: &MatchAccumulator, listed: NameProfile) -> bool {
        let parts = self.profile.part_count().max(listed.part_count());
        let one_matched = matches.covered.count_ones() == 1 && !matches.has_shingle;
        one_matched && parts > 1 && !self.has_initial(listed)
    }

    fn person_bound(&self, matches: &MatchAccumulator, listed: NameProfile) -> f64 {
        let (matched, full) = self.matched_and_full(matches, listed);
        let (query, other) = self.unmatched_weights(matches, listed);
        let information = f64::from(matches.sum.information);
        let penalty =
            person_compare::unmatched_penalty([query / 100.0, other / 100.0], 0.0, information);
        person_compare::ceiling(information) * matched / (full + 100.0 * penalty).max(1.0)
    }

    fn organisation_bound(&self, matches: &MatchAccumulator, listed: NameProfile) -> f64 {
        let (matched, full) = self.matched_and_full(matches, listed);
        let (query, other) = self.unmatched_weights(matches, listed);
        let mut penalty = organisation_compare::CONTRADICTION * query.min(other)
            + organisation_compare::EXTRA * (query - other).abs();
        let mut known = self.other_weight;
        for word in self.known_words.iter().filter(|word| word.position & matches.covered == 0) {
            if listed.may_have_known_word(word.bits) || matches.has_shingle {
                known += word.weight;
            } else {
                penalty += word.unmatched_cost;
            }
        }
        organisation_compare::CEILING.1 * (matched + known) / (full + known + penalty).max(1.0)
    }

    /// The weight that stays unmatched in the query and in the listed name, in hundredths. It is 0
    /// where the other side has an initial, which may match any part.
    fn unmatched_weights(&self, matches: &MatchAccumulator, listed: NameProfile) -> (f64, f64) {
        let unmatched = |own: NameProfile, other: NameProfile, matched: f32| {
            if other.has_initial() { 0.0 } else { (own.weight() - f64::from(matched)).max(0.0) }
        };
        (
            unmatched(self.profile, listed, matches.sum.query_weight),
            unmatched(listed, self.profile, matches.sum.listed_weight),
        )
    }

    /// Numerator and denominator of the score over what is matched, in hundredths.
    fn matched_and_full(&self, matches: &MatchAccumulator, listed: NameProfile) -> (f64, f64) {
        // With more terms matched than the name has parts, two terms compete for one part. Terms within
        // a shingle compete with it.
        let is_contested = matches.covered.count_ones() > listed.part_count();
        let matched = match (matches.has_shingle || matches.is_ambiguous, is_contested) {
            (true, _) => matches.sum.full,
            (false, true) => matches.sum.contested,
            (false, false) => matches.sum.matched,
        };
        let initials = if self.has_initial(listed) { MAX_INITIALS_WEIGHT } else { 0.0 };
        (f64::from(matched) + initials, f64::from(matches.sum.full) + initials)
    }

    fn has_initial(&self, listed: NameProfile) -> bool {
        self.profile.has_initial() || listed.has_initial()
    }
}
