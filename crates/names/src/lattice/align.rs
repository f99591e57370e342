//! The distance of two unit sequences.

use super::table;
use super::token::MAX_UNITS;

/// How often each consonant class occurs, padded so that two can be compared in one instruction.
pub(crate) type Bones = [u8; 16];

/// One word, or neighbouring words read as one, as the aligner sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sounds<'a> {
    /// Lattice units.
    pub(crate) units: &'a [u8],
    /// Written without (all) vowels.
    pub(crate) abjad: bool,
    /// What is known of the units without reading them.
    pub(crate) gist: Gist,
}

/// A summary of a unit sequence.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gist {
    /// Consonant classes.
    pub(crate) bones: Bones,
    /// What leaving all of it out costs, plainly and against an abjad.
    pub(crate) weights: [u16; 2],
}

impl Gist {
    /// The summary of a unit sequence.
    pub(crate) fn of(units: &[u8]) -> Gist {
        let mut gist = Gist::default();
        for &unit in units.iter().take(CUT) {
            let bone = table::skeleton(unit) as usize;
            gist.bones[bone] = gist.bones[bone].saturating_add(u8::from(bone != 0));
            gist.weights[0] += table::gap(unit, false) as u16;
            gist.weights[1] += table::gap(unit, true) as u16;
        }
        gist
    }

    /// The summary of two sequences in a row.
    pub(crate) fn and(mut self, other: &Gist) -> Gist {
        for (held, more) in self.bones.iter_mut().zip(other.bones) {
            *held = held.saturating_add(more);
        }
        self.weights = [self.weights[0] + other.weights[0], self.weights[1] + other.weights[1]];
        self
    }
}

/// False when two sequences with these consonant classes and weights cannot reach `floor`
/// (thousandths).
pub(crate) fn can_agree(left: (&[u8], u32), right: (&[u8], u32), floor: u32) -> bool {
    let budget = left.1.max(right.1).max(1) * (1000 - floor) / 1000;
    let apart: u32 =
        left.0.iter().zip(right.0).map(|(left, right)| u32::from(left.abs_diff(*right))).sum();
    left.1.abs_diff(right.1) <= budget + SLACK && apart <= BONES_APART
}

impl<'a> Sounds<'a> {
    /// Part of a word, with a summary of its own.
    pub(crate) fn new(units: &'a [u8], abjad: bool) -> Self {
        Sounds { units, abjad, gist: Gist::of(units) }
    }
}

/// Longest joined sequence that is aligned; longer ones are cut (a whole name written as one word stays below it).
const CUT: usize = 2 * MAX_UNITS;
/// Words whose consonants differ in class by more than this are not compared further: two slips exchange at most four
/// classes. It makes the comparison of unlike words cheap, and a retrieval by consonants possible.
const BONES_APART: u32 = 4;
/// Two units that meet at no cost may weigh differently (a silent letter against a vowel), so the difference in weight
/// is a bound only after some slack.
const SLACK: u32 = 120;

/// What two sequences may differ by, the heavier of which weighs so much.
pub(crate) fn budget(weight: u32, floor: u32) -> u32 {
    weight * (1000 - floor) / 1000
}

/// Similarity in thousandths, 0 when it cannot reach `floor` (also thousandths).
///
/// `1 - distance / weight`, where the weight of a sequence is what leaving all of it out would cost. Both sides
/// are measured; the heavier counts, so that a short word inside a long one is not alike.
pub(crate) fn similarity(left: &Sounds<'_>, right: &Sounds<'_>, floor: u32) -> u32 {
    let (left_gap, right_gap) = (right.abjad && !left.abjad, left.abjad && !right.abjad);
    let left_weight = u32::from(left.gist.weights[usize::from(left_gap)]);
    let right_weight = u32::from(right.gist.weights[usize::from(right_gap)]);
    let weight = left_weight.max(right_weight).max(1);
    let budget = budget(weight, floor);
    if left.units.is_empty()
        || right.units.is_empty()
        || !can_agree((&left.gist.bones, left_weight), (&right.gist.bones, right_weight), floor)
    {
        return 0;
    }
    let one = Row { units: &left.units[..left.units.len().min(CUT)], abjad_gap: left_gap };
    let other = Row { units: &right.units[..right.units.len().min(CUT)], abjad_gap: right_gap };
    let distance = if one.units == other.units {
        0
    } else if one.units.len().max(other.units.len()) < 24 {
        distance::<24>(one, other, budget)
    } else {
        distance::<{ CUT + 1 }>(one, other, budget)
    };
    if distance > budget { 0 } else { 1000 - distance * 1000 / weight }
}

