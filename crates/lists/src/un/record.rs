//! One individual or entity of the list.

use interdict_model::{DatePrefix, PartialDate, ProblemCode, Schema};

use super::names::{read_alias, read_primary_names};
use crate::draft::{
    AddressParts, DocumentKind, DocumentParts, RecordDraft, number_in, parse_written_date,
};
use crate::xml::Element;

/// Reads all values of a record.
pub(super) fn read_record(record: &Element, draft: &mut RecordDraft) {
    let is_person = record.name() == "INDIVIDUAL";
    draft.entity.schema = if is_person { Schema::PERSON } else { Schema::ORGANIZATION };
    read_primary_names(record, draft);
    for child in record.elements() {
        read_child(child, is_person, draft);
    }
    read_dates(record, draft);
}

fn read_child(child: &Element, is_person: bool, draft: &mut RecordDraft) {
    let text = child.text();
    match child.name() {
        "INDIVIDUAL_ALIAS" | "ENTITY_ALIAS" => read_alias(child, draft),
        "INDIVIDUAL_ADDRESS" | "ENTITY_ADDRESS" => read_address(child, draft),
        "INDIVIDUAL_DATE_OF_BIRTH" => read_birth_date(child, draft),
        "INDIVIDUAL_PLACE_OF_BIRTH" => read_birth_place(child, draft),
        "INDIVIDUAL_DOCUMENT" => read_document(child, draft),
        "NATIONALITY" | "NATIONALITY2" => {
            each_value(child, |value| {
                draft.country("nationality", value);
            });
        }
        "TITLE" => each_value(child, |value| draft.add("title", value)),
        "DESIGNATION" if is_person => each_value(child, |value| draft.add("position", value)),
        "DESIGNATION" => each_value(child, |value| draft.note("Designation", value)),
        "GENDER" => draft.gender(text),
        "UN_LIST_TYPE" => draft.programme(text),
        "REFERENCE_NUMBER" if !text.is_empty() => {
            draft.designation.reference = Some(text.to_owned());
            draft.add_to_sanction("unscId", text);
        }
        "SUBMITTED_BY" => draft.note("Submitted by", text),
        "NATIONALITY_NOTE" => draft.note("Nationality", text),
        name if name.starts_with("COMMENTS") => {
            draft.note("", text);
            draft.find_wallets(text);
        }
        // These fields are read together with the names and dates, or are of use only to the UN's
        // own software.
        "FIRST_NAME"
        | "SECOND_NAME"
        | "THIRD_NAME"
        | "FOURTH_NAME"
        | "NAME_ORIGINAL_SCRIPT"
        | "LISTED_ON"
        | "LAST_DAY_UPDATED"
        | "DELISTED_ON"
        | "DATAID"
        | "VERSIONNUM"
        | "LIST_TYPE"
        | "SORT_KEY"
        | "SORT_KEY_LAST_MOD"
        | "REFERENCE_NUMBER" => {}
        other => return keep_unknown(child, other, draft),
    }
    keep_unknown_parts(child, draft);
}

