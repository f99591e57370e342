//! What a query accepts, refuses and passes over.

use interdict_model::{Identifier, Schema};
use interdict_names::NameKind;

use super::query;
use crate::{
    Algorithm, Customer, MAX_NAME_CHARS, MAX_VALUES, Query, QueryError, QueryName,
    is_name_property, name_kinds,
};

const NAME: (&str, &str) = ("name", "Jane Example");

#[test]
fn a_query_needs_a_name_an_identifier_or_a_wallet() {
    let mut facts = Query::new(None);
    for (property, value) in [("birthDate", "1970"), ("country", "ru"), ("address", "x y z")] {
        facts.add(property, value).unwrap();
    }
    facts.add("name", "  ").unwrap();
    assert_eq!(facts.finish().unwrap_err(), QueryError::Empty);
    for value in [NAME, ("passportNumber", "1"), ("wallet", "x"), ("lastName", "Example")] {
        assert!(!query(None, &[value]).names().is_empty() || value.0 != "name", "{value:?}");
    }
    let mut typed = Query::new(None);
    typed.add_identifiers(Identifier::read_typed("imo:9187629").unwrap());
    assert!(typed.finish().is_ok());
}

#[test]
fn parts_of_a_name_make_one_name_beside_a_whole_one_of_other_words() {
    let parts = [("firstName", "Jane"), ("middleName", "Ann"), ("lastName", "Example")];
    let names = |values: &[(&str, &str)]| -> Vec<String> {
        query(None, values).names().iter().map(|name| name.text().to_owned()).collect()
    };
    assert_eq!(names(&parts), ["Jane Ann Example"]);
    assert_eq!(names(&parts[2..]), ["Example"]);
    let initials = names(&[&parts[..], &[("name", "Jane E.")]].concat());
    assert_eq!(initials, ["Jane E.", "Jane Ann Example"]);
    let same = names(&[&parts[..], &[("name", "EXAMPLE, Jane Ann")]].concat());
    assert_eq!(same, ["EXAMPLE, Jane Ann"]);
    let aliases = ["name", "alias", "previousName", "weakAlias", "abbreviation"];
    let values: Vec<_> = aliases.iter().map(|property| (*property, "Jane Example")).collect();
    assert_eq!(names(&values).len(), 5);
}

#[test]
fn any_fact_besides_names_and_wallets_counts_as_one() {
    for (property, value) in [
        ("birthDate", "1970"),
        ("country", "ru"),
        ("nationality", "ru"),
        ("gender", "f"),
        ("passportNumber", "123"),
        ("address", "12 Long Street"),
        ("full", "12 Long Street"),
    ] {
        assert!(query(None, &[NAME, (property, value)]).has_facts(), "{property}");
    }
    assert!(!query(None, &[NAME, ("publicKey", "x")]).has_facts());
    assert!(!query(None, &[NAME, ("alias", "J. Example")]).has_facts());
    // Known to the vocabulary, but no rule uses it.
    assert!(!query(None, &[NAME, ("title", "Dr")]).has_facts());
}

#[test]
fn every_wallet_property_is_looked_up_by_the_same_key() {
    for property in ["publicKey", "cryptoWallet", "wallet"] {
        let query = query(None, &[(property, " 0xAB ")]);
        assert_eq!(query.wallets, [interdict_model::wallet::lookup_key("0xAB")], "{property}");
    }
}

#[test]
fn values_that_cannot_be_read_are_refused_with_their_property() {
    let refuse = |property: &str, value: &str| Query::new(None).add(property, value).unwrap_err();
    assert!(refuse("birthDate", "soon").to_string().starts_with("birthDate: "));
    assert!(refuse("nationality", "Atlantis").to_string().starts_with("nationality: "));
    assert!(matches!(refuse("gender", "?"), QueryError::Gender(_)));
    assert!(matches!(refuse("passportNumber", "--"), QueryError::Identifier(_)));
    assert_eq!(refuse("shoeSize", "42"), QueryError::Property("shoeSize".to_owned()));
    let QueryError::Name { text, .. } = refuse("name", &"!".repeat(70)) else { panic!() };
    assert_eq!(text.len(), 60);
}

