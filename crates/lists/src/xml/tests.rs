//! Tests of the XML reader with good, bad and hostile files.

use std::io::{BufRead, BufReader};

use proptest::prelude::*;

use interdict_model::{Loss, Problem, ProblemCode};

use super::{Element, XmlFormat, XmlRecords};
use crate::{Budget, ReadError};

static FORMAT: XmlFormat =
    XmlFormat { expected: "a test list (XML)", roots: &["list"], containers: &["group"] };

fn read_with(bytes: &[u8], budget: &Budget) -> Result<(Vec<Element>, Vec<Problem>), ReadError> {
    // A tiny buffer, so that every value crosses its edges.
    let mut input = BufReader::with_capacity(7, bytes);
    let input: &mut dyn BufRead = &mut input;
    let mut records = XmlRecords::open(input, "test.xml", budget, &FORMAT)?;
    let mut elements = Vec::new();
    let mut problems = records.take_problems();
    while let Some(element) = records.next_record()? {
        elements.push(element);
        problems.extend(records.take_problems());
    }
    problems.extend(records.take_problems());
    Ok((elements, problems))
}

fn read(text: impl AsRef<[u8]>) -> Result<(Vec<Element>, Vec<Problem>), ReadError> {
    read_with(text.as_ref(), &Budget::default())
}

#[test]
fn records_come_out_of_the_root_and_of_containers_in_their_order() {
    let text = "<?xml version=\"1.0\"?>\n<x:list xmlns:x='u' v='2'>\n<date>2026</date><group>\n\
        <one id='1'><name>Ann &amp; <![CDATA[<Bo>]]>&#x41;</name><name/></one>\n</group><two/></x:list>\n";
    let (elements, problems) = read(text).unwrap();
    let names: Vec<_> = elements.iter().map(|e| (e.name(), e.line())).collect();
    assert_eq!(names, [("date", 3), ("one", 4), ("two", 5)]);
    assert_eq!(elements[1].text_of("name"), Some("Ann & <Bo>A"));
    assert_eq!(elements[1].attribute("id"), Some("1"));
    assert_eq!(elements[1].children("name").count(), 2);
    assert_eq!(problems, []);
}

#[test]
fn paths_find_every_element_and_white_space_is_put_in_order() {
    let text = "<list><r><a><b> x\n\t y </b><b/></a><a><b>z</b></a></r></list>";
    let (elements, _) = read(text).unwrap();
    assert_eq!(elements[0].texts("a/b"), ["x y", "z"]);
    assert_eq!(elements[0].all("a/b").len(), 3);
    assert!(elements[0].all("b").is_empty());
}

#[test]
fn a_file_that_breaks_off_is_truncated_wherever_it_breaks() {
    let whole = "<list><group><r a='1'><n>Ann &amp; Bo</n><!-- c --></r></group></list>";
    for end in 7..whole.len() {
        let error = read(&whole[..end]).unwrap_err();
        assert!(matches!(error, ReadError::Truncated { .. }), "cut at {end}: {error}");
    }
}

