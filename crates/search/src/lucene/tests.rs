use proptest::prelude::*;

use super::*;
use crate::pattern::{Part, Pattern};
use crate::query::{Bound, Range};
use crate::regex::Regex;

fn read(text: &str) -> Query {
    parse(text, false).unwrap()
}

fn word(text: &str) -> Query {
    Query::leaf(None, Test::Word(text.to_owned()))
}

fn of(field: &str, test: Test) -> Query {
    Query::leaf(Some(field), test)
}

fn bound(value: &str, is_included: bool) -> Option<Bound> {
    Some(Bound { value: value.to_owned(), is_included })
}

fn range(from: Option<Bound>, to: Option<Bound>) -> Test {
    Test::Range(Range { from, to })
}

fn all(clauses: &[(Occur, &str)]) -> Query {
    let clause = |(occur, text): &(Occur, &str)| Clause { occur: *occur, query: word(text) };
    Query::Boolean(clauses.iter().map(clause).collect())
}

use Occur::{Must, MustNot, Should};

#[test]
fn words_are_joined_by_and_unless_something_else_is_said() {
    assert_eq!(read("a"), word("a"));
    assert_eq!(read("a b"), all(&[(Must, "a"), (Must, "b")]));
    for text in ["a AND b", "a && b", "+a +b", " a  AND\tb "] {
        assert_eq!(read(text), all(&[(Must, "a"), (Must, "b")]), "{text}");
    }
    for text in ["a OR b", "a || b"] {
        assert_eq!(read(text), all(&[(Should, "a"), (Should, "b")]), "{text}");
    }
    for text in ["a NOT b", "a -b", "a !b", "a AND NOT b", "a && !b"] {
        assert_eq!(read(text), all(&[(Must, "a"), (MustNot, "b")]), "{text}");
    }
    assert_eq!(read("a b OR c"), all(&[(Must, "a"), (Should, "b"), (Should, "c")]));
    assert_eq!(read("NOT a"), all(&[(MustNot, "a")]));
    assert_eq!(read("ANDREI"), word("ANDREI"));
    assert_eq!(read("a & b"), all(&[(Must, "a"), (Must, "b")]));
}

#[test]
fn parentheses_nest_and_carry_a_field() {
    let Query::Boolean(clauses) = read("a (b OR c)^3") else { panic!("no boolean") };
    let inner = all(&[(Should, "b"), (Should, "c")]);
    assert_eq!(clauses[1].query, Query::Boost(Box::new(inner), 3.0));
    let Query::Boolean(clauses) = read("topics:(a OR names:b)") else { panic!("no boolean") };
    assert_eq!(clauses[0].query, of("topics", Test::Word("a".into())));
    assert_eq!(clauses[1].query, of("names", Test::Word("b".into())));
}

#[test]
fn fields_have_words_phrases_and_tests_of_existence() {
    assert_eq!(read("countries:ru"), of("countries", Test::Word("ru".into())));
    assert_eq!(read("countries : ru"), of("countries", Test::Word("ru".into())));
    let phrase = |slop| Test::Phrase { text: "a b".into(), slop };
    assert_eq!(read("names:\"a b\""), of("names", phrase(0)));
    assert_eq!(read("\"a b\"~3"), Query::leaf(None, phrase(3)));
    assert_eq!(read("_exists_:properties.birthDate"), of("properties.birthDate", Test::Exists));
    assert_eq!(read("countries:*"), of("countries", Test::Exists));
    assert_eq!(read("*:*"), Query::All);
    assert_eq!(read("*"), Query::All);
}

#[test]
fn ranges_have_mixed_brackets_open_ends_and_comparisons() {
    for (text, from, to) in [
        ("x:[2026-01-01 TO *]", bound("2026-01-01", true), None),
        ("x:{a TO b}", bound("a", false), bound("b", false)),
        ("x:[a TO b}", bound("a", true), bound("b", false)),
        ("x:{* TO \"b c\"]", None, bound("b c", true)),
        ("x:>5", bound("5", false), None),
        ("x:>=5", bound("5", true), None),
        ("x:<5", None, bound("5", false)),
        ("x:<=5", None, bound("5", true)),
    ] {
        assert_eq!(read(text), of("x", range(from, to)), "{text}");
    }
    assert_eq!(read(">5"), word(">5"));
}

