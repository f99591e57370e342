//! Bad input yields a clear error, or a problem for the record, and never a panic.

use proptest::prelude::*;

use interdict_model::Loss;

use crate::testing::Collected;
use crate::{Budget, Counts, ListFile, ReadError, SetReport, read_list};

const ROW: &str =
    "1,\"ROE, Robert\",\"individual\",\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
const ALT: &str = "1,1,\"aka\",\"ROH, Bob\",-0- \r\n";
const ADD: &str = "1,1,-0- ,-0- ,\"Malta\",-0- \r\n";

fn try_read(files: &[(&str, &[u8])], budget: &Budget) -> Result<(Counts, Collected), ReadError> {
    let files: Vec<ListFile> =
        files.iter().map(|(name, bytes)| ListFile::from_bytes(*name, *bytes)).collect();
    let mut collected = Collected::default();
    let dataset = "us_ofac_sdn".parse().unwrap();
    let (_, counts) = read_list(&dataset, &files, budget, &mut collected)?;
    Ok((counts, collected))
}

fn set(primary: &[u8]) -> Result<(Counts, Collected), ReadError> {
    let files = [("sdn.csv", primary), ("alt.csv", ALT.as_bytes()), ("add.csv", ADD.as_bytes())];
    try_read(&files, &Budget::default())
}

fn error_of(bytes: &[u8]) -> String {
    let error = try_read(&[("file", bytes)], &Budget::default()).map(|_| ()).unwrap_err();
    error.to_string()
}

#[test]
fn what_is_no_list_is_refused_by_name() {
    for (bytes, expected) in [
        (&b""[..], "an empty file"),
        (b"   \r\n", "an empty file"),
        (b"<!DOCTYPE html><html><body>Access denied</body></html>", "a web page (HTML)"),
        (b"<html><body>", "a web page (HTML)"),
        (b"<CONSOLIDATED_LIST/>", "the UN consolidated list"),
        (b"1,2,3\r\n", "3 columns"),
        (b"Name,Country\r\n", "2 columns"),
        (b"Service Unavailable", "Service Unavailable"),
        (b"\xFF\xFE<\0s\0", "UTF-16"),
    ] {
        let error = error_of(bytes);
        assert!(
            error.starts_with("file is not an OFAC list") && error.contains(expected),
            "{error}"
        );
    }
}

#[test]
fn a_file_that_breaks_off_is_refused_wherever_it_breaks() {
    let whole = ROW.repeat(2);
    let whole = whole.trim_end();
    for end in ROW.len() + 1..whole.len() - 3 {
        let error = set(&whole.as_bytes()[..end]).map(|_| ()).unwrap_err();
        assert!(matches!(error, ReadError::Truncated { .. }), "{end}: {error}");
    }
    let xml =
        std::fs::read_to_string(format!("{}/testdata/ofac/sdn.xml", env!("CARGO_MANIFEST_DIR")))
            .unwrap();
    let advanced = xml.replace("sdnList", "Sanctions").replace("sdnEntry", "DistinctParty");
    for text in [xml.trim_end(), advanced.trim_end()] {
        for end in (300..text.len() - 1).step_by(97).filter(|end| text.is_char_boundary(*end)) {
            let error =
                try_read(&[("cut.xml", &text.as_bytes()[..end])], &Budget::default()).map(|_| ());
            assert!(matches!(error, Err(ReadError::Truncated { .. })), "{end}: {error:?}");
        }
    }
}

#[test]
fn a_set_without_its_aliases_is_refused_since_names_would_be_missing() {
    let error =
        try_read(&[("sdn.csv", ROW.as_bytes())], &Budget::default()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("the file of aliases"), "{error}");
    let error =
        try_read(&[("alt.csv", ALT.as_bytes())], &Budget::default()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("the main file"), "{error}");
    let twice = [("a.csv", ROW.as_bytes()), ("b.csv", ROW.as_bytes())];
    let error = try_read(&twice, &Budget::default()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("a second file"), "{error}");
}

