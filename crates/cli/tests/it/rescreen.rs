//! `interdict rescreen`: what it finds is the difference of two full screens.
use crate::support;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;
use support::{Workplace, sdn_files, test_data};

/// A small list of one's own, in a version with these rows.
fn import(place: &Workplace, rows: &str) {
    let file = place.file("watch.csv", format!("id,name,schema,birth_date\n{rows}"));
    let run = place.run(&["lists", "import", "watch", &file, "--accept-loss"]);
    assert!(run.code == 0, "{}", run.stderr);
}

const CUSTOMERS: &str =
    "no,full_name\nA,Vladimir Testovich\nB,Jane Sample\nC,Amir Exemplar\nD,...\n";

fn results(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = report["results"].as_array().unwrap().iter();
    rows.map(|row| (text(&row["customer"]), text(&row["kind"]), text(&row["entity"]))).collect()
}

#[test]
fn new_gone_and_changed_matches_are_told_with_before_and_after() {
    let place = Workplace::new();
    import(
        &place,
        "w-1,Vladimir Testovich,Person,\nw-2,Jane Sample,Person,\nw-9,Nobody Else,Person,\n",
    );
    import(
        &place,
        "w-1,Vladimir Testovich,Person,1970-01-01\nw-3,Amir Exemplar,Person,\nw-9,Nobody Else,Person,\n",
    );
    let input = place.file("in.csv", CUSTOMERS);
    let arguments = [
        "rescreen",
        &input,
        "--since",
        "1",
        "-s",
        "Person",
        "-i",
        "full_name=name",
        "--id-column",
        "no",
        "-d",
        "watch",
    ];
    let report = place.json(&arguments);
    let row = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(
        results(&report),
        [
            row("A", "changed", "watch-w-1"),
            row("B", "gone", "watch-w-2"),
            row("C", "new", "watch-w-3")
        ]
    );
    assert_eq!(report["results"][0]["record"]["watch"][0]["property"], "birthDate");
    assert_eq!(report["results"][1]["before"]["match"], true);
    assert!(report["results"][1]["after"].is_null());
    assert_eq!(report["rows_unscreened"], 1);

    let table = place.path("out.csv").display().to_string();
    let run = place.run(&[&arguments[..], &["--format", "csv", "--output", &table]].concat());
    assert_eq!(run.code, 4, "one customer was not screened: {}", run.stderr);
    let table = std::fs::read_to_string(table).unwrap();
    assert_eq!(table.lines().count(), 4);
    assert!(table.contains("2,B,Jane Sample,gone,watch-w-2,Jane Sample,"), "{table}");

    let now =
        place.run(&["rescreen", &input, "--since", "2", "-i", "full_name=name", "-d", "watch"]);
    assert_eq!(now.code, 4, "{}{}", now.stdout, now.stderr);
    let never = place.run(&["rescreen", &input, "--since", "7", "-i", "full_name=name"]);
    assert_eq!(never.code, 2);
    assert!(never.stderr.contains("no generation 7"), "{}", never.stderr);
}

/// Names of a list, some as they are and some changed, and people who are on no list.
fn population(data: &Path, step: usize) -> String {
    let mut text = String::from("no,full_name,born\n");
    let mut number = 0;
    let mut add = |name: &str, born: &str| {
        number += 1;
        let name = name.replace('"', "");
        let _ = writeln!(text, "{number},\"{name}\",{born}");
    };
    for list in ["ofac-2021", "ofac"] {
        let names = std::fs::read_to_string(data.join("lists").join(list).join("sdn.csv")).unwrap();
        let lines = names.lines().filter(|line| line.contains(",\"individual\","));
        for (place, line) in lines.step_by(step).enumerate() {
            let name = line.split('"').nth(1).unwrap_or_default();
            let words: Vec<&str> = name.split(", ").collect();
            let born =
                line.split("DOB ").nth(1).and_then(|rest| rest.get(..11)).unwrap_or_default();
            let year = born.get(7..11).filter(|y| y.bytes().all(|b| b.is_ascii_digit()));
            match place % 4 {
                0 => add(name, ""),
                1 => add(
                    &words.iter().rev().copied().collect::<Vec<_>>().join(" "),
                    year.unwrap_or(""),
                ),
                2 => add(
                    &name
                        .chars()
                        .enumerate()
                        .filter(|(at, _)| *at != 3)
                        .map(|(_, l)| l)
                        .collect::<String>(),
                    "",
                ),
                _ => add(&format!("Sample {}", words[0]), "1961-02-03"),
            }
        }
    }
    for row in 0..100 {
        add(&format!("Jane Sample{row}"), "1980");
    }
    text
}

