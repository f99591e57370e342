//! Identifying facts of ships.

use interdict_model::Schema;

use super::numbers::several;
use crate::draft::{RecordDraft, parse_written_date};

/// Reads a field of a ship. False when it is not one.
pub(super) fn read_value(name: &str, text: &str, draft: &mut RecordDraft) -> bool {
    match name {
        "IMONumber" => read_imo(text, draft),
        "CurrentBelievedFlagOfShip" | "CurrentBelievedFlagOfShips" => {
            for flag in several(text) {
                draft.country("flag", flag);
            }
        }
        "PreviousFlag" | "PreviousFlags" => {
            for flag in several(text) {
                draft.country("pastFlags", flag);
            }
        }
        "CurrentOwnerOperator" => owners(text, "owner or operator", draft),
        "PreviousOwnerOperator" => owners(text, "previous owner or operator", draft),
        "TypeOfShip" => draft.add("type", text),
        "TonnageOfShip" => draft.add("tonnage", text),
        "LengthOfShip" => draft.note("Length", text),
        "YearBuilt" => draft.date("buildDate", parse_written_date(text), text),
        "HullIdentificationNumber" => draft.add("registrationNumber", text),
        "CallSign" => draft.add("callSign", text),
        "MMSI" | "MMSINumber" => draft.add("mmsi", text),
        "PreviousName" | "PreviousNameOfShip" => {
            draft.name(text, interdict_model::NameStrength::Former);
        }
        _ => return false,
    }
    true
}

/// The number alone; the list sometimes writes `IMO 1234567` or a remark with it.
fn read_imo(text: &str, draft: &mut RecordDraft) {
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 7);
    draft.add("imoNumber", digits.unwrap_or(text));
    if digits.is_some_and(|digits| digits != text) {
        draft.note("IMO number", text);
    }
}

fn owners(text: &str, role: &str, draft: &mut RecordDraft) {
    if draft.entity.schema == Schema::VESSEL {
        for owner in several(text) {
            draft.relation("Ownership", ("asset", "owner"), owner, role);
        }
    }
    draft.note(role, text);
}
