//! Which customers a changed entity concerns, and what changes for them.

use std::collections::BTreeSet;

use interdict_index::CandidateSearcher;
use interdict_model::{Entity, EntityId, Schema};

use super::{answer, designated, entity, person, query, threshold};
use crate::rescreen::{CustomerIndex, MatchChangeKind, compare_states, reaches_threshold};
use crate::{Algorithm, Customer, Policy};

fn customer(schema: Option<Schema>, values: &[(&str, &str)]) -> Customer {
    let values =
        values.iter().map(|(property, value)| (property.to_string(), value.to_string())).collect();
    Customer { schema, values }
}

fn customers() -> CustomerIndex {
    let person = || Some(Schema::PERSON);
    CustomerIndex::build(vec![
        customer(person(), &[("name", "Jane Example")]),
        customer(person(), &[("birthDate", "soon")]),
        customer(person(), &[("name", "Petr Kuznetsov"), ("birthDate", "1970-01-02")]),
        customer(None, &[("passportNumber", "AB 1234567")]),
        customer(Some(Schema::COMPANY), &[("name", "Zenith Trading LLC"), ("wallet", "TXyz123")]),
        customer(Some(Schema::VESSEL), &[("name", "NORTHERN STAR"), ("imoNumber", "9187629")]),
        customer(None, &[("name", "Jane Example"), ("alias", "Petr Kuznetsov")]),
    ])
    .unwrap()
}

fn similar(entity: &Entity, policy: &Policy) -> Vec<u32> {
    let mut searcher = CandidateSearcher::default();
    customers().find_similar(entity, policy, &mut searcher).into_iter().collect()
}

#[test]
fn an_entity_finds_customers_by_similar_names_and_equal_numbers() {
    let policy = Policy::default();
    let jane = person("p-1", &[("name", "Jane Example")]);
    assert_eq!(similar(&jane, &policy), [0, 6]);
    let petr = person("p-2", &[("name", "Somebody"), ("alias", "Kuznetsov, Petr")]);
    assert_eq!(similar(&petr, &policy), [2, 6]);
    let numbered = person("p-3", &[("name", "Nobody Known"), ("idNumber", "ab1234567")]);
    assert_eq!(similar(&numbered, &policy), [3]);
    let vessel = entity("v-1", Schema::VESSEL, &[("name", "OTHER"), ("imoNumber", "IMO 9187629")]);
    assert_eq!(similar(&vessel, &policy), [5]);
    let vessel = entity("v-1", Schema::VESSEL, &[("name", "NORTHERN STAR")]);
    assert_eq!(similar(&vessel, &policy), [5]);
    let nobody = person("p-4", &[("name", "Nobody Known"), ("idNumber", "1")]);
    assert_eq!(similar(&nobody, &policy), [0_u32; 0]);
}

#[test]
fn an_entity_without_an_index_finds_the_same_customers() {
    let exhaustive = Policy { exhaustive: true, ..Policy::default() };
    for name in ["Jane Example", "Petr Kuznetsov", "Northern Star", "Nobody Known"] {
        let entity = person("p-1", &[("name", name)]);
        assert_eq!(similar(&entity, &exhaustive), similar(&entity, &Policy::default()), "{name}");
    }
}

#[test]
fn customers_with_facts_are_found_below_the_threshold() {
    let policy = threshold(0.99);
    let jane = person("p-1", &[("name", "Jane Example")]);
    let petr = person("p-2", &[("name", "Petr Kuznetsov")]);
    let similar_to_jane = person("p-1", &[("name", "Jane Exampel")]);
    assert_eq!(similar(&similar_to_jane, &policy), [0_u32; 0], "no fact could lift the name");
    assert_eq!(similar(&petr, &policy), [2, 6], "the birth date could; 6 has the name itself");
    assert_eq!(similar(&jane, &policy), [0, 6], "an equal name is never left out");
}

#[test]
fn other_algorithms_leave_the_comparison_to_the_screen() {
    let everyone_named = [0, 2, 4, 5, 6];
    let stranger = person("p-1", &[("name", "Nobody Known")]);
    let ofac = Policy { algorithm: Algorithm::Ofac, ..Policy::default() };
    assert_eq!(similar(&stranger, &ofac), everyone_named);
    let exact = Policy { algorithm: Algorithm::Exact, ..Policy::default() };
    assert_eq!(similar(&person("p-1", &[("name", "Jane Example")]), &exact), [0, 6]);
}

