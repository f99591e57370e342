//! A lower bound of the distance of many words to one.

use super::slot::KEPT;
use crate::lattice::table;

/// Sounds may stand so many places apart in two spellings of a word: four letters more or less on one
/// side cost more than a whole word may differ by.
const DRIFT: usize = 4;

/// A word, prepared so that its distance to others is bounded quickly.
///
/// Whatever the alignment, each sound of either word costs at least what it costs to leave it out, or
/// to meet the cheapest sound that the other has near its place; and of the longer word some sounds are
/// left out.
pub(super) struct Bound {
    /// By the place in the other word: what each unit costs there at least.
    least: Vec<[u8; table::UNITS]>,
    /// By unit: the own places, as bits, where it costs less than leaving the own sound out.
    meets: Box<[u32; table::UNITS]>,
    /// Per own place: what leaving it out costs.
    gaps: Vec<u32>,
    /// What leaving out so many sounds costs at least.
    fewest: Vec<u32>,
}

impl Bound {
    /// Prepares a word of at most [`KEPT`] sounds.
    pub(super) fn of(units: &[u8]) -> Self {
        let units = &units[..units.len().min(KEPT)];
        let mut bound = Self::of_any_place(units);
        let gaps = bound.least_of_none();
        bound.least = vec![gaps; units.len() + DRIFT + 1];
        for (place, row) in bound.least.iter_mut().enumerate() {
            let near = place.saturating_sub(DRIFT)..units.len().min(place + DRIFT + 1);
            units.get(near).unwrap_or_default().iter().for_each(|unit| lower(row, *unit));
        }
        bound
    }

    /// Prepares a word in less time; the bound is lower.
    pub(super) fn of_any_place(units: &[u8]) -> Self {
        let mut bound = Self {
            least: Vec::new(),
            meets: Box::new([0; table::UNITS]),
            gaps: units.iter().map(|unit| table::gap(*unit, false)).collect(),
            fewest: vec![0],
        };
        let mut least = bound.least_of_none();
        for (place, unit) in units.iter().enumerate() {
            lower(&mut least, *unit);
            let gap = bound.gaps[place] as u8;
            for (places, cost) in bound.meets.iter_mut().zip(table::costs(*unit)) {
                *places |= u32::from(*cost < gap) << place;
            }
        }
        bound.least = vec![least];
        let mut sorted = bound.gaps.clone();
        sorted.sort_unstable();
        bound.fewest.extend(sorted.iter().scan(0, |sum, gap| {
            *sum += gap;
            Some(*sum)
        }));
        bound
    }

    fn least_of_none(&self) -> [u8; table::UNITS] {
        std::array::from_fn(|unit| table::gap(unit as u8, false) as u8)
    }

    /// Whether the distance to a word may be so little. Neither word is written without vowels.
    pub(super) fn may_be_within(&self, units: &[u8], budget: u32) -> bool {
        let last = self.least.len() - 1;
        let (mut cost, mut met) = (0, 0);
        for (place, unit) in units.iter().enumerate() {
            let unit = usize::from((*unit).min(table::LAST));
            cost += u32::from(self.least[place.min(last)][unit]);
            met |= self.meets[unit];
        }
        let own = self.gaps.len();
        cost += self.fewest[own.saturating_sub(units.len())];
        if cost > budget {
            return false;
        }
        let unmet = self.gaps.iter().enumerate().filter(|(place, _)| met >> place & 1 == 0);
        unmet.map(|(_, gap)| gap).sum::<u32>() <= budget
    }
}

/// Lowers what units cost to what they cost where they meet one.
fn lower(least: &mut [u8; table::UNITS], unit: u8) {
    for (held, cost) in least.iter_mut().zip(table::costs(unit)) {
        *held = (*cost).min(*held);
    }
}
