//! Names as the UK list gives them.

use interdict_model::{NameStrength, ProblemCode, Schema};

use crate::draft::RecordDraft;
use crate::xml::Element;

/// The parts of a name in spoken order. The sixth is the family name of a person, and the whole
/// name of any other party.
const NAME_PARTS: [&str; 6] = ["Name1", "Name2", "Name3", "Name4", "Name5", "Name6"];

/// Reads all names. The primary one comes first, wherever it is in the list.
pub(super) fn read_names(record: &Element, draft: &mut RecordDraft) {
    let names = record.all("Names/Name");
    let has_primary = names.iter().any(|name| kind_of(name) == "primary name");
    for (index, name) in names.iter().enumerate() {
        let first_of_none = !has_primary && index == 0;
        read_name(name, first_of_none, draft);
    }
    for name in record.all("NonLatinNames/NonLatinName") {
        read_original(name, draft);
    }
}

/// The kind of name in one spelling: the list writes it in several letter cases.
fn kind_of(name: &Element) -> String {
    name.text_of("NameType").unwrap_or_default().to_lowercase()
}

fn read_name(name: &Element, as_primary: bool, draft: &mut RecordDraft) {
    let parts: Vec<&str> = NAME_PARTS.iter().filter_map(|part| name.text_of(part)).collect();
    let whole = parts.join(" ");
    let kind = kind_of(name);
    let strength_word = name.text_of("AliasStrength").unwrap_or_default();
    let low = strength_word.to_lowercase().starts_with("low");
    let strength = match kind.as_str() {
        "primary name" => NameStrength::Primary,
        _ if as_primary => NameStrength::Primary,
        _ if low => NameStrength::Weak,
        _ if kind.contains("formerly") || kind.contains("f.k.a") => NameStrength::Former,
        _ => NameStrength::Strong,
    };
    draft.printed_name(&whole, strength);
    if strength == NameStrength::Primary && draft.entity.schema == Schema::PERSON {
        draft.add("lastName", name.text_of("Name6").unwrap_or_default());
        draft.add("firstName", name.text_of("Name1").unwrap_or_default());
        for middle in ["Name2", "Name3", "Name4", "Name5"] {
            draft.add("middleName", name.text_of(middle).unwrap_or_default());
        }
    }
    let known_kinds = ["primary name", "primary name variation", "alias", "a.k.a", "f.k.a", ""];
    if !known_kinds.contains(&kind.as_str()) {
        let what = "a kind of name that is not known; kept as a note".to_owned();
        draft.keep(ProblemCode::ValueUnknown, &format!("Kind of the name {whole}"), what, &kind);
    }
    let known_words = ["", "good quality a.k.a", "low quality a.k.a", "good", "low"];
    if !known_words.contains(&strength_word.to_lowercase().trim_end_matches('.')) {
        let label = format!("Strength of the name {whole}");
        let what = "a strength of name that is not known; kept as a note".to_owned();
        draft.keep(ProblemCode::ValueUnknown, &label, what, strength_word);
    }
    let known = |field: &&Element| {
        !NAME_PARTS.contains(&field.name())
            && !["NameType", "AliasStrength"].contains(&field.name())
            && !field.text().is_empty()
    };
    for other in name.elements().iter().filter(known) {
        draft.note(&format!("{} of the name {whole}", other.name()), other.text());
    }
}

fn read_original(name: &Element, draft: &mut RecordDraft) {
    let text = name.text_of("NameNonLatinScript").unwrap_or(name.text());
    let strength = if draft.entity.values("name").is_empty() {
        NameStrength::Primary
    } else {
        NameStrength::Strong
    };
    draft.name(text, strength);
    let about = ["NonLatinScriptType", "NonLatinScriptLanguage"];
    let about: Vec<&str> = about.iter().filter_map(|field| name.text_of(field)).collect();
    if !about.is_empty() {
        draft.note(&format!("Script of the name {text}"), &about.join(", "));
    }
}