#[test]
fn customers_are_found_by_the_key_of_their_wallet() {
    let customers = customers();
    let found = |value: &str| -> BTreeSet<u32> {
        customers.find_by_wallet(&interdict_model::wallet::lookup_key(value)).collect()
    };
    assert_eq!(found("TXyz123"), BTreeSet::from([4]));
    assert_eq!(found("other"), BTreeSet::new());
    assert_eq!(customers.customers().len(), 7);
}

#[test]
fn an_entity_reaches_the_threshold_as_a_screen_would_score_it() {
    let query = query(None, &[("name", "Jane Example")]);
    let (jane, petr) =
        (person("p-1", &[("name", "Jane Example")]), person("p-2", &[("name", "Petr Kuznetsov")]));
    assert!(reaches_threshold(&query, &jane, &Policy::default()));
    assert!(!reaches_threshold(&query, &petr, &Policy::default()));
    let jana = person("p-1", &[("name", "Jana Example")]);
    let score = answer(std::slice::from_ref(&jana), &query, &Policy::default()).candidates[0].score;
    assert!(reaches_threshold(&query, &jana, &threshold(score.value())));
    assert!(!reaches_threshold(&query, &jana, &threshold(score.value() + 0.001)));
    assert!(reaches_threshold(&query, &jane, &threshold(0.999)), "an equal name is shown");
}

#[test]
fn matches_that_come_go_or_change_are_told_and_no_others() {
    let query = query(None, &[("name", "Jane Example")]);
    let policy = Policy::default();
    let jane = |id: &str, property: &str| person(id, &[(property, "Jane Example")]);
    let ended = |id: &str| designated(jane(id, "name"), &[("2001-01-01", "2002-01-01")]);
    let before = [
        jane("gone", "name"),
        jane("ended", "name"),
        jane("rescored", "name"),
        jane("edited", "name"),
        jane("same", "name"),
        ended("never"),
    ];
    let after = [
        ended("ended"),
        jane("rescored", "previousName"),
        jane("edited", "name"),
        jane("same", "name"),
        jane("new", "name"),
        ended("never"),
    ];
    let all = Policy { limit: usize::MAX, ..policy };
    let edited = |id: &EntityId| id.as_str() == "edited";
    let (old, new) = (answer(&before, &query, &all), answer(&after, &query, &all));
    let changes = compare_states(&old, &new, &edited);
    let found: Vec<(&str, MatchChangeKind)> =
        changes.iter().map(|change| (change.entity.as_str(), change.kind)).collect();
    assert_eq!(
        found,
        [
            ("edited", MatchChangeKind::Changed),
            ("ended", MatchChangeKind::Gone),
            ("gone", MatchChangeKind::Gone),
            ("new", MatchChangeKind::New),
            ("rescored", MatchChangeKind::Changed),
        ]
    );
    let by_id = |id: &str| changes.iter().find(|change| change.entity.as_str() == id).unwrap();
    assert!(by_id("gone").after.is_none() && by_id("new").before.is_none());
    let (before, after) = (&by_id("ended").before, &by_id("ended").after);
    let (before, after) = (before.as_ref().unwrap(), after.as_ref().unwrap());
    assert!(before.is_match && before.in_force && !after.is_match && !after.in_force);
    assert_eq!(serde_json::to_value(&after.evidence).unwrap(), serde_json::json!(["SCR701"]));
    assert_eq!(after.listed_name.as_deref(), Some("Jane Example"));
    assert_eq!((&*after.caption, &*after.datasets[0].to_string()), ("Jane Example", "test_list"));
}

#[test]
fn a_customer_is_found_by_another_party_of_its_row() {
    let values = [("name", "Zenith Trading LLC"), ("otherParty", "Petr Kuznetsov")];
    let index = CustomerIndex::build(vec![customer(Some(Schema::COMPANY), &values)]).unwrap();
    let petr = person("p-1", &[("name", "Kuznetsov, Petr")]);
    let found = index.find_similar(&petr, &Policy::default(), &mut CandidateSearcher::default());
    assert_eq!(found, BTreeSet::from([0]));
    assert!(reaches_threshold(&index.customers()[0].query().unwrap(), &petr, &Policy::default()));
}
