//! One designation of the list.

use interdict_model::{ProblemCode, Schema};

use super::{identity, names, numbers, ship};
use crate::draft::{AddressParts, RecordDraft, parse_day_first};
use crate::xml::Element;

/// Reads all values of a designation.
pub(super) fn read_record(record: &Element, draft: &mut RecordDraft) {
    draft.entity.schema = schema(record.text_of("IndividualEntityShip").unwrap_or_default(), draft);
    names::read_names(record, draft);
    for child in record.elements() {
        read_field(child, draft);
    }
    let changed = draft.entity.values("modifiedAt").iter().max().cloned();
    draft.entity.last_change = changed;
}

fn schema(kind: &str, draft: &mut RecordDraft) -> Schema {
    match kind.to_ascii_lowercase().as_str() {
        "individual" => Schema::PERSON,
        "entity" => Schema::ORGANIZATION,
        "ship" => Schema::VESSEL,
        _ => {
            let what = "a kind of subject that is not known; kept as a note".to_owned();
            draft.keep(ProblemCode::ValueUnknown, "Kind of subject", what, kind);
            Schema::LEGAL_ENTITY
        }
    }
}

/// Reads one field. The list wraps its fields in containers (`Addresses/Address`), whose names say
/// nothing more, so each field is known by its own name wherever it stands.
fn read_field(field: &Element, draft: &mut RecordDraft) {
    match field.name() {
        "Address" => read_address(field, draft),
        "Passport" => identity::read_passport(field, draft),
        "NationalIdentifier" => identity::read_national_identifier(field, draft),
        "Location" => identity::read_birth_place(field, draft),
        "SanctionsImposedIndicators" => read_measures(field, draft),
        "Names" | "NonLatinNames" | "IndividualEntityShip" | "UniqueID" => {
            if field.name() == "UniqueID" {
                draft.designation.reference = Some(field.text().to_owned());
                draft.add_to_sanction("authorityId", field.text());
            }
        }
        _ if field.elements().is_empty() => {
            if !field.text().is_empty() && !read_value(field.name(), field.text(), draft) {
                let what = format!("<{}> is not known; kept as a note", field.name());
                draft.keep(ProblemCode::FieldUnknown, field.name(), what, field.text());
            }
        }
        _ => field.elements().iter().for_each(|child| read_field(child, draft)),
    }
}

/// Reads a field that is one text. False when it is not known.
fn read_value(name: &str, text: &str, draft: &mut RecordDraft) -> bool {
    read_listing(name, text, draft)
        || read_contact(name, text, draft)
        || identity::read_value(name, text, draft)
        || numbers::read_value(name, text, draft)
        || ship::read_value(name, text, draft)
}

fn read_listing(name: &str, text: &str, draft: &mut RecordDraft) -> bool {
    match name {
        "DateDesignated" => {
            draft.designation.listed_on =
                draft.check_date("Designated on", parse_day_first(text), text);
        }
        "LastUpdated" => draft.date("modifiedAt", parse_day_first(text), text),
        "OFSIGroupID" => draft.add_to_sanction("authorityId", text),
        "UNReferenceNumber" => draft.add_to_sanction("unscId", text),
        "RegimeName" => draft.programme(text),
        "DesignationSource" => draft.add_to_sanction("publisher", text),
        "SanctionsImposed" => {
            for measure in text.split('|').map(str::trim) {
                draft.add_to_sanction("provisions", measure);
            }
        }
        "UKStatementofReasons" | "UKStatementOfReasons" => {
            draft.add_to_sanction("reason", text);
            draft.find_wallets(text);
        }
        "OtherInformation" => {
            draft.note("", text);
            draft.find_wallets(text);
        }
        _ => return false,
    }
    true
}

fn read_contact(name: &str, text: &str, draft: &mut RecordDraft) -> bool {
    let property = match name {
        "PhoneNumber" => "phone",
        "EmailAddress" => "email",
        "Website" => "website",
        _ => return false,
    };
    if draft.entity.schema == Schema::VESSEL {
        draft.note(name, text);
        return true;
    }
    // One field may hold several, and "(1) ... (2) ..." marks.
    for part in text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        draft.add(property, part);
    }
    true
}

/// The same measures as in `SanctionsImposed`, as yes-or-no fields. A measure is added if the text does not mention it.
fn read_measures(field: &Element, draft: &mut RecordDraft) {
    for measure in field.elements() {
        match measure.text().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => {
                let words = spaced(measure.name());
                let known = draft.sanction.values("provisions").iter();
                let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "");
                if !known.clone().any(|provision| plain(provision) == plain(&words)) {
                    draft.add_to_sanction("provisions", &words);
                }
            }
            "false" | "no" | "0" | "" => {}
            _ => draft.note(measure.name(), measure.text()),
        }
    }
}

/// `TravelBan` as `Travel ban`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && index > 0 {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

/// Address lines have no fixed meaning; the last of them is usually the town.
fn read_address(field: &Element, draft: &mut RecordDraft) {
    let mut lines = Vec::new();
    let mut parts = AddressParts::default();
    for line in field.elements() {
        match line.name() {
            "AddressPostalCode" => line.text().clone_into(&mut parts.postal_code),
            "AddressCountry" => line.text().clone_into(&mut parts.country),
            "AddressLine6" => line.text().clone_into(&mut parts.city),
            _ if line.text().is_empty() => {}
            _ => lines.push(line.text()),
        }
    }
    parts.street = lines.join(", ");
    draft.address(&parts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_become_words() {
        assert_eq!(spaced("TravelBan"), "Travel ban");
        assert_eq!(spaced("Deflag"), "Deflag");
    }
}
