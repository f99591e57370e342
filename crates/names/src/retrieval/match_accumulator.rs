//! The accumulator of a listed name: the terms of a query that have been matched in it so far.

use std::cmp::Ordering;

use super::name_profile::has_own_weight;
use super::name_term::{MAX_QUERY_TERMS, NameTerm, is_known_word};
use crate::{likeness, organisation_compare, person_compare, person_tally};

/// Share of its weight that an unmatched term costs. A term that another query term competes for is
/// left unmatched where that is cheaper than the match, so the bound never assumes a larger loss. Not
/// above the lowest penalty of the comparisons.
const MIN_UNMATCHED_COST: f64 = 0.3;
const _: () = assert!(
    MIN_UNMATCHED_COST <= person_compare::EXTRA
        && MIN_UNMATCHED_COST <= organisation_compare::EXTRA
);

/// The terms of a query that have been matched in one listed name.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatchAccumulator {
    /// Bit mask of the query's terms that are matched, alone or within a shingle.
    pub(super) covered: u32,
    /// Bit mask of the covered terms that are matched alone. Only the first contribution of each counts.
    covered_alone: u32,
    /// A whole-name key is shared, so the name is a candidate whatever the bound.
    pub(super) by_whole_name: bool,
    /// A shingle is matched on either side.
    pub(super) has_shingle: bool,
    /// A term of the query matches several terms of the name, so the bound does not determine which of these the
    /// comparison pairs.
    pub(super) is_ambiguous: bool,
    pub(super) sum: TermContribution,
}

impl MatchAccumulator {
    /// Records that the name shares a whole-name key with the query. No bound applies to it then.
    pub fn add_whole_name(&mut self) {
        self.by_whole_name = true;
    }

    /// Records that the query's term at `position` matches a term of the name. Of several terms of the name, the match
    /// counts once, with the first contribution, so the caller adds the best one first; any of these terms may be the
    /// matched one.
    pub fn add_term(&mut self, position: usize, contribution: &TermContribution) {
        let bit = 1 << position.min(MAX_QUERY_TERMS - 1);
        if self.covered_alone & bit != 0 {
            self.is_ambiguous = true;
            self.sum.listed_weight += contribution.listed_weight;
            self.sum.information += contribution.information;
            return;
        }
        self.covered_alone |= bit;
        self.covered |= bit;
        self.sum.add(contribution);
    }

    /// Records that the query's terms in the bit mask `positions` match across a shingle of either side. The full
    /// weight is taken as matched: whether these terms also match in another way is left to the comparison.
    pub fn add_shingle(&mut self, positions: u32, contribution: &TermContribution) {
        self.has_shingle = true;
        self.covered |= positions;
        self.sum.add(&contribution.at_full_worth());
    }

    /// An upper bound of the matches of both accumulators together.
    pub fn plus(&self, other: &MatchAccumulator) -> MatchAccumulator {
        let mut sum = self.sum;
        sum.add(&other.sum);
        MatchAccumulator {
            covered: self.covered | other.covered,
            covered_alone: self.covered_alone | other.covered_alone,
            by_whole_name: self.by_whole_name || other.by_whole_name,
            has_shingle: self.has_shingle || other.has_shingle,
            is_ambiguous: self.is_ambiguous || other.is_ambiguous,
            sum,
        }
    }
}

/// The amount that one pair of similar terms adds to the score bound. All weights are in hundredths.
///
/// f32 rather than f64: an accumulator is held for every name touched, and
/// [`ScoreUpperBound`](super::ScoreUpperBound) allows for the rounding.
#[derive(Debug, Clone, Copy, Default)]
pub struct TermContribution {
    /// Worth of the similarity times weight: the numerator of the score.
    pub(super) matched: f32,
    /// The same, or what is lost if the query's term stays unmatched, whichever is more.
    pub(super) contested: f32,
    /// The weight: the denominator of the score.
    pub(super) full: f32,
    /// The matched part of the query's weight that is penalised when unmatched.
    pub(super) query_weight: f32,
    /// The matched part of the listed name's weight that is penalised when unmatched.
    pub(super) listed_weight: f32,
    /// The information of the match: common names have less (see the ceiling of person names).
    pub(super) information: f32,
}

impl TermContribution {
    /// The contribution of a query's term and a listed term of that similarity (thousandths).
    pub fn between(query: &NameTerm, listed: &NameTerm, similarity: u16) -> Self {
        let weight = f64::from(if is_known_word(query.token()) || is_known_word(listed.token()) {
            query.weight().min(listed.weight())
        } else {
            query.weight().max(listed.weight())
        });
        let worth = likeness::worth(similarity);
        let unmatched = weight - MIN_UNMATCHED_COST * f64::from(own_weight(query)).min(weight);
        let contested = (worth * weight).max(unmatched);
        let common = f64::from(query.token().common.max(listed.token().common));
        let information = person_tally::distinctiveness(similarity) * (1.0 - common / 20.0);
        Self {
            matched: (worth * weight) as f32,
            contested: contested as f32,
            full: weight as f32,
            query_weight: own_weight(query),
            listed_weight: own_weight(listed),
            information: (information * weight / 100.0) as f32,
        }
    }

