//! The unit table made by the build script from `data/names/phoneme_lattice.tsv`.

static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lattice_units.bin"));

/// How many units there are.
const COUNT: usize = BLOB[0] as usize;
/// As many places as a byte counts, so that no look-up needs a check.
pub(crate) const PLACES: usize = 256;
static GAPS: [u8; PLACES] = padded(1);
static ABJAD_GAPS: [u8; PLACES] = padded(1 + COUNT);
static SKELETONS: [u8; COUNT] = slice(1 + 2 * COUNT);
static MASKS: [u32; COUNT] = masks();
const CLASS_COUNT: usize = 10;
static CLASSES: [u8; CLASS_COUNT * COUNT] = slice(1 + (7 + COUNT) * COUNT);
static LETTERS: [u8; COUNT] = slice(1 + (7 + COUNT + CLASS_COUNT) * COUNT);
static STRANGERS: [u8; PLACES] = strangers();
static COSTS: [[u8; PLACES]; PLACES] = matrix();

const fn slice<const LENGTH: usize>(from: usize) -> [u8; LENGTH] {
    let mut out = [0; LENGTH];
    let mut index = 0;
    while index < LENGTH {
        out[index] = BLOB[from + index];
        index += 1;
    }
    out
}

const fn padded(from: usize) -> [u8; PLACES] {
    let mut out = [0; PLACES];
    let mut index = 0;
    while index < COUNT {
        out[index] = BLOB[from + index];
        index += 1;
    }
    out
}

const fn masks() -> [u32; COUNT] {
    let mut out = [0; COUNT];
    let mut index = 0;
    while index < COUNT {
        let at = 1 + 3 * COUNT + 4 * index;
        out[index] = u32::from_le_bytes([BLOB[at], BLOB[at + 1], BLOB[at + 2], BLOB[at + 3]]);
        index += 1;
    }
    out
}

const fn strangers() -> [u8; PLACES] {
    let mut out = [u8::MAX; PLACES];
    let mut left = 0;
    while left < COUNT {
        let mut right = 0;
        while right < COUNT {
            let cost = BLOB[1 + (7 + left) * COUNT + right];
            if MASKS[left] & MASKS[right] == 0 && cost < out[left] {
                out[left] = cost;
            }
            right += 1;
        }
        left += 1;
    }
    out
}

const fn matrix() -> [[u8; PLACES]; PLACES] {
    let mut out = [[0; PLACES]; PLACES];
    let mut left = 0;
    while left < COUNT {
        out[left] = padded(1 + 7 * COUNT + left * COUNT);
        left += 1;
    }
    out
}

/// The last unit; what is read from a file may be more.
pub(crate) const LAST: u8 = BLOB[0] - 1;

/// What it costs, in hundredths of a consonant, that a unit has no counterpart.
pub(crate) fn gap(unit: u8, other_is_abjad: bool) -> u32 {
    let table = if other_is_abjad { &ABJAD_GAPS } else { &GAPS };
    u32::from(table[unit as usize])
}

/// What it costs to meet another unit.
pub(crate) fn cost(left: u8, right: u8) -> u32 {
    u32::from(COSTS[left as usize][right as usize])
}

/// What it costs to meet each other unit.
pub(crate) fn costs(unit: u8) -> &'static [u8; PLACES] {
    &COSTS[unit as usize]
}

/// What it costs that each unit has no counterpart among written vowels.
pub(crate) fn gaps() -> &'static [u8; PLACES] {
    &GAPS
}

/// A set of units.
pub(crate) type Units = [u64; 4];

/// By unit: those that it costs less to meet than to have no counterpart among written vowels.
static NEAR: [Units; PLACES] = near_units();

const fn near_units() -> [Units; PLACES] {
    let mut out = [[0; 4]; PLACES];
    let mut left = 0;
    while left < COUNT {
        let mut right = 0;
        while right < COUNT {
            if COSTS[left][right] < GAPS[left] {
                out[left][right / 64] |= 1 << (right % 64);
            }
            right += 1;
        }
        left += 1;
    }
    out
}

/// The units that it costs less to meet than to have no counterpart among written vowels.
pub(crate) fn near(unit: u8) -> &'static Units {
    &NEAR[unit as usize]
}

/// The least that it costs to meet a unit with no sound in common.
pub(crate) fn stranger(unit: u8) -> u32 {
    u32::from(STRANGERS[unit as usize])
}

/// The consonant classes (0 for vowels and weak sounds) that a unit may be read as, each with what
/// that costs.
pub(crate) fn classes(unit: u8) -> impl Iterator<Item = (u8, u8)> {
    let costs = CLASSES.iter().skip(usize::from(unit) * CLASS_COUNT).take(CLASS_COUNT);
    (0..).zip(costs.copied()).filter(|(_, cost)| *cost != u8::MAX)
}

/// The sound that a unit is first of all: what it counts for in an acronym.
pub(crate) fn letter(unit: u8) -> u8 {
    LETTERS[unit as usize]
}

/// The sounds a unit may stand for, as bits.
pub(crate) fn mask(unit: u8) -> u32 {
    MASKS[unit as usize]
}

/// Consonant class 1..=9 of a unit, 0 for vowels and weak sounds.
pub(crate) fn skeleton(unit: u8) -> u8 {
    SKELETONS[unit as usize]
}