/// Row and entity to match and score, of a full screen.
fn full_screen(
    place: &Workplace,
    input: &str,
    generation: &str,
) -> BTreeMap<(u64, String), (bool, f64)> {
    let output = place.path(&format!("full-{generation}.ndjson")).display().to_string();
    let run = place.run(&[
        "batch",
        input,
        &output,
        "-s",
        "Person",
        "-i",
        "full_name=name",
        "-i",
        "born=birthDate",
        "--limit",
        "100000",
        "--generation",
        generation,
    ]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let lines = std::fs::read_to_string(output).unwrap();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter(|row| row["match_error"].is_null())
        .map(|row| {
            let number = row["no"].as_str().unwrap().parse().unwrap();
            let id = row["match_id"].as_str().unwrap().to_owned();
            ((number, id), (row["match"] == true, row["match_score"].as_f64().unwrap()))
        })
        .collect()
}

#[test]
fn customers_under_usual_column_names_need_no_map_and_keep_their_key() {
    let place = Workplace::new();
    import(&place, "w-1,Vladimir Testovich,Person,\nw-9,Nobody Else,Person,\n");
    import(
        &place,
        "w-1,Vladimir Testovich,Person,\nw-3,Amir Exemplar,Person,\nw-9,Nobody Else,Person,\n",
    );
    let input =
        place.file("in.csv", "customer id,full name,dob\nA-7,Amir Exemplar,\nA-8,Jane Sample,\n");
    let run = place.run(&["rescreen", &input, "--since", "1", "-d", "watch", "--format", "json"]);
    let told = "columns: full name -> name, dob -> birthDate, customer id -> key\n";
    assert_eq!(run.stderr.matches(told).count(), 1, "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let found = results(&report);
    assert_eq!(found, [("A-7".to_owned(), "new".to_owned(), "watch-w-3".to_owned())]);
}

#[test]
fn what_it_finds_between_two_real_versions_is_the_difference_of_two_full_screens() {
    let Some(data) = test_data("rescreening agrees with two full screens") else { return };
    let place = Workplace::new();
    let new: Vec<String> = sdn_files(&data);
    let old: Vec<String> = new.iter().map(|path| path.replace("/ofac/", "/ofac-2021/")).collect();
    for files in [&old, &new] {
        let present = files.iter().filter(|file| Path::new(file).exists()).map(String::as_str);
        let arguments: Vec<&str> = ["lists", "import", "us_ofac_sdn", "--accept-loss"]
            .into_iter()
            .chain(present)
            .collect();
        let run = place.run(&arguments);
        assert!(run.code == 0, "{}", run.stderr);
    }
    // A debug build takes milliseconds for each screen; a release build is given more customers.
    let step = if cfg!(debug_assertions) { 60 } else { 8 };
    let input = place.file("in.csv", population(&data, step));
    let (before, after) = (full_screen(&place, &input, "1"), full_screen(&place, &input, "2"));
    let report = place.json(&[
        "rescreen",
        &input,
        "--since",
        "1",
        "-s",
        "Person",
        "-i",
        "full_name=name",
        "-i",
        "born=birthDate",
        "--id-column",
        "no",
    ]);

    let kinds = |state: Option<&(bool, f64)>| state.is_some_and(|state| state.0);
    let mut expected = BTreeMap::new();
    for pair in before.keys().chain(after.keys()) {
        let (old, new) = (before.get(pair), after.get(pair));
        let kind = match (kinds(old), kinds(new)) {
            (false, true) => "new",
            (true, false) => "gone",
            (true, true) if old != new => "changed",
            _ => continue,
        };
        expected.insert(pair.clone(), kind);
    }
    let mut found = BTreeMap::new();
    let mut records = 0;
    for row in report["results"].as_array().unwrap() {
        let number = row["customer"].as_str().unwrap().parse::<u64>().unwrap();
        let pair = (number, row["entity"].as_str().unwrap().to_owned());
        let score = |side: &str| (row[side]["score"].as_f64().unwrap_or(-1.0) * 10_000.0).round();
        let kind = row["kind"].as_str().unwrap();
        if kind == "changed" && score("before") == score("after") {
            assert!(row["record"].as_object().is_some_and(|record| !record.is_empty()), "{row}");
            records += 1;
            continue;
        }
        found.insert(pair, kind);
    }
    let missed: Vec<_> =
        expected.iter().filter(|(pair, kind)| found.get(*pair) != Some(*kind)).collect();
    let extra: Vec<_> =
        found.iter().filter(|(pair, kind)| expected.get(*pair) != Some(*kind)).collect();
    eprintln!(
        "{} customers, {} changed entities, {} screened again; {} new, gone or rescored, {records} with \
         another record; missed {}, extra {}",
        report["customers"],
        report["changed_entities"],
        report["customers_screened"],
        found.len(),
        missed.len(),
        extra.len()
    );
    assert!(missed.is_empty() && extra.is_empty(), "missed {missed:?}, extra {extra:?}");
    assert!(
        expected.values().any(|kind| *kind == "new")
            && expected.values().any(|kind| *kind == "gone")
    );
}
