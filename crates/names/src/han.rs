//! Readings of Han characters per language. The table is read in place, and only for names with
//! such characters.

use crate::korean::syllable::{Syllable, Syllables};
use crate::tables::Facts;
use std::sync::LazyLock;

static RECORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/han.bin"));
static COREADINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/coread.bin"));

const FIRST: u32 = 0x4e00;
const RECORD: usize = 34;

fn record(letter: char) -> Option<&'static [u8]> {
    let at = (letter as u32).checked_sub(FIRST)? as usize * RECORD;
    RECORDS.get(at..at + RECORD)
}

fn word(letter: char, place: usize) -> u64 {
    record(letter)
        .and_then(|record| record.get(place * 8..place * 8 + 8))
        .map_or(0, |bytes| u64::from_le_bytes(bytes.try_into().expect("eight bytes")))
}

static SINO_KOREAN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sino_korean.bin"));

/// Vowels (ㅐ ㅒ ㅖ) that an "e" stands for only in spellings of other languages, so that they are no
/// sign of a Korean name.
const REMOTE: u64 = 1 << 20 | 1 << 22 | 1 << 26;

/// True when a set contains the Sino-Korean reading of a common character; nearly all syllables of
/// Korean names are such readings.
pub(crate) fn is_sino_korean(syllable: Syllable) -> bool {
    static READINGS: LazyLock<Syllables> = LazyLock::new(|| {
        let codes =
            SINO_KOREAN.chunks_exact(2).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
        codes.map(|code| Syllable::of_code(u32::from(code).saturating_sub(1))).collect()
    });
    READINGS.contains_any(syllable.regular | syllable.loose & !REMOTE)
}

/// The pinyin numbers of all readings of a character, packed.
pub(crate) fn pinyin(letter: char) -> u64 {
    word(letter, 0)
}

/// The Korean readings of a character as one set.
pub(crate) fn hangul(letter: char) -> Option<Syllable> {
    Facts(word(letter, 1))
        .iter()
        .map(|code| Syllable::of_code(u32::from(code) - 1))
        .reduce(Syllable::or)
}

/// The Cantonese readings as masks of initials and finals.
pub(crate) fn jyutping(letter: char) -> Option<(u64, u64)> {
    Facts(word(letter, 2)).iter().map(sets).reduce(|one, other| (one.0 | other.0, one.1 | other.1))
}

fn sets(fact: u16) -> (u64, u64) {
    let code = fact - 1;
    (1 << (code >> 8), 1 << (code & 0xff))
}

/// Two hashes of Vietnamese readings, packed.
pub(crate) fn vietnamese(letter: char) -> u64 {
    word(letter, 3)
}

/// The character that represents all variants of a character (traditional, simplified, Japanese).
pub(crate) fn folded(letter: char) -> char {
    record(letter)
        .and_then(|record| record.get(32..34))
        .map(|bytes| u32::from(u16::from_le_bytes([bytes[0], bytes[1]])))
        .filter(|&code| code != 0)
        .and_then(|code| char::from_u32(code - 1 + FIRST))
        .unwrap_or(letter)
}

fn u16_at(index: usize) -> u16 {
    COREADINGS
        .get(index * 2..index * 2 + 2)
        .map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
}

/// The co-readings of a pinyin number in one of the two tables (0 Korean, 1 Cantonese).
fn coreading(table: usize, pinyin: u16) -> impl Iterator<Item = u16> {
    let mut base = 0;
    for _ in 0..table {
        let count = usize::from(u16_at(base));
        base += 2 + count + usize::from(u16_at(base + 1 + count));
    }
    let count = usize::from(u16_at(base));
    let offset = |at: usize| usize::from(u16_at(base + 1 + at.min(count)));
    let (from, to) = (offset(usize::from(pinyin)), offset(usize::from(pinyin) + 1));
    let facts = base + 2 + count;
    (from..to.max(from)).map(move |at| u16_at(facts + at))
}

/// True when a common character has this pinyin and a Korean reading in the set.
pub(crate) fn coread_korean(pinyin: u16, korean: Syllable) -> bool {
    coreading(0, pinyin)
        .any(|code| Syllable::of_code(u32::from(code).saturating_sub(1)).overlaps(korean))
}

/// True when a common character has this pinyin and a Cantonese reading in the masks.
pub(crate) fn coread_cantonese(pinyin: u16, cantonese: (u64, u64)) -> bool {
    coreading(1, pinyin)
        .map(sets)
        .any(|(initial, end)| initial & cantonese.0 != 0 && end & cantonese.1 != 0)
}