    /// The contribution of a query's term that matches by meaning: known words of one meaning need
    /// not be similar in spelling. Zero for other terms.
    pub fn from_meaning(query: &NameTerm) -> Self {
        let full = if is_known_word(query.token()) { f32::from(query.weight()) } else { 0.0 };
        Self { matched: full, contested: full, full, ..Self::default() }
    }

    /// The order in which contributions of one query term are added: the first is the one that raises
    /// the score most. A rare spelling counts more than an exact match of a title.
    pub fn order(&self, other: &TermContribution) -> Ordering {
        let key = |one: &TermContribution| [one.matched, one.listed_weight, one.information];
        let pairs = key(other).into_iter().zip(key(self));
        pairs.fold(Ordering::Equal, |order, (other, own)| order.then(other.total_cmp(&own)))
    }

    /// An upper bound of both contributions.
    pub fn max(&self, other: &TermContribution) -> Self {
        Self {
            full: self.full.max(other.full),
            query_weight: self.query_weight.max(other.query_weight),
            listed_weight: self.listed_weight.max(other.listed_weight),
            information: self.information.max(other.information),
            ..*self
        }
        .at_full_worth()
    }

    fn at_full_worth(&self) -> Self {
        Self { matched: self.full, contested: self.full, ..*self }
    }

    fn add(&mut self, other: &TermContribution) {
        self.matched += other.matched;
        self.contested += other.contested;
        self.full += other.full;
        self.query_weight += other.query_weight;
        self.listed_weight += other.listed_weight;
        self.information += other.information;
    }
}

