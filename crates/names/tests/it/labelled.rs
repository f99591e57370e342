//! Accuracy on labelled pairs: F1 at the default threshold may not fall below its goal.

use interdict_names::{Name, NameKind, score};

/// The cells of one line of a comma-separated file with quotes.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}

/// F1 at the default threshold; `None` without the test data.
fn f1(file: &str) -> Option<f64> {
    let Some(data) = std::env::var_os("INTERDICT_TEST_DATA") else {
        println!("skipped: set INTERDICT_TEST_DATA to the folder of test data");
        return None;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&data).join("eval").join(file))
        .expect("the labelled pairs");
    let (mut hits, mut misses, mut alarms) = (0_u32, 0_u32, 0_u32);
    for row in text.lines().skip(1).map(cells) {
        let kind = match row[1].as_str() {
            "Person" => NameKind::Person,
            "Vessel" => NameKind::Object,
            _ => NameKind::Organization,
        };
        let found = score(&Name::parse(&row[2], kind), &Name::parse(&row[3], kind)) >= 0.7;
        match (row[4] == "true", found) {
            (true, true) => hits += 1,
            (true, false) => misses += 1,
            (false, true) => alarms += 1,
            (false, false) => {}
        }
    }
    Some(f64::from(2 * hits) / f64::from(2 * hits + misses + alarms))
}

#[test]
fn cross_script_pairs_stay_above_their_goal() {
    if let Some(value) = f1("crossscript_dev.csv") {
        assert!(value >= 0.97, "{value}");
    }
}

#[test]
fn original_script_pairs_of_the_united_nations_stay_above_their_goal() {
    if let Some(value) = f1("un_script_dev.csv") {
        assert!(value >= 0.93, "{value}");
    }
}