/// Two neighbours exchanged ("Hamid" / "Hmaid"): one slip of the hand, not two.
const SWAP: u16 = 60;

#[derive(Clone, Copy)]
struct Row<'a> {
    units: &'a [u8],
    abjad_gap: bool,
}

/// Weighted optimal string alignment with early exit above the budget.
fn distance<const WIDTH: usize>(left: Row<'_>, right: Row<'_>, budget: u32) -> u32 {
    let width = right.units.len();
    let mut rows = [[0_u16; WIDTH]; 3];
    let mut gaps = [0_u16; WIDTH];
    for (column, &unit) in right.units.iter().enumerate() {
        gaps[column] = table::gap(unit, right.abjad_gap) as u16;
        rows[0][column + 1] = rows[0][column] + gaps[column];
    }
    let (mut before, mut above, mut here) = (2, 0, 1);
    for (line, &unit) in left.units.iter().enumerate() {
        let gap = table::gap(unit, left.abjad_gap) as u16;
        let costs = table::costs(unit);
        rows[here][0] = rows[above][0] + gap;
        let mut least = rows[here][0];
        for (column, &other) in right.units.iter().enumerate() {
            let mut best = (rows[above][column] + u16::from(costs[other as usize]))
                .min(rows[above][column + 1] + gap)
                .min(rows[here][column] + gaps[column]);
            if line > 0
                && column > 0
                && unit == right.units[column - 1]
                && other == left.units[line - 1]
                && unit != other
            {
                best = best.min(rows[before][column - 1] + SWAP);
            }
            rows[here][column + 1] = best;
            least = least.min(best);
        }
        if u32::from(least) > budget {
            return u32::MAX / 2;
        }
        (before, above, here) = (above, here, before);
    }
    u32::from(rows[above][width])
}

/// So many sequences are aligned side by side.
pub(crate) const LANES: usize = 16;
type Lanes = [i16; LANES];

/// The distances of a sequence to several others, none an abjad's, each shorter than `WIDTH`: what
/// [`similarity`] measures, for all at once.
pub(crate) fn distances<const WIDTH: usize>(units: &[u8], others: &[&[u8]; LANES]) -> Lanes {
    let width = others.iter().map(|other| other.len()).max().unwrap_or(0).min(WIDTH - 1);
    let mut right = [[0_u8; LANES]; WIDTH];
    for (lane, other) in others.iter().enumerate() {
        for (column, unit) in right.iter_mut().zip(*other) {
            column[lane] = (*unit).min(table::LAST);
        }
    }
    let mut gaps = [[0_i16; LANES]; WIDTH];
    let mut rows = [[[0_i16; LANES]; WIDTH]; 3];
    for column in 0..width {
        gaps[column] = right[column].map(|unit| table::gap(unit, false) as i16);
        rows[0][column + 1] =
            std::array::from_fn(|lane| rows[0][column][lane] + gaps[column][lane]);
    }
    let [mut before, mut above, mut here] = [2, 0, 1];
    for (line, &unit) in units.iter().enumerate() {
        let gap = table::gap(unit, false) as i16;
        // As wide as a byte counts, so that no look-up needs a check.
        let mut costs = [0_i16; 256];
        costs.iter_mut().zip(table::costs(unit)).for_each(|(held, cost)| *held = i16::from(*cost));
        // Nothing is exchanged with a sound that is the same.
        let last = line.checked_sub(1).map_or(unit, |line| units[line]);
        rows[here][0] = rows[above][0].map(|cost| cost + gap);
        for column in 0..width {
            let cost = right[column].map(|other| costs[usize::from(other)]);
            let (diagonal, up, left) =
                (&rows[above][column], &rows[above][column + 1], &rows[here][column]);
            let mut best: Lanes = std::array::from_fn(|lane| {
                (diagonal[lane] + cost[lane])
                    .min(up[lane] + gap)
                    .min(left[lane] + gaps[column][lane])
            });
            if last != unit && column > 0 {
                let (one, other) = (&right[column - 1], &right[column]);
                let from = &rows[before][column - 1];
                best = std::array::from_fn(|lane| {
                    let is_swap = i16::from((one[lane] == unit) & (other[lane] == last));
                    let swapped = (from[lane] + SWAP as i16) | (is_swap - 1) & i16::MAX;
                    best[lane].min(swapped)
                });
            }
            rows[here][column + 1] = best;
        }
        (before, above, here) = (above, here, before);
    }
    std::array::from_fn(|lane| rows[above][others[lane].len().min(width)][lane])
}