#[test]
fn aliases_of_another_list_are_refused() {
    let foreign: String =
        (0..50).map(|row| format!("9{row:03},{row},\"aka\",\"X\",-0- \r\n")).collect();
    let files =
        [("sdn.csv", ROW.as_bytes()), ("alt.csv", foreign.as_bytes()), ("add.csv", ADD.as_bytes())];
    let error = try_read(&files, &Budget::default()).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("50 of 50 rows belong to no record"), "{error}");
}

/// The report on a set of 200 parties, with an alias and an address each, after `change` has altered its files: main
/// file, aliases, addresses, and comments if they are not empty.
fn report_of(change: impl FnOnce(&mut [String; 4])) -> SetReport {
    let rows = |row: &dyn Fn(usize) -> String| (1..=200).map(row).collect::<String>();
    let mut texts = [
        rows(&|number| ROW.replacen('1', &number.to_string(), 1)),
        rows(&|number| ALT.replacen('1', &number.to_string(), 1)),
        rows(&|number| ADD.replacen('1', &number.to_string(), 1)),
        String::new(),
    ];
    change(&mut texts);
    let names = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"];
    let given = names.into_iter().zip(texts).filter(|(_, text)| !text.is_empty());
    let files: Vec<ListFile> = given.map(|(name, text)| ListFile::from_bytes(name, text)).collect();
    let dataset = "us_ofac_sdn".parse().unwrap();
    read_list(&dataset, &files, &Budget::default(), &mut Collected::default()).unwrap().0.set
}

fn keep_rows(text: &mut String, count: usize) {
    *text = text.split_inclusive('\n').take(count).collect();
}

#[test]
fn a_whole_set_shows_no_fault() {
    assert_eq!(report_of(|_| ()), SetReport::default());
    let marked = report_of(|files| files[..3].iter_mut().for_each(|text| text.push('\x1a')));
    assert_eq!(marked, SetReport::default());
}

#[test]
fn a_main_file_that_is_cut_leaves_rows_without_a_record() {
    assert_eq!(report_of(|files| keep_rows(&mut files[0], 180)).orphans, 40);
}

#[test]
fn a_smaller_file_that_is_cut_ends_long_before_the_main_file() {
    let short = |file: usize, rows| report_of(|files| keep_rows(&mut files[file], rows)).short;
    assert_eq!(short(1, 90), [("alt.csv".to_owned(), 110)]);
    assert_eq!(short(2, 90), [("add.csv".to_owned(), 110)]);
    assert_eq!(short(1, 110), [], "half of all entries have no alias");
}

#[test]
fn a_file_without_the_end_mark_of_the_others_is_named() {
    let unmarked = |marked: &[usize]| {
        report_of(|files| marked.iter().for_each(|file| files[*file].push('\x1a'))).unmarked
    };
    assert_eq!(unmarked(&[0, 2]), ["alt.csv"]);
    assert_eq!(unmarked(&[1]), ["sdn.csv", "add.csv"]);
}

#[test]
fn cut_remarks_are_counted_where_the_file_with_the_rest_is_missing() {
    let cut = |comments: &str| {
        report_of(|files| {
            let remarks = format!("\"{}\"\r\n", "DOB 1960; ".repeat(99));
            files[0] = files[0].replacen("-0- \r\n", &remarks, 1);
            files[3] = comments.to_owned();
        })
        .cut_remarks
    };
    assert_eq!(cut(""), 1);
    assert_eq!(cut("1,\"nationality Malta.\"\r\n"), 0);
}

#[test]
fn a_bad_row_costs_itself_only_and_is_reported_with_its_line() {
    let text = format!(
        "{ROW}2,\"cut\r\n3,\"too\",\"few\"\r\n,\"NO NUMBER\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n{ROW}"
    );
    let (counts, list) = set(text.as_bytes()).unwrap();
    assert_eq!((counts.records, counts.unreadable, counts.targets), (5, 3, 2));
    let found: Vec<_> =
        list.problems.iter().map(|problem| (problem.code.as_str(), problem.line)).collect();
    assert_eq!(
        found,
        [("LST103", Some(2)), ("LST103", Some(3)), ("LST101", Some(4)), ("LST102", Some(5))]
    );
    let losses: Vec<_> = list.problems.iter().map(|problem| problem.loss).collect();
    assert_eq!(losses, [Loss::Record, Loss::Record, Loss::Record, Loss::Nothing]);
    assert_eq!(list.get("ofac-1-2").values("name"), ["Robert ROE"], "no name is lost");
}

