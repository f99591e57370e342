//! The distance of two unit sequences.

use super::table;
use super::token::MAX_UNITS;

/// One word as the aligner sees it.
#[derive(Clone, Copy)]
pub(crate) struct Sounds<'a> {
    /// Lattice units.
    pub(crate) units: &'a [u8],
    /// Written without (all) vowels.
    pub(crate) abjad: bool,
    /// Sounds that occur, as bits.
    pub(crate) mask: u32,
}

impl<'a> Sounds<'a> {
    /// Reads the mask off the units.
    pub(crate) fn new(units: &'a [u8], abjad: bool) -> Self {
        Sounds { units, abjad, mask: units.iter().fold(0, |mask, &unit| mask | table::mask(unit)) }
    }
}

/// Longest joined sequence that is aligned; longer ones are cut (a whole name written as one word stays below it).
const CUT: usize = 2 * MAX_UNITS;

/// Similarity in thousandths, 0 when it cannot reach `floor` (also thousandths).
///
/// `1 - distance / weight`, where the weight of a sequence is what leaving all of it out would cost. Both sides
/// are measured; the heavier counts, so that a short word inside a long one is not alike.
pub(crate) fn similarity(left: Sounds<'_>, right: Sounds<'_>, floor: u32) -> u32 {
    let left_units = &left.units[..left.units.len().min(CUT)];
    let right_units = &right.units[..right.units.len().min(CUT)];
    if left_units.is_empty() || right_units.is_empty() {
        return 0;
    }
    let left_abjad_gap = right.abjad && !left.abjad;
    let right_abjad_gap = left.abjad && !right.abjad;
    let (left_weight, left_lone) = weigh(left_units, left_abjad_gap, right.mask);
    let (right_weight, right_lone) = weigh(right_units, right_abjad_gap, left.mask);
    let weight = left_weight.max(right_weight).max(1);
    let budget = weight * (1000 - floor) / 1000;
    if left_lone.max(right_lone).max(left_weight.abs_diff(right_weight).saturating_sub(SLACK))
        > budget
    {
        return 0;
    }
    let distance = if left_units == right_units {
        0
    } else {
        distance(
            Row { units: left_units, abjad_gap: left_abjad_gap },
            Row { units: right_units, abjad_gap: right_abjad_gap },
            budget,
        )
    };
    if distance > budget { 0 } else { 1000 - distance * 1000 / weight }
}

/// Two units that meet at no cost may weigh differently by this much each (a silent letter against a vowel), so the
/// difference in weight is a bound only after some slack.
const SLACK: u32 = 120;

/// The weight of a sequence, and a lower bound of what its sounds that the other side lacks will cost.
fn weigh(units: &[u8], other_is_abjad: bool, other_mask: u32) -> (u32, u32) {
    let mut weight = 0;
    let mut lone = 0;
    for &unit in units {
        let gap = table::gap(unit, other_is_abjad);
        weight += gap;
        if table::mask(unit) & other_mask == 0 {
            lone += gap.min(VOWEL);
        }
    }
    (weight, lone)
}

/// The least that two units without a common sound cost (two vowels).
const VOWEL: u32 = 45;
/// Two neighbours exchanged ("Hamid" / "Hmaid"): one slip of the hand, not two.
const SWAP: u32 = 60;

#[derive(Clone, Copy)]
struct Row<'a> {
    units: &'a [u8],
    abjad_gap: bool,
}

/// Weighted optimal string alignment with early exit above the budget.
fn distance(left: Row<'_>, right: Row<'_>, budget: u32) -> u32 {
    let width = right.units.len();
    let mut rows = [[0_u32; CUT + 1]; 3];
    for (column, &unit) in right.units.iter().enumerate() {
        rows[0][column + 1] = rows[0][column] + table::gap(unit, right.abjad_gap);
    }
    let (mut before, mut above, mut here) = (2, 0, 1);
    for (line, &unit) in left.units.iter().enumerate() {
        let gap = table::gap(unit, left.abjad_gap);
        rows[here][0] = rows[above][0] + gap;
        let mut least = rows[here][0];
        for (column, &other) in right.units.iter().enumerate() {
            let mut best = (rows[above][column] + table::cost(unit, other))
                .min(rows[above][column + 1] + gap)
                .min(rows[here][column] + table::gap(other, right.abjad_gap));
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
        if least > budget {
            return u32::MAX / 2;
        }
        (before, above, here) = (above, here, before);
    }
    rows[above][width]
}
