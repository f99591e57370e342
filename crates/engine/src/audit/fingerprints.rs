//! Fingerprints of the facts that a decision about a match rests on: those of the list's record, and those of the
//! customer as the caller describes them.

use interdict_model::wallet::lookup_key;
use interdict_model::{Country, Entity, PropertyType, Schema};
use interdict_names::normalise;
use interdict_store::{Fingerprint, JudgedField};

use crate::party::PartyQuery;

/// Schemata whose properties a customer may have, when the caller names none.
const CUSTOMERS: [Schema; 4] =
    [Schema::PERSON, Schema::COMPANY, Schema::VESSEL, Schema::CRYPTO_WALLET];

/// Adds the values of a list's record. Notes, sources and dates of crawling are left out, because no decision depends
/// on them.
pub(super) fn add_record(fingerprint: &mut Fingerprint, record: &Entity) {
    fingerprint.add(JudgedField::Schema, record.schema.as_str());
    for name in record.names() {
        fingerprint.add(JudgedField::Names, normal(name.text));
    }
    // An address that is an entity states which part is the city; an address text does not.
    let has_structured = !record.values("addressEntity").is_empty();
    for (property, values) in &record.properties {
        let Some(field) = field_of(&record.schema, property) else { continue };
        if field == JudgedField::Addresses && has_structured {
            continue;
        }
        values.iter().for_each(|value| fingerprint.add(field, judged(field, value)));
    }
}

/// Adds the values of a related entity: a document, a wallet, a sanction or an address.
pub(super) fn add_related(fingerprint: &mut Fingerprint, related: &Entity) {
    let mut add = |field, property: &str| {
        for value in related.values(property) {
            fingerprint.add(field, judged(field, value));
        }
    };
    match related.schema.as_str() {
        "Passport" | "Identification" => add(JudgedField::Identifiers, "number"),
        "CryptoWallet" => add(JudgedField::Wallets, "publicKey"),
        "Sanction" => {
            add(JudgedField::Programmes, "program");
            add(JudgedField::Programmes, "programId");
        }
        "Address" => fingerprint.add(JudgedField::Addresses, to_the_city(related)),
        _ => {}
    }
}

/// The fingerprint of a customer. It contains all values that the caller gave, because any of them may have decided the
/// case.
pub(super) fn of_customer(party: &PartyQuery) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    if let Some(schema) = &party.schema {
        fingerprint.add(JudgedField::Schema, schema.as_str());
    }
    for (property, values) in &party.properties {
        let schemata = party.schema.iter().chain(&CUSTOMERS);
        let field = schemata.into_iter().find_map(|schema| field_of(schema, property));
        for value in values {
            match field {
                Some(field) => fingerprint.add(field, judged(field, value)),
                None => {
                    let text = format!("{property}: {}", value.trim().to_lowercase());
                    fingerprint.add(JudgedField::Other, text);
                }
            }
        }
    }
    fingerprint
}

/// The field that a property belongs to; `None` if no decision depends on it.
fn field_of(schema: &Schema, property: &str) -> Option<JudgedField> {
    Some(match property {
        "weakAlias" => JudgedField::Names,
        "birthDate" | "incorporationDate" => JudgedField::BirthDates,
        "deathDate" | "dissolutionDate" => JudgedField::DeathDates,
        "program" | "programId" => JudgedField::Programmes,
        "publicKey" | "cryptoWallets" => JudgedField::Wallets,
        _ => match schema.property(property)?.kind {
            PropertyType::Name => JudgedField::Names,
            PropertyType::Country => JudgedField::Countries,
            PropertyType::Identifier => JudgedField::Identifiers,
            PropertyType::Address => JudgedField::Addresses,
            PropertyType::Gender => JudgedField::Gender,
            PropertyType::Topic => JudgedField::Topics,
            _ => return None,
        },
    })
}

/// A value in normalised form, which is the same for all spellings.
fn judged(field: JudgedField, value: &str) -> String {
    match field {
        JudgedField::Names | JudgedField::Addresses => normal(value),
        JudgedField::Countries => match value.parse::<Country>() {
            Ok(country) => country.to_string(),
            Err(_) => normal(value),
        },
        JudgedField::Identifiers => value
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect(),
        JudgedField::Wallets => lookup_key(value),
        _ => value.trim().to_lowercase(),
    }
}

/// A name in normal form; a text that consists of marks only is kept as it is.
fn normal(text: &str) -> String {
    let normal = normalise(text);
    if normal.is_empty() { text.trim().to_lowercase() } else { normal }
}