#[test]
fn bytes_in_the_wrong_encoding_are_a_problem_of_their_record() {
    let mut text = ROW.replace("ROE", "R\u{d6}E").into_bytes();
    text.extend(ROW.replace("1,\"ROE", "2,\"R?E").replace('?', "\u{1}").into_bytes());
    let at = text.iter().position(|byte| *byte == 1).unwrap();
    text[at] = 0xC9;
    let (_, list) = set(&text).unwrap();
    assert_eq!(list.get("ofac-1").values("name"), ["Robert RÖE"]);
    assert_eq!(list.get("ofac-2").values("name"), ["Robert R\u{FFFD}E"]);
    let problem = list.problems.iter().find(|problem| problem.code.as_str() == "LST130").unwrap();
    assert_eq!((problem.line, problem.record.as_deref()), (Some(2), Some("2")));
    let old = ROW.replace("ROE", "R?E").into_bytes();
    let old: Vec<u8> = old.iter().map(|byte| if *byte == b'?' { 0xD6 } else { *byte }).collect();
    let (_, list) = set(&old).unwrap();
    assert_eq!(list.get("ofac-1").values("name"), ["Robert RÖE"]);
    assert!(list.problems.iter().any(|problem| problem.code.as_str() == "LST207"));
}

#[test]
fn budgets_are_kept() {
    let small = Budget { bytes: 50, ..Budget::default() };
    let files =
        [("sdn.csv", ROW.as_bytes()), ("alt.csv", ALT.as_bytes()), ("add.csv", ADD.as_bytes())];
    assert!(matches!(try_read(&files, &small), Err(ReadError::Budget { what: "bytes", .. })));
    let few = Budget { records: 0, ..Budget::default() };
    assert!(matches!(try_read(&files, &few), Err(ReadError::Budget { what: "records", .. })));
    let short = Budget { value_bytes: 40, ..Budget::default() };
    assert!(matches!(
        try_read(&files, &short),
        Err(ReadError::Budget { what: "bytes in one line", .. })
    ));
    let deep = format!("<sdnList>{}{}</sdnList>", "<a>".repeat(100), "</a>".repeat(100));
    let deep = [("deep.xml", deep.as_bytes())];
    assert!(matches!(try_read(&deep, &Budget::default()), Err(ReadError::Budget { .. })));
}

#[test]
fn a_record_with_too_many_values_is_bounded_and_says_so() {
    let remarks: String = (0..9_000).map(|number| format!("Tax ID No. {number:06}; ")).collect();
    let text = ROW.replace("-0- \r\n", &format!("\"{remarks}\"\r\n"));
    let (_, list) = set(text.as_bytes()).unwrap();
    assert_eq!(list.get("ofac-1").values("taxNumber").len(), 2_000);
    assert!(list.problems.iter().any(|problem| problem.code.as_str() == "LST206"));
}

#[test]
fn entities_of_an_xml_bomb_are_not_expanded() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE sdnList [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>\
                <sdnList><sdnEntry><uid>1</uid><lastName>&b;</lastName><sdnType>Entity</sdnType></sdnEntry></sdnList>";
    let error = error_of(bomb.as_bytes());
    assert!(error.contains("entit"), "{error}");
}

#[test]
fn a_name_of_a_hundred_thousand_characters_or_of_punctuation_only_is_read_as_it_is() {
    let long = ROW.replace("ROE, Robert", &"A".repeat(100_000));
    let (counts, _) = set(long.as_bytes()).unwrap();
    assert_eq!(counts.targets, 1);
    let marks = ROW.replace("ROE, Robert", ".,-!");
    let (_, list) = set(marks.as_bytes()).unwrap();
    assert_eq!(list.get("ofac-1").values("name"), [".,-!"]);
}

