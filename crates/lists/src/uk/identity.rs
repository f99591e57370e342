//! Identifying facts of people: births, nationalities, documents.

use interdict_model::{Country, ProblemCode, Schema};

use crate::draft::{DocumentKind, DocumentParts, RecordDraft, number_in, parse_day_first};
use crate::xml::Element;

/// Reads a field of an individual. False when it is not one.
pub(super) fn read_value(name: &str, text: &str, draft: &mut RecordDraft) -> bool {
    match name {
        "DOB" => {
            draft.date("birthDate", parse_day_first(text), text);
            keep_day_without_month(text, draft);
        }
        "Nationality" => read_nationalities(text, draft),
        "Gender" => draft.gender(text),
        "Position" if draft.entity.schema == Schema::PERSON => draft.add("position", text),
        "Title" if draft.entity.schema == Schema::PERSON => draft.add("title", text),
        "Position" | "Title" => draft.note(name, text),
        _ => return false,
    }
    true
}

/// A partial date cannot hold a day of an unknown month; the text does.
fn keep_day_without_month(text: &str, draft: &mut RecordDraft) {
    let month_unknown = text.split('/').nth(1).is_some_and(|month| {
        let month = month.trim();
        month.eq_ignore_ascii_case("mm") || month == "00"
    });
    let day_known =
        text.split('/').next().is_some_and(|day| day.trim().parse::<u8>().is_ok_and(|n| n > 0));
    if month_unknown && day_known {
        draft.note("Birth date", text);
    }
}

/// One field may hold several, numbered or separated by commas: `(1) Russia (2) Israel`.
fn read_nationalities(text: &str, draft: &mut RecordDraft) {
    if let Ok(country) = text.parse::<Country>() {
        draft.add("nationality", country.code());
        return;
    }
    let parts: Vec<&str> = text
        .split(['(', ')', ',', ';', '/'])
        .map(str::trim)
        .filter(|part| !part.is_empty() && !part.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let countries: Vec<Country> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    for country in &countries {
        draft.add("nationality", country.code());
    }
    if countries.len() < parts.len() || parts.is_empty() {
        let what = "names no country that is known; kept as a note".to_owned();
        draft.keep(ProblemCode::CountryUnknown, "Nationality", what, text);
    }
}

pub(super) fn read_birth_place(field: &Element, draft: &mut RecordDraft) {
    let town = field.text_of("TownOfBirth").unwrap_or_default();
    let country = field.text_of("CountryOfBirth").unwrap_or_default();
    let known = draft.parse_country("Birth country", country);
    if let Some(country) = known {
        draft.add("birthCountry", country.code());
    }
    let country = known.map_or(country, |country| country.name());
    let place: Vec<&str> = [town, country].into_iter().filter(|part| !part.is_empty()).collect();
    draft.add("birthPlace", &place.join(", "));
    for other in field.elements() {
        if !["TownOfBirth", "CountryOfBirth"].contains(&other.name()) {
            draft.note(&format!("Birth place, {}", other.name()), other.text());
        }
    }
}

pub(super) fn read_passport(field: &Element, draft: &mut RecordDraft) {
    let number = field.text_of("PassportNumber").unwrap_or_default();
    let remarks = field.text_of("PassportAdditionalInformation").unwrap_or_default();
    read_document(DocumentKind::Passport, "Passport", number, remarks, draft);
}

pub(super) fn read_national_identifier(field: &Element, draft: &mut RecordDraft) {
    let number = field.text_of("NationalIdentifierNumber").unwrap_or_default();
    let remarks = field.text_of("NationalIdentifierAdditionalInformation").unwrap_or_default();
    read_document(DocumentKind::Identity, "National identifier", number, remarks, draft);
}

fn read_document(
    kind: DocumentKind,
    label: &str,
    number: &str,
    remarks: &str,
    draft: &mut RecordDraft,
) {
    if number.is_empty() && remarks.is_empty() {
        return;
    }
    let mut text = remarks.to_owned();
    let mut only_number = number.to_owned();
    // Some numbers come with words: `Utopian passport number 12345`.
    let wordy = number
        .split_whitespace()
        .any(|word| word.len() > 3 && word.chars().all(char::is_alphabetic));
    if let Some(found) = number_in(number).filter(|_| wordy) {
        only_number = found;
        text = [number, remarks]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("; ");
    }
    draft.document(
        kind,
        &DocumentParts {
            number: only_number,
            label: label.to_owned(),
            country: country_in(remarks),
            remarks: text,
            ..DocumentParts::default()
        },
    );
}

/// The issuing country, if the remark consists of it or begins with it.
fn country_in(remarks: &str) -> Option<Country> {
    let first = remarks.split([',', '.', ';', '(']).next().unwrap_or_default().trim();
    let first = first.strip_prefix("Issued in ").or(first.strip_prefix("Issuing country: "));
    first
        .unwrap_or(remarks.split([',', '.', ';', '(']).next().unwrap_or_default().trim())
        .parse()
        .ok()
}
