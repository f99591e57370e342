//! A lower bound of the edit distance from one word to many.

use super::name_term::MAX_STORED_UNITS;
use crate::lattice::table;

/// Largest distance, in positions, between two units that an alignment within the budget pairs: a displacement of more
/// would take six insertions or deletions, which alone exceed the budget, even if most of them are vowels.
const MAX_DISPLACEMENT: usize = 5;

/// The lowest cost of each unit.
type Costs = [u8; table::TABLE_SIZE];

/// A word, prepared so that its distance to others can be bounded from below without an alignment.
///
/// In every alignment each unit of either word costs at least its deletion or its cheapest pairing
/// with a unit near the same position in the other word. If one word is longer, at least the
/// difference in length must be deleted from it. Neither word may be written in an abjad, where
/// deletions cost less.
pub(super) struct DistanceLowerBound {
    /// The lowest cost of each unit, by its position in the other word. The last entry stands for all
    /// further positions.
    min_costs: Vec<Costs>,
    /// The word's own units and the cost of deleting each.
    units: Vec<(u8, u8)>,
    /// The lowest cost of deleting any `n` of the own units, by `n`.
    min_deletion_costs: Vec<u32>,
}

impl DistanceLowerBound {
    /// Prepares the first [`MAX_STORED_UNITS`] units of a word.
    pub(super) fn new(units: &[u8]) -> Self {
        let units = &units[..units.len().min(MAX_STORED_UNITS)];
        let near = |position: usize| {
            position.saturating_sub(MAX_DISPLACEMENT)
                ..units.len().min(position + MAX_DISPLACEMENT + 1)
        };
        let positions = 0..=units.len() + MAX_DISPLACEMENT;
        let min_costs =
            positions.map(|position| lowest_costs(units.get(near(position)).unwrap_or_default()));
        Self::with_costs(units, min_costs.collect())
    }

    /// Prepares a word without regard to positions: quicker, with a lower bound.
    pub(super) fn coarse(units: &[u8]) -> Self {
        Self::with_costs(units, vec![lowest_costs(units)])
    }

    fn with_costs(units: &[u8], min_costs: Vec<Costs>) -> Self {
        let units: Vec<(u8, u8)> =
            units.iter().map(|unit| (*unit, table::gap_costs()[usize::from(*unit)])).collect();
        let mut gaps: Vec<u8> = units.iter().map(|(_, gap)| *gap).collect();
        gaps.sort_unstable();
        let sum = |sum: &mut u32, gap: u8| {
            let before = *sum;
            *sum += u32::from(gap);
            Some(before)
        };
        let min_deletion_costs = gaps.into_iter().chain([0]).scan(0, sum).collect();
        Self { min_costs, units, min_deletion_costs }
    }

    /// Whether the distance to a word may be within the budget.
    pub(super) fn may_be_within(&self, units: &[u8], budget: u32) -> bool {
        let last = self.min_costs.len() - 1;
        let mut cost = self.min_deletion_costs[self.units.len().saturating_sub(units.len())];
        for (position, unit) in units.iter().enumerate() {
            cost += u32::from(self.min_costs[position.min(last)][usize::from(*unit)]);
        }
        cost <= budget && self.unpairable_cost(units) <= budget
    }

    /// The cost of deleting the own units that no unit of the other word can be paired with.
    fn unpairable_cost(&self, others: &[u8]) -> u32 {
        let mut present: table::UnitSet = [0; 4];
        for other in others {
            present[usize::from(other / 64)] |= 1 << (other % 64);
        }
        let is_pairable = |unit: u8| {
            table::cheap_substitutes(unit)
                .iter()
                .zip(&present)
                .any(|(near, present)| near & present != 0)
        };
        let unpairable = self.units.iter().filter(|(unit, _)| !is_pairable(*unit));
        unpairable.map(|(_, gap)| u32::from(*gap)).sum()
    }
}

/// The lowest cost of each unit beside a word of these units: its deletion or its cheapest pairing.
fn lowest_costs(units: &[u8]) -> Costs {
    let mut lowest = *table::gap_costs();
    for unit in units {
        for (kept, cost) in lowest.iter_mut().zip(table::substitution_costs(*unit)) {
            *kept = (*cost).min(*kept);
        }
    }
    lowest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lattice::align::{self, PhoneticSequence};
    use crate::{Name, NameKind};

    fn units(word: &str) -> Vec<u8> {
        let name = Name::parse(word, NameKind::Person);
        name.tokens
            .first()
            .map(|token| name.phonetic_sequence(token).units.to_vec())
            .unwrap_or_default()
    }

    fn weight(units: &[u8]) -> u32 {
        units.iter().map(|unit| table::gap_cost(*unit, false)).sum()
    }

    /// Where the words are similar, their distance is within the budget, so the bound must be, too.
    fn check(one: &str, other: &str) -> Result<(), TestCaseError> {
        let (one, other) = (units(one), units(other));
        for floor in [720, 800, 860, 950] {
            let sounds = |units| PhoneticSequence::new(units, false);
            if align::similarity(&sounds(&one), &sounds(&other), floor) > 0 {
                let budget = align::max_distance(weight(&one).max(weight(&other)), floor);
                prop_assert!(DistanceLowerBound::new(&one).may_be_within(&other, budget));
                prop_assert!(DistanceLowerBound::coarse(&one).may_be_within(&other, budget));
            }
        }
        Ok(())
    }

    #[test]
    fn a_word_is_within_no_distance_of_itself_and_unlike_words_are_not() {
        let (one, other) = (units("Petrovski"), units("Golimbek"));
        for bound in [DistanceLowerBound::new(&one), DistanceLowerBound::coarse(&one)] {
            assert!(bound.may_be_within(&one, 0));
            assert!(!bound.may_be_within(&other, align::max_distance(weight(&one), 800)));
        }
    }

    #[test]
    fn a_longer_word_costs_its_cheapest_surplus_units() {
        let (long, short) = (units("Petrovski"), units("Petrov"));
        for (one, other) in [(&long, &short), (&short, &long)] {
            let bound = DistanceLowerBound::coarse(one);
            assert!(!bound.may_be_within(other, 0));
            assert!(bound.may_be_within(other, weight(&long) - weight(&short)));
        }
    }

    #[test]
    fn units_far_apart_are_not_paired() {
        let (one, other) = (units("Krzhtnalem"), units("Nalemkrzht"));
        let coarse = DistanceLowerBound::coarse(&one);
        assert!(coarse.may_be_within(&other, 0), "the units are the same");
        let (one, other) = (units("Gtttttttttttt"), units("Ttttttttttttg"));
        if one.len() > 2 * MAX_DISPLACEMENT {
            assert!(!DistanceLowerBound::new(&one).may_be_within(&other, 0));
        }
    }

    #[test]
    fn inserted_vowels_may_displace_the_rest_by_five() {
        check("ababcaejjb", "ababcaejuxujjb").unwrap();
    }

    proptest! {
        #[test]
        fn the_bound_never_exceeds_the_distance_of_similar_words(
            word in "[a-z]{2,14}", at in 0_usize..14, letters in "[a-z]{0,3}", width in 0_usize..3,
        ) {
            let start = at.min(word.len() - 1);
            let mut near = word.clone();
            near.replace_range(start..(start + width).min(word.len()), &letters);
            check(&word, &near)?;
            check(&near, &word)?;
        }
    }
}