/// The weight of a term where its name is penalised for leaving it unmatched, 0 elsewhere.
fn own_weight(term: &NameTerm) -> f32 {
    if has_own_weight(term.token()) { f32::from(term.weight()) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::name_terms;
    use crate::{Name, NameKind};

    fn term(text: &str, kind: NameKind, position: usize) -> NameTerm {
        name_terms(&Name::parse(text, kind)).nth(position).unwrap()
    }

    fn person(text: &str, position: usize) -> NameTerm {
        term(text, NameKind::Person, position)
    }

    fn company(text: &str, position: usize) -> NameTerm {
        term(text, NameKind::Organization, position)
    }

    fn contribution(full: f32) -> TermContribution {
        TermContribution { matched: full / 2.0, full, information: 1.0, ..Default::default() }
    }

    #[test]
    fn only_the_first_contribution_of_a_query_term_counts() {
        let mut accumulator = MatchAccumulator::default();
        accumulator.add_term(1, &contribution(100.0));
        accumulator.add_term(1, &contribution(900.0));
        accumulator.add_term(3, &contribution(10.0));
        assert_eq!((accumulator.sum.full, accumulator.sum.matched), (110.0, 55.0));
        assert_eq!(accumulator.covered, 0b1010);
        assert!(accumulator.is_ambiguous, "the second one may be what the comparison pairs");
        assert_eq!(accumulator.sum.information, 3.0);
        assert!(!accumulator.has_shingle && !accumulator.by_whole_name);
    }

    #[test]
    fn a_shingle_counts_beside_its_terms_and_at_full_worth() {
        let mut accumulator = MatchAccumulator::default();
        accumulator.add_shingle(0b11, &contribution(100.0));
        accumulator.add_term(0, &contribution(40.0));
        assert_eq!((accumulator.sum.full, accumulator.sum.matched), (140.0, 120.0));
        assert_eq!(accumulator.sum.contested, 100.0);
        assert_eq!(accumulator.covered, 0b11);
        assert!(accumulator.has_shingle);
    }

    #[test]
    fn positions_past_the_last_bit_share_it() {
        let mut accumulator = MatchAccumulator::default();
        accumulator.add_term(MAX_QUERY_TERMS - 1, &contribution(1.0));
        accumulator.add_term(400, &contribution(1.0));
        assert_eq!((accumulator.covered, accumulator.sum.full), (1 << 29, 1.0));
    }

    #[test]
    fn a_sum_of_accumulators_has_everything_of_both() {
        let mut one = MatchAccumulator::default();
        one.add_term(0, &contribution(10.0));
        let mut other = MatchAccumulator::default();
        other.add_shingle(0b110, &contribution(5.0));
        other.add_whole_name();
        for sum in [one.plus(&other), other.plus(&one)] {
            assert_eq!((sum.covered, sum.sum.full, sum.sum.matched), (0b111, 15.0, 10.0));
            assert!(sum.has_shingle && sum.by_whole_name);
            let mut again = sum;
            again.add_term(0, &contribution(10.0));
            assert_eq!(again.sum.full, 15.0, "the first term is matched already");
        }
        let neither = one.plus(&MatchAccumulator::default());
        assert!(!neither.has_shingle && !neither.by_whole_name && !neither.is_ambiguous);
        let mut twice = one;
        twice.add_term(0, &TermContribution { listed_weight: 7.0, ..contribution(1.0) });
        assert_eq!((twice.sum.full, twice.sum.listed_weight), (10.0, 7.0));
        assert!(twice.plus(&one).is_ambiguous && one.plus(&twice).is_ambiguous);
    }

    #[test]
    fn the_heavier_term_sets_the_weight_of_a_match_of_name_parts() {
        let (short, long) = (person("Li Wu", 0), person("Quellimar Zorvek", 0));
        assert!(short.weight() < long.weight());
        for (query, listed) in [(&short, &long), (&long, &short)] {
            let pair = TermContribution::between(query, listed, 1000);
            assert_eq!(pair.full, f32::from(long.weight()));
            assert_eq!(pair.matched, pair.full);
            assert_eq!(pair.query_weight, f32::from(query.weight()));
            assert_eq!(pair.listed_weight, f32::from(listed.weight()));
        }
    }

    #[test]
    fn the_lighter_term_sets_the_weight_of_a_match_with_a_known_word() {
        let bank = term("Sirius Bank", NameKind::Organization, 1);
        let sirius = term("Sirius Bank", NameKind::Organization, 0);
        assert!(bank.weight() < sirius.weight());
        for (query, listed) in [(&bank, &sirius), (&sirius, &bank)] {
            let pair = TermContribution::between(query, listed, 1000);
            assert_eq!(pair.full, f32::from(bank.weight()));
        }
        assert_eq!(TermContribution::between(&bank, &bank, 1000).query_weight, 0.0);
    }

    #[test]
    fn a_contested_match_loses_no_more_than_an_unmatched_term_and_is_never_worth_less() {
        let part = person("Quellimar Zorvek", 0);
        let weak = TermContribution::between(&part, &part, 730);
        assert!(weak.matched < weak.contested);
        let unmatched = (1.0 - MIN_UNMATCHED_COST) * f64::from(part.weight());
        assert_eq!(weak.contested, unmatched as f32);
        let strong = TermContribution::between(&part, &part, 950);
        assert_eq!(strong.matched, strong.contested);
        // A light term of the query against a heavy listed one loses only its own weight.
        let (light, heavy) = (person("Mohammed Zorvek", 0), company("Mohammed", 0));
        assert!(light.weight() < heavy.weight());
        let pair = TermContribution::between(&light, &heavy, 730);
        let lost = pair.full - pair.contested;
        assert!((f64::from(lost) - MIN_UNMATCHED_COST * f64::from(light.weight())).abs() < 1e-3);
    }

    #[test]
    fn the_contribution_that_raises_the_score_most_comes_first() {
        let zorvek = person("Zorvek", 0);
        let title = person("Sheikh Sheikh", 0);
        assert!(title.weight() < zorvek.weight());
        let exact_title = TermContribution::between(&title, &title, 1000);
        let spelling = TermContribution::between(&zorvek, &zorvek, 860);
        assert_eq!(spelling.order(&exact_title), Ordering::Less);
        assert_eq!(exact_title.order(&spelling), Ordering::Greater);
        let heavier = TermContribution { listed_weight: 9.0, ..contribution(1.0) };
        assert_eq!(heavier.order(&contribution(1.0)), Ordering::Less);
        let rarer = TermContribution { information: 2.0, ..contribution(1.0) };
        assert_eq!(rarer.order(&contribution(1.0)), Ordering::Less);
        assert_eq!(rarer.order(&rarer), Ordering::Equal);
    }

    #[test]
    fn common_names_and_distant_spellings_carry_less_information() {
        let (common, rare) = (person("Mohammed Zorvek", 0), person("Mohammed Zorvek", 1));
        let exact = TermContribution::between(&rare, &rare, 1000).information;
        assert!((f64::from(exact) - f64::from(rare.weight()) / 100.0).abs() < 1e-6);
        let same = TermContribution::between(&common, &common, 1000);
        assert!(same.information < same.full / 100.0);
        assert!(TermContribution::between(&rare, &rare, 750).information < exact);
    }

    #[test]
    fn only_known_words_match_by_meaning() {
        let bank = term("Sirius Bank", NameKind::Organization, 1);
        let by_meaning = TermContribution::from_meaning(&bank);
        assert_eq!(
            (by_meaning.matched, by_meaning.full),
            (by_meaning.full, f32::from(bank.weight()))
        );
        assert_eq!(TermContribution::from_meaning(&person("Ivan Petrov", 0)).full, 0.0);
    }

    #[test]
    fn the_larger_of_two_contributions_is_an_upper_bound_of_both() {
        let one =
            TermContribution { matched: 1.0, full: 9.0, information: 0.5, ..Default::default() };
        let other = TermContribution {
            query_weight: 3.0,
            listed_weight: 4.0,
            full: 2.0,
            information: 0.75,
            ..Default::default()
        };
        for bound in [one.max(&other), other.max(&one)] {
            assert_eq!((bound.matched, bound.contested, bound.full), (9.0, 9.0, 9.0));
            assert_eq!((bound.query_weight, bound.listed_weight), (3.0, 4.0));
            assert_eq!(bound.information, 0.75);
        }
    }
}