#[test]
fn orphans_of_one_line_are_reported_in_a_fixed_order() {
    let entries: String = (10..40).rev().map(orphans).collect();
    let file = format!("<Sanctions><SanctionsEntries>{entries}</SanctionsEntries>");
    let file = file + "</Sanctions>";
    let mut list = Collected::default();
    let files = [ListFile::from_bytes("advanced.xml", file)];
    let dataset = "us_ofac_sdn".parse().unwrap();
    read_list(&dataset, &files, &Budget::default(), &mut list).unwrap();
    let records: Vec<_> = list.problems.iter().map(|problem| problem.record.clone()).collect();
    assert_eq!(records.len(), 30);
    assert!(records.is_sorted(), "{records:?}");
}

fn orphans(profile: u32) -> String {
    format!("<SanctionsEntry ProfileID=\"{profile}\"/>")
}

#[test]
fn an_unknown_dataset_is_an_error_unless_the_file_is_an_exchange_format() {
    let files = [ListFile::from_bytes("sdn.csv", ROW)];
    let mut sink = Collected::default();
    let name = "us_ofac_snd".parse().unwrap();
    let error = read_list(&name, &files, &Budget::default(), &mut sink).unwrap_err();
    assert!(matches!(error, ReadError::UnknownDataset(_)), "{error}");
    let line =
        r#"{"id":"x-1","schema":"Person","properties":{"name":["Robert Roe"]},"target":true}"#;
    let files = [ListFile::from_bytes("entities.ftm.json", format!("{line}\n"))];
    let (_, counts) = read_list(&name, &files, &Budget::default(), &mut sink).unwrap();
    assert_eq!(counts.targets, 1);
}

proptest! {
    #[test]
    fn no_bytes_make_any_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        for start in [&b""[..], b"1,", b"<sdnList>", b"<Sanctions>", b"<CONSOLIDATED_LIST>", b"<export>", b"<Designations>", b"{"] {
            let all = [start, &bytes].concat();
            for dataset in ["us_ofac_sdn", "un_sc_sanctions", "eu_fsf", "gb_fcdo_sanctions", "mine"] {
                let files = [ListFile::from_bytes("any", all.clone())];
                let mut sink = Collected::default();
                let _ = read_list(&dataset.parse().unwrap(), &files, &Budget::default(), &mut sink);
            }
            let _ = set(&all);
        }
    }

    #[test]
    fn no_remark_makes_the_reader_panic_or_lose_a_word(
        remark in "((alt\\. )?(DOB|POB|Passport|Linked To:|a\\.k\\.a\\. '|nationality|Tax ID No\\.|Digital Currency Address -|Listing Date|\\(|\\)|'|;|[a-z0-9é. ]){0,12}; ?){0,6}"
    ) {
        let text = ROW.replace("-0- \r\n", &format!("\"{remark}\"\r\n"));
        let (counts, list) = set(text.as_bytes()).unwrap();
        prop_assert_eq!(counts.targets, 1);
        let kept: String = list.entities.iter().map(|entity| serde_json::to_string(entity).unwrap()).collect();
        for word in remark.split(|letter: char| !letter.is_ascii_digit()).filter(|word| word.len() > 4) {
            prop_assert!(kept.contains(word), "{} is lost", word);
        }
    }

    #[test]
    fn no_fields_make_the_advanced_reader_panic(
        parts in prop::collection::vec(("(Location|IDRegDocument|DistinctParty|SanctionsEntry|ProfileRelationship|FeatureTypeValues|DateOfIssue)", "[0-9]{0,3}", "[a-zA-Z0-9 (;]{0,20}"), 0..12)
    ) {
        let inside: String = parts.iter().map(|(name, id, text)| format!(
            "<{name} ID='{id}' FixedRef='{id}' ProfileID='{id}' From-ProfileID='{id}' To-ProfileID='1' IdentityID='{id}'><Profile ID='{id}' PartySubTypeID='{id}'><Identity ID='{id}'><Alias Primary='true'><DocumentedName><DocumentedNamePart><NamePartValue>{text}</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity><Feature FeatureTypeID='8'><FeatureVersion><DatePeriod><Start><From><Year>{id}</Year><Month>{id}</Month></From></Start></DatePeriod></FeatureVersion></Feature></Profile><Comment>{text}</Comment></{name}>"
        )).collect();
        let xml = format!("<Sanctions>{inside}</Sanctions>");
        let _ = try_read(&[("a.xml", xml.as_bytes())], &Budget::default());
    }
}
