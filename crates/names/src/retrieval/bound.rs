//! A lower bound of the distance of many words to one.

use super::slot::KEPT;
use crate::lattice::table;

/// Sounds may stand so many places apart in two spellings of a word: four letters more or less on one
/// side cost more than a whole word may differ by.
const DRIFT: usize = 4;

/// What each unit costs at least.
type Costs = [u8; table::TABLE_SIZE];

/// A word, prepared so that its distance to others is bounded quickly.
///
/// Whatever the alignment, each sound of either word costs at least what it costs to leave it out, or
/// to meet the cheapest sound that the other has near its place; and of the longer word some sounds are
/// left out.
pub(super) struct Bound {
    /// By the place in the other word, the last for all further ones.
    least: Vec<Costs>,
    /// The own sounds, and what leaving each out costs.
    units: Vec<(u8, u8)>,
    /// What leaving out so many sounds costs at least.
    fewest: Vec<u32>,
}

impl Bound {
    /// Prepares a word of at most [`KEPT`] sounds.
    pub(super) fn of(units: &[u8]) -> Self {
        let units = &units[..units.len().min(KEPT)];
        let near = |place: usize| place.saturating_sub(DRIFT)..units.len().min(place + DRIFT + 1);
        let places = 0..=units.len() + DRIFT;
        let least = places.map(|place| costs(units.get(near(place)).unwrap_or_default()));
        Self::with(units, least.collect())
    }

    /// Prepares a word in less time; the bound is lower.
    pub(super) fn brief(units: &[u8]) -> Self {
        Self::with(units, vec![costs(units)])
    }

    fn with(units: &[u8], least: Vec<Costs>) -> Self {
        let units = units.iter().map(|unit| (*unit, table::gap_cost(*unit, false) as u8));
        let units: Vec<(u8, u8)> = units.collect();
        let mut gaps: Vec<u8> = units.iter().map(|(_, gap)| *gap).collect();
        gaps.sort_unstable();
        let sum = |sum: &mut u32, gap: u8| {
            let before = *sum;
            *sum += u32::from(gap);
            Some(before)
        };
        let fewest = gaps.into_iter().chain([0]).scan(0, sum).collect();
        Self { least, units, fewest }
    }

    /// Whether the distance to a word may be so little. Neither word is written without vowels.
    pub(super) fn may_be_within(&self, units: &[u8], budget: u32) -> bool {
        let last = self.least.len() - 1;
        let mut cost = self.fewest[self.units.len().saturating_sub(units.len())];
        for (place, unit) in units.iter().enumerate() {
            cost += u32::from(self.least[place.min(last)][usize::from(*unit)]);
        }
        cost <= budget && self.unmet(units) <= budget
    }

    /// What the own sounds cost that meet none of the other's.
    fn unmet(&self, others: &[u8]) -> u32 {
        let mut present: table::UnitSet = [0; 4];
        for other in others {
            present[usize::from(other / 64)] |= 1 << (other % 64);
        }
        let is_met = |unit: u8| {
            table::cheap_substitutes(unit)
                .iter()
                .zip(&present)
                .any(|(near, present)| near & present != 0)
        };
        let unmet = self.units.iter().filter(|(unit, _)| !is_met(*unit));
        unmet.map(|(_, gap)| u32::from(*gap)).sum()
    }
}

/// What each unit costs at least beside a word that has these.
fn costs(units: &[u8]) -> Costs {
    let mut least = *table::gap_costs();
    for unit in units {
        for (held, cost) in least.iter_mut().zip(table::substitution_costs(*unit)) {
            *held = (*cost).min(*held);
        }
    }
    least
}