#[test]
fn what_is_no_such_list_is_named_for_what_it_is() {
    let cases = [
        ("", "empty"),
        ("  \n", "without elements"),
        ("<!DOCTYPE html><html><body>Sorry</body></html>", "web page"),
        ("<html><p>Sorry<br></html>", "web page"),
        ("{\"a\": 1}", "begins with \"{"),
        ("uid,name\n1,Ann\n", "begins with"),
        ("<other/>", "root <other>"),
    ];
    for (text, expected) in cases {
        let error = read(text).unwrap_err();
        assert!(matches!(error, ReadError::Format { .. }), "{text}: {error}");
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
}

#[test]
fn an_xml_bomb_is_refused_before_it_goes_off() {
    let text =
        "<!DOCTYPE list [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><list><r>&b;</r></list>";
    let error = read(text).unwrap_err();
    assert!(error.to_string().contains("declares its own entities"), "{error}");
    let external = "<!DOCTYPE list SYSTEM \"file:///etc/passwd\"><list><r>&e;</r></list>";
    let (elements, problems) = read(external).unwrap();
    assert_eq!(elements[0].text(), "&e;", "an undefined entity stays as it is written");
    assert_eq!(problems[0].code.as_str(), "LST131");
}

#[test]
fn limits_on_depth_length_size_and_number_are_held() {
    let budget = Budget { bytes: 2_000, depth: 8, value_bytes: 100, records: 5 };
    let long = "x".repeat(101);
    let many_parts = format!("<list><r>{}</r></list>", "&amp;x".repeat(60));
    let cases = [
        (format!("<list>{}</list>", "<a>".repeat(9)), "nesting"),
        (format!("<list><r>{long}</r></list>"), "value"),
        (format!("<list><r a='{long}'/></list>"), "value"),
        (format!("<list><!--{long}--></list>"), "value"),
        (many_parts, "value"),
        (format!("<list>{}</list>", "<r/>".repeat(6)), "records"),
        (format!("<list>{}</list>", " ".repeat(99).repeat(30)), ""),
        (format!("<list><r>{}</r></list>", "<n>Ann</n>".repeat(170)), "record"),
    ];
    for (text, what) in cases {
        let error = read_with(text.as_bytes(), &budget).unwrap_err();
        assert!(matches!(error, ReadError::Budget { .. }), "{what}: {error}");
        assert!(error.to_string().contains(what), "{what}: {error}");
    }
}

#[test]
fn a_byte_that_is_no_text_costs_one_letter_and_is_reported() {
    let (elements, problems) = read(b"<list>\n<r>M\xFCller</r><r>\xE2\x82</r></list>").unwrap();
    assert_eq!(elements[0].text(), "M\u{FFFD}ller");
    assert_eq!(problems.len(), 2);
    assert_eq!((problems[0].code.as_str(), problems[0].line), ("LST130", Some(2)));
    assert_eq!(problems[0].text, "FC");
    assert!(problems[0].what.contains("position 11"), "{}", problems[0].what);
}

#[test]
fn declared_latin_1_is_decoded_and_other_encodings_are_refused() {
    let text = b"<?xml version='1.0' encoding='ISO-8859-1'?><list><r>M\xFCller \x80</r></list>";
    assert_eq!(read(text).unwrap().0[0].text(), "Müller €");
    let error = read(b"\xFF\xFE<\0l\0").unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
    assert!(read("<?xml version='1.0' encoding='EUC-KR'?><list/>").is_err());
    assert!(read("\u{feff}<list><r/></list>").is_ok(), "a byte-order mark is no text");
}

/// Windows-1252 leaves five bytes undefined. They are damage, as invalid bytes of UTF-8 are.
#[test]
fn a_byte_that_windows_1252_does_not_define_is_replaced_and_reported() {
    let start = "<?xml version='1.0' encoding='windows-1252'?>\n<list><r>";
    for byte in [0x81_u8, 0x8D, 0x8F, 0x90, 0x9D] {
        let text = [start.as_bytes(), b"\xDCber", &[byte], b"x</r></list>"].concat();
        let (elements, problems) = read(text).unwrap();
        assert_eq!(elements[0].text(), "Über\u{FFFD}x");
        let hex = format!("{byte:02X}");
        let what = format!("bytes at position {} are no text; read as U+FFFD", start.len() + 4);
        let expected = Problem::new(ProblemCode::BytesInvalid, Loss::Value, what)
            .in_file("test.xml")
            .at_line(2)
            .with_text(&hex);
        assert_eq!(problems, [expected]);
    }
}

#[test]
fn text_where_none_belongs_is_reported_and_more_roots_are_refused() {
    let (elements, problems) = read("<list>oops<r/></list>").unwrap();
    assert_eq!((elements.len(), problems[0].code.as_str()), (1, "LST132"));
    assert!(matches!(read("<list/><list/>"), Err(ReadError::Syntax { .. })));
    assert!(matches!(read("<list><r></s></list>"), Err(ReadError::Syntax { .. })));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
    }

    #[test]
    fn arbitrary_markup_never_panics(parts in proptest::collection::vec(
        prop::sample::select(vec!["<list>", "</list>", "<r a='", "'>", "</r>", "&", ";", "#x", "<!--",
            "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE", ">", "<", "\"", "x", " ", "é"]), 0..40)) {
        let text = format!("<list>{}", parts.concat());
        let _ = read(text);
    }

    #[test]
    fn what_is_written_is_read(words in proptest::collection::vec("[ -~àéü김]{0,20}", 0..8)) {
        let escape = |text: &str| {
            text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;")
        };
        let body: String = words.iter().map(|w| format!("<r a='{0}'>{0}</r>", escape(w))).collect();
        let (elements, _) = read(format!("<list>{body}</list>")).unwrap();
        let expected: Vec<String> = words
            .iter()
            .map(|word| word.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let texts: Vec<&str> = elements.iter().map(Element::text).collect();
        prop_assert_eq!(texts, expected.iter().map(String::as_str).collect::<Vec<_>>());
        for (element, word) in elements.iter().zip(&expected) {
            prop_assert_eq!(element.attribute("a").unwrap_or_default(), word);
        }
    }
}
