//! The unit table made by the build script from `data/names/phoneme_lattice.tsv`.

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lattice_units.bin"));

/// How many units there are.
const UNIT_COUNT: usize = BLOB[0] as usize;
/// As many places as a byte counts, so that no look-up needs a check.
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

/// The last unit; what is read from a file may be more.
pub(crate) const LAST_UNIT: u8 = BLOB[0] - 1;

/// What it costs, in hundredths of a consonant, that a unit has no counterpart.
pub(crate) fn gap_cost(unit: u8, other_is_abjad: bool) -> u32 {
    let table = if other_is_abjad { &ABJAD_GAP_COSTS } else { &GAP_COSTS };
    u32::from(table[unit as usize])
}

/// What it costs to meet another unit.
pub(crate) fn substitution_cost(left: u8, right: u8) -> u32 {
    u32::from(SUBSTITUTION_COSTS[left as usize][right as usize])
}

/// What it costs to meet each other unit.
pub(crate) fn substitution_costs(unit: u8) -> &'static [u8; TABLE_SIZE] {
    &SUBSTITUTION_COSTS[unit as usize]
}

/// What it costs that each unit has no counterpart among written vowels.
pub(crate) fn gap_costs() -> &'static [u8; TABLE_SIZE] {
    &GAP_COSTS
}

/// A set of units.
pub(crate) type UnitSet = [u64; 4];

/// By unit: those that it costs less to meet than to have no counterpart among written vowels.
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

/// The units that it costs less to meet than to have no counterpart among written vowels.
pub(crate) fn cheap_substitutes(unit: u8) -> &'static UnitSet {
    &CHEAP_SUBSTITUTES[unit as usize]
}

/// The least that it costs to meet a unit with no sound in common.
pub(crate) fn min_mismatch_cost(unit: u8) -> u32 {
    u32::from(MIN_MISMATCH_COSTS[unit as usize])
}

/// The consonant classes (0 for vowels and weak sounds) that a unit may be read as, each with what
/// that costs.
pub(crate) fn consonant_readings(unit: u8) -> impl Iterator<Item = (u8, u8)> {
    let costs = CONSONANT_READINGS.iter().skip(usize::from(unit) * CLASS_COUNT).take(CLASS_COUNT);
    (0..).zip(costs.copied()).filter(|(_, cost)| *cost != u8::MAX)
}

/// The sound that a unit is first of all: what it counts for in an acronym.
pub(crate) fn first_sound(unit: u8) -> u8 {
    FIRST_SOUNDS[unit as usize]
}

/// The sounds a unit may stand for, as bits.
pub(crate) fn sound_mask(unit: u8) -> u32 {
    SOUND_MASKS[unit as usize]
}

/// Consonant class 1..=9 of a unit, 0 for vowels and weak sounds.
pub(crate) fn consonant_class(unit: u8) -> u8 {
    CONSONANT_CLASSES[unit as usize]
}
