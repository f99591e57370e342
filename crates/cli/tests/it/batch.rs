//! `interdict batch`: formats, order, resuming, and bad input.

use crate::support;

use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{Workplace, sdn_files, test_data};

const BINARY: &str = env!("CARGO_BIN_EXE_interdict");

/// Synthetic customers, every tenth of them one of the built-in entries.
fn customers(rows: usize) -> String {
    let mut text = String::from("id,full_name,born,note\n");
    for row in 0..rows {
        let name =
            if row % 10 == 3 { "Kim Sang Man".to_owned() } else { format!("Jane Example{row}") };
        let _ = writeln!(text, "{row},{name},19{:02}-01-02,\"a, \"\"b\"\" {row}\"", row % 90);
    }
    text
}

fn batch(place: &Workplace, input: &str, output: &str, more: &[&str]) -> support::Run {
    let output = place.path(output).display().to_string();
    let plain = ["batch", input, output.as_str(), "-s", "Person", "-i", "full_name=name"];
    place.run(&[&plain[..], more].concat())
}

fn read(place: &Workplace, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap()
}

#[test]
fn every_format_in_and_out_gives_the_same_matches() {
    let place = Workplace::new();
    let csv = place.file("in.csv", customers(60));
    let keys = |name: &str| -> Vec<(String, String, String)> {
        let run = batch(&place, &place.path(name).display().to_string(), "check.ndjson", &[]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        let lines = read(&place, "check.ndjson");
        let text = |value: &serde_json::Value| {
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        };
        lines
            .lines()
            .map(|line| {
                let row: serde_json::Value = serde_json::from_str(line).unwrap();
                (text(&row["id"]), text(&row["note"]), text(&row["match_id"]))
            })
            .collect()
    };
    let expected = keys("in.csv");
    assert!(expected.len() >= 6 && expected[0].1.starts_with("a, \"b\""), "{expected:?}");
    // Every row, once around through each format; then the same question again.
    for (from, to) in [
        ("in.csv", "a.parquet"),
        ("a.parquet", "b.ndjson"),
        ("b.ndjson", "c.parquet"),
        ("c.parquet", "d.parquet"),
        ("d.parquet", "e.csv"),
        ("e.csv", "f.ndjson"),
    ] {
        let from = place.path(from).display().to_string();
        let run = batch(&place, &from, to, &["--include-empty", "--limit", "1"]);
        assert_eq!(run.code, 1, "{from} {to}: {}", run.stderr);
        if to.ends_with(".csv") {
            continue;
        }
        assert_eq!(keys(to), expected, "{from} {to}");
    }
    let _ = csv;
}

#[test]
fn json_lines_keep_their_numbers_and_the_order_of_their_keys() {
    let place = Workplace::new();
    let input = place.file(
        "in.ndjson",
        "{\"z\":12345678901234567890.10,\"full_name\":\"Kim Sang Man\",\"a\":[1,2]}\n\n{}\nnot json\n",
    );
    let run = batch(&place, &input, "out.ndjson", &["--include-empty", "--limit", "1"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let out = read(&place, "out.ndjson");
    let mut lines = out.lines();
    assert!(lines.next().unwrap().starts_with(
        "{\"z\":12345678901234567890.10,\"full_name\":\"Kim Sang Man\",\"a\":[1,2],\"match_id\":"
    ));
    assert!(lines.next().unwrap().contains("no name"));
    assert!(lines.next().unwrap().contains("\"match_input\":\"not json\""));
    assert_eq!(lines.next(), None);
}

/// Rows without a name cost next to nothing to screen, so that many of them make a quick test.
const NUMBERS_ONLY: [&str; 5] = ["-i", "id=idNumber", "-i", "wallet=publicKey", "--include-empty"];

fn numbers(rows: usize) -> String {
    let mut text = String::from("id,wallet,note\n");
    for row in 0..rows {
        let wallet =
            if row % 1_000 == 3 { "0x098b716b8aaf21512996dc57eb0615e2383e2f96" } else { "" };
        let _ = writeln!(text, "X{row},{wallet},\"a, \"\"b\"\" {row}\"");
    }
    text
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_bytes_wherever_it_was_killed() {
    for ending in ["csv", "parquet"] {
        let place = Workplace::new();
        let input = place.file("in.csv", numbers(100_000));
        let whole = place.path(&format!("whole.{ending}")).display().to_string();
        let run = place.run(&[&["batch", &input, &whole], &NUMBERS_ONLY[..]].concat());
        assert_eq!(run.code, 1, "{}", run.stderr);
        let expected = fs::read(&whole).unwrap();
        let name = format!("cut.{ending}");
        let cut = place.path(&name);
        let mut kills = 0;
        // Each attempt lives a little longer than the last, until one comes through.
        for attempt in 1..400 {
            let mut child = Command::new(BINARY)
                .env("INTERDICT_DATA_DIR", place.data_dir())
                .args(["batch", &input, &cut.display().to_string(), "--resume"])
                .args(NUMBERS_ONLY)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(80 * attempt));
            child.kill().unwrap();
            if child.wait().unwrap().code() == Some(1) {
                break;
            }
            kills += 1;
        }
        assert!(kills >= 2, "killed only {kills} times");
        assert!(fs::read(&cut).unwrap() == expected, "{ending}: differs after {kills} kills");
        let left: Vec<_> = fs::read_dir(place.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|found| found.starts_with("cut.") && *found != name)
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_run_does_not_go_on_with_other_input_options_or_half_a_part() {
    let place = Workplace::new();
    let rows = 5_000;
    let mut text = numbers(rows);
    let good = text.len();
    // The last row never ends: that is seen before the first row is screened.
    let endless = format!("{text}9,\"{}", "x".repeat(3 << 20));
    let input = place.file("in.csv", &endless);
    let output = place.path("out.csv").display().to_string();
    let run =
        |more: &[&str]| place.run(&[&["batch", &input, &output], &NUMBERS_ONLY[..], more].concat());
    let failed = run(&[]);
    assert_eq!(failed.code, 2);
    assert!(failed.stderr.contains(&format!("row {}", rows + 1)), "{}", failed.stderr);
    assert!(failed.stderr.contains("is a quote not closed?"), "{}", failed.stderr);
    assert!(!place.path("out.csv.partial").exists());
    // A run that stops at the ceiling has done its work.
    text.push_str(",,nobody\n");
    place.file("in.csv", &text);
    assert_eq!(run(&["--max-unscreened", "0"]).code, 2);
    assert!(place.path("out.csv.progress").exists() && !place.path("out.csv").exists());

    let other = run(&["--threshold", "0.8", "--resume"]);
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("the options are not what they were"), "{}", other.stderr);
    let part = fs::read(place.path("out.csv.partial")).unwrap();
    fs::write(place.path("out.csv.partial"), &part[..100]).unwrap();
    let cut = run(&["--resume"]);
    assert!(cut.stderr.contains("its part has 100 bytes"), "{}", cut.stderr);
    fs::write(place.path("out.csv.partial"), &part).unwrap();
    place.file("in.csv", &text[..good]);
    let changed = run(&["--resume"]);
    assert!(changed.stderr.contains("the input is not what it was"), "{}", changed.stderr);
    assert!(changed.stderr.contains("without --resume"), "{}", changed.stderr);

    let anew = run(&[]);
    assert_eq!(anew.code, 1, "{}", anew.stderr);
    assert_eq!(read(&place, "out.csv").lines().count(), rows + 1);
}

#[test]
fn rows_at_fault_are_told_and_the_others_are_screened() {
    let place = Workplace::new();
    let mut text = b"\xef\xbb\xbfid,full_name,note\r\n".to_vec();
    text.extend_from_slice(b"1,Kim Sang Man,ok\r\n");
    text.extend_from_slice(b"2,Kim Sang Man\r\n");
    text.extend_from_slice("3,Jörg Example,x\r\n".as_bytes());
    text.extend_from_slice("4,Kim Sang Man,Jörg\r\n".as_bytes());
    text.extend_from_slice(b"\r\n4,Kim Sang Man,again\r\n");
    text.extend_from_slice(b"5,\"...\",x\r\n");
    text.extend_from_slice(b"6,Jane Example,\"never closed\r\n7,Kim Sang Man,x\r\n");
    let input = place.file("in.csv", &text);
    let run = batch(&place, &input, "out.csv", &["--limit", "1", "--include-empty"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let out = fs::read(place.path("out.csv")).unwrap();
    let out = String::from_utf8_lossy(&out);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("id,full_name,note,match_id,"), "{}", lines[0]);
    assert!(lines[1].starts_with("1,Kim Sang Man,ok,ofac-"), "{out}");
    assert!(
        lines[2].starts_with("2,Kim Sang Man,,") && lines[2].contains("2 fields, the header 3")
    );
    assert!(lines[3].starts_with("3,Jörg Example,x,,"), "{out}");
    // Duplicate ids are two customers.
    assert!(lines[4].starts_with("4,") && lines[4].contains("ofac-"), "{out}");
    assert!(lines[5].starts_with("4,Kim Sang Man,again,ofac-"), "{out}");
    assert!(lines[6].starts_with("5,"), "{out}");
    assert!(out.contains("the file ends inside of a quote"), "{out}");
    assert!(
        run.stdout.contains("7 rows: 4 screened, 3 not screened; 3 with a match"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("row 2 could not be screened"), "{}", run.stdout);
}

#[test]
fn columns_with_usual_names_need_no_map_and_what_was_understood_is_said() {
    let place = Workplace::new();
    let rows = "1,Kim Sang Man,Person,1965-04-25,kp,x\n2,Jane Example,Person,,mt,\n";
    let input = place.file("in.csv", format!("id,name,schema,birth_date,country,segment\n{rows}"));
    let output = |name: &str| place.path(name).display().to_string();
    let run = place.run(&["batch", &input, &output("a.csv")]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let told = "columns: name -> name, birth_date -> birthDate, country -> country, \
                schema -> schema, id -> key; not used: segment\n";
    assert_eq!(run.stderr.matches(told).count(), 1, "{}", run.stderr);
    let mapped = ["-i", "name=name", "-i", "birth_date=birthDate", "-i", "country=country"];
    let by_hand = ["batch", &input, &output("b.csv"), "--schema-column", "schema"];
    let run = place.run(&[&by_hand[..], &mapped[..]].concat());
    assert!(run.stderr.contains("; not used: id, segment\n"), "{}", run.stderr);
    assert_eq!(read(&place, "a.csv"), read(&place, "b.csv"));
    assert!(read(&place, "a.csv").contains("1,Kim Sang Man,Person,1965-04-25,kp,x,ofac-"));

    let lines = "{\"Full name\":\"Kim Sang Man\",\"dob\":\"1965-04-25\"}\n";
    let run = place.run(&["batch", &place.file("in.ndjson", lines), &output("c.csv")]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("Full name -> name, dob -> birthDate"), "{}", run.stderr);

    let unknown = place.file("unknown.csv", "id,Zorvek,country\n1,Kim Sang Man,kp\n");
    let run = place.run(&["batch", &unknown, &output("d.csv")]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("its columns: id, Zorvek, country"), "{}", run.stderr);
    assert!(run.stderr.contains("-i customer=name"), "{}", run.stderr);
    assert!(!place.path("d.csv").exists());
}

#[test]
fn files_that_cannot_be_screened_are_refused_before_anything_is_written() {
    let place = Workplace::new();
    let good = place.file("in.csv", customers(3));
    let cases: Vec<(String, &str)> = vec![
        (place.file("empty.csv", ""), "is empty"),
        (place.file("wide.csv", b"\xff\xfei\0d\0"), "no column \"full_name\"; it has id"),
        (place.file("latin.csv", b"full_name\nRen\xe9 Roe\n"), "line 2: bytes that are no UTF-8"),
        (place.file("header.csv", "full_name\n"), "has no rows"),
        (place.file("missing.csv", "id,name\n1,x\n"), "no column \"full_name\"; it has id, name"),
        (
            place.file("missing.ndjson", "{\"name\":\"x\"}\n"),
            "no column \"full_name\"; it has name",
        ),
        (place.file("twice.csv", "full_name,full_name\na,b\n"), "two columns \"full_name\""),
        (place.file("broken.parquet", "PAR1 but not really PAR1"), "no readable Parquet"),
        (place.file("in.txt", "x"), "cannot tell the format"),
        (place.path("nowhere.csv").display().to_string(), "cannot open"),
    ];
    for (input, message) in cases {
        let run = batch(&place, &input, "out.csv", &[]);
        assert_eq!(run.code, 2, "{input}");
        assert!(run.stderr.contains(message), "{input}: {}", run.stderr);
    }
    let run = batch(&place, &good, "in.csv", &[]);
    assert!(run.stderr.contains("both input and output"), "{}", run.stderr);
    let left = fs::read_dir(place.folder.path()).unwrap();
    let left: Vec<_> = left.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(left.iter().all(|name| !name.starts_with("out.")), "{left:?}");
}

#[test]
fn a_batch_on_the_real_lists_says_what_it_found_on_which_versions() {
    let Some(data) = test_data("a_batch_on_the_real_lists") else { return };
    let place = Workplace::new();
    let files = sdn_files(&data);
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    place.run(&[&["lists", "import", "us_ofac_sdn"], &files[..]].concat());
    let input = place.file("in.csv", customers(300));
    let output = place.path("out.csv").display().to_string();
    let report = place.json(&["batch", &input, &output, "-s", "Person", "-i", "full_name=name"]);
    assert_eq!(report["rows"], 300);
    assert!(report["rows_matched"].as_u64().unwrap() >= 30);
    let bands: u64 =
        report["by_band"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(bands, report["candidates"].as_u64().unwrap());
    // The list of early 2023 is older than his designation; the built-in dataset has him.
    assert_eq!(report["by_dataset"]["dprk_cyber"], 30);
    let lists = report["lists"].as_array().unwrap();
    assert!(lists.iter().any(|list| list["dataset"] == "us_ofac_sdn"));
    assert!(lists.iter().any(|list| list["version"] != ""));
}
