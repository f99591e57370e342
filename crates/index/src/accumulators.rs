//! The accumulators of one search: for each name that shares a term with the query, the terms matched so far.

use interdict_names::MatchAccumulator;

use crate::epochs::EpochMap;
use crate::integers;
use crate::records::NamePosting;
use crate::rows::NameRow;

/// The accumulator of one name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameAccumulator {
    pub(crate) name: NameRow,
    /// Whether its profile is known to be open. Posting lists of terms contain this flag; those of whole-name keys do
    /// not.
    pub(crate) is_open: bool,
    pub(crate) matches: MatchAccumulator,
}

/// The accumulators, in the order in which their names were first found.
#[derive(Default)]
pub(crate) struct Accumulators {
    /// By name, the position of its accumulator.
    positions: EpochMap,
    pub(crate) names: Vec<NameAccumulator>,
}

impl Accumulators {
    /// Removes all accumulators, and accepts names below `count`.
    pub(crate) fn clear(&mut self, count: usize) {
        self.positions.clear(count);
        self.names.clear();
    }

    /// Updates the accumulator of each name in a posting list, adding those that are new.
    pub(crate) fn update(
        &mut self,
        postings: impl Iterator<Item = NamePosting>,
        update: impl Fn(&mut MatchAccumulator),
    ) {
        for posting in postings {
            let name = posting.name();
            // The segment format limits names to 2^31, so the positions fit.
            let next = integers::count(self.names.len());
            let Some(position) = self.positions.get_or_insert(name.index(), next) else { continue };
            if position == next {
                let matches = MatchAccumulator::default();
                self.names.push(NameAccumulator { name, is_open: false, matches });
            }
            if let Some(accumulator) = self.names.get_mut(integers::index(position)) {
                accumulator.is_open |= posting.is_open();
                update(&mut accumulator.matches);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use interdict_names::TermContribution;

    use super::*;

    fn postings(rows: &[(u32, bool)]) -> Vec<NamePosting> {
        rows.iter().map(|(row, is_open)| NamePosting::new(NameRow::new(*row), *is_open)).collect()
    }

    fn add(accumulators: &mut Accumulators, rows: &[(u32, bool)], position: usize) {
        let add = |one: &mut MatchAccumulator| one.add_term(position, &TermContribution::default());
        accumulators.update(postings(rows).into_iter(), add);
    }

    fn summary(accumulators: &Accumulators) -> Vec<(u32, bool)> {
        accumulators.names.iter().map(|one| (one.name.number(), one.is_open)).collect()
    }

    #[test]
    fn each_name_has_one_accumulator_which_all_its_postings_update() {
        let mut accumulators = Accumulators::default();
        accumulators.clear(6);
        add(&mut accumulators, &[(5, false), (2, true)], 0);
        add(&mut accumulators, &[(2, false), (3, false), (5, true)], 1);
        assert_eq!(summary(&accumulators), [(5, true), (2, true), (3, false)]);
        let mut both = MatchAccumulator::default();
        both.add_term(0, &TermContribution::default());
        both.add_term(1, &TermContribution::default());
        assert_eq!(format!("{:?}", accumulators.names[0].matches), format!("{both:?}"));
    }

    #[test]
    fn names_out_of_range_are_skipped_and_clearing_removes_all() {
        let mut accumulators = Accumulators::default();
        accumulators.clear(3);
        add(&mut accumulators, &[(3, false), (1, true)], 0);
        assert_eq!(summary(&accumulators), [(1, true)]);
        accumulators.clear(4);
        assert!(accumulators.names.is_empty());
        add(&mut accumulators, &[(3, false), (1, false)], 0);
        assert_eq!(summary(&accumulators), [(3, false), (1, false)]);
    }
}
