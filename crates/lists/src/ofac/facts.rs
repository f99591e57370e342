//! What each fact about a party becomes.

use interdict_model::{Country, Gender, Identifier, IdentifierKind, Schema};

use super::address::is_no_country;
use super::date::parse_date;
use super::draft::Draft;
use super::head::{Head, HeadKind};
use super::party::{Fact, PartyKind};
use super::{wallet, write};
use crate::{Loss, ProblemCode};

/// Adds a fact to the party's entities.
pub(crate) fn add(draft: &mut Draft<'_>, fact: &Fact) {
    let Some(head) = fact.head else {
        draft.note("", &fact.value);
        draft.report(
            ProblemCode::ClauseUnknown,
            Loss::Nothing,
            "a clause with no known head; it is kept as a note",
            &fact.value,
        );
        return;
    };
    match head.kind {
        HeadKind::BirthDate => date(draft, "birthDate", fact),
        HeadKind::Date => date(draft, head.property, fact),
        HeadKind::BirthPlace => birth_place(draft, fact),
        HeadKind::Gender => gender(draft, fact),
        HeadKind::Alias => {
            let alias = write::weak_alias(&fact.value, draft.party.kind);
            write::add_alias(draft, &alias);
        }
        HeadKind::Country => country(draft, head.property, fact),
        HeadKind::Wallet => wallet::add(draft, fact),
        HeadKind::Number => number(draft, head, fact),
        // A title column may hold several posts.
        HeadKind::Text if head.property == "position" => {
            for post in fact.value.split(';') {
                draft.put(head.property, &fact.label, post.trim());
            }
        }
        // The comma-separated files put commas into numbers, XML does not.
        HeadKind::Text if head.property.to_lowercase().ends_with("tonnage") => {
            draft.put(head.property, &fact.label, &fact.value.replace(',', ""));
        }
        HeadKind::Text | HeadKind::TargetType => draft.put(head.property, &fact.label, &fact.value),
        // The relation itself is made when all parties are known; the text is kept in any case.
        HeadKind::Link | HeadKind::Owner | HeadKind::Operator => {
            draft.note(&fact.label, &fact.value);
        }
        HeadKind::Note => draft.note("", &fact.value),
        HeadKind::Measure => draft.sanction.add("provisions", fact.value.as_str()),
        HeadKind::Listed => sanction_date(draft, "listingDate", fact),
        HeadKind::Effective => sanction_date(draft, "startDate", fact),
    }
}

fn date(draft: &mut Draft<'_>, property: &str, fact: &Fact) {
    match parse_date(&fact.value) {
        Some(date) => draft.put(property, &fact.label, &date.to_string()),
        None => {
            draft.note(&fact.label, &fact.value);
            draft.report(
                ProblemCode::DateUnreadable,
                Loss::Value,
                "no date; it is kept as a note",
                &fact.value,
            );
        }
    }
}

fn birth_place(draft: &mut Draft<'_>, fact: &Fact) {
    draft.put("birthPlace", &fact.label, &fact.value);
    let last_two = fact.value.rmatch_indices(", ").nth(1).map(|(at, _)| at + 2);
    let tails = [last_two, fact.value.rfind(", ").map(|at| at + 2), Some(0)];
    let country: Option<Country> =
        tails.into_iter().flatten().find_map(|at| fact.value.get(at..)?.parse().ok());
    if let Some(country) = country
        && draft.party.kind == PartyKind::Individual
    {
        draft.main.add("birthCountry", country.code());
    }
}

fn gender(draft: &mut Draft<'_>, fact: &Fact) {
    match fact.value.parse::<Gender>() {
        Ok(gender) => draft.put("gender", &fact.label, gender.as_str()),
        Err(_) => {
            draft.note(&fact.label, &fact.value);
            draft.report(
                ProblemCode::ValueUnknown,
                Loss::Value,
                "no gender; it is kept as a note",
                &fact.value,
            );
        }
    }
}

