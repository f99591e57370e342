//! Weighted edit distance of two unit sequences (optimal string alignment: substitution, gap and
//! transposition of neighbours).
//!
//! Most pairs of words are unrelated, so three filters run before the dynamic programme, the cheapest first: the
//! difference of the deletion costs and of the consonant histograms ([`may_be_similar`]), then the cost of the units
//! that share no sound with the other side (`unmatched_cost`). Each is a lower bound of the distance or an explicit
//! rule of the comparison; a property test at the end of this file compares them with the plain alignment.
//!
//! Costs are in hundredths of a consonant; similarities and floors are in thousandths.

use super::table;
use super::token::MAX_UNITS;

/// Occurrences of each consonant class. Sixteen bytes, so that two histograms compare in one SIMD
/// instruction; classes 10 to 15 are unused.
pub(crate) type ConsonantHistogram = [u8; 16];

/// The input of the aligner: one word, or adjacent words concatenated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PhoneticSequence<'a> {
    /// Phonetic units.
    pub(crate) units: &'a [u8],
    /// Written in an abjad, that is without most vowels.
    pub(crate) abjad: bool,
    /// Summary of the units, used to reject unlike pairs without reading them.
    pub(crate) summary: PhoneticSummary,
}

/// Summary of a unit sequence that the first filter reads instead of the units.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PhoneticSummary {
    /// Occurrences of each consonant class.
    pub(crate) consonants: ConsonantHistogram,
    /// Cost of deleting the whole sequence: against an alphabet, and against an abjad (where an
    /// unwritten vowel is nearly free). It is the length of the sequence in the unit of the
    /// distance.
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

    /// The summary of the concatenation of two sequences.
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

/// False when two sequences, given by their summaries and whether each is written in an abjad,
/// cannot reach `floor` (thousandths).
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

/// Prunes a growing run of tokens: true when a prefix with this deletion cost is already too long
/// to reach a similarity of 0.8 with a sequence of cost `other`, so that every extension is too
/// long as well. Not valid for abjads, whose gap costs depend on the other side.
#[inline]
pub(crate) fn is_too_long(weight: u32, other: u32) -> bool {
    weight * 4 / 5 > other + SUMMARY_SLACK + 10
}

/// Sum of the absolute differences of two histograms.
#[inline]
fn histogram_difference(left: &ConsonantHistogram, right: &ConsonantHistogram) -> u16 {
    let mut apart = 0;
    for at in 0..left.len() {
        apart += u16::from(left[at].abs_diff(right[at]));
    }
    apart
}

impl<'a> PhoneticSequence<'a> {
    /// A sequence whose summary is computed here.
    pub(crate) fn new(units: &'a [u8], abjad: bool) -> Self {
        PhoneticSequence { units, abjad, summary: PhoneticSummary::of(units) }
    }
}

/// Units that are aligned at most; the rest of a longer sequence is ignored. A whole name written
/// as one word stays below it.
const MAX_ALIGNED_UNITS: usize = 2 * MAX_UNITS;
/// Sequences whose consonant histograms differ by more than this get similarity 0 without
/// alignment. Two typing errors change at most four entries. The limit makes comparing unlike words
/// cheap and retrieval by consonant keys possible.
const MAX_HISTOGRAM_DIFFERENCE: u16 = 4;
/// Slack on the difference of the deletion costs, in hundredths of a consonant. Two units may align
/// at no cost and still have different gap costs (a silent letter against a vowel), so the raw
/// difference is not a lower bound.
const SUMMARY_SLACK: u32 = 120;

/// The largest distance that still reaches `floor`, where `weight` is the larger deletion cost of
/// the two sequences.
#[inline]
pub(crate) fn max_distance(weight: u32, floor: u32) -> u32 {
    weight * (1000 - floor) / 1000
}

/// Similarity in thousandths, 0 when it is below `floor` (also thousandths).
///
/// `1 - distance / weight`, where the weight is the larger deletion cost of the two sequences.
/// Dividing by the larger one keeps a short word from being similar to a long word that contains
/// it.
pub(crate) fn similarity(
    left: &PhoneticSequence<'_>,
    right: &PhoneticSequence<'_>,
    floor: u32,
) -> u16 {
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
    let similarity = distance.map_or(0, |distance| 1000 - distance * 1000 / weight);
    u16::try_from(similarity).unwrap_or(0)
}

/// Cost of a transposition of two neighbours ("Hamid" / "Hmaid"). Less than two substitutions,
/// since it is one typing error.
const TRANSPOSITION_COST: u16 = 60;

#[derive(Clone, Copy)]
struct AlignedSequence<'a> {
    units: &'a [u8],
    other_is_abjad: bool,
}

/// The weighted distance of two sequences, `None` above `limit`.
fn distance_within(
    left: AlignedSequence<'_>,
    right: AlignedSequence<'_>,
    limit: u32,
) -> Option<u32> {
    if left.units == right.units {
        return Some(0);
    }
    // Most unlike pairs end here; this bound costs a pass over the units instead of a matrix.
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

/// The union of the sounds that some units may stand for, as bits.
fn sound_mask(units: &[u8]) -> u32 {
    units.iter().fold(0, |sounds, &unit| sounds | table::sound_mask(unit))
}

/// A lower bound of the cost of the units that share no sound with the other sequence: each is
/// deleted or substituted by the cheapest unit without a common sound.
fn unmatched_cost(row: AlignedSequence<'_>, sounds: u32) -> u32 {
    let alone = row.units.iter().filter(|&&unit| table::sound_mask(unit) & sounds == 0);
    alone
        .map(|&unit| table::gap_cost(unit, row.other_is_abjad).min(table::min_mismatch_cost(unit)))
        .sum()
}

/// Optimal string alignment (Damerau-Levenshtein without overlapping transpositions), with early
/// exit once a whole row exceeds `limit`. Three rows are kept, because a transposition looks two
/// rows back.
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
    // All slices get the same length here, which lets the compiler drop the bounds checks in the
    // loop.
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

/// Number of sequences aligned at once: sixteen 16-bit lanes fill a 256-bit vector register.
pub(crate) const LANES: usize = 16;
type Lanes = [i16; LANES];

/// Aligns one sequence with [`LANES`] others at once (inter-sequence SIMD). The others are shorter
/// than `WIDTH`. The matrices are reused between calls instead of being zeroed for each one.
pub(crate) struct LaneAligner<const WIDTH: usize> {
    units: [[u8; LANES]; WIDTH],
    /// The same units, widened to the lane width of the costs.
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
    /// The distances of a sequence to several others, none of them an abjad's. Equal to the
    /// distance behind [`similarity`].
    ///
    /// Each loop over the lanes compiles to a few vector instructions. Closures or branches inside
    /// prevent that.
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
                // A transposition of two equal units is no change.
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

    /// Loads the other sequences and their gap costs, transposed by lane; returns the length of the
    /// longest.
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
        fn the_filter_by_unmatched_units_never_rejects_a_pair_within_the_limit(
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
