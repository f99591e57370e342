//! The distance of two unit sequences.

use super::table;
use super::token::MAX_UNITS;

/// How often each consonant class occurs, padded so that two can be compared in one instruction.
pub(crate) type ConsonantHistogram = [u8; 16];

/// One word, or neighbouring words read as one, as the aligner sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PhoneticSequence<'a> {
    /// Lattice units.
    pub(crate) units: &'a [u8],
    /// Written without (all) vowels.
    pub(crate) abjad: bool,
    /// What is known of the units without reading them.
    pub(crate) summary: PhoneticSummary,
}

/// A summary of a unit sequence.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PhoneticSummary {
    /// Consonant classes.
    pub(crate) consonants: ConsonantHistogram,
    /// What leaving all of it out costs, plainly and against an abjad.
    pub(crate) deletion_costs: [u16; 2],
}

impl PhoneticSummary {
    /// The summary of a unit sequence.
    pub(crate) fn of(units: &[u8]) -> PhoneticSummary {
        let mut summary = PhoneticSummary::default();
        for &unit in units.iter().take(MAX_ALIGNED_UNITS) {
            let class = table::consonant_class(unit) as usize;
            summary.consonants[class] =
                summary.consonants[class].saturating_add(u8::from(class != 0));
            summary.deletion_costs[0] += table::gap_cost(unit, false) as u16;
            summary.deletion_costs[1] += table::gap_cost(unit, true) as u16;
        }
        summary
    }

    /// The summary of two sequences in a row.
    pub(crate) fn concat(mut self, other: &PhoneticSummary) -> PhoneticSummary {
        for (held, more) in self.consonants.iter_mut().zip(other.consonants) {
            *held = held.saturating_add(more);
        }
        self.deletion_costs = [
            self.deletion_costs[0] + other.deletion_costs[0],
            self.deletion_costs[1] + other.deletion_costs[1],
        ];
        self
    }
}

/// False when two sequences of which these are the summaries, each with whether it is an abjad's, cannot reach
/// `floor` (thousandths).
#[inline(always)]
pub(crate) fn may_be_similar(
    left: (&PhoneticSummary, bool),
    right: (&PhoneticSummary, bool),
    floor: u32,
) -> bool {
    let one = u32::from(left.0.deletion_costs[usize::from(right.1 && !left.1)]);
    let other = u32::from(right.0.deletion_costs[usize::from(left.1 && !right.1)]);
    one.abs_diff(other) <= max_distance(one.max(other).max(1), floor) + SUMMARY_SLACK
        && histogram_difference(&left.0.consonants, &right.0.consonants) <= MAX_HISTOGRAM_DIFFERENCE
}

/// True when a sequence, and all that go on from it, weighs too much to agree with another one at 800 thousandths or
/// more, neither of them an abjad's.
#[inline]
pub(crate) fn is_too_long(weight: u32, other: u32) -> bool {
    weight * 4 / 5 > other + SUMMARY_SLACK + 10
}

/// By how many consonants two sequences differ in class.
#[inline]
fn histogram_difference(left: &ConsonantHistogram, right: &ConsonantHistogram) -> u16 {
    let mut apart = 0;
    for at in 0..left.len() {
        apart += u16::from(left[at].abs_diff(right[at]));
    }
    apart
}

impl<'a> PhoneticSequence<'a> {
    /// Part of a word, with a summary of its own.
    pub(crate) fn new(units: &'a [u8], abjad: bool) -> Self {
        PhoneticSequence { units, abjad, summary: PhoneticSummary::of(units) }
    }
}

/// Longest joined sequence that is aligned; longer ones are cut (a whole name written as one word stays below it).
const MAX_ALIGNED_UNITS: usize = 2 * MAX_UNITS;
/// Words whose consonants differ in class by more than this are not compared further: two slips exchange at most four
/// classes. It makes the comparison of unlike words cheap, and a retrieval by consonants possible.
const MAX_HISTOGRAM_DIFFERENCE: u16 = 4;
/// Two units that meet at no cost may weigh differently (a silent letter against a vowel), so the difference in weight
/// is a bound only after some slack.
const SUMMARY_SLACK: u32 = 120;

/// What two sequences may differ by, the heavier of which weighs so much.
#[inline]
pub(crate) fn max_distance(weight: u32, floor: u32) -> u32 {
    weight * (1000 - floor) / 1000
}

