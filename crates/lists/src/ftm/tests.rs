//! The FollowTheMoney reader on good, bad and published lines.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::testing::{self, Collected};

fn read_with(bytes: &[u8], budget: &Budget) -> Result<(ListHeader, Counts, Collected), ReadError> {
    let mut list = Collected::default();
    let mut input = std::io::BufReader::with_capacity(11, bytes);
    let dataset = "xx_test".parse().unwrap();
    let (header, counts) = read_ftm(&mut input, "x.ftm.json", (&dataset, budget), &mut list)?;
    assert_eq!(counts.problems, list.problems.len() as u64);
    assert_eq!(counts.entities, list.entities.len() as u64);
    Ok((header, counts, list))
}

fn read(text: impl AsRef<[u8]>) -> Result<(ListHeader, Counts, Collected), ReadError> {
    read_with(text.as_ref(), &Budget::default())
}

#[test]
fn unknown_schemata_and_keys_come_through() {
    let line = r#"{"id":"a","schema":"Spaceship","properties":{"warp":["9"]},"origin":{"x":[1]},"target":true,"last_change":"2025-01-02T03:04:05"}"#;
    let (header, counts, list) = read(line).unwrap();
    assert_eq!((counts.records, counts.targets), (1, 1));
    assert_eq!(header.version, "2025-01-02");
    let mut written = Vec::new();
    write_ftm_line(&list.entities[0], &mut written).unwrap();
    assert_kept(line, std::str::from_utf8(&written).unwrap());
}

#[test]
fn without_a_word_on_targets_all_that_can_be_screened_counts() {
    let text = r#"{"id":"p","schema":"Person","properties":{"name":["Ivo Roe"]}}
{"id":"a","schema":"Address","properties":{"full":["1 Flour Lane"]}}
{"id":"q","schema":"Person","properties":{"name":["Yvo Roe"]},"target":false}
{"id":"o","schema":"Ownership","properties":{}}"#;
    let (_, counts, list) = read(text).unwrap();
    assert_eq!((counts.records, counts.targets, counts.names), (4, 1, 1));
    assert_eq!(list.get("p").provenance.as_ref().unwrap().list.as_str(), "xx_test");
    assert_eq!(list.get("p").target, None, "what the export does not say is not put in its mouth");
}

#[test]
fn bad_lines_cost_themselves_and_are_named() {
    let long = format!(r#"{{"id":"l","schema":"Person","caption":"{}"}}"#, "x".repeat(300));
    let text = [
        r#"{"id":"a","schema":"Person","properties":{"name":["A"]}}"#,
        r#"{"id":"b","schema":"Person","properties":{"name":["half \ud83d"]}}"#,
        r#"{"id":"a","schema":"Person","properties":{"name":["Again"]}}"#,
        "",
        "{not json}",
        r#"{"id":"has space","schema":"Person"}"#,
        &long,
        r#"{"schema":"Person"}"#,
        r#"{"id":"z","schema":"Person","properties":{"name":["Z"]}}"#,
    ]
    .join("\n");
    let budget = Budget { value_bytes: 200, ..Budget::default() };
    let (_, counts, list) = read_with(text.as_bytes(), &budget).unwrap();
    let found: Vec<_> =
        list.problems.iter().map(|p| (p.line.unwrap(), p.code.as_str(), p.loss)).collect();
    assert_eq!(
        found,
        [
            (2, "LST130", Loss::Value),
            (3, "LST102", Loss::Nothing),
            (5, "LST103", Loss::Record),
            (6, "LST103", Loss::Record),
            (7, "LST103", Loss::Record),
            (8, "LST103", Loss::Record),
        ]
    );
    assert_eq!((counts.records, counts.unreadable, counts.entities), (8, 4, 4));
    assert_eq!(list.get("b").first("name"), Some("half \u{FFFD}"));
    assert_eq!(list.get("a").first("name"), Some("A"));
    assert!(list.get("a-2").first("name").is_some(), "a line that repeats an id keeps its names");
}

#[test]
fn a_byte_that_is_no_text_costs_one_letter() {
    let (_, _, list) =
        read(b"{\"id\":\"a\",\"schema\":\"Person\",\"caption\":\"M\xFCller\"}\n").unwrap();
    assert_eq!(list.problems[0].code.as_str(), "LST130");
    assert_eq!(list.get("a").caption.as_deref(), Some("M\u{FFFD}ller"));
}

#[test]
fn a_file_that_breaks_off_or_is_something_else_is_refused() {
    let whole = "{\"id\":\"a\",\"schema\":\"Person\"}\n{\"id\":\"b\",\"sche";
    assert!(matches!(read(whole), Err(ReadError::Truncated { .. })));
    for (text, found) in [
        ("", "empty"),
        ("\n \n", "empty"),
        ("<!DOCTYPE html><html>", "web page"),
        ("[{\"id\":\"a\"}]", "array"),
        ("id,name\n", "first line"),
        ("{\"a\":1}\n", "none is an entity"),
    ] {
        let error = read(text).unwrap_err();
        assert!(matches!(error, ReadError::Format { .. }), "{error}");
        assert!(error.to_string().contains(found), "{error}");
    }
}

#[test]
fn limits_on_size_and_number_are_held() {
    let text = "{\"id\":\"a\",\"schema\":\"Person\"}\n{\"id\":\"b\",\"schema\":\"Person\"}\n";
    let records = Budget { records: 1, ..Budget::default() };
    assert!(matches!(read_with(text.as_bytes(), &records), Err(ReadError::Budget { .. })));
    let bytes = Budget { bytes: 40, ..Budget::default() };
    assert!(matches!(read_with(text.as_bytes(), &bytes), Err(ReadError::Budget { .. })));
    let deep = format!("{{\"id\":\"a\",\"schema\":\"Person\",\"x\":{}", "[".repeat(100_000));
    assert!(
        read(format!("{{\"id\":\"z\",\"schema\":\"Person\"}}\n{deep}\n")).unwrap().1.unreadable
            == 1
    );
}

#[test]
fn the_published_files_come_and_go_without_loss() {
    for (path, entities) in [("ftm/zala.ftm.json", 91), ("ftm/parteispenden.ftm.json", 475)] {
        let Some(bytes) = testing::published(path) else { return };
        let (_, counts, list) = read(&bytes).unwrap();
        assert_eq!((counts.records, counts.entities, counts.problems), (entities, entities, 0));
        assert!(counts.targets > 0, "{path} can be screened against");
        let mut written = Vec::new();
        for entity in &list.entities {
            write_ftm_line(entity, &mut written).unwrap();
        }
        let written = String::from_utf8(written).unwrap();
        let original = String::from_utf8(bytes).unwrap();
        assert_eq!(written.lines().count(), original.lines().count());
        original
            .lines()
            .zip(written.lines())
            .for_each(|(before, after)| assert_kept(before, after));
    }
}

/// Every key and value of the one is in the other, where only provenance may be new. Keys with an
/// empty list say nothing and may go.
fn assert_kept(before: &str, after: &str) {
    let mut before: Value = serde_json::from_str(before).unwrap();
    let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    before.as_object_mut().unwrap().retain(|_, value| !empty(value));
    let mut after: Value = serde_json::from_str(after).unwrap();
    after.as_object_mut().unwrap().remove("provenance");
    assert_eq!(before, after);
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let mut line = b"{\"id\":\"a\",\"schema\":\"Person\"}\n{\"id\":\"b\",\"caption\":\"".to_vec();
        line.extend(bytes);
        let _ = read(&line);
    }
}
