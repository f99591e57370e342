//! Costs between phonetic units, compiled from `data/names/phoneme_lattice.tsv` by the build script
//! (`build/lattice.rs`), which also defines the layout of the blob.

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lattice_units.bin"));

/// Number of units.
const UNIT_COUNT: usize = BLOB[0] as usize;
/// Rows per table. 256 rather than [`UNIT_COUNT`], so that a lookup by `u8` needs no bounds check.
pub(crate) const TABLE_SIZE: usize = 256;
static GAP_COSTS: [u8; TABLE_SIZE] = padded(1);
static ABJAD_GAP_COSTS: [u8; TABLE_SIZE] = padded(1 + UNIT_COUNT);
static CONSONANT_CLASSES: [u8; UNIT_COUNT] = slice(1 + 2 * UNIT_COUNT);
static SOUND_MASKS: [u32; UNIT_COUNT] = sound_masks();
const CLASS_COUNT: usize = 10;
static CONSONANT_READINGS: [u8; CLASS_COUNT * UNIT_COUNT] =
    slice(1 + (7 + UNIT_COUNT) * UNIT_COUNT);
static FIRST_SOUNDS: [u8; UNIT_COUNT] = slice(1 + (7 + UNIT_COUNT + CLASS_COUNT) * UNIT_COUNT);
static MIN_MISMATCH_COSTS: [u8; TABLE_SIZE] = min_mismatch_costs();
static SUBSTITUTION_COSTS: [[u8; TABLE_SIZE]; TABLE_SIZE] = substitution_matrix();

const fn slice<const LENGTH: usize>(from: usize) -> [u8; LENGTH] {
    let mut out = [0; LENGTH];
    let mut index = 0;
    while index < LENGTH {
        out[index] = BLOB[from + index];
        index += 1;
    }
    out
}

const fn padded(from: usize) -> [u8; TABLE_SIZE] {
    let mut out = [0; TABLE_SIZE];
    let mut index = 0;
    while index < UNIT_COUNT {
        out[index] = BLOB[from + index];
        index += 1;
    }
    out
}

const fn sound_masks() -> [u32; UNIT_COUNT] {
    let mut out = [0; UNIT_COUNT];
    let mut index = 0;
    while index < UNIT_COUNT {
        let at = 1 + 3 * UNIT_COUNT + 4 * index;
        out[index] = u32::from_le_bytes([BLOB[at], BLOB[at + 1], BLOB[at + 2], BLOB[at + 3]]);
        index += 1;
    }
    out
}

const fn min_mismatch_costs() -> [u8; TABLE_SIZE] {
    let mut out = [u8::MAX; TABLE_SIZE];
    let mut left = 0;
    while left < UNIT_COUNT {
        let mut right = 0;
        while right < UNIT_COUNT {
            let cost = BLOB[1 + (7 + left) * UNIT_COUNT + right];
            if SOUND_MASKS[left] & SOUND_MASKS[right] == 0 && cost < out[left] {
                out[left] = cost;
            }
            right += 1;
        }
        left += 1;
    }
    out
}

const fn substitution_matrix() -> [[u8; TABLE_SIZE]; TABLE_SIZE] {
    let mut out = [[0; TABLE_SIZE]; TABLE_SIZE];
    let mut left = 0;
    while left < UNIT_COUNT {
        out[left] = padded(1 + 7 * UNIT_COUNT + left * UNIT_COUNT);
        left += 1;
    }
    out
}

/// The highest valid unit. Units read from a file are clamped to it.
pub(crate) const LAST_UNIT: u8 = BLOB[0] - 1;

/// Cost of deleting a unit, in hundredths of a consonant. Against an abjad, unwritten vowels are
/// nearly free.
pub(crate) fn gap_cost(unit: u8, other_is_abjad: bool) -> u32 {
    let table = if other_is_abjad { &ABJAD_GAP_COSTS } else { &GAP_COSTS };
    u32::from(table[unit as usize])
}

/// Cost of substituting one unit for another.
pub(crate) fn substitution_cost(left: u8, right: u8) -> u32 {
    u32::from(SUBSTITUTION_COSTS[left as usize][right as usize])
}

/// Costs of substituting a unit for each other one.
pub(crate) fn substitution_costs(unit: u8) -> &'static [u8; TABLE_SIZE] {
    &SUBSTITUTION_COSTS[unit as usize]
}

/// Gap cost of each unit against a text with written vowels.
pub(crate) fn gap_costs() -> &'static [u8; TABLE_SIZE] {
    &GAP_COSTS
}

/// A set of units as a 256-bit mask.
pub(crate) type UnitSet = [u64; 4];

/// For each unit: the units whose substitution is cheaper than its own gap, vowels being written on
/// the other side.
static CHEAP_SUBSTITUTES: [UnitSet; TABLE_SIZE] = cheap_substitute_sets();

const fn cheap_substitute_sets() -> [UnitSet; TABLE_SIZE] {
    let mut out = [[0; 4]; TABLE_SIZE];
    let mut left = 0;
    while left < UNIT_COUNT {
        let mut right = 0;
        while right < UNIT_COUNT {
            if SUBSTITUTION_COSTS[left][right] < GAP_COSTS[left] {
                out[left][right / 64] |= 1 << (right % 64);
            }
            right += 1;
        }
        left += 1;
    }
    out
}

/// The units whose substitution is cheaper than this unit's gap, vowels being written on the other
/// side.
pub(crate) fn cheap_substitutes(unit: u8) -> &'static UnitSet {
    &CHEAP_SUBSTITUTES[unit as usize]
}

/// The lowest substitution cost of a unit and any unit that shares no sound with it.
pub(crate) fn min_mismatch_cost(unit: u8) -> u32 {
    u32::from(MIN_MISMATCH_COSTS[unit as usize])
}

/// The consonant classes that a unit may be read as (0: vowel or weak sound), each with the cost of
/// that reading.
pub(crate) fn consonant_readings(unit: u8) -> impl Iterator<Item = (u8, u8)> {
    let costs = CONSONANT_READINGS.iter().skip(usize::from(unit) * CLASS_COUNT).take(CLASS_COUNT);
    (0..).zip(costs.copied()).filter(|(_, cost)| *cost != u8::MAX)
}

/// The most likely sound of a unit. Acronyms compare words by the first sound of their first unit.
pub(crate) fn first_sound(unit: u8) -> u8 {
    FIRST_SOUNDS[unit as usize]
}

/// The sounds that a unit may stand for, as bits.
pub(crate) fn sound_mask(unit: u8) -> u32 {
    SOUND_MASKS[unit as usize]
}

/// Consonant class 1..=9 of a unit, 0 for vowels and weak sounds.
pub(crate) fn consonant_class(unit: u8) -> u8 {
    CONSONANT_CLASSES[unit as usize]
}