/// Similarity in thousandths, 0 when it cannot reach `floor` (also thousandths).
///
/// `1 - distance / weight`, where the weight of a sequence is what leaving all of it out would cost. Both sides
/// are measured; the heavier counts, so that a short word inside a long one is not alike.
pub(crate) fn similarity(
    left: &PhoneticSequence<'_>,
    right: &PhoneticSequence<'_>,
    floor: u32,
) -> u32 {
    if !may_be_similar((&left.summary, left.abjad), (&right.summary, right.abjad), floor)
        || left.units.is_empty()
        || right.units.is_empty()
    {
        return 0;
    }
    let (left_gap, right_gap) = (right.abjad && !left.abjad, left.abjad && !right.abjad);
    let left_weight = u32::from(left.summary.deletion_costs[usize::from(left_gap)]);
    let right_weight = u32::from(right.summary.deletion_costs[usize::from(right_gap)]);
    let one = AlignedSequence {
        units: &left.units[..left.units.len().min(MAX_ALIGNED_UNITS)],
        other_is_abjad: left_gap,
    };
    let other = AlignedSequence {
        units: &right.units[..right.units.len().min(MAX_ALIGNED_UNITS)],
        other_is_abjad: right_gap,
    };
    let weight = left_weight.max(right_weight).max(1);
    let distance = distance_within(one, other, max_distance(weight, floor));
    distance.map_or(0, |distance| 1000 - distance * 1000 / weight)
}

/// Two neighbours exchanged ("Hamid" / "Hmaid"): one slip of the hand, not two.
const TRANSPOSITION_COST: u16 = 60;

#[derive(Clone, Copy)]
struct AlignedSequence<'a> {
    units: &'a [u8],
    other_is_abjad: bool,
}

/// The weighted distance of two sequences, if it is within the budget.
fn distance_within(
    left: AlignedSequence<'_>,
    right: AlignedSequence<'_>,
    limit: u32,
) -> Option<u32> {
    if left.units == right.units {
        return Some(0);
    }
    // The usual end, and far cheaper to see than an alignment is to make.
    if unmatched_cost(left, sound_mask(right.units)) > limit
        || unmatched_cost(right, sound_mask(left.units)) > limit
    {
        return None;
    }
    let distance = if left.units.len().max(right.units.len()) < 24 {
        align::<24>(left, right, limit)
    } else {
        align::<{ MAX_ALIGNED_UNITS + 1 }>(left, right, limit)
    };
    distance.filter(|distance| *distance <= limit)
}

/// All that some units may sound like, as bits.
fn sound_mask(units: &[u8]) -> u32 {
    units.iter().fold(0, |sounds, &unit| sounds | table::sound_mask(unit))
}

/// What units cost, whatever they meet, that sound like nothing on the other side.
fn unmatched_cost(row: AlignedSequence<'_>, sounds: u32) -> u32 {
    let alone = row.units.iter().filter(|&&unit| table::sound_mask(unit) & sounds == 0);
    alone
        .map(|&unit| table::gap_cost(unit, row.other_is_abjad).min(table::min_mismatch_cost(unit)))
        .sum()
}

/// Weighted optimal string alignment with early exit above the budget.
fn align<const WIDTH: usize>(
    left: AlignedSequence<'_>,
    right: AlignedSequence<'_>,
    limit: u32,
) -> Option<u32> {
    let others = right.units;
    let width = others.len().min(WIDTH - 1);
    let mut rows = [[0_u16; WIDTH]; 3];
    let mut gaps = [0_u16; WIDTH];
    for column in 0..width {
        gaps[column] = table::gap_cost(others[column], right.other_is_abjad) as u16;
        rows[0][column + 1] = rows[0][column] + gaps[column];
    }
    let [above, here, before] = &mut rows;
    // Of one length that is known, so that no look-up needs a check.
    let (others, gaps) = (&others[..width], &gaps[..width]);
    let (mut above, mut here, mut before) =
        (&mut above[..=width], &mut here[..=width], &mut before[..=width]);
    let mut last = None;
    for &unit in left.units {
        let gap = table::gap_cost(unit, left.other_is_abjad) as u16;
        let costs = table::substitution_costs(unit);
        let mut beside = above[0] + gap;
        let mut least = beside;
        here[0] = beside;
        for column in 0..width {
            let other = others[column];
            let mut best = (above[column] + u16::from(costs[usize::from(other)]))
                .min(above[column + 1] + gap)
                .min(beside + gaps[column]);
            if last == Some(other) && column > 0 && others[column - 1] == unit && other != unit {
                best = best.min(before[column - 1] + TRANSPOSITION_COST);
            }
            here[column + 1] = best;
            beside = best;
            least = least.min(best);
        }
        if u32::from(least) > limit {
            return None;
        }
        last = Some(unit);
        (above, here, before) = (here, before, above);
    }
    Some(u32::from(above[width]))
}