fn country(draft: &mut Draft<'_>, property: &str, fact: &Fact) {
    match fact.value.parse::<Country>() {
        Ok(country) => draft.put(property, &fact.label, country.code()),
        Err(_) => {
            draft.note(&fact.label, &fact.value);
            if !is_no_country(&fact.value) {
                draft.report(
                    ProblemCode::CountryUnknown,
                    Loss::Value,
                    "no country; it is kept as a note",
                    &fact.value,
                );
            }
        }
    }
}

/// `(EO 14024 Directive 2): 24 Feb 2022` or just the date.
fn sanction_date(draft: &mut Draft<'_>, property: &str, fact: &Fact) {
    let value = fact.value.rsplit_once(')').map_or(fact.value.as_str(), |(_, date)| date);
    let value = value.trim_start_matches([':', ' ']);
    match parse_date(value) {
        Some(date) => draft.sanction.add(property, date.to_string()),
        None => {
            draft.note(&fact.label, &fact.value);
            draft.report(
                ProblemCode::DateUnreadable,
                Loss::Value,
                "no date; it is kept as a note",
                &fact.value,
            );
        }
    }
    if value.len() < fact.value.len() {
        draft.sanction.add("provisions", format!("{} {}", fact.label, fact.value));
    }
}

fn number(draft: &mut Draft<'_>, head: &Head, fact: &Fact) {
    let value = fact.value.as_str();
    if value.is_empty() {
        draft.note(&fact.label, &fact.country);
        return;
    }
    let country: Option<Country> = fact.country.parse().ok();
    if let Some(imo) = imo_number(value) {
        draft.put("imoNumber", &fact.label, &imo);
        return;
    }
    let property = match head.property {
        // Class registers give ships numbers of their own.
        "imoNumber" => "registrationNumber",
        property => property,
    };
    let schema = &draft.main.schema;
    let fits = schema.property(property).is_some();
    if !fits && schema.is_a(&Schema::LEGAL_ENTITY) && !head.document.is_empty() {
        draft.main.add("idNumber", value);
    } else {
        draft.put(property, &fact.label, value);
    }
    if let Some(code) = russian_code(property, value, country) {
        draft.put(code, &fact.label, value);
    }
    if !head.document.is_empty() && write::carries_documents(&draft.main.schema) {
        document(draft, head, fact);
    }
}

/// `IMO 9187629` with or without the space, in the form that exchanges use.
fn imo_number(value: &str) -> Option<String> {
    let digits = value.strip_prefix("IMO")?.trim_start_matches([' ', ':', '#']);
    let whole = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| format!("IMO{digits}"))
}

/// OFAC does not say which Russian number it gives; the check digits do.
fn russian_code(property: &str, value: &str, country: Option<Country>) -> Option<&'static str> {
    let strong = |kind| Identifier::new(kind, value).is_ok_and(|number| number.is_strong());
    let russian = country.is_some_and(|country| country.code() == "ru");
    match property {
        "taxNumber" if russian && strong(IdentifierKind::Inn) => Some("innCode"),
        "registrationNumber" if russian && strong(IdentifierKind::Ogrn) => Some("ogrnCode"),
        _ => None,
    }
}

fn document(draft: &mut Draft<'_>, head: &Head, fact: &Fact) {
    let schema = Schema::from(head.document.to_owned());
    let name = format!("{}-{}-{}", fact.label, fact.value, fact.country);
    let slug: String = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .to_lowercase();
    let Some(mut entity) = draft.belonging(schema, &slug) else { return };
    entity.add("holder", draft.main.id.as_str());
    entity.add("type", fact.label.as_str());
    entity.add("number", fact.value.as_str());
    if head.document == "Passport" {
        entity.add("passportNumber", fact.value.as_str());
    }
    if let Ok(country) = fact.country.parse::<Country>() {
        entity.add("country", country.code());
    }
    for (property, text) in [("startDate", &fact.issued), ("endDate", &fact.expires)] {
        match parse_date(text) {
            Some(date) => entity.add(property, date.to_string()),
            None => entity.add("summary", text.as_str()),
        }
    }
    draft.attach(entity);
}
