//! Builds the table of common Japanese names in kanji.

use crate::{fold, frozen, romaji, tsv, write};
use std::collections::BTreeMap;
use std::path::Path;

/// Writes `ja_names.bin`: part letter and kanji -> up to two 32-bit hashes of canonical readings.
pub(crate) fn build(data: &Path, out: &Path) {
    let mut facts = BTreeMap::new();
    for row in tsv::read_rows(data, "ja_names.tsv") {
        let part = &tsv::cell(&row, 0)[..1];
        let mut packed = 0_u64;
        for (place, reading) in tsv::cell(&row, 2).split('|').take(2).enumerate() {
            let reading =
                romaji::canonical(reading).unwrap_or_else(|| panic!("{reading} is not Japanese"));
            packed |= u64::from(fold::hash32(fold::hash64(&reading))) << (32 * place);
        }
        facts.insert(fold::hash64(&format!("{part}:{}", tsv::cell(&row, 1))), packed);
    }
    write(out, "ja_names.bin", &frozen::freeze(&facts));
}
