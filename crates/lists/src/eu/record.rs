//! One sanctioned person or enterprise: its listing and its names.

use interdict_model::{NameStrength, PartialDate, ProblemCode, Schema};

use super::details;
use super::parts::{
    TECHNICAL, keep_attribute, keep_children, keep_unknown, read_contact, read_remark, read_summary,
};
use crate::draft::{RecordDraft, parse_written_date};
use crate::xml::Element;

/// Reads all values of a record.
pub(super) fn read_record(record: &Element, draft: &mut RecordDraft) {
    draft.entity.schema = schema(record, draft);
    read_own_attributes(record, draft);
    read_names(record, draft);
    for child in record.elements() {
        match child.name() {
            "remark" => read_remark(child, draft),
            "regulation" => read_regulation(child, draft),
            "regulationSummary" => read_summary(child, draft),
            "citizenship" => details::read_citizenship(child, draft),
            "birthdate" => details::read_birth(child, draft),
            "address" => details::read_address(child, draft),
            "identification" => details::read_identification(child, draft),
            "contactInfo" => read_contact(child, draft),
            "nameAlias" | "subjectType" => {}
            other => keep_unknown(child, other, draft),
        }
    }
}

fn schema(record: &Element, draft: &mut RecordDraft) -> Schema {
    let subject = record.child("subjectType");
    let code = |name| subject.and_then(|subject| subject.attribute(name)).unwrap_or_default();
    match (code("code"), code("classificationCode")) {
        ("person", _) | ("", "P") => Schema::PERSON,
        ("enterprise", _) | ("", "E") => Schema::ORGANIZATION,
        (other, _) => {
            let what = "a kind of subject that is not known; kept as a note".to_owned();
            draft.keep(ProblemCode::ValueUnknown, "Kind of subject", what, other);
            Schema::LEGAL_ENTITY
        }
    }
}

fn read_own_attributes(record: &Element, draft: &mut RecordDraft) {
    for (name, value) in record.attributes() {
        match name {
            "euReferenceNumber" => {
                draft.designation.reference = Some(value.to_owned());
                draft.add_to_sanction("authorityId", value);
            }
            "unitedNationId" => draft.add_to_sanction("unscId", value),
            "designationDetails" => draft.add_to_sanction("reason", value),
            "designationDate" => {
                draft.designation.listed_on =
                    draft.check_date("Designated on", parse_written_date(value), value);
            }
            "logicalId" => {}
            other => keep_attribute(other, value, draft),
        }
    }
}

/// The legal act of the entry. Its publication counts as the day of listing if the entry has no designation date. If
/// the entry was designated earlier, the act only changes it: the dates of the act are those of the change, and the
/// designation is in force from its own date.
fn read_regulation(regulation: &Element, draft: &mut RecordDraft) {
    let text = |name| regulation.attribute(name).unwrap_or_default();
    let published = text("publicationDate");
    let date = draft.check_date("Regulation published", parse_written_date(published), published);
    let in_force = text("entryIntoForceDate");
    let valid_from = draft.check_date("In force from", parse_written_date(in_force), in_force);
    let is_change = |designated| date.is_some_and(|date: PartialDate| designated < date.from());
    match draft.designation.listed_on.filter(|day| is_change(day.from())) {
        Some(designated) => {
            draft.designation.valid_from = Some(designated);
            let change = valid_from.or(date).map(|day| day.to_string()).unwrap_or_default();
            draft.note("Changed by an act in force from", &change);
        }
        None => {
            draft.designation.listed_on = draft.designation.listed_on.or(date);
            draft.designation.valid_from = valid_from;
        }
    }
    draft.programme(text("programme"));
    if let Some(url) = regulation.text_of("publicationUrl") {
        draft.designation.source_url = Some(url.to_owned());
        draft.add("sourceUrl", url);
    }
    read_summary(regulation, draft);
}

/// The first strong name is the primary one, because the list does not mark primary names.
fn read_names(record: &Element, draft: &mut RecordDraft) {
    let is_strong = |name: &&Element| name.attribute("strong") != Some("false");
    let names: Vec<&Element> = record.children("nameAlias").collect();
    let primary = names.iter().position(is_strong).unwrap_or(0);
    let mut languages = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let text = whole_name(name);
        let strength = match (index == primary, is_strong(name)) {
            (true, _) => NameStrength::Primary,
            (_, true) => NameStrength::Strong,
            (_, false) => NameStrength::Weak,
        };
        draft.printed_name(&text, strength);
        if let Some(language) = name.attribute("nameLanguage") {
            languages.push(format!("{language}: {text}"));
        }
        read_name_details(name, draft);
    }
    draft.note("Languages of names", &languages.join("; "));
}

fn whole_name(name: &Element) -> String {
    if let Some(whole) = name.attribute("wholeName") {
        return whole.to_owned();
    }
    let parts = ["firstName", "middleName", "lastName"];
    parts.iter().filter_map(|part| name.attribute(part)).collect::<Vec<_>>().join(" ")
}

fn read_name_details(name: &Element, draft: &mut RecordDraft) {
    let is_person = draft.entity.schema == Schema::PERSON;
    for (key, value) in name.attributes() {
        match key {
            "firstName" | "middleName" | "lastName" if is_person => draft.add(key, value),
            "function" if is_person => draft.add("position", value),
            "title" if is_person => draft.add("title", value),
            "gender" => draft.gender(value),
            "wholeName" | "strong" | "nameLanguage" => {}
            "firstName" | "middleName" | "lastName" | "function" | "title" => {
                draft.note(&format!("{key} of {}", whole_name(name)), value);
            }
            other if TECHNICAL.contains(&other) => {}
            other => keep_attribute(other, value, draft),
        }
    }
    keep_children(name, draft);
}
