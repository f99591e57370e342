//! Tests of the code that the readers of all lists share.

use super::*;

#[test]
fn british_dates_keep_their_gaps() {
    for (text, expected) in [
        ("04/08/2026", Some("2026-08-04")),
        ("dd/mm/1945", Some("1945")),
        ("dd/03/1945", Some("1945-03")),
        ("00/00/1945", Some("1945")),
        ("05/mm/1945", Some("1945")),
        ("31/31/1999", None),
        ("29/02/1999", None),
        ("1945", Some("1945")),
        ("194", None),
        ("19ab", None),
        ("4/8/26", None),
    ] {
        let date = parse_day_first(text).map(|date| date.to_string());
        assert_eq!(date.as_deref(), expected, "{text}");
    }
}

#[test]
fn written_dates_are_read_in_either_order() {
    for (text, expected) in [
        ("16 Dec. 1948", Some("1948-12-16")),
        ("October 19, 2020", Some("2020-10-19")),
        ("Sept 1977", Some("1977-09")),
        ("2026-02-27T00:00:09.554Z", Some("2026-02-27")),
        ("2015-04-07-04:00", Some("2015-04-07")),
        ("1955", Some("1955")),
        ("30 Feb 1999", None),
        ("M 1999", None),
        ("some time in 1999", None),
    ] {
        let date = parse_written_date(text).map(|date| date.to_string());
        assert_eq!(date.as_deref(), expected, "{text}");
    }
}

#[test]
fn the_number_is_found_in_a_sentence_about_a_document() {
    for (text, expected) in [
        ("Utopian passport number L 191609 issued on 28 Feb. 1996", Some("L 191609")),
        ("SSN 156-92-0000 (Utopia)", Some("156-92-0000")),
        ("Residential card number 665", Some("665")),
        ("Utopian fiscal code: DAOMMD74T11Z352Z", Some("DAOMMD74T11Z352Z")),
        ("issued in 1993, under name John Roe", None),
        ("MISUSE", None),
    ] {
        assert_eq!(number_in(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn the_values_of_one_property_are_limited() {
    struct Nowhere;
    impl crate::Sink for Nowhere {
        fn entity(&mut self, entity: interdict_model::Entity) {
            assert!(entity.values("email").len() <= 10_000);
        }
        fn problem(&mut self, problem: crate::Problem) {
            assert_eq!(problem.code, crate::ProblemCode::TooManyValues);
        }
    }
    let many: String = (0..150_000).map(|number| format!("{number:x};")).collect();
    let text = format!(
        "<Designations><Designation><UniqueID>X1</UniqueID><Names><Name><Name6>ROE</Name6></Name></Names>\
         <IndividualEntityShip>Entity</IndividualEntityShip><EmailAddress>{many}</EmailAddress>\
         <ParentCompany>{many}</ParentCompany></Designation></Designations>"
    );
    let budget = crate::Budget::default();
    let file = crate::ListFile::from_bytes("x", text);
    let (_, counts) = crate::uk::read_uk(&file, &budget, &mut Nowhere).unwrap();
    assert_eq!((counts.targets, counts.problems), (1, 1));
}

/// The readers of official XML lists, each with an invented list of its own.
const READERS: [(crate::testing::Reader, &str); 3] = [
    (crate::un::read_un, include_str!("../../testdata/un.xml")),
    (crate::eu::read_eu, include_str!("../../testdata/eu.xml")),
    (crate::uk::read_uk, include_str!("../../testdata/uk.xml")),
];

#[test]
fn every_xml_reader_refuses_what_is_no_list() {
    use crate::ReadError;
    use crate::testing::collect;
    for (reader, list) in READERS {
        let error = |text: &str| collect(reader, text.as_bytes()).unwrap_err();
        for text in ["", "<!DOCTYPE html><html></html>", "id,name\n1,Ivo\n", "<rss/>"] {
            assert!(matches!(error(text), ReadError::Format { .. }), "{text}: {}", error(text));
        }
        for part in 2..20 {
            let mut end = list.len() * part / 20;
            while !list.is_char_boundary(end) {
                end += 1;
            }
            let cut = error(&list[..end]);
            assert!(matches!(cut, ReadError::Truncated { .. }), "cut at {end}: {cut}");
        }
        let declaration = list.find("?>").unwrap() + 2;
        let bomb = format!(
            "{}<!DOCTYPE a [<!ENTITY b \"c\">]>{}",
            &list[..declaration],
            &list[declaration..]
        );
        assert!(matches!(error(&bomb), ReadError::Syntax { .. }));
    }
}

#[test]
fn a_bad_byte_costs_no_record_in_any_xml_list() {
    use crate::testing::collect;
    for (reader, list) in READERS {
        let whole = collect(reader, list.as_bytes()).unwrap();
        let bytes = list.replacen("Ville", "V~lle", 1).into_bytes();
        let bytes: Vec<u8> =
            bytes.into_iter().map(|byte| if byte == b'~' { 0xFF } else { byte }).collect();
        let spoiled = collect(reader, &bytes).unwrap();
        assert_eq!(spoiled.1.targets, whole.1.targets);
        assert_eq!(spoiled.1.problems, whole.1.problems + 1);
        assert!(
            spoiled.2.problems.iter().any(|p| p.code.as_str() == "LST130" && p.record.is_some())
        );
    }
}

proptest::proptest! {
    #[test]
    fn no_change_to_a_list_makes_a_reader_panic(
        at in 0.0..1.0_f64, length in 0_usize..40, with in "[<>&;/a-zA-Z0-9\"'= éÄ|().-]{0,20}",
    ) {
        for (reader, list) in READERS {
            let mut start = (list.len() as f64 * at) as usize;
            while !list.is_char_boundary(start) { start -= 1; }
            let mut end = (start + length).min(list.len());
            while !list.is_char_boundary(end) { end -= 1; }
            let changed = format!("{}{with}{}", &list[..start], &list[end.max(start)..]);
            let _ = crate::testing::collect(reader, changed.as_bytes());
        }
    }
}