/// So many sequences are aligned side by side.
pub(crate) const LANES: usize = 16;
type Lanes = [i16; LANES];

/// Where sequences shorter than `WIDTH` are aligned side by side; used again and again.
pub(crate) struct LaneAligner<const WIDTH: usize> {
    units: [[u8; LANES]; WIDTH],
    /// The same, as wide as costs are.
    right: [Lanes; WIDTH],
    gaps: [Lanes; WIDTH],
    rows: [[Lanes; WIDTH]; 3],
}

impl<const WIDTH: usize> Default for LaneAligner<WIDTH> {
    fn default() -> Self {
        let lanes = [[0; LANES]; WIDTH];
        Self { units: [[0; LANES]; WIDTH], right: lanes, gaps: lanes, rows: [lanes; 3] }
    }
}

impl<const WIDTH: usize> LaneAligner<WIDTH> {
    /// The distances of a sequence to several others, none an abjad's: what [`similarity`] measures,
    /// for all at once.
    ///
    /// Each loop over lanes becomes a few vector instructions, and would not with closures or branches.
    pub(crate) fn distances(&mut self, units: &[u8], others: &[&[u8]; LANES]) -> Lanes {
        let width = self.load(others);
        let [one, two, three] = &mut self.rows;
        let (mut above, mut here, mut before) = (one, two, three);
        let mut last = None;
        for &unit in units {
            let gap = table::gap_cost(unit, false) as i16;
            let costs = table::substitution_costs(unit);
            for lane in 0..LANES {
                here[0][lane] = above[0][lane] + gap;
            }
            for column in 0..width {
                let mut best: Lanes = [0; LANES];
                for lane in 0..LANES {
                    best[lane] = i16::from(costs[usize::from(self.units[column][lane])]);
                }
                for lane in 0..LANES {
                    best[lane] = (above[column][lane] + best[lane])
                        .min(above[column + 1][lane] + gap)
                        .min(here[column][lane] + self.gaps[column][lane]);
                }
                // Nothing is exchanged with a sound that is the same.
                if let Some(last) = last.filter(|last| *last != unit && column > 0) {
                    let (one, other) = (&self.right[column - 1], &self.right[column]);
                    for lane in 0..LANES {
                        let differs =
                            (one[lane] ^ i16::from(unit)) | (other[lane] ^ i16::from(last));
                        let far = if differs == 0 { 0 } else { i16::MAX };
                        best[lane] = best[lane]
                            .min((before[column - 1][lane] + TRANSPOSITION_COST as i16) | far);
                    }
                }
                here[column + 1] = best;
            }
            last = Some(unit);
            (before, above, here) = (above, here, before);
        }
        std::array::from_fn(|lane| above[others[lane].len().min(width)][lane])
    }

    /// Writes the others and what leaving them out costs; the width of the longest.
    fn load(&mut self, others: &[&[u8]; LANES]) -> usize {
        let width = others.iter().map(|other| other.len()).max().unwrap_or(0).min(WIDTH - 1);
        self.units[..width].fill([0; LANES]);
        for (lane, other) in others.iter().enumerate() {
            for (column, unit) in self.units.iter_mut().zip(*other) {
                column[lane] = (*unit).min(table::LAST_UNIT);
            }
        }
        self.rows[0][0] = [0; LANES];
        for column in 0..width {
            for lane in 0..LANES {
                let unit = self.units[column][lane];
                self.right[column][lane] = i16::from(unit);
                self.gaps[column][lane] = table::gap_cost(unit, false) as i16;
                self.rows[0][column + 1][lane] =
                    self.rows[0][column][lane] + self.gaps[column][lane];
            }
        }
        width
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(1..=table::LAST_UNIT, 1..12)
    }

    proptest! {
        #[test]
        fn what_sounds_like_nothing_on_the_other_side_is_never_within_the_budget(
            (one, other) in prop_oneof![
                (units(), units()),
                units().prop_flat_map(|units| (Just(units.clone()), Just(units).prop_shuffle())),
            ],
            (abjad, other_abjad) in any::<(bool, bool)>(),
            limit in 0_u32..600,
        ) {
            let left = AlignedSequence { units: &one, other_is_abjad: abjad };
            let right = AlignedSequence { units: &other, other_is_abjad: other_abjad };
            let aligned = align::<24>(left, right, limit).filter(|distance| *distance <= limit);
            let expected = if one == other { Some(0) } else { aligned };
            prop_assert_eq!(distance_within(left, right, limit), expected);
        }
    }
}