/// The children that the readers of a part know.
fn known_parts(part: &str) -> &'static [&'static str] {
    match part {
        "INDIVIDUAL_ALIAS" | "ENTITY_ALIAS" => {
            &["ALIAS_NAME", "QUALITY", "NOTE", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH"]
        }
        "INDIVIDUAL_ADDRESS" | "ENTITY_ADDRESS" => {
            &["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE"]
        }
        "INDIVIDUAL_DATE_OF_BIRTH" => {
            &["TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE"]
        }
        "INDIVIDUAL_PLACE_OF_BIRTH" => &["STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "NOTE"],
        "INDIVIDUAL_DOCUMENT" => &[
            "TYPE_OF_DOCUMENT",
            "TYPE_OF_DOCUMENT2",
            "NUMBER",
            "ISSUING_COUNTRY",
            "COUNTRY_OF_ISSUE",
            "CITY_OF_ISSUE",
            "DATE_OF_ISSUE",
            "NOTE",
        ],
        _ => &["VALUE"],
    }
}

/// Keeps unknown elements inside a known part, because otherwise the values of a renamed element would be lost without
/// a report.
fn keep_unknown_parts(part: &Element, draft: &mut RecordDraft) {
    let known = known_parts(part.name());
    for child in part.elements().iter().filter(|child| !known.contains(&child.name())) {
        keep_unknown(child, &format!("{} {}", part.name(), child.name()), draft);
    }
}

/// Keeps an element that is unknown to this reader as a note with the element's name, and reports
/// it.
fn keep_unknown(element: &Element, label: &str, draft: &mut RecordDraft) {
    if !element.text().is_empty() {
        let what = format!("<{}> is not known; kept as a note", element.name());
        draft.keep(ProblemCode::FieldUnknown, label, what, element.text());
    }
    for child in element.elements() {
        keep_unknown(child, &format!("{label} {}", child.name()), draft);
    }
}

fn each_value(element: &Element, mut use_value: impl FnMut(&str)) {
    for value in element.texts("VALUE") {
        use_value(value);
    }
}

fn read_dates(record: &Element, draft: &mut RecordDraft) {
    let listed = record.text_of("LISTED_ON").unwrap_or_default();
    draft.designation.listed_on = draft.check_date("Listed on", parse_written_date(listed), listed);
    let delisted = record.text_of("DELISTED_ON").unwrap_or_default();
    draft.designation.valid_to =
        draft.check_date("Delisted on", parse_written_date(delisted), delisted);
    for text in record.texts("LAST_DAY_UPDATED/VALUE") {
        draft.date("modifiedAt", parse_written_date(text), text);
    }
    draft.entity.last_change = draft.entity.values("modifiedAt").iter().max().cloned();
}

fn read_address(element: &Element, draft: &mut RecordDraft) {
    let text = |name| element.text_of(name).unwrap_or_default().to_owned();
    draft.address(&AddressParts {
        street: text("STREET"),
        city: text("CITY"),
        state: text("STATE_PROVINCE"),
        postal_code: text("ZIP_CODE"),
        country: text("COUNTRY"),
        remarks: text("NOTE"),
        post_box: String::new(),
    });
}

fn read_birth_date(element: &Element, draft: &mut RecordDraft) {
    let text = |name| element.text_of(name).unwrap_or_default();
    let kind = text("TYPE_OF_DATE");
    let note = text("NOTE");
    let date = match kind {
        "BETWEEN" => year(text("FROM_YEAR"))
            .zip(year(text("TO_YEAR")))
            .map(|(from, to)| PartialDate::between(from, to)),
        _ => parse_written_date(text("DATE"))
            .or_else(|| year(text("YEAR")).map(PartialDate::exactly))
            .or_else(|| parse_written_date(note)),
    };
    let given = ["DATE", "YEAR", "FROM_YEAR", "TO_YEAR"].map(text).join(" ");
    match date {
        Some(date) => {
            let circa = kind == "APPROXIMATELY" || note.eq_ignore_ascii_case("approximately");
            let date = if circa { date.circa() } else { date };
            draft.add("birthDate", &date.to_string());
            if !note.is_empty() {
                draft.note("Birth date", &format!("{date} ({note})"));
            }
        }
        None if given.trim().is_empty() => draft.note("Birth date", note),
        None => {
            draft.check_date("Birth date", None, &given);
            draft.note("Birth date", note);
        }
    }
    if !matches!(kind, "EXACT" | "APPROXIMATELY" | "BETWEEN" | "") {
        let what = "a kind of birth date that is not known; kept as a note".to_owned();
        draft.keep(ProblemCode::ValueUnknown, "Kind of birth date", what, kind);
    }
}

fn year(text: &str) -> Option<DatePrefix> {
    let year = (text.len() == 4).then(|| text.parse().ok()).flatten()?;
    DatePrefix::new(year, None, None).ok()
}

fn read_birth_place(element: &Element, draft: &mut RecordDraft) {
    let text = |name| element.text_of(name).unwrap_or_default();
    let parts: Vec<&str> = ["STREET", "CITY", "STATE_PROVINCE", "COUNTRY"]
        .into_iter()
        .map(text)
        .filter(|part| !part.is_empty())
        .collect();
    draft.add("birthPlace", &parts.join(", "));
    if let Some(country) = draft.parse_country("Birth country", text("COUNTRY")) {
        draft.add("birthCountry", country.code());
    }
    let note = text("NOTE");
    if parts.is_empty() {
        draft.add("birthPlace", note);
    } else {
        draft.note("Birth place", note);
    }
}

/// Reads a document. The number field may contain a sentence instead of a number, or be empty; the
/// number is then looked for in the sentence, in the second type field or in the note.
fn read_document(element: &Element, draft: &mut RecordDraft) {
    let text = |name| element.text_of(name).unwrap_or_default();
    let kind = text("TYPE_OF_DOCUMENT");
    let detail = text("TYPE_OF_DOCUMENT2");
    let written = text("NUMBER");
    let note = text("NOTE");
    let label = [kind, detail].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    if label.is_empty() && written.is_empty() && note.is_empty() {
        return;
    }
    let number = match written {
        "" => number_in(detail).or_else(|| number_in(note)).unwrap_or_default(),
        sentence if is_sentence(sentence) => number_in(sentence).unwrap_or(sentence.to_owned()),
        number => number.to_owned(),
    };
    let issuer = draft.parse_country("Document country", text("ISSUING_COUNTRY"));
    let place_country = draft.parse_country("Document country", text("COUNTRY_OF_ISSUE"));
    let mut remarks = Vec::new();
    if number != written {
        remarks.push(written);
    }
    remarks.push(note);
    if place_country.is_some_and(|place| Some(place) != issuer) {
        remarks.push(text("COUNTRY_OF_ISSUE"));
    }
    remarks.retain(|part| !part.is_empty());
    let issued = text("DATE_OF_ISSUE");
    let parts = DocumentParts {
        number,
        label: label.join(", "),
        country: issuer.or(place_country),
        issued: draft.check_date("Date of issue", parse_written_date(issued), issued),
        expires: expiry(note),
        authority: text("CITY_OF_ISSUE").to_owned(),
        remarks: remarks.join("; "),
    };
    let kind = format!("{kind} {detail}").to_lowercase();
    let kind = if kind.contains("fiscal") {
        DocumentKind::Property("taxNumber")
    } else if kind.contains("social security") {
        DocumentKind::Property("socialSecurityNumber")
    } else if ["passport", "passeport", "pasaporte"].iter().any(|word| kind.contains(word)) {
        DocumentKind::Passport
    } else {
        DocumentKind::Identity
    };
    draft.document(kind, &parts);
}

/// Whether a number field holds words and not just a number.
fn is_sentence(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        word.chars().filter(|c| c.is_alphabetic()).count() >= 4
            && !word.chars().any(|c| c.is_ascii_digit())
    })
}

