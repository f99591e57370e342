//! Tables of links through the binary: made on request, described, never needed for an answer.
use crate::support;

use serde_json::Value;
use support::Workplace;

const IMPORT: [&str; 6] = ["chain", "import", "--chain", "bitcoin", "--asset", "BTC"];

/// Payments among twelve wallets, always the same, from a small generator.
fn payments(from: u64, count: u64) -> String {
    let mut state = 0x2545_f491_4f6c_dd1d ^ from;
    let mut next = |below: u64| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (state >> 33) % below
    };
    let mut text = String::from("time,tx,from,to,asset,amount\n");
    for at in from..from + count {
        let (sender, receiver, amount) = (next(12), next(12), 1 + next(900));
        text.push_str(&format!("{},t{at},w{sender},w{receiver},BTC,{amount}\n", 1_000 + at));
    }
    text
}

fn with_payments() -> Workplace {
    let place = Workplace::new();
    let file = place.file("first.csv", payments(0, 600));
    let run = place.run(&[&IMPORT[..], &[&file]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    place
}

fn tables(place: &Workplace) -> Vec<(String, bool)> {
    let status = place.json(&["chain", "status"]);
    let tables = status["ledgers"][0]["links"].as_array().unwrap().iter();
    let told = |t: &Value| (t["method"].as_str().unwrap().to_owned(), t["fits"].as_bool().unwrap());
    tables.map(told).collect()
}

fn both(fit: bool) -> Vec<(String, bool)> {
    vec![("fifo".to_owned(), fit), ("lifo".to_owned(), fit)]
}

/// Every answer that tables are for, and one that they are not for.
fn answers(place: &Workplace) -> Vec<String> {
    let labels =
        place.file("labels.csv", "address,entity,category\nw3,Thief,theft\nw7,Shop,exchange\n");
    let mut found = Vec::new();
    for method in ["fifo", "lifo", "haircut"] {
        let common = ["--method", method, "--labels", &labels, "--format", "json"];
        let trace = ["trace", "--from", "w3", "--since", "1970-01-01T00:20:00Z"];
        let mut questions = vec![[&trace[..], &common].concat()];
        for basis in ["--balance", "--received", "--sent"] {
            questions.push([&["exposure", "w5", basis], &common[..]].concat());
        }
        for question in questions {
            let run = place.run(&question);
            assert!(run.code < 2, "{question:?}: {}", run.stderr);
            assert!(run.stdout.len() > 500, "{}", run.stdout);
            found.push(run.json_without_moment());
        }
    }
    found
}

#[test]
fn answers_are_the_same_with_and_without_tables() {
    let place = with_payments();
    assert_eq!(tables(&place), []);
    let without = answers(&place);
    let run = place.run(&["chain", "links"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "progress is for terminals only");
    assert_eq!(run.stdout.matches("made").count(), 2, "{}", run.stdout);
    assert_eq!(tables(&place), both(true));
    for (with, without) in answers(&place).iter().zip(&without) {
        assert_eq!(with, without);
    }
    assert!(place.run(&["chain", "links"]).stdout.contains("was there"));
    assert_eq!(place.run(&["chain", "links", "--replace"]).stdout.matches("made").count(), 2);
}

#[test]
fn an_import_removes_tables_and_makes_them_again_when_told_to() {
    let place = with_payments();
    let add = |name: &str, from: u64, more: &[&str]| {
        let file = place.file(name, payments(from, 50));
        let run = place.run(&[&IMPORT[..], &[&file], more].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run
    };
    let run = add("second.csv", 600, &["--links"]);
    assert!(
        run.stderr.contains("made the fifo table of links of BTC on bitcoin"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("tables of links: fifo "), "{}", run.stdout);
    assert_eq!(tables(&place), both(true));
    assert!(add("third.csv", 650, &[]).stdout.contains("tables of links: none"));
    assert_eq!(tables(&place), []);
}

#[test]
fn a_table_of_another_ledger_is_told_and_not_used_and_a_damaged_one_is_found() {
    let place = with_payments();
    let trace = ["trace", "--from", "w3", "--since", "1970-01-01T00:20:00Z", "--format", "json"];
    let without = place.run(&trace).json_without_moment();
    let table = |place: &Workplace| {
        assert_eq!(place.run(&["chain", "links"]).code, 0);
        let folder = std::fs::read_dir(place.data_dir().join("ledgers")).unwrap();
        let mut paths = folder.map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|e| e == "fifo-links")).unwrap()
    };
    let other = Workplace::new();
    let file = other.file("other.csv", payments(7, 600));
    assert_eq!(other.run(&[&IMPORT[..], &[&file]].concat()).code, 0);
    let ours = table(&place);
    std::fs::copy(table(&other), &ours).unwrap();
    assert_eq!(tables(&place), [("fifo".to_owned(), false), ("lifo".to_owned(), true)]);
    assert!(place.run(&["chain", "status"]).stdout.contains("fifo does not fit the ledger"));
    assert_eq!(place.run(&trace).json_without_moment(), without);
    assert_eq!(table(&place), ours, "made anew, since it did not fit");
    assert_eq!(place.run(&["chain", "status", "--verify"]).code, 0);
    let mut bytes = std::fs::read(&ours).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&ours, bytes).unwrap();
    let run = place.run(&["chain", "status", "--verify"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(
        run.stderr.contains("fifo-links") && run.stderr.contains("--replace"),
        "{}",
        run.stderr
    );
    assert_eq!(place.run(&["chain", "links", "--replace"]).code, 0);
    assert_eq!(place.run(&["chain", "status", "--verify"]).code, 0);
}

#[test]
fn without_ledgers_there_are_no_tables_to_make() {
    let run = Workplace::new().run(&["chain", "links"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("chain import"), "{}", run.stderr);
}
