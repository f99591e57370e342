//! Elements that any part of a record may have: the legal act, remarks, contacts, and unsupported elements.

use interdict_model::ProblemCode;

use crate::draft::RecordDraft;
use crate::xml::Element;

/// Attributes that number things in the publisher's database, or name the language of the regulation.
pub(super) const TECHNICAL: [&str; 2] = ["logicalId", "regulationLanguage"];

/// A sentence on the act, such as `commission regulation 1210/2003 (OJ L169), published 2003-07-08`.
pub(super) fn read_summary(regulation: &Element, draft: &mut RecordDraft) {
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

/// Telephone numbers and the like, as pairs of key and value.
pub(super) fn read_contact(part: &Element, draft: &mut RecordDraft) {
    let (Some(key), Some(value)) = (part.attribute("key"), part.attribute("value")) else {
        keep_unknown(part, part.name(), draft);
        return;
    };
    match key.to_ascii_uppercase().as_str() {
        "EMAIL" | "E-MAIL" => draft.add("email", value),
        "PHONE" | "TELEPHONE" | "MOBILE" => draft.add("phone", value),
        "WEB" | "WEBSITE" | "URL" => draft.add("website", value),
        _ => draft.note(key, value),
    }
    draft.find_wallets(value);
}

/// Free pairs of key and value.
fn keep_additional(part: &Element, draft: &mut RecordDraft) {
    match (part.attribute("key"), part.attribute("value")) {
        (Some(key), Some(value)) => {
            draft.note(key, value);
            draft.find_wallets(value);
        }
        _ => keep_unknown(part, part.name(), draft),
    }
}

/// A remark in an element of its own.
pub(super) fn read_remark(element: &Element, draft: &mut RecordDraft) {
    draft.note("", element.text());
    draft.find_wallets(element.text());
}

/// Reads the children that any part of an entry may have: the act it comes from, remarks, contacts.
pub(super) fn keep_children(part: &Element, draft: &mut RecordDraft) {
    for child in part.elements() {
        match child.name() {
            "regulationSummary" => read_summary(child, draft),
            "remark" => read_remark(child, draft),
            "contactInfo" => read_contact(child, draft),
            "additionalInformation" => keep_additional(child, draft),
            other => keep_unknown(child, other, draft),
        }
    }
}

/// Keeps the attributes and children that are not in `known`.
pub(super) fn keep_others(part: &Element, known: &[&str], draft: &mut RecordDraft) {
    for (name, value) in part.attributes() {
        if !known.contains(&name) && !TECHNICAL.contains(&name) {
            keep_attribute(name, value, draft);
        }
    }
    for child in part.elements().iter().filter(|child| !known.contains(&child.name())) {
        keep_unknown(child, child.name(), draft);
    }
}

pub(super) fn keep_attribute(name: &str, value: &str, draft: &mut RecordDraft) {
    if !value.is_empty() {
        let what = format!("the attribute {name} is not known; kept as a note");
        draft.keep(ProblemCode::FieldUnknown, name, what, value);
    }
}

/// Keeps an element that is not supported, with its name.
pub(super) fn keep_unknown(element: &Element, label: &str, draft: &mut RecordDraft) {
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
