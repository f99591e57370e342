//! Listed persons whose names are spread over columns with any usual qualifier are found, or their rows are reported.

use std::collections::BTreeSet;
use std::fs;

use interdict_engine::files::{BatchFiles, BatchOptions, ColumnMap, UnscreenedCeiling};
use interdict_engine::screening::{Policy, Query};
use interdict_engine::{AsOf, Session};
use interdict_model::{Entity, Schema};
use serde_json::{Map, Value};

use crate::published;

/// The columns of given and of family names.
const HEADERS: [[&str; 2]; 24] = [
    ["First Name", "Last Name"],
    ["Contact First Name", "Contact Last Name"],
    ["Student First Name", "Student Last Name"],
    ["Insured Given Name", "Insured Surname"],
    ["Shipping First Name", "Shipping Last Name"],
    ["Primary First Name", "Primary Last Name"],
    ["Name (First)", "Name (Last)"],
    ["Name - First", "Name - Last"],
    ["First name (latin)", "Last name (latin)"],
    ["Given name (as in passport)", "Family name (as in passport)"],
    ["UBO1 First Name", "UBO1 Last Name"],
    ["Second Director Forename", "Second Director Surname"],
    ["owner_0_first", "owner_0_last"],
    ["senderFirstName", "senderLastName"],
    ["FirstGivenName", "FirstSurName"],
    ["RECEIVERFIRSTNAME", "RECEIVERLASTNAME"],
    ["RCVR_FNAME", "RCVR_LNAME"],
    ["givenName", "sn"],
    ["Ім'я", "Прізвище"],
    ["Имя получателя", "Фамилия получателя"],
    ["Vorname Ehepartner", "Nachname Ehepartner"],
    ["Prénom", "Nom de naissance"],
    ["guarantorName", "guarantorSurname"],
    ["applicantfirstname", "applicantlastname"],
];

#[test]
fn every_listed_person_is_found_by_the_parts_of_the_name() {
    let mut lists = 0;
    published::for_each(|list, dataset, session| {
        if list == "us_ofac_sdn" {
            lists += 1;
            assert_all_found(dataset, session);
        }
    });
    assert!(lists == 1 || std::env::var_os("INTERDICT_TEST_DATA").is_none());
}

/// Names as lists write them are names: what masks, encodings and wrong encodings are recognised by is not in them.
#[test]
fn names_of_lists_are_readable() {
    published::for_each(|list, dataset, session| {
        let lists = session.open_lists(AsOf::Now).unwrap();
        let entities = published::entities(session, &lists, &dataset.parse().unwrap());
        let names: BTreeSet<&String> = entities
            .iter()
            .filter(|entity| entity.target == Some(true))
            .flat_map(|entity| entity.values("name").iter().chain(entity.values("alias")))
            .collect();
        let is_refused = |name: &&&String| {
            let mut query = Query::new(None);
            query.add("name", name).is_ok()
                && query.gaps().iter().any(|gap| !gap.text.contains("known reading"))
        };
        let refused: Vec<_> = names.iter().filter(is_refused).collect();
        println!("{list}: of {} names, doubtful: {refused:#?}", names.len());
        assert!(refused.len() * 1_000 <= names.len(), "{list}: {refused:#?}");
    });
}

fn assert_all_found(dataset: &str, session: &Session) {
    let lists = session.open_lists(AsOf::Now).unwrap();
    let entities = published::entities(session, &lists, &dataset.parse().unwrap());
    let persons: Vec<(String, String)> = entities.iter().filter_map(parts).collect();
    assert!(persons.len() > 1_000);
    let folder = tempfile::tempdir().unwrap();
    for (place, [first, last]) in HEADERS.iter().enumerate() {
        // Each header has its share of the list.
        let rows: Vec<_> = persons.iter().skip(place).step_by(HEADERS.len()).collect();
        let text: String = rows.iter().map(|(a, b)| format!("\"{a}\",\"{b}\"\n")).collect();
        let files = BatchFiles {
            input: folder.path().join(format!("{place}.csv")),
            output: folder.path().join(format!("{place}.ndjson")),
            resume: false,
        };
        fs::write(&files.input, format!("{first},{last}\n{text}")).unwrap();
        let options = BatchOptions {
            map: session.read_columns(&files.input, &ColumnMap::default()).unwrap().map,
            policy: Policy::default(),
            include_empty: false,
            explanation: false,
            max_unscreened: UnscreenedCeiling::default(),
        };
        session.batch(&lists, &files, &options, &|_| {}).unwrap();
        let output = fs::read_to_string(&files.output).unwrap();
        let found: BTreeSet<(String, String)> = output
            .lines()
            .filter_map(|line| {
                let row: Map<String, Value> = serde_json::from_str(line).unwrap();
                let text =
                    |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
                let is_told = row.get("match") == Some(&Value::Bool(true))
                    || !text("match_unread").is_empty();
                is_told.then(|| (text(first), text(last)))
            })
            .collect();
        let missed: Vec<_> = rows.iter().filter(|row| !found.contains(**row)).take(5).collect();
        assert!(missed.is_empty(), "{first}, {last}: of {} rows clear: {missed:?}", rows.len());
    }
}

/// The primary name of a listed person: the words before the last one, and the last one.
fn parts(entity: &Entity) -> Option<(String, String)> {
    if entity.target != Some(true) || entity.schema != Schema::PERSON {
        return None;
    }
    let (first, last) = entity.first("name")?.rsplit_once(' ')?;
    Some((first.replace('"', ""), last.replace('"', "")))
}
