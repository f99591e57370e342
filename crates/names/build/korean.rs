//! Builds the Korean tables: spellings of onsets, vowels and codas, and surnames.

use crate::{fold, frozen, tsv, write};
use std::collections::BTreeMap;
use std::path::Path;

const ONSETS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS: &str = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
/// None, then the seven codas that are pronounced.
const CODAS: &str = "-ㄱㄴㄷㄹㅁㅂㅇ";
/// Highest cost of a regular spelling.
const REGULAR: u8 = 5;

/// Writes `ko_spelling.bin` (grapheme with a part letter in front -> regular mask | ad hoc mask <<
/// 32) and `ko_surnames.bin` (form -> up to four Hangul syllables of surnames; two-syllable ones
/// are kept apart).
pub(crate) fn build(data: &Path, out: &Path) {
    let mut spellings = BTreeMap::new();
    for row in tsv::read_rows(data, "ko_spelling.tsv") {
        let part = tsv::cell(&row, 0);
        let alphabet = match part {
            "onset" => ONSETS,
            "vowel" => VOWELS,
            _ => CODAS,
        };
        let grapheme = if tsv::cell(&row, 2) == "-" { "" } else { tsv::cell(&row, 2) };
        let (mut regular, mut loose) = (0_u64, 0_u64);
        for option in tsv::cell(&row, 3).split(' ') {
            let (jamo, cost) = option.split_once(':').unwrap_or((option, "0"));
            let place =
                alphabet.chars().position(|letter| jamo.starts_with(letter)).expect("a known jamo");
            loose |= 1 << place;
            if cost.parse::<u8>().expect("a cost") <= REGULAR {
                regular |= 1 << place;
            }
        }
        let key = format!("{}:{grapheme}", &part[..1]);
        frozen::add_prefixes(&mut spellings, &key);
        *spellings.entry(fold::hash64(&key)).or_insert(0) |= regular | loose << 32;
    }
    write(out, "ko_spelling.bin", &frozen::freeze(&spellings));
    write(out, "ko_surnames.bin", &frozen::freeze(&surnames(data)));
}

/// Latin and Cyrillic forms of one-syllable surnames -> Hangul syllables, as offsets from U+AC00
/// plus one.
fn surnames(data: &Path) -> BTreeMap<u64, u64> {
    let mut facts: BTreeMap<u64, u64> = BTreeMap::new();
    for row in tsv::read_rows(data, "ko_surnames.tsv") {
        let hangul: Vec<char> = tsv::cell(&row, 0).chars().collect();
        let &[syllable] = hangul.as_slice() else { continue };
        if !('가'..='힣').contains(&syllable) {
            continue;
        }
        let code = (syllable as u32 - 0xac00 + 1) as u64;
        for form in
            row.iter().flat_map(|cell| cell.split([' ', '|', ','])).filter(|form| !form.is_empty())
        {
            let slot = facts.entry(fold::hash64(&fold::key_of(form))).or_insert(0);
            for place in 0..4 {
                let held = *slot >> (16 * place) & 0xffff;
                if held == code {
                    break;
                }
                if held == 0 {
                    *slot |= code << (16 * place);
                    break;
                }
            }
        }
    }
    facts
}
