//! What of a customer file is read, what is reported, and with which exit code.

use crate::support;

use std::fs;
use std::io::Write;

use support::{Run, Workplace};

/// Screens a file against the built-in dataset.
fn batch(place: &Workplace, input: &str, more: &[&str]) -> Run {
    let output = place.path("out.csv").display().to_string();
    let plain = ["batch", input, output.as_str(), "-d", "dprk_cyber"];
    place.run(&[&plain[..], more].concat())
}

fn out(place: &Workplace) -> String {
    fs::read_to_string(place.path("out.csv")).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// A row with one bad field, and what is said about it.
#[test]
fn one_bad_field_never_drops_the_name() {
    for (column, value, reason) in [
        ("born", "31.02.1957", Some("there is no such day in that month")),
        ("born", "25.04.65", Some("two digits")),
        ("born", "1900-01-01", Some("a missing date")),
        ("born", "00.00.1957", None),
        ("born", "1984-00-00", None),
        ("born", "25.04.1965", None),
        ("born", "9999-12-31", None),
        ("gender", "unclear", Some("names no gender")),
        ("gender", "unknown", None),
        ("nationality", "Atlantis", Some("names no country")),
        ("nationality", "-", None),
        ("nationality", "N/A", None),
        ("type", "individual", None),
        ("type", "Premium", Some("names no kind of party")),
    ] {
        let place = Workplace::new();
        let text = format!("name,{column}\nKim Sang Man,\nJane Example,{value}\n");
        let run = batch(&place, &place.file("in.csv", text), &["--limit", "1"]);
        assert_eq!(run.code, 1, "{column} {value}: {}", run.stderr);
        assert!(run.stdout.contains("2 rows: 2 screened"), "{value}: {}", run.stdout);
        let out = out(&place);
        assert!(out.starts_with(&format!("name,{column},match_id,")), "{out}");
        match reason {
            Some(reason) => {
                assert!(
                    out.contains(&format!(",{column}: ")) && out.contains(reason),
                    "{value}: {out}"
                );
                assert!(run.stdout.contains(&format!("{column} 1")), "{}", run.stdout);
                assert!(
                    !run.stdout.contains(value) && !run.stderr.contains(value),
                    "{}",
                    run.stdout
                );
            }
            None => assert_eq!(out.lines().count(), 2, "{value}: {out}"),
        }
    }
}

#[test]
fn exit_codes_tell_rows_that_were_not_screened_from_fields_that_were_not_read() {
    for (rows, code) in [
        ("Jane Example,1965-04-25\n", 0),
        ("Jane Example,soon\n", 3),
        ("Kim Sang Man,soon\n", 1),
        ("Jane Example,\n,1965-04-25\n", 4),
        ("Kim Sang Man,\nN/A,1965-04-25\n", 4),
        ("N/A,1965-04-25\n", 2),
        ("", 2),
    ] {
        let place = Workplace::new();
        let input = place.file("in.csv", format!("name,born\n{rows}"));
        let run = batch(&place, &input, &[]);
        assert_eq!(run.code, code, "{rows:?}: {}{}", run.stdout, run.stderr);
        assert_eq!(place.path("out.csv").exists(), code != 2, "{rows:?}");
    }
}

#[test]
fn an_unscreened_row_says_why_and_the_summary_counts_it_apart() {
    let place = Workplace::new();
    let input = place.file("in.csv", "name,born\nJane Example,soon\n???,\n");
    let output = place.path("out.csv").display().to_string();
    let report = place.json(&["batch", &input, &output, "-d", "dprk_cyber"]);
    let counts = ["rows", "rows_screened", "rows_unscreened", "rows_unread"];
    assert_eq!(counts.map(|name| report[name].as_u64().unwrap()), [2, 1, 1, 1]);
    assert_eq!(report["unread"], serde_json::json!({"born": 1, "name": 1}));
    assert_eq!(report["faults"][0]["row"], 2);
    let codes: Vec<&str> =
        report["gaps"].as_array().unwrap().iter().filter_map(|gap| gap["code"].as_str()).collect();
    assert_eq!(codes, ["row_unscreened", "field_unread"]);
    let out = out(&place);
    assert!(out.contains("???,,,,,,,,,,,,,\"no name, number or wallet"), "{out}");
}

#[test]
fn more_unscreened_rows_than_allowed_leave_no_output_and_can_be_allowed_afterwards() {
    let place = Workplace::new();
    let rows: String =
        (0..20).map(|row| format!("{}\n", if row < 12 { "N/A" } else { "Jane Example" })).collect();
    let input = place.file("in.csv", format!("name\n{rows}"));
    let run = batch(&place, &input, &[]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    for part in ["12 of 20", "--max-unscreened", "row 1"] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    assert!(!place.path("out.csv").exists());
    assert_eq!(batch(&place, &input, &["--resume", "--max-unscreened", "11"]).code, 2);
    assert_eq!(batch(&place, &input, &["--resume", "--max-unscreened", "60%"]).code, 4);
    assert_eq!(out(&place).lines().count(), 13, "the header and the rows that were not screened");
    let none =
        batch(&place, &place.file("none.csv", "name\nJane\n\"?\"\n"), &["--max-unscreened", "0"]);
    assert_eq!(none.code, 2);
}

#[test]
fn ambiguous_columns_are_decided_whole_or_refused() {
    let place = Workplace::new();
    let dates = |dates: &str| place.file("in.csv", format!("name,born\n{dates}"));
    let refused = batch(&place, &dates("Jane Example,03/04/1965\n"), &[]);
    assert_eq!(refused.code, 2);
    for part in ["\"born\"", "--date-format", "row 1"] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    assert_eq!(
        batch(&place, &dates("Jane Example,03/04/1965\n"), &["--date-format", "dmy"]).code,
        0
    );
    let decided = dates("Jane Example,03/04/1965\nJohn Example,25/04/1965\n");
    assert_eq!(batch(&place, &decided, &[]).code, 0);
    let mixed = batch(&place, &dates("Jane Example,04/25/1965\nJohn Example,25/04/1965\n"), &[]);
    assert!(mixed.code == 2 && mixed.stderr.contains("row 2"), "{}", mixed.stderr);
}

#[test]
fn delimiters_encodings_and_packed_files_give_the_same_answer() {
    let comma = "name,town\nKim Sang Man,Málaga\nJane Example,\n";
    let place = Workplace::new();
    assert_eq!(batch(&place, &place.file("in.csv", comma), &["--limit", "1"]).code, 1);
    let expected = out(&place);
    let other = |delimiter: &str| comma.replace(',', delimiter);
    let utf16: Vec<u8> =
        format!("\u{feff}{comma}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> =
        comma.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let told = ["--encoding", "windows-1252"];
    for (name, bytes, more) in [
        ("semicolon.csv", other(";").into_bytes(), &[][..]),
        ("tab.tsv", other("\t").into_bytes(), &[]),
        ("tab.csv", other("\t").into_bytes(), &[]),
        ("pipe.csv", other("|").into_bytes(), &[]),
        ("sep.csv", format!("sep=;\n{}", other(";")).into_bytes(), &[]),
        ("told.csv", other("^").into_bytes(), &["--delimiter", "^"]),
        ("utf16.csv", utf16, &[]),
        ("latin.csv", latin.clone(), &told),
        ("packed.csv.gz", gzip(comma.as_bytes()), &[]),
        ("packed.csv", gzip(comma.as_bytes()), &[]),
        ("packed.csv.zst", zstd::encode_all(comma.as_bytes(), 1).unwrap(), &[]),
        ("both.csv.gz", gzip(&latin), &told),
    ] {
        let run = batch(&place, &place.file(name, bytes), &[more, &["--limit", "1"]].concat());
        assert_eq!(run.code, 1, "{name}: {}", run.stderr);
        assert_eq!(out(&place), expected, "{name}");
    }
    let run = batch(&place, &place.file("latin.csv", latin), &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("line 2") && run.stderr.contains("--encoding"), "{}", run.stderr);
    let run = batch(&place, &place.file("book.csv", b"PK\x03\x04\x14\0"), &[]);
    assert!(run.code == 2 && run.stderr.contains("CSV (UTF-8)"), "{}", run.stderr);
}

#[test]
fn tab_separated_output_is_tab_separated() {
    let place = Workplace::new();
    let input = place.file("in.csv", "name,note\nKim Sang Man,\"a,\tb\"\n");
    let output = place.path("out.tsv").display().to_string();
    assert_eq!(place.run(&["batch", &input, &output, "--limit", "1"]).code, 1);
    let text = fs::read_to_string(output).unwrap();
    assert!(text.starts_with("name\tnote\tmatch_id\t") && !text.contains("\n\"Kim Sang Man\""));
    assert!(text.lines().nth(1).unwrap().starts_with("Kim Sang Man\t\"a,\tb\"\t"), "{text}");
}

#[test]
fn calibration_and_rescreening_report_what_they_could_not_read() {
    let place = Workplace::new();
    let input = place.file("in.csv", "name,born\nJane Example,soon\n???,\nJohn Example,1965\n");
    let small = ["--samples", "1"];
    let run = place.run(&[&["calibrate", "--population", &input][..], &small].concat());
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stdout.contains("3 rows: 2 screened"), "{}", run.stdout);
    let strict = ["--max-unscreened", "0"];
    let run = place.run(&[&["calibrate", "--population", &input][..], &small, &strict].concat());
    assert!(run.code == 2 && run.stderr.contains("1 of 3"), "{}", run.stderr);
    let list = place.file("mine.csv", "id,name,schema\n1,Some Body,Person\n");
    for _ in 0..2 {
        assert_eq!(place.run(&["lists", "import", "mine", &list]).code, 0);
    }
    let run = place.run(&["rescreen", &input, "--since", "1"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let run = place.run(&["rescreen", &input, "--since", "1", "--max-unscreened", "0"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
}

#[test]
fn values_on_the_command_line_that_cannot_be_read_are_errors() {
    let place = Workplace::new();
    for (arguments, parts) in [
        (&["screen", "Jane", "--gender", "x"][..], &["no gender"][..]),
        (&["screen", "Jane", "--birth-date", "soon"], &["soon", "no date"]),
        (&["screen", "Jane", "--birth-date", "03/04/1965"], &["--date-format"]),
        (&["screen", "--wallet", "0x1234"], &["0x1234"]),
        (&["screen", "--wallet", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"], &["checksum"]),
        (&["screen", "Jane", "--nationality", "Atlantis"], &["Atlantis"]),
        (&["screen", "N/A"], &["N/A", "missing name"]),
    ] {
        let run = place.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stdout);
        for part in parts {
            assert!(run.stderr.contains(part), "{arguments:?}: {}", run.stderr);
        }
    }
    for more in [
        &["--birth-date", "25.04.1965"][..],
        &["--birth-date", "03/04/1965", "--date-format", "mdy"],
        &["--gender", "female", "--nationality", "Iranian", "-s", "individual"],
    ] {
        let run = place.run(&[&["screen", "Jane Example", "-d", "dprk_cyber"][..], more].concat());
        assert_eq!(run.code, 0, "{more:?}: {}", run.stderr);
    }
}

#[test]
fn two_lines_on_stdin_are_two_queries() {
    let place = Workplace::new();
    let ask = ["screen", "-", "-d", "dprk_cyber", "--format", "json"];
    let run = place.run_with_input(&ask, "Jane Example\n\nKim Sang Man\n");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let answers: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!([&answers[0]["verdict"], &answers[1]["verdict"]], ["clear", "match"]);
    let text = place.run_with_input(&ask[..4], "Jane Example\n\nKim Sang Man\n").stdout;
    assert!(text.contains("line 1\n") && text.contains("line 3\n"), "{text}");
    assert_eq!(place.run_with_input(&ask, "Jane Example\n").code, 0);
    let run = place.run_with_input(&ask, "Kim Sang Man\n???\n");
    assert!(
        run.code == 2 && run.stdout.is_empty() && run.stderr.contains("line 2"),
        "{}",
        run.stderr
    );
    assert_eq!(place.run_with_input(&ask, "\n\n").code, 2);
}

#[test]
fn a_key_that_only_the_last_row_has_is_a_column() {
    let place = Workplace::with_builtin_only();
    let rows: String = (0..4_200).map(|row| format!("{{\"name\": \"Zorvek {row}\"}}\n")).collect();
    let last = r#"{"wallet": "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"}"#;
    let customers = place.file("customers.ndjson", format!("{rows}{last}\n"));
    let output = place.path("out.csv").display().to_string();
    let run = place.run(&["batch", &customers, &output]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    let table = std::fs::read_to_string(&output).unwrap();
    assert!(table.starts_with("name,wallet,"), "{}", &table[..100.min(table.len())]);
    assert!(table.contains(",0x098B716B8Aaf21512996dC57EB0615e2383E2f96,"), "{table}");
    let keys: String =
        (0..10_001).map(|row| format!("{{\"name\": \"Z\", \"k{row}\": 1}}\n")).collect();
    let run = place.run(&["batch", &place.file("keys.ndjson", keys), &output]);
    assert!(run.code == 2 && run.stderr.contains("different keys"), "{}", run.stderr);
}

/// A listed wallet and a listed name in every way in which files write several values in a field.
#[test]
fn several_values_in_a_field_are_each_screened() {
    let wallet = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
    let other = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    for (column, value) in [
        ("wallet", format!("{other}; {wallet}")),
        ("wallet", format!("{other}, {wallet}")),
        ("wallet", format!("{other} / {wallet}")),
        ("wallet", format!("ETH|{wallet}")),
        ("wallet", format!("ETH: {wallet}")),
        ("wallet", format!("[\"\"{wallet}\"\"]")),
        ("wallet", format!("'{wallet}")),
        ("wallet", format!("https://etherscan.io/address/{wallet}")),
        ("wallet", wallet[2..].to_owned()),
        ("aliases", "John Roeness; Kim Sang Man; Peter Panness".to_owned()),
        ("Beneficial owner", "Kim Sang Man".to_owned()),
        ("company,director", "Example Bread,Kim Sang Man".replace(',', "\",\"")),
    ] {
        let place = Workplace::new();
        let text = format!("name,{column}\nJane Example,\"{value}\"\n");
        let run = batch(&place, &place.file("in.csv", text), &[]);
        assert_eq!(run.code, 1, "{column} {value}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn a_first_and_a_last_name_are_screened_beside_a_whole_name() {
    for (header, row) in [
        ("name,first_name,last_name", "Jane Roe,Sang Man,Kim"),
        ("first_name,last_name,full name", "Sang Man,Kim,K. S."),
        ("name,surname", "Sang Man,Kim"),
        ("Name;Vorname", "Kim;Sang Man"),
    ] {
        let place = Workplace::new();
        let run = batch(&place, &place.file("in.csv", format!("{header}\n{row}\n")), &[]);
        assert_eq!(run.code, 1, "{header}: {}{}", run.stdout, run.stderr);
    }
}

#[test]
fn columns_that_are_not_used_are_named_in_the_summary() {
    let place = Workplace::new();
    let input = place.file("in.csv", "id,name,shoe size\n1,Jane Example,Large Size\n");
    let output = place.path("out.csv").display().to_string();
    let report = place.json(&["batch", &input, &output, "-d", "dprk_cyber"]);
    assert_eq!(report["unused_columns"], serde_json::json!(["shoe size"]));
    let told = ["batch", &input, &output, "-d", "dprk_cyber", "-i", "shoe size=name"];
    assert_eq!(place.json(&told)["unused_columns"], serde_json::json!(["name"]));
    let calibrated = place.json(&["calibrate", "--population", &input, "--samples", "1"]);
    assert_eq!(calibrated["unused_columns"], serde_json::json!(["shoe size"]));
}

#[test]
fn a_header_inside_of_a_file_is_no_customer() {
    let place = Workplace::new();
    let run =
        batch(&place, &place.file("in.csv", "name,born\nJane Example,1965\nname,born\n"), &[]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(out(&place).contains("repeats the header"), "{}", out(&place));
    let run = batch(&place, &place.file("in.csv", "name,born\nname,1965\n"), &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn a_population_has_rows() {
    let place = Workplace::new();
    let run = place.run(&["calibrate", "--rows", "0"]);
    assert!(run.code == 2 && run.stderr.contains("--rows"), "{}", run.stderr);
}

/// Objects in the rows of NDJSON: what they say of documents and of other parties finds what is listed, and a party of
/// which nothing is known is reported.
#[test]
fn nested_objects_are_screened_or_reported() {
    for (fields, code) in [
        (r#""documents": [{"type": "passport", "number": "109420132"}]"#, 1),
        (r#""ids": {"passport": "109420132"}"#, 1),
        (r#""relatedParties": [{"name": "Ivo Roe", "passport": {"no": "109420132"}}]"#, 1),
        (r#""relatedParties": [{"name": "Kim Sang Man"}]"#, 1),
        (r#""parties": {"ubo": {"firstName": "Sang Man", "lastName": "Kim"}}"#, 1),
        (r#""wallets": [{"address": "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"}]"#, 1),
        (r#""documents": [{"type": "passport", "number": "000000019"}]"#, 0),
        (r#""relatedParties": [{"name": "Ivo Roe", "role": "director"}]"#, 0),
        (r#""relatedParties": [{"label": "Ivo Roe"}]"#, 3),
    ] {
        let place = Workplace::new();
        let text = format!("{{\"name\": \"Jane Example\", {fields}}}\n");
        let run = batch(&place, &place.file("in.ndjson", text), &[]);
        assert_eq!(run.code, code, "{fields}: {}{}", run.stdout, run.stderr);
    }
    let place = Workplace::new();
    let text =
        r#"{"customer": {"firstName": "Sang Man", "lastName": "Kim", "birthDate": "1965-04-25"}}"#;
    let run = batch(&place, &place.file("in.ndjson", text), &["--limit", "1"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(out(&place).contains(",1965-04-25"), "{}", out(&place));
}

/// Columns of which the name says nothing, and the column that tells the customers apart.
#[test]
fn values_that_show_what_they_are_are_looked_up_whatever_their_column_is() {
    for column in ["ID", "remarks", "field_7"] {
        for (value, code) in [
            ("0x098B716B8Aaf21512996dC57EB0615e2383E2f96", 1),
            ("wallet098B716B8Aaf21512996dC57EB0615e2383E2f96", 1),
            ("7704734001", 0),
            ("1094201", 0),
        ] {
            let place = Workplace::new();
            let text = format!("name,{column}\nJane Example,{value}\n");
            let run = batch(&place, &place.file("in.csv", text), &[]);
            assert_eq!(run.code, code, "{column} {value}: {}{}", run.stdout, run.stderr);
        }
    }
}

/// The months of the languages in which lists and customers write.
#[test]
fn dates_with_words_of_any_language_are_read() {
    let rows =
        ["Thu Sep 08 1955", "8 wrz 1955", "8 вересня 1955", "٨ سبتمبر ١٩٥٥", "1955年9月8日木曜日"];
    let rows: String = rows.iter().map(|date| format!("Jane Example,{date}\n")).collect();
    let place = Workplace::new();
    let run = batch(&place, &place.file("in.csv", format!("name,born\n{rows}")), &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let place = Workplace::new();
    let run =
        batch(&place, &place.file("in.csv", "name,born\nJane Example,8 listopada 1955\n"), &[]);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(out(&place).contains("two months"), "{}", out(&place));
}

/// The sign that ends a file of DOS is no row.
#[test]
fn a_sign_of_the_end_of_a_file_is_no_row() {
    for (ending, end) in [
        ("csv", "\u{1a}"),
        ("csv", "\u{1a}\n"),
        ("ndjson", "\u{1a}"),
        ("csv", "\u{1a}\u{1a}\u{1a}"),
    ] {
        let place = Workplace::new();
        let text = match ending {
            "csv" => format!("name\r\nJane Example\r\n{end}"),
            _ => format!("{{\"name\": \"Jane Example\"}}\n{end}"),
        };
        let run = batch(&place, &place.file(&format!("in.{ending}"), text), &[]);
        assert_eq!(run.code, 0, "{end:?}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("1 rows: 1 screened"), "{}", run.stdout);
    }
    let place = Workplace::new();
    let run = batch(&place, &place.file("in.csv", "name\n\u{1a}\nJane Example\n"), &[]);
    assert_eq!(run.code, 4, "in the middle of a file it is a row: {}{}", run.stdout, run.stderr);
}

/// Shells of Windows write UTF-16 into a pipe.
#[test]
fn names_on_stdin_are_utf8_or_utf16_with_a_mark() {
    let place = Workplace::new();
    let ask = ["screen", "-", "-d", "dprk_cyber"];
    let bytes = |mark: bool, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter().chain("Kim Sang Man\r\n".encode_utf16()).flat_map(unit).collect()
    };
    for input in [
        bytes(true, u16::to_le_bytes),
        bytes(true, u16::to_be_bytes),
        b"\xEF\xBB\xBFKim Sang Man\n\x1a".to_vec(),
    ] {
        let run = place.run_with_input(&ask, input.clone());
        assert_eq!(run.code, 1, "{input:?}: {}{}", run.stdout, run.stderr);
    }
    let run = place.run_with_input(&ask, bytes(false, u16::to_le_bytes));
    assert!(run.code == 2 && run.stderr.contains("UTF-16"), "{}", run.stderr);
    let run = place.run_with_input(&ask, b"Jane Ex\xE4mple\n".to_vec());
    assert!(run.code == 2 && run.stderr.contains("UTF-8"), "{}", run.stderr);
}
