//! One sanctioned person or enterprise: its listing and its names.

use interdict_model::{NameStrength, Schema};

use super::details;
use crate::ProblemCode;
use crate::draft::{Draft, parse_written_date};
use crate::xml::Element;

/// Attributes that only number things inside the publisher's database, or say in which language the
/// regulation was read.
const TECHNICAL: [&str; 2] = ["logicalId", "regulationLanguage"];

/// Reads everything that a record says.
pub(super) fn read_record(record: &Element, draft: &mut Draft) {
    draft.entity.schema = schema(record, draft);
    read_own_attributes(record, draft);
    read_names(record, draft);
    for child in record.elements() {
        match child.name() {
            "remark" => remark(child, draft),
            "regulation" => read_regulation(child, draft),
            "regulationSummary" => read_summary(child, draft),
            "citizenship" => details::read_citizenship(child, draft),
            "birthdate" => details::read_birth(child, draft),
            "address" => details::read_address(child, draft),
            "identification" => details::read_identification(child, draft),
            "contactInfo" => details::read_contact(child, draft),
            "nameAlias" | "subjectType" => {}
            other => keep_unknown(child, other, draft),
        }
    }
}

fn schema(record: &Element, draft: &mut Draft) -> Schema {
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

fn read_own_attributes(record: &Element, draft: &mut Draft) {
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

/// The act under which the entry stands. Its publication counts as the day of listing where the entry
/// gives none of its own.
fn read_regulation(regulation: &Element, draft: &mut Draft) {
    let text = |name| regulation.attribute(name).unwrap_or_default();
    let published = text("publicationDate");
    let date = draft.check_date("Regulation published", parse_written_date(published), published);
    draft.designation.listed_on = draft.designation.listed_on.or(date);
    let in_force = text("entryIntoForceDate");
    draft.designation.valid_from =
        draft.check_date("In force from", parse_written_date(in_force), in_force);
    draft.programme(text("programme"));
    if let Some(url) = regulation.text_of("publicationUrl") {
        draft.designation.source_url = Some(url.to_owned());
        draft.add("sourceUrl", url);
    }
    read_summary(regulation, draft);
}

/// A sentence on the act, such as `commission regulation 1210/2003 (OJ L169), published 2003-07-08`.
pub(super) fn read_summary(regulation: &Element, draft: &mut Draft) {
    let text = |name| regulation.attribute(name).unwrap_or_default();
    let mut words = vec![text("organisationType"), text("regulationType"), text("numberTitle")];
    words.retain(|word| !word.is_empty());
    let mut summary = words.join(" ");
    for (label, name) in [("published", "publicationDate"), ("in force", "entryIntoForceDate")] {
        if !text(name).is_empty() {
            summary.push_str(&format!(", {label} {}", text(name)));
        }
    }
    draft.add_to_sanction("summary", &summary);
    if let Some(url) = regulation.text_of("publicationUrl") {
        draft.add_to_sanction("sourceUrl", url);
    }
    let known = [
        "organisationType",
        "regulationType",
        "numberTitle",
        "publicationDate",
        "programme",
        "entryIntoForceDate",
        "publicationUrl",
    ];
    keep_others(regulation, &known, draft);
}

/// The first strong name is the primary one: the list does not mark it otherwise.
fn read_names(record: &Element, draft: &mut Draft) {
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
        draft.name(&text, strength);
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

fn read_name_details(name: &Element, draft: &mut Draft) {
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

/// A remark that stands by itself.
fn remark(element: &Element, draft: &mut Draft) {
    draft.note("", element.text());
    draft.find_wallets(element.text());
}

/// What any part of an entry may carry: the act it comes from, remarks, and what is not known.
pub(super) fn keep_children(part: &Element, draft: &mut Draft) {
    for child in part.elements() {
        match child.name() {
            "regulationSummary" => read_summary(child, draft),
            "remark" => remark(child, draft),
            "contactInfo" => details::read_contact(child, draft),
            "additionalInformation" => details::keep_additional(child, draft),
            other => keep_unknown(child, other, draft),
        }
    }
}

/// Keeps the attributes and children that the reader has no use for.
pub(super) fn keep_others(part: &Element, known: &[&str], draft: &mut Draft) {
    for (name, value) in part.attributes() {
        if !known.contains(&name) && !TECHNICAL.contains(&name) {
            keep_attribute(name, value, draft);
        }
    }
    for child in part.elements().iter().filter(|child| !known.contains(&child.name())) {
        keep_unknown(child, child.name(), draft);
    }
}

pub(super) fn keep_attribute(name: &str, value: &str, draft: &mut Draft) {
    if !value.is_empty() {
        let what = format!("the attribute {name} is not known; kept as a note");
        draft.keep(ProblemCode::FieldUnknown, name, what, value);
    }
}

/// What the format did not have when this was written is kept, with its name.
pub(super) fn keep_unknown(element: &Element, label: &str, draft: &mut Draft) {
    for (name, value) in element.attributes().filter(|(name, _)| !TECHNICAL.contains(name)) {
        keep_attribute(&format!("{label} {name}"), value, draft);
    }
    if !element.text().is_empty() {
        let what = format!("<{}> is not known; kept as a note", element.name());
        draft.keep(ProblemCode::FieldUnknown, label, what, element.text());
    }
    for child in element.elements() {
        keep_unknown(child, &format!("{label} {}", child.name()), draft);
    }
}