#[test]
fn names_and_values_are_limited() {
    let long = |chars: usize| Query::new(None).add("name", &"ü".repeat(chars));
    assert_eq!(long(MAX_NAME_CHARS), Ok(()));
    assert_eq!(long(1_001), Err(QueryError::NameTooLong { chars: 1_001 }));
    let mut query = Query::new(None);
    for number in 0..MAX_VALUES {
        query.add("passportNumber", &number.to_string()).unwrap();
        query.add("passportNumber", " ").unwrap();
    }
    assert_eq!(query.add("passportNumber", "1"), Err(QueryError::TooManyValues));
}

#[test]
fn identifiers_keep_the_kind_of_their_property() {
    let kinds = |values: &[(&str, &str)]| -> Vec<String> {
        query(None, values).identifiers.iter().map(ToString::to_string).collect()
    };
    assert_eq!(kinds(&[("imoNumber", "IMO 9187629")]), ["imo:9187629"]);
    assert_eq!(kinds(&[("innCode", "7707083893"), ("email", "A@b.org")]).len(), 2);
    // An identifier property without a kind of its own.
    assert_eq!(kinds(&[("kppCode", "775001001")]), ["other:775001001"]);
}

#[test]
fn names_are_analysed_as_of_each_kind_that_the_schema_allows() {
    use NameKind::{Object, Organization, Person};
    for (schema, kinds) in [
        (Some(Schema::PERSON), &[Person][..]),
        (Some(Schema::ORGANIZATION), &[Organization]),
        (Some(Schema::COMPANY), &[Organization]),
        (Some(Schema::VESSEL), &[Object]),
        (Some(Schema::AIRPLANE), &[Object]),
        (Some(Schema::LEGAL_ENTITY), &[Person, Organization]),
        (Some(Schema::CRYPTO_WALLET), &[Person, Organization, Object]),
        (None, &[Person, Organization, Object]),
    ] {
        assert_eq!(name_kinds(schema.as_ref()), kinds, "{schema:?}");
        let name = QueryName::analyse("Jane Example", schema.as_ref());
        let read: Vec<NameKind> = name.readings().iter().map(|reading| reading.kind()).collect();
        assert_eq!(read, kinds, "{schema:?}");
    }
}

#[test]
fn algorithms_are_chosen_by_name() {
    assert_eq!("interdict".parse(), Ok(Algorithm::Interdict));
    assert_eq!("best".parse(), Ok(Algorithm::Interdict));
    assert_eq!("ofac".parse(), Ok(Algorithm::Ofac));
    assert_eq!("exact".parse(), Ok(Algorithm::Exact));
    let error = "x".repeat(100).parse::<Algorithm>().unwrap_err().to_string();
    assert!(error.contains(&format!("{:?}", "x".repeat(60))), "{error}");
}

#[test]
fn a_customer_is_screened_by_its_values_or_says_why_not() {
    let values = |values: &[(&str, &str)]| {
        values.iter().map(|(property, value)| (property.to_string(), value.to_string())).collect()
    };
    let customer = Customer { schema: Some(Schema::PERSON), values: values(&[NAME]) };
    let query = customer.query().unwrap();
    assert_eq!((query.schema, query.names[0].text()), (Some(Schema::PERSON), "Jane Example"));
    let customer = Customer { schema: None, values: values(&[NAME, ("birthDate", "soon")]) };
    assert!(customer.query().unwrap_err().starts_with("birthDate: "));
    assert!(Customer::default().query().unwrap_err().contains("no name"));
}

#[test]
fn name_properties_are_told_from_others() {
    for property in ["name", "alias", "weakAlias", "firstName", "middleName", "lastName"] {
        assert!(is_name_property(property), "{property}");
    }
    for property in ["birthDate", "country", "idNumber", ""] {
        assert!(!is_name_property(property), "{property}");
    }
}
