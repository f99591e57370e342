//! Every listed number and wallet is found by a batch, alone in its row and under every schema.
//!
//! The built-in dataset is always checked. Published lists are checked when `INTERDICT_TEST_DATA` names
//! the folder that holds them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use interdict_engine::files::{
    BatchFiles, BatchOptions, Column, ColumnMap, InputForm, UnscreenedCeiling,
};
use interdict_engine::screening::Policy;
use interdict_engine::{AsOf, Session};
use interdict_model::{DatasetName, Entity, PropertyType};
use serde_json::{Map, Value, json};

use crate::published;

/// The kinds of party of a row; an empty one leaves it open.
const KINDS: [&str; 5] = ["", "Person", "Organization", "Vessel", "CryptoWallet"];

#[test]
fn every_number_of_the_built_in_dataset_is_found_in_a_batch() {
    let folder = tempfile::tempdir().unwrap();
    assert_all_found("dprk_cyber", "dprk_cyber", &published::session(folder.path()));
}

#[test]
fn every_number_of_the_published_lists_is_found_in_a_batch() {
    published::for_each(assert_all_found);
}

/// A number that a list gives of an entity.
struct Number {
    entity: String,
    property: String,
    value: String,
}

#[allow(clippy::print_stdout, reason = "the figure is what the test shows")]
fn assert_all_found(list: &str, dataset: &str, session: &Session) {
    let lists = session.open_lists(AsOf::Now).unwrap();
    let dataset: DatasetName = dataset.parse().unwrap();
    let numbers = numbers(&published::entities(session, &lists, &dataset));
    let folder = tempfile::tempdir().unwrap();
    let files = BatchFiles {
        input: folder.path().join("numbers.ndjson"),
        output: folder.path().join("found.ndjson"),
        resume: false,
    };
    let rows = write_rows(&files.input, &numbers);
    let properties: BTreeSet<&String> = numbers.iter().map(|number| &number.property).collect();
    let column =
        |property: &&String| Column { column: (*property).clone(), property: (*property).clone() };
    let options = BatchOptions {
        map: ColumnMap {
            schema: None,
            schema_column: Some("kind".to_owned()),
            columns: properties.iter().map(column).collect(),
            form: InputForm::default(),
            ..ColumnMap::default()
        },
        policy: Policy { limit: 10_000, ..Policy::default() },
        include_empty: false,
        explanation: false,
        max_unscreened: UnscreenedCeiling::default(),
    };
    let report = session.batch(&lists, &files, &options, &|_| {}).unwrap();
    assert_eq!(report.summary.reading.rows_screened, rows, "{list}");
    let found = found(&files.output);
    let missed: Vec<String> = (0..)
        .zip(&numbers)
        .flat_map(|(row, number)| KINDS.map(|kind| (row, kind, number)))
        .filter(|(row, kind, number)| {
            !found.contains(&(*row, (*kind).to_owned(), number.entity.clone()))
        })
        .map(|(_, kind, number)| format!("{} {} as {kind:?}", number.property, number.value))
        .collect();
    let of = missed.len();
    assert!(missed.is_empty(), "{list}: {of} of {rows} not found: {:#?}", &missed[..of.min(10)]);
    println!("{list}: {} numbers and wallets, {rows} rows, all found", numbers.len());
}

/// The numbers of listed parties, and the wallets, which are reported as their holders.
fn numbers(entities: &[Entity]) -> Vec<Number> {
    let targets: BTreeMap<&str, &Entity> = entities
        .iter()
        .filter(|entity| entity.target == Some(true))
        .map(|entity| (entity.id.as_str(), entity))
        .collect();
    let mut numbers = Vec::new();
    for entity in entities {
        let mut add = |entity: &str, property: &str, value: &str| {
            if value.contains(char::is_alphanumeric) {
                let [entity, property, value] = [entity, property, value].map(str::to_owned);
                numbers.push(Number { entity, property, value });
            }
        };
        if targets.contains_key(entity.id.as_str()) {
            for (property, value) in entity.values_of(PropertyType::Identifier) {
                add(entity.id.as_str(), property, value);
            }
        } else if let Some(holder) = entity.first("holder").filter(|id| targets.contains_key(id)) {
            for key in entity.values("publicKey") {
                add(holder, "publicKey", key);
            }
        }
    }
    numbers
}

/// Writes each number under each kind of party, alone in its row.
fn write_rows(path: &Path, numbers: &[Number]) -> u64 {
    let mut out = std::io::BufWriter::new(fs::File::create(path).unwrap());
    for (row, number) in numbers.iter().enumerate() {
        for kind in KINDS {
            let mut object = Map::new();
            object.insert("row".to_owned(), json!(row));
            object.insert("kind".to_owned(), json!(kind));
            object.insert(number.property.clone(), json!(number.value));
            writeln!(out, "{}", Value::Object(object)).unwrap();
        }
    }
    out.flush().unwrap();
    (numbers.len() * KINDS.len()) as u64
}

/// Which entities matched: by row, kind of party and id.
fn found(path: &Path) -> BTreeSet<(u64, String, String)> {
    let text = fs::read_to_string(path).unwrap();
    let match_of = |line: &str| {
        let row: Map<String, Value> = serde_json::from_str(line).unwrap();
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let score = row.get("match_score").and_then(Value::as_f64).unwrap_or_default();
        (score >= 0.7).then(|| (row["row"].as_u64().unwrap(), text("kind"), text("match_id")))
    };
    text.lines().filter_map(match_of).collect()
}
