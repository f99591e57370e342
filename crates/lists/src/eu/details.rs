//! Births, citizenships, addresses and documents.

use interdict_model::{Country, DatePrefix, PartialDate, Schema};

use super::parts::{keep_attribute, keep_children};
use crate::draft::{AddressParts, DocumentKind, DocumentParts, RecordDraft, parse_written_date};
use crate::xml::Element;

/// Attributes of every part that are read with the country or have no meaning outside the
/// publisher's database.
const COMMON: [&str; 4] =
    ["countryIso2Code", "countryDescription", "logicalId", "regulationLanguage"];

/// The country of a part. `00` and `UNKNOWN` mean that there is none.
fn country(part: &Element, what: &str, draft: &mut RecordDraft) -> Option<Country> {
    let code = part.attribute("countryIso2Code").filter(|code| *code != "00");
    let name = part.attribute("countryDescription").filter(|name| *name != "UNKNOWN");
    if let Some(country) = code.and_then(|code| code.parse().ok()) {
        return Some(country);
    }
    draft.parse_country(what, name.or(code)?)
}

fn keep_rest(part: &Element, known: &[&str], draft: &mut RecordDraft) {
    for (name, value) in part.attributes() {
        if !known.contains(&name) && !COMMON.contains(&name) {
            keep_attribute(&format!("{} {name}", part.name()), value, draft);
        }
    }
    keep_children(part, draft);
}

pub(super) fn read_citizenship(part: &Element, draft: &mut RecordDraft) {
    if let Some(country) = country(part, "Citizenship", draft) {
        let is_person = draft.entity.schema == Schema::PERSON;
        draft.add(if is_person { "nationality" } else { "country" }, country.code());
    }
    if let Some(region) = part.attribute("region") {
        draft.note("Region of citizenship", region);
    }
    keep_rest(part, &["region"], draft);
}

pub(super) fn read_birth(part: &Element, draft: &mut RecordDraft) {
    let text = |name| part.attribute(name).unwrap_or_default();
    let place = ["place", "city", "region", "zipCode"].map(text);
    let country = country(part, "Birth country", draft);
    let mut place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    if !place.is_empty() {
        place.extend(country.map(|country| country.name()));
        draft.add("birthPlace", &place.join(", "));
    }
    if let Some(country) = country {
        draft.add("birthCountry", country.code());
    }
    read_birth_date(part, draft);
    let known = [
        "birthdate",
        "year",
        "monthOfYear",
        "dayOfMonth",
        "yearRangeFrom",
        "yearRangeTo",
        "circa",
        "calendarType",
        "place",
        "city",
        "region",
        "zipCode",
    ];
    keep_rest(part, &known, draft);
}

fn read_birth_date(part: &Element, draft: &mut RecordDraft) {
    let text = |name| part.attribute(name).unwrap_or_default();
    let number = |name| text(name).parse::<u8>().ok();
    let calendar = text("calendarType");
    let given = ["birthdate", "year", "monthOfYear", "dayOfMonth", "yearRangeFrom", "yearRangeTo"]
        .map(text)
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    if given.is_empty() {
        return;
    }
    if !matches!(calendar, "" | "GREGORIAN") {
        draft.note(&format!("Birth date ({calendar} calendar)"), &given);
        return;
    }
    let year = |name| {
        let year = text(name).parse().ok()?;
        DatePrefix::new(year, None, None).ok()
    };
    let parts = || {
        let year: u16 = text("year").parse().ok()?;
        DatePrefix::new(year, number("monthOfYear"), number("dayOfMonth")).ok()
    };
    let range = || Some(PartialDate::between(year("yearRangeFrom")?, year("yearRangeTo")?));
    let date = parse_written_date(text("birthdate"))
        .or_else(|| parts().map(PartialDate::exactly))
        .or_else(range)
        .map(|date| if text("circa") == "true" { date.circa() } else { date });
    draft.date("birthDate", date, &given);
}

pub(super) fn read_address(part: &Element, draft: &mut RecordDraft) {
    let text = |name| part.attribute(name).unwrap_or_default().to_owned();
    let country = country(part, "Address country", draft);
    let state = [text("place"), text("region")];
    let mut remarks: Vec<String> =
        part.children("remark").map(|remark| remark.text().to_owned()).collect();
    if part.attribute("asAtListingTime") == Some("true") {
        remarks.push("as at the time of listing".to_owned());
    }
    draft.address(&AddressParts {
        street: text("street"),
        post_box: text("poBox"),
        city: text("city"),
        state: state.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        postal_code: text("zipCode"),
        country: country.map_or(String::new(), |country| country.code().to_owned()),
        remarks: remarks.join("; "),
    });
    let known = ["street", "poBox", "city", "place", "region", "zipCode", "asAtListingTime"];
    keep_rest(part, &known, draft);
}

pub(super) fn read_identification(part: &Element, draft: &mut RecordDraft) {
    let text = |name| part.attribute(name).unwrap_or_default();
    let code = text("identificationTypeCode");
    let kind = match code {
        "passport" | "diplomatic" => DocumentKind::Passport,
        "ssn" => DocumentKind::Property("socialSecurityNumber"),
        "fiscalcode" | "tin" => DocumentKind::Property("taxNumber"),
        "regnumber" => DocumentKind::Property("registrationNumber"),
        "imo" => DocumentKind::Property("imoNumber"),
        "swiftbic" => DocumentKind::Property("swiftBic"),
        _ => DocumentKind::Identity,
    };
    let number = match text("number") {
        "" => text("latinNumber"),
        number => number,
    };
    let label = match text("identificationTypeDescription") {
        "" => code.to_owned(),
        description => format!("{description} ({code})"),
    };
    let mut date = |name| draft.check_date(name, parse_written_date(text(name)), text(name));
    let issued = date("issuedDate").or_else(|| date("issueDate"));
    let (valid_from, expires) = (date("validFrom"), date("validTo"));
    let parts = DocumentParts {
        number: number.to_owned(),
        label,
        country: country(part, "Document country", draft),
        issued: issued.or(valid_from),
        expires,
        authority: text("issuedBy").to_owned(),
        remarks: identification_remarks(part),
    };
    draft.document(kind, &parts);
    draft.find_wallets(number);
    let known = [
        "number",
        "latinNumber",
        "identificationTypeCode",
        "identificationTypeDescription",
        "issuedDate",
        "issueDate",
        "validFrom",
        "validTo",
        "issuedBy",
        "nameOnDocument",
        "region",
        "diplomatic",
        "knownExpired",
        "knownFalse",
        "reportedLost",
        "revokedByIssuer",
    ];
    keep_rest(part, &known, draft);
}

fn identification_remarks(part: &Element) -> String {
    let mut remarks = Vec::new();
    let stated = [
        ("diplomatic", "diplomatic"),
        ("knownExpired", "known to have expired"),
        ("knownFalse", "known to be false"),
        ("reportedLost", "reported lost"),
        ("revokedByIssuer", "revoked by the issuer"),
    ];
    for (name, words) in stated {
        if part.attribute(name) == Some("true") {
            remarks.push(words.to_owned());
        }
    }
    let labelled = [
        ("nameOnDocument", "name on the document: "),
        ("region", "region: "),
        ("latinNumber", "number in Latin letters: "),
        ("validFrom", "valid from "),
        ("issuedDate", "issued on "),
        ("issueDate", "issued on "),
    ];
    for (name, label) in labelled {
        if let Some(value) = part.attribute(name) {
            remarks.push(format!("{label}{value}"));
        }
    }
    remarks.extend(part.children("remark").map(|remark| remark.text().to_owned()));
    remarks.join("; ")
}