/// City and country only, because lists often correct streets; the whole address if it has no city.
fn to_the_city(address: &Entity) -> String {
    let country = address.countries().first().map(ToString::to_string).unwrap_or_default();
    let text = address.first("city").or_else(|| address.first("full")).unwrap_or_default();
    let mut parts = vec![normal(text), country];
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(values: &[(&str, &str)]) -> Fingerprint {
        let mut entity = Entity::new("x".parse().unwrap(), Schema::PERSON);
        entity.add("name", "Kim Sang-man");
        entity.add("birthDate", "1965");
        values.iter().for_each(|(property, value)| entity.add(property, *value));
        let mut fingerprint = Fingerprint::default();
        add_record(&mut fingerprint, &entity);
        fingerprint
    }

    fn fields(fingerprint: &Fingerprint) -> Vec<JudgedField> {
        let differences = person(&[]).differences(fingerprint);
        differences.into_iter().map(|difference| difference.field).collect()
    }

    #[test]
    fn each_field_that_can_change_a_judgement_changes_the_fingerprint() {
        for (property, value, field) in [
            ("name", "Kim Sang-min", JudgedField::Names),
            ("alias", "Kim", JudgedField::Names),
            ("weakAlias", "Kim", JudgedField::Names),
            ("previousName", "Kim", JudgedField::Names),
            ("birthDate", "1966", JudgedField::BirthDates),
            ("deathDate", "2020", JudgedField::DeathDates),
            ("gender", "male", JudgedField::Gender),
            ("nationality", "kp", JudgedField::Countries),
            ("country", "cn", JudgedField::Countries),
            ("idNumber", "123", JudgedField::Identifiers),
            ("passportNumber", "123", JudgedField::Identifiers),
            ("address", "1 Street, Pyongyang", JudgedField::Addresses),
            ("topics", "sanction", JudgedField::Topics),
            ("program", "DPRK", JudgedField::Programmes),
            ("programId", "US-DPRK", JudgedField::Programmes),
        ] {
            assert_eq!(fields(&person(&[(property, value)])), [field], "{property}");
        }
        let company = Entity::new("x".parse().unwrap(), Schema::COMPANY);
        let mut fingerprint = Fingerprint::default();
        add_record(&mut fingerprint, &company);
        assert!(fields(&fingerprint).contains(&JudgedField::Schema));
    }

    #[test]
    fn nothing_else_does() {
        for (property, value) in [
            ("notes", "A note."),
            ("sourceUrl", "https://example.org"),
            ("modifiedAt", "2026-01-01"),
            ("createdAt", "2026-01-01"),
            ("retrievedAt", "2026-01-01"),
            ("summary", "Text."),
            ("keywords", "word"),
            ("birthPlace", "Pyongyang"),
            ("position", "Colonel"),
            // The same values, written in another way.
            ("name", "KIM  SANG MAN"),
            ("name", "Kim Sang-man."),
        ] {
            assert_eq!(fields(&person(&[(property, value)])), [], "{property}");
        }
        let mut seen = Entity::new("other".parse().unwrap(), Schema::PERSON);
        seen.add("name", "Kim Sang-man");
        seen.add("birthDate", "1965");
        seen.first_seen = Some("2020".to_owned());
        seen.last_change = Some("2026".to_owned());
        seen.datasets = vec!["x".parse().unwrap()];
        let mut fingerprint = Fingerprint::default();
        add_record(&mut fingerprint, &seen);
        assert_eq!(fields(&fingerprint), []);
    }

    fn related(schema: &str, values: &[(&str, &str)]) -> Vec<JudgedField> {
        let mut entity = Entity::new("y".parse().unwrap(), Schema::from(schema.to_owned()));
        values.iter().for_each(|(property, value)| entity.add(property, *value));
        let mut fingerprint = person(&[]);
        add_related(&mut fingerprint, &entity);
        fields(&fingerprint)
    }

    #[test]
    fn what_stands_in_entities_of_their_own_counts() {
        assert_eq!(related("Passport", &[("number", "1")]), [JudgedField::Identifiers]);
        assert_eq!(related("Identification", &[("number", "1")]), [JudgedField::Identifiers]);
        assert_eq!(related("CryptoWallet", &[("publicKey", "1x")]), [JudgedField::Wallets]);
        assert_eq!(related("Sanction", &[("program", "X")]), [JudgedField::Programmes]);
        assert_eq!(related("Sanction", &[("programId", "X")]), [JudgedField::Programmes]);
        assert_eq!(related("Address", &[("city", "Paris")]), [JudgedField::Addresses]);
        assert_eq!(related("Sanction", &[("reason", "X"), ("startDate", "2020")]), []);
        assert_eq!(related("Ownership", &[("owner", "x")]), []);
    }

    #[test]
    fn an_address_counts_to_its_city() {
        let of = |street: &str, city: &str| {
            let mut address = Entity::new("y".parse().unwrap(), Schema::from("Address".to_owned()));
            address.add("street", street);
            address.add("full", format!("{street}, {city}"));
            address.add("city", city);
            address.add("country", "fr");
            let mut fingerprint = Fingerprint::default();
            add_related(&mut fingerprint, &address);
            fingerprint
        };
        assert_eq!(of("1 Rue A", "Paris"), of("2 Rue B", "PARIS"));
        assert_ne!(of("1 Rue A", "Paris"), of("1 Rue A", "Lyon"));
        // The text beside it has the street.
        let text = ("address", "1 Rue A, Paris");
        assert_eq!(fields(&person(&[text, ("addressEntity", "y")])), []);
    }

    #[test]
    fn all_that_is_said_of_a_customer_counts() {
        let of = |property: &str, value: &str| {
            let mut party = PartyQuery { schema: Some(Schema::PERSON), ..PartyQuery::default() };
            party.properties.insert("name".to_owned(), vec!["Ann Roe".to_owned()]);
            party.properties.insert(property.to_owned(), vec![value.to_owned()]);
            of_customer(&party)
        };
        let plain = of("name", "Ann Roe");
        assert_eq!(plain.differences(&of("name", "ANN ROE")), []);
        for (property, value, field) in [
            ("alias", "Annie", JudgedField::Names),
            ("birthDate", "1970", JudgedField::BirthDates),
            ("country", "fr", JudgedField::Countries),
            ("passportNumber", "1", JudgedField::Identifiers),
            ("address", "Paris", JudgedField::Addresses),
            ("publicKey", "1x", JudgedField::Wallets),
            ("memo", "a remark", JudgedField::Other),
        ] {
            let differences = plain.differences(&of(property, value));
            assert_eq!(differences.iter().map(|one| one.field).collect::<Vec<_>>(), [field]);
        }
        let without = PartyQuery { schema: None, ..PartyQuery::default() };
        assert_eq!(of_customer(&without), Fingerprint::default());
    }
}