/// Reads the expiry date from a note such as `expires on 21 April 2019`.
fn expiry(note: &str) -> Option<PartialDate> {
    let lower = note.to_ascii_lowercase();
    let at = ["expir", "exp. ", "valid until"].iter().filter_map(|word| lower.find(word)).min()?;
    let words: Vec<&str> = lower.get(at..)?.split_whitespace().skip(1).collect();
    let skip = words.iter().take_while(|word| {
        !word.chars().any(|c| c.is_ascii_digit())
            && parse_written_date(&format!("1 {word} 2000")).is_none()
    });
    let start = skip.count();
    [3, 2, 1]
        .into_iter()
        .find_map(|length| parse_written_date(&words.get(start..start + length)?.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_dates_are_read_out_of_notes() {
        for (note, expected) in [
            ("expires on 21 April 2019", Some("2019-04-21")),
            ("Expiration date: 2026-12-11.", Some("2026-12-11")),
            ("Utopian passport, issued on 5 May 1998, expired on 4 May 2003", Some("2003-05-04")),
            ("expires on October 19, 2020", Some("2020-10-19")),
            ("exp. 20 Aug 2017", Some("2017-08-20")),
            ("issued under name John Roe", None),
            ("expires", None),
        ] {
            let date = expiry(note).map(|date| date.to_string());
            assert_eq!(date.as_deref(), expected, "{note}");
        }
    }

    #[test]
    fn a_number_is_told_from_a_sentence() {
        assert!(is_sentence("Utopian passport number SE 012820"));
        assert!(!is_sentence("A 10472263"));
        assert!(!is_sentence("SSDSBN68B10Z352F"));
    }
}
