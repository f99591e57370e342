//! Adds the facts about a party to its entities.

use interdict_model::{Country, Gender, Identifier, IdentifierKind, Loss, ProblemCode, Schema};

use super::address::is_no_country;
use super::clause_head::{ClauseHead, ClauseKind};
use super::date::parse_date;
use super::party::{PartyFact, PartyKind};
use super::party_entities::PartyEntities;
use super::{names, wallet};

/// Adds a fact to the party's entities.
pub(crate) fn add(entities: &mut PartyEntities<'_>, fact: &PartyFact) {
    let Some(head) = fact.head else {
        entities.note("", &fact.value);
        entities.report(
            ProblemCode::ClauseUnknown,
            Loss::Nothing,
            "a clause with no known head; it is kept as a note",
            &fact.value,
        );
        return;
    };
    match head.kind {
        ClauseKind::BirthDate => date(entities, "birthDate", fact),
        ClauseKind::Date => date(entities, head.property, fact),
        ClauseKind::BirthPlace => birth_place(entities, fact),
        ClauseKind::Gender => gender(entities, fact),
        ClauseKind::Alias => {
            let alias = names::weak_alias(&fact.value, entities.party.kind);
            names::add_alias(entities, &alias);
        }
        ClauseKind::Country => country(entities, head.property, fact),
        ClauseKind::Wallet => wallet::add(entities, fact),
        ClauseKind::Number => number(entities, head, fact),
        // A title column may hold several posts.
        ClauseKind::Text if head.property == "position" => {
            for post in fact.value.split(';') {
                entities.put(head.property, &fact.label, post.trim());
            }
        }
        // The comma-separated files put commas into numbers, XML does not.
        ClauseKind::Text if head.property.to_lowercase().ends_with("tonnage") => {
            entities.put(head.property, &fact.label, &fact.value.replace(',', ""));
        }
        ClauseKind::Text | ClauseKind::TargetType => {
            entities.put(head.property, &fact.label, &fact.value)
        }
        // The relation itself is made when all parties are known; the text is kept in any case.
        ClauseKind::Link | ClauseKind::Owner | ClauseKind::Operator => {
            entities.note(&fact.label, &fact.value);
        }
        ClauseKind::Note => entities.note("", &fact.value),
        ClauseKind::Measure => entities.sanction.add("provisions", fact.value.as_str()),
        ClauseKind::Listed => sanction_date(entities, "listingDate", fact),
        ClauseKind::Effective => sanction_date(entities, "startDate", fact),
    }
}

/// Keeps a value that cannot be read as a note, and reports it.
fn keep(entities: &mut PartyEntities<'_>, code: ProblemCode, what: &str, fact: &PartyFact) {
    entities.note(&fact.label, &fact.value);
    entities.report(code, Loss::Value, what, &fact.value);
}

fn date(entities: &mut PartyEntities<'_>, property: &str, fact: &PartyFact) {
    match parse_date(&fact.value) {
        Some(date) => entities.put(property, &fact.label, &date.to_string()),
        None => keep(entities, ProblemCode::DateUnreadable, "no date; it is kept as a note", fact),
    }
}

fn birth_place(entities: &mut PartyEntities<'_>, fact: &PartyFact) {
    entities.put("birthPlace", &fact.label, &fact.value);
    let last_two = fact.value.rmatch_indices(", ").nth(1).map(|(at, _)| at + 2);
    let tails = [last_two, fact.value.rfind(", ").map(|at| at + 2), Some(0)];
    let country: Option<Country> =
        tails.into_iter().flatten().find_map(|at| fact.value.get(at..)?.parse().ok());
    if let Some(country) = country
        && entities.party.kind == PartyKind::Individual
    {
        entities.main.add("birthCountry", country.code());
    }
}

fn gender(entities: &mut PartyEntities<'_>, fact: &PartyFact) {
    match fact.value.parse::<Gender>() {
        Ok(gender) => entities.put("gender", &fact.label, gender.as_str()),
        Err(_) => {
            keep(entities, ProblemCode::ValueUnknown, "no gender; it is kept as a note", fact);
        }
    }
}

fn country(entities: &mut PartyEntities<'_>, property: &str, fact: &PartyFact) {
    match fact.value.parse::<Country>() {
        Ok(country) => entities.put(property, &fact.label, country.code()),
        Err(_) if is_no_country(&fact.value) => entities.note(&fact.label, &fact.value),
        Err(_) => {
            keep(entities, ProblemCode::CountryUnknown, "no country; it is kept as a note", fact);
        }
    }
}

/// `(EO 14024 Directive 2): 24 Feb 2022` or just the date.
fn sanction_date(entities: &mut PartyEntities<'_>, property: &str, fact: &PartyFact) {
    let value = fact.value.rsplit_once(')').map_or(fact.value.as_str(), |(_, date)| date);
    let value = value.trim_start_matches([':', ' ']);
    match parse_date(value) {
        Some(date) => entities.sanction.add(property, date.to_string()),
        None => keep(entities, ProblemCode::DateUnreadable, "no date; it is kept as a note", fact),
    }
    if value.len() < fact.value.len() {
        entities.sanction.add("provisions", format!("{} {}", fact.label, fact.value));
    }
}

fn number(entities: &mut PartyEntities<'_>, head: &ClauseHead, fact: &PartyFact) {
    let value = fact.value.as_str();
    if value.is_empty() {
        entities.note(&fact.label, &fact.country);
        return;
    }
    let country: Option<Country> = fact.country.parse().ok();
    if let Some(imo) = imo_number(value) {
        entities.put("imoNumber", &fact.label, &imo);
        return;
    }
    let property = match head.property {
        // Class registers give ships numbers of their own.
        "imoNumber" => "registrationNumber",
        property => property,
    };
    let schema = &entities.main.schema;
    let fits = schema.property(property).is_some();
    if !fits && schema.is_a(&Schema::LEGAL_ENTITY) && !head.document.is_empty() {
        entities.main.add("idNumber", value);
    } else {
        entities.put(property, &fact.label, value);
    }
    if let Some(code) = russian_code(property, value, country) {
        entities.put(code, &fact.label, value);
    }
    if !head.document.is_empty() && entities.main.schema.is_a(&Schema::LEGAL_ENTITY) {
        document(entities, head, fact);
    }
}

/// `IMO 9187629` with or without the space, in the form that exchanges use.
fn imo_number(value: &str) -> Option<String> {
    let digits = value.strip_prefix("IMO")?.trim_start_matches([' ', ':', '#']);
    let whole = digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| format!("IMO{digits}"))
}

/// OFAC does not state the kind of a Russian number; the check digits determine it.
fn russian_code(property: &str, value: &str, country: Option<Country>) -> Option<&'static str> {
    let strong = |kind| Identifier::new(kind, value).is_ok_and(|number| number.is_strong());
    let russian = country.is_some_and(|country| country.code() == "ru");
    match property {
        "taxNumber" if russian && strong(IdentifierKind::Inn) => Some("innCode"),
        "registrationNumber" if russian && strong(IdentifierKind::Ogrn) => Some("ogrnCode"),
        _ => None,
    }
}

fn document(entities: &mut PartyEntities<'_>, head: &ClauseHead, fact: &PartyFact) {
    let schema = Schema::from(head.document.to_owned());
    let name = format!("{}-{}-{}", fact.label, fact.value, fact.country);
    let slug: String = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .to_lowercase();
    let Some(mut entity) = entities.belonging(schema, &slug) else { return };
    entity.add("holder", entities.main.id.as_str());
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
    entities.attach(entity);
}
