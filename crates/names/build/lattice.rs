//! Builds the phoneme lattice: graphemes -> units, and the costs between any two units, in
//! hundredths of a consonant.

use crate::{fold, frozen, tsv, write};
use std::collections::BTreeMap;
use std::path::Path;

const SOUNDS: &str = "AEIOUYwbpvfdtgkXhGJCSZzsclrmn";
// Gap costs of a vowel, a glide and a consonant. A missing vowel is the most frequent difference
// between transliterations, so it costs less than half a consonant.
const VOWEL: u8 = 45;
const GLIDE: u8 = 40;
const CONSONANT: u8 = 100;
/// Gap cost of a vowel when the other side is an abjad.
const UNWRITTEN: u8 = 10;

/// One position of a grapheme: its possible sounds with costs, and the cost of silence if it may be
/// silent.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Unit {
    options: Vec<(u8, u8)>,
    silent: Option<u8>,
}

impl Unit {
    fn parse(text: &str, grapheme: &str) -> Unit {
        let mut unit = Unit { options: Vec::new(), silent: None };
        for option in text.split('|') {
            let (sound, cost) = option.split_once(':').unwrap_or((option, "0"));
            let cost: u8 = cost.parse().unwrap_or_else(|_| panic!("cost in {grapheme}"));
            if sound == "_" {
                unit.silent = Some(cost);
            } else {
                let id =
                    SOUNDS.find(sound).unwrap_or_else(|| panic!("sound {sound:?} in {grapheme}"));
                unit.options.push((id as u8, cost));
            }
        }
        unit.options.sort_unstable();
        unit
    }

    /// True for units whose costs differ by at most 10. They share one id, which keeps ids in a
    /// byte.
    fn is_near(&self, other: &Unit) -> bool {
        let near = |left: u8, right: u8| left.abs_diff(right) <= 10;
        self.options.len() == other.options.len()
            && self
                .options
                .iter()
                .zip(&other.options)
                .all(|(a, b)| a.0 == b.0 && near(a.1, b.1) && (a.1 == 0) == (b.1 == 0))
            && match (self.silent, other.silent) {
                (Some(a), Some(b)) => near(a, b),
                (a, b) => a == b,
            }
    }

    fn mask(&self) -> u32 {
        self.options.iter().fold(0, |mask, &(sound, _)| mask | 1 << sound)
    }

    fn is_vowel(&self) -> bool {
        self.options.iter().any(|&(sound, cost)| cost == 0 && sound < 5)
    }

    fn is_glide(&self) -> bool {
        self.options.iter().any(|&(sound, cost)| cost == 0 && (5..7).contains(&sound))
    }

    fn gap(&self, other_is_abjad: bool) -> u8 {
        let plain = match self.silent {
            Some(cost) => cost,
            None if self.is_vowel() => VOWEL,
            None if self.is_glide() => GLIDE,
            None => CONSONANT,
        };
        if other_is_abjad && self.is_vowel() { plain.min(UNWRITTEN) } else { plain }
    }

    fn cost(&self, other: &Unit) -> u8 {
        let mut best = if self.is_vowel() && other.is_vowel() { VOWEL } else { CONSONANT };
        for &(sound, cost) in &self.options {
            for &(other_sound, other_cost) in &other.options {
                if sound == other_sound {
                    best = best.min(cost.saturating_add(other_cost));
                }
            }
        }
        best
    }

    /// The consonant class of the most likely sound; 0 for vowels, glides and letters that are
    /// often silent.
    fn skeleton(&self) -> u8 {
        if self.is_vowel() || self.is_glide() || self.silent.is_some_and(|cost| cost < 60) {
            return 0;
        }
        self.options.iter().min_by_key(|option| option.1).map_or(0, |option| class(option.0))
    }

    /// The most likely sound; a consonant rather than a glide, I for Y.
    fn letter(&self) -> u8 {
        let best = self.options.iter().min_by_key(|(sound, cost)| (*cost, *sound < 7, *sound));
        let sound = best.map_or(0, |option| option.0);
        if SOUNDS.as_bytes()[sound as usize] == b'Y' { 2 } else { sound }
    }

    /// The cost of reading the unit as each consonant class, or as no consonant (0); 255 where
    /// impossible.
    fn classes(&self) -> [u8; CLASSES] {
        let mut costs = [u8::MAX; CLASSES];
        for &(sound, cost) in &self.options {
            let held = &mut costs[class(sound) as usize];
            *held = cost.min(*held);
        }
        costs[0] = self.silent.unwrap_or(u8::MAX).min(costs[0]);
        costs
    }
}

/// Number of classes: vowels and weak sounds (0), and nine classes of consonants that are often
/// written for each other.
const CLASSES: usize = 10;

fn class(sound: u8) -> u8 {
    match SOUNDS.as_bytes()[sound as usize] {
        b'b' | b'p' => 1,
        b'v' | b'f' => 2,
        b'd' | b't' => 3,
        b'g' | b'k' | b'X' | b'G' => 4,
        b'J' | b'C' | b'S' | b'Z' | b'z' | b's' | b'c' => 5,
        b'l' => 6,
        b'r' => 7,
        b'm' => 8,
        b'n' => 9,
        _ => 0,
    }
}

/// Writes `lattice_graphemes.bin` (frozen map: grapheme -> up to three unit ids) and
/// `lattice_units.bin` (count, gaps, gaps against an abjad, skeleton classes, masks, cost matrix,
/// costs of the classes, letters).
pub(crate) fn build(data: &Path, out: &Path) {
    let mut units = vec![Unit { options: Vec::new(), silent: Some(CONSONANT) }];
    let mut graphemes = BTreeMap::new();
    for row in tsv::read_rows(data, "phoneme_lattice.tsv") {
        let grapheme = tsv::cell(&row, 0);
        let mut packed = 0_u64;
        for (place, position) in tsv::cell(&row, 1).split(' ').enumerate() {
            assert!(place < 4, "too many positions in {grapheme}");
            let unit = Unit::parse(position, grapheme);
            let id = units.iter().position(|held| held.is_near(&unit)).unwrap_or_else(|| {
                units.push(unit);
                units.len() - 1
            });
            packed |= u64::from(u8::try_from(id).expect("at most 255 units")) << (8 * place);
        }
        frozen::add_prefixes(&mut graphemes, grapheme);
        let before = graphemes.insert(fold::hash64(grapheme), packed);
        assert!(before.is_none_or(|held| held == 0), "grapheme {grapheme} twice");
    }
    write(out, "lattice_graphemes.bin", &frozen::freeze(&graphemes));
    let mut bytes = vec![units.len() as u8];
    bytes.extend(units.iter().map(|unit| unit.gap(false)));
    bytes.extend(units.iter().map(|unit| unit.gap(true)));
    bytes.extend(units.iter().map(Unit::skeleton));
    for unit in &units {
        bytes.extend_from_slice(&unit.mask().to_le_bytes());
    }
    for left in &units {
        bytes.extend(units.iter().map(|right| left.cost(right)));
    }
    bytes.extend(units.iter().flat_map(Unit::classes));
    bytes.extend(units.iter().map(Unit::letter));
    write(out, "lattice_units.bin", &bytes);
}
