//! Names as the United Nations print them.

use interdict_model::NameStrength;

use crate::draft::RecordDraft;
use crate::xml::Element;

/// The parts of a name in the list, in spoken order. They do not distinguish a family name from a
/// given name, so only the joined name is used.
const NAME_PARTS: [&str; 4] = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];

/// The words that stand before a name in another script, in the note of an alias.
const SCRIPT_MARKS: [&str; 3] = ["original script:", "in arabic:", "in arabic script:"];

/// Reads the primary name, in Latin letters and in its own.
pub(super) fn read_primary_names(record: &Element, draft: &mut RecordDraft) {
    let parts: Vec<&str> = NAME_PARTS.iter().filter_map(|part| record.text_of(part)).collect();
    draft.printed_name(&parts.join(" "), NameStrength::Primary);
    for original in record.texts("NAME_ORIGINAL_SCRIPT") {
        draft.name(original, NameStrength::Primary);
    }
}

/// Reads one alias: its quality, perhaps several spellings, and the content of its note.
pub(super) fn read_alias(alias: &Element, draft: &mut RecordDraft) {
    let name = alias.text_of("ALIAS_NAME").unwrap_or_default();
    let note = alias.text_of("NOTE").unwrap_or_default();
    let strength = strength(alias.text_of("QUALITY").unwrap_or_default(), note);
    for spelling in spellings(name) {
        draft.printed_name(spelling, strength);
    }
    if let Some(original) = original_script(note) {
        draft.name(original, strength);
    }
    let birth = ["DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH"];
    let birth: Vec<&str> = birth.iter().filter_map(|part| alias.text_of(part)).collect();
    if !birth.is_empty() {
        draft.note(&format!("Alias {name}"), &format!("born {}", birth.join(", ")));
    }
    draft.note(&format!("Alias {name}"), note);
    if let Some(quality) = alias.text_of("QUALITY").filter(|word| !is_known_quality(word)) {
        draft.note(&format!("Alias {name}, quality"), quality);
    }
}

fn is_known_quality(word: &str) -> bool {
    matches!(word, "Good" | "Low" | "a.k.a." | "f.k.a.")
}

fn strength(quality: &str, note: &str) -> NameStrength {
    let note = note.to_lowercase();
    match quality {
        "Low" => NameStrength::Weak,
        "f.k.a." => NameStrength::Former,
        _ if note.starts_with("previously listed") || note.starts_with("formerly listed") => {
            NameStrength::Former
        }
        _ => NameStrength::Strong,
    }
}

/// Several spellings may share one field: `Azim Roe; Azeem Roe b) A. Roe`. Semicolons are split where
/// brackets are read.
fn spellings(name: &str) -> impl Iterator<Item = &str> {
    name.split(" b) ")
        .map(|part| part.trim().trim_matches(';').trim())
        .filter(|part| !part.is_empty())
}

fn original_script(note: &str) -> Option<&str> {
    // Lower-casing ASCII only keeps every byte in its place.
    let lower = note.to_ascii_lowercase();
    let mark = SCRIPT_MARKS.iter().filter_map(|mark| Some(lower.find(mark)? + mark.len())).max()?;
    let name = note.get(mark..)?.split([';', ')']).next()?.trim();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_letter_begins_another_spelling() {
        let all: Vec<_> = spellings("Azim Roe; Azeem Roe b) A. Roe; ").collect();
        assert_eq!(all, ["Azim Roe; Azeem Roe", "A. Roe"]);
    }

    #[test]
    fn a_name_in_its_own_script_is_found_in_the_note() {
        assert_eq!(original_script("original script: Абу Банат"), Some("Абу Банат"));
        assert_eq!(original_script("DOB: 1963. In Arabic: سيف"), Some("سيف"));
        assert_eq!(original_script("previously listed as"), None);
    }
}