#[test]
fn words_have_wildcards_distances_and_weights() {
    let parts = |parts: &[Part]| Test::Pattern(Pattern::new(parts.iter().cloned()));
    let literal = |text: &str| Part::Literal(text.into());
    assert_eq!(read("zakhar*"), Query::leaf(None, Test::Pattern(Pattern::prefix("zakhar"))));
    let middle = parts(&[literal("za"), Part::One, literal("harov")]);
    assert_eq!(read("za?harov"), Query::leaf(None, middle));
    assert_eq!(read("*kharov"), Query::leaf(None, parts(&[Part::Any, literal("kharov")])));
    let fuzzy = |edits| Query::leaf(None, Test::Fuzzy { word: "zakharof".into(), edits });
    assert_eq!(read("zakharof~"), fuzzy(Some(2)));
    assert_eq!(parse("zakharof~", true).unwrap(), fuzzy(None));
    assert_eq!(parse("zakharof~1", true).unwrap(), fuzzy(Some(1)));
    assert_eq!(read("zakharof~0.8"), fuzzy(Some(1)));
    assert_eq!(read("zakharof~7"), fuzzy(Some(2)));
    assert_eq!(read("a^2.5"), Query::Boost(Box::new(word("a")), 2.5));
    assert_eq!(read("zakharof~1^2"), Query::Boost(Box::new(fuzzy(Some(1))), 2.0));
    assert_eq!(read("zakharof^2~1"), Query::Boost(Box::new(fuzzy(Some(1))), 2.0));
}

#[test]
fn a_backslash_makes_a_reserved_letter_ordinary() {
    assert_eq!(read(r"invalid\/query"), word("invalid/query"));
    assert_eq!(read(r"a\*"), word("a*"));
    assert_eq!(read(r"\(a\:b\)"), word("(a:b)"));
    assert_eq!(read(r"\AND"), word("AND"));
    let phrase = Test::Phrase { text: "a\"b".into(), slop: 0 };
    assert_eq!(read(r#""a\"b""#), Query::leaf(None, phrase));
    assert_eq!(read("a-b+c"), word("a-b+c"));
}

#[test]
fn regular_expressions_stand_between_slashes() {
    let regex = |exact: &str, folded: &str| {
        let parse = |text| Regex::parse(text).unwrap();
        Test::Regex { exact: parse(exact), folded: parse(folded) }
    };
    assert_eq!(read(r"x:/a\/[b]/"), of("x", regex("a/[b]", "a/[b]")));
    assert_eq!(read("x:/É+/"), of("x", regex("É+", "e+")));
    assert_eq!(read("x:/ء*/"), of("x", regex("ء*", "ء*")));
}

#[test]
fn what_has_no_words_is_left_out() {
    assert_eq!(read("a §"), word("a"));
    assert_eq!(read("§"), Query::Blank);
    assert_eq!(read("caption:§"), of("caption", Test::Word("§".into())));
}

#[test]
fn mistakes_are_errors() {
    for text in [
        "invalid/query",
        "\"a",
        "(a",
        "a)",
        "()",
        "[a TO b",
        "x:[a b]",
        "x:[a TO",
        "[",
        "x:{",
        "a AND",
        "AND a",
        "a OR OR b",
        "NOT",
        "a -",
        "+",
        "- ",
        "!",
        "name:",
        ":a",
        "name: )",
        "(name:)",
        "a^",
        "^2",
        "~",
        "a ~",
        "a\\",
        "]",
        "}",
        "a AND )",
        "/(/",
        "/a{2/",
        "x:+a",
        "a && || b",
        "\"a\\",
    ] {
        let error = parse(text, false).unwrap_err();
        assert!(matches!(error, SearchError::Syntax(_)), "{text}: {error}");
    }
}

#[test]
fn too_many_clauses_and_levels_are_too_complex() {
    for text in ["a ".repeat(1_025), format!("{}a{}", "(".repeat(65), ")".repeat(65))] {
        assert!(matches!(parse(&text, false), Err(SearchError::TooComplex(_))));
    }
    assert!(parse(&"a ".repeat(1_024), false).is_ok());
    assert!(parse(&format!("{}a{}", "(".repeat(64), ")".repeat(64)), false).is_ok());
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), automatic in any::<bool>()) {
        let _ = parse(&text, automatic);
    }

    #[test]
    fn no_text_of_signs_panics(text in r#"([ab :()"*?~^/\[\]{}+!&|\\<>=0-9.-]|AND|OR|NOT| TO ){0,24}"#) {
        let _ = parse(&text, false);
    }
}
