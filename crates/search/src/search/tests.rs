use interdict_model::Schema;
use proptest::prelude::*;

use super::*;
use crate::fixture::{Corpus, corpus, entity, segment};
use crate::request::{Facet, Filter, Sort};

fn filter(field: &str, value: &str) -> Filter {
    Filter { field: field.to_owned(), value: value.to_owned() }
}

fn sort(field: &str, descending: bool) -> Sort {
    Sort { field: field.to_owned(), descending }
}

/// Each query of a table finds exactly these ids.
fn check(table: &[(&str, &[&str])]) {
    let corpus = corpus();
    for (query, expected) in table {
        assert_eq!(corpus.found(query), *expected, "{query}");
    }
}

#[test]
fn words_are_sought_in_names_and_everywhere_else() {
    check(&[
        ("zakharov", &["p-1", "s-1"]),
        ("ZAKHAROV alexander", &["p-1"]),
        ("захаров", &["p-1"]),
        ("drones", &["p-1", "s-1"]),
        ("drones zala", &[]),
        ("drones OR zala", &["c-1", "p-1", "s-1"]),
        ("zakharov -drones", &["p-1"]),
        ("NOT zakharov", &["c-1", "p-2"]),
        ("(drones OR zala) AND NOT group", &["p-1", "s-1"]),
        ("oneill", &["p-1"]),
        ("O'Neill", &["p-1"]),
        ("names:drones", &[]),
        ("names:zakharov", &["p-1"]),
        ("addresses:izhevsk", &["p-1"]),
        ("text:izhevsk", &["p-1"]),
        ("izhevsk §", &["p-1"]),
        ("§", &[]),
        ("*", &["c-1", "p-1", "p-2", "s-1"]),
        ("", &["c-1", "p-1", "p-2", "s-1"]),
        ("unheardof", &[]),
        // The caption of a relation is no name.
        ("sanction", &["c-1", "p-1"]),
        ("aleksandr", &["p-1"]),
    ]);
}

#[test]
fn phrases_patterns_and_similar_words() {
    check(&[
        ("\"alexander zakharov\"", &[]),
        ("\"alexander zakharov\"~1", &["p-1"]),
        ("\"zakharov makes\"", &["s-1"]),
        ("\"makes zakharov\"~2", &["s-1"]),
        ("\"makes zakharov\"~1", &[]),
        ("names:\"aero group\"", &["c-1"]),
        ("zakharo*", &["p-1", "p-2", "s-1"]),
        ("za?harov", &["p-1", "s-1"]),
        ("*kharova", &["p-2"]),
        ("Ö'N*l", &["p-1"]),
        ("zakharof~1", &["p-1", "s-1"]),
        ("zakharof~", &["p-1", "p-2", "s-1"]),
        ("zakharof~0", &[]),
        ("zakhraov~1", &["p-1", "s-1"]),
        ("/zakharov.?/", &["p-1", "p-2", "s-1"]),
        ("/akharov/", &[]),
        ("/ZAKHÁROV/", &["p-1", "s-1"]),
        ("schema:/Per.*/", &["p-1", "p-2"]),
        ("schema:/per.*/", &[]),
        ("names:[zakharoa TO zakharov]", &["p-1"]),
        ("names:{zakharov TO zz}", &["c-1", "p-2"]),
        ("_exists_:addresses", &["p-1"]),
    ]);
}

#[test]
fn keyword_fields_are_compared_as_a_whole() {
    check(&[
        ("countries:ru", &["c-1", "p-1"]),
        ("countries:RU", &["c-1", "p-1"]),
        ("countries:Russia", &[]),
        ("countries:(ru AND by)", &["p-1"]),
        ("topics:sanction", &["c-1", "p-1"]),
        ("genders:male", &["p-1"]),
        ("identifiers:183101001", &["p-1"]),
        ("identifiers:1831*", &["p-1"]),
        ("identifiers:183101002~1", &["p-1"]),
        ("schema:Person", &["p-1", "p-2"]),
        ("schema:person", &[]),
        ("datasets:first", &["c-1", "p-1", "s-1"]),
        ("datasets:elsewhere", &["p-1"]),
        ("referents:Ref-7", &["p-1"]),
        ("referents:ref-7", &[]),
        ("entity_id:P-1", &["p-1"]),
        ("entity_id:p*", &["p-1", "p-2"]),
        ("caption:\"aleksandr zakharov\"", &["p-1"]),
        ("properties.name:\"zala aero group\"", &["c-1"]),
        ("properties.name:zala", &[]),
        ("properties.name:zala*", &["c-1"]),
        ("properties.name:/zala.*/", &["c-1"]),
        ("properties.nationality:ru", &["p-1"]),
        ("emails:INFO@zala.example", &["c-1"]),
        (r"urls:https\:\/\/zala.example\/uber", &["c-1"]),
        ("entities:p-1", &["s-1"]),
        ("properties.entity:p-1", &["s-1"]),
        ("_exists_:properties.innCode", &["p-1"]),
        ("properties.innCode:*", &["p-1"]),
        ("_exists_:emails", &["c-1"]),
        ("_exists_:countries", &["c-1", "p-1", "p-2"]),
        ("NOT _exists_:countries", &["s-1"]),
        ("_exists_:entity_id", &["c-1", "p-1", "p-2", "s-1"]),
    ]);
}

#[test]
fn dates_numbers_and_flags_have_their_own_orders() {
    check(&[
        ("dates:1964-05-04", &["p-1"]),
        ("dates:1964", &[]),
        ("dates:[1964 TO 1964]", &["p-1"]),
        ("properties.birthDate:[1964-01-01 TO 1964-12-31]", &["p-1"]),
        ("properties.birthDate:<1964-05-04", &[]),
        ("properties.birthDate:<=1964-05-04", &["p-1"]),
        ("last_change:[2026-02-01 TO *]", &["p-1"]),
        ("last_change:>2026-01-31", &["p-1"]),
        ("last_change:>=2026-01-31", &["c-1", "p-1"]),
        ("last_change:<=2026-01-31", &["c-1"]),
        ("last_change:2026-01-31", &["c-1"]),
        (r"last_change:2026-03-05T10\:00\:00", &["p-1"]),
        ("last_change:banana", &[]),
        ("last_change:[banana TO *]", &[]),
        ("_exists_:first_seen", &["p-1"]),
        ("target:true", &["c-1", "p-1"]),
        ("target:false", &["p-1", "p-2", "s-1"]),
        ("target:banana", &[]),
        ("entity_values_count:6", &["c-1"]),
        ("entity_values_count:>=6", &["c-1", "p-1"]),
        ("entity_values_count:many", &[]),
        ("nosuchfield:ru", &[]),
        ("_exists_:nosuchfield", &[]),
        ("properties.nosuchproperty:x*", &[]),
        ("countries:ru nosuchfield:ru", &[]),
    ]);
}

#[test]
fn the_best_match_comes_first_and_much_described_entities_before_others() {
    let corpus = corpus();
    assert_eq!(corpus.ids(&corpus.request("zakharov")), ["p-1", "s-1"]);
    assert_eq!(corpus.ids(&corpus.request("")), ["p-1", "c-1", "p-2", "s-1"]);
    let order = corpus.ids(&corpus.request("zala^100 OR zakharova"));
    assert_eq!(order, ["c-1", "p-2"]);
    let order = corpus.ids(&corpus.request("zala OR zakharova^100"));
    assert_eq!(order, ["p-2", "c-1"]);
}

#[test]
fn the_simple_syntax_knows_no_fields_and_no_errors() {
    let corpus = corpus();
    let mut request = corpus.request("invalid/query");
    assert!(matches!(corpus.search(&request), Err(SearchError::Syntax(_))));
    request.syntax = Syntax::Simple;
    assert!(corpus.ids(&request).is_empty());
    for (query, expected) in [
        ("\"aero group\" | maria", vec!["c-1", "p-2"]),
        ("zakharo* -maria -makes", vec!["p-1"]),
        ("zakharof~1 + alexander", vec!["p-1"]),
        ("zala:aero", vec!["c-1"]),
    ] {
        request.query = query.to_owned();
        assert_eq!(corpus.ids(&request), expected, "{query}");
    }
}

#[test]
fn the_scope_limits_datasets_and_schemata() {
    let corpus = corpus();
    let mut request = corpus.request("");
    request.scope.datasets = vec!["second".parse().unwrap()];
    assert_eq!(corpus.ids(&request), ["p-1", "p-2"]);
    request.scope.datasets = vec!["unknown".parse().unwrap()];
    assert_eq!(corpus.search(&request).unwrap().total, 0);
    request.scope = corpus.scope();
    request.scope.schemata = Some(vec![Schema::LEGAL_ENTITY, Schema::COMPANY]);
    assert_eq!(corpus.ids(&request), ["c-1"]);
    request.scope.schemata = None;
    request.scope.exclude_schemata = vec!["Person".to_owned(), "Spaceship".to_owned()];
    assert_eq!(corpus.ids(&request), ["c-1", "s-1"]);
}

#[test]
fn an_id_in_several_lists_counts_once_as_the_first_that_matches() {
    let corpus = corpus();
    let result = corpus.search(&corpus.request("zakharov")).unwrap();
    assert_eq!((result.total, result.hits[0].segment), (2, 0));
    let result = corpus.search(&corpus.request("countries:fr")).unwrap();
    assert_eq!((result.total, result.hits[0].segment), (1, 1));
}

#[test]
fn values_of_one_filtered_field_are_alternatives_unless_all_are_asked_for() {
    let corpus = corpus();
    let mut request = corpus.request("");
    request.filters = vec![filter("countries", "by"), filter("countries", "DE")];
    assert_eq!(corpus.ids(&request), ["p-1", "p-2"]);
    request.filters.push(filter("properties.birthDate", "1964-05-04"));
    assert_eq!(corpus.ids(&request), ["p-1"]);
    request.filters[1].value = "ru".to_owned();
    request.filter_operator = Operator::And;
    assert_eq!(corpus.ids(&request), ["p-1"]);
    request.filters[1].value = "de".to_owned();
    assert!(corpus.ids(&request).is_empty());
    request.filters = vec![filter("properties.birthDate", "1964-05-04§")];
    assert!(corpus.ids(&request).is_empty());
    request.filters = vec![filter("nosuchfield", "x")];
    assert!(corpus.ids(&request).is_empty());
    request.filters = vec![filter("names", "zakharova")];
    assert_eq!(corpus.ids(&request), ["p-2"]);
}

#[test]
fn only_later_changes_are_found_if_a_moment_is_given() {
    let corpus = corpus();
    let mut request = corpus.request("");
    for (since, expected) in [
        ("2026-01-31T23:59:59", vec!["p-1"]),
        ("2026-01-31T23:59:58", vec!["p-1", "c-1"]),
        ("2099-01-01T00:00", vec![]),
    ] {
        request.changed_since = Some(since.to_owned());
        assert_eq!(corpus.ids(&request), expected, "{since}");
    }
}

#[test]
fn pages_follow_each_other_and_the_total_is_that_of_all() {
    let corpus = corpus();
    let mut request = corpus.request("");
    let all = corpus.ids(&request);
    request.limit = 3;
    let mut pages = corpus.ids(&request);
    request.offset = 3;
    pages.extend(corpus.ids(&request));
    assert_eq!(pages, all);
    (request.limit, request.offset) = (0, usize::MAX);
    let result = corpus.search(&request).unwrap();
    assert_eq!((result.total, result.hits), (4, vec![]));
}

#[test]
fn facets_count_all_hits_the_most_frequent_value_first() {
    let corpus = corpus();
    let mut request = corpus.request("");
    request.limit = 0;
    request.facets = vec![Facet::Countries, Facet::Datasets, Facet::Schema, Facet::Genders];
    let result = corpus.search(&request).unwrap();
    let values = |at: usize| {
        let values = result.facets[at].values.iter();
        values.map(|(value, count)| (value.as_str(), *count)).collect::<Vec<_>>()
    };
    assert_eq!(result.facets[0].facet, Facet::Countries);
    assert_eq!(values(0), [("ru", 2), ("by", 1), ("de", 1)]);
    assert_eq!(values(1), [("first", 3), ("second", 2)]);
    assert_eq!(values(2), [("Person", 2), ("Company", 1), ("Sanction", 1)]);
    assert_eq!(values(3), [("male", 1)]);
    request.query = "maria".to_owned();
    request.facets = vec![Facet::Identifiers, Facet::Topics];
    let result = corpus.search(&request).unwrap();
    assert!(result.facets.iter().all(|facet| facet.values.is_empty()));
    request.facets = vec![Facet::Datasets];
    request.query = "p-1".to_owned();
    request.scope.datasets = vec!["first".parse().unwrap()];
    request.query = "schema:Person".to_owned();
    let result = corpus.search(&request).unwrap();
    assert_eq!(result.facets[0].values, [("first".to_owned(), 1)]);
}

#[test]
fn hits_are_sorted_by_fields_and_missing_values_come_last() {
    let corpus = corpus();
    let mut request = corpus.request("");
    for (field, descending, expected) in [
        ("last_change", false, ["c-1", "p-1", "p-2", "s-1"]),
        ("last_change", true, ["p-1", "c-1", "p-2", "s-1"]),
        // The least of several countries counts, in descending order the greatest.
        ("countries", false, ["p-1", "p-2", "c-1", "s-1"]),
        ("countries", true, ["p-1", "c-1", "p-2", "s-1"]),
        ("caption", false, ["p-1", "p-2", "s-1", "c-1"]),
        ("entity_id", true, ["s-1", "p-2", "p-1", "c-1"]),
        ("entity_values_count", false, ["p-2", "s-1", "c-1", "p-1"]),
        ("target", true, ["p-1", "c-1", "p-2", "s-1"]),
        ("properties.reason", false, ["s-1", "p-1", "c-1", "p-2"]),
        ("dates", false, ["p-1", "c-1", "p-2", "s-1"]),
        ("dates", true, ["c-1", "p-1", "p-2", "s-1"]),
        ("properties.deathDate", false, ["p-1", "c-1", "p-2", "s-1"]),
        ("_score", false, ["p-2", "s-1", "c-1", "p-1"]),
    ] {
        request.sort = vec![sort(field, descending)];
        assert_eq!(corpus.ids(&request), expected, "{field} {descending}");
    }
    request.sort = vec![sort("schema", false), sort("entity_id", true)];
    assert_eq!(corpus.ids(&request), ["c-1", "p-2", "p-1", "s-1"]);
}

#[test]
fn text_and_unknown_fields_have_no_order() {
    let corpus = corpus();
    let mut request = corpus.request("");
    for field in ["names", "addresses", "text", "id", "", "properties.nosuchproperty"] {
        request.sort = vec![sort(field, false)];
        let error = corpus.search(&request).unwrap_err();
        assert!(matches!(error, SearchError::Sort(name) if name == field));
    }
}

#[test]
fn a_query_has_a_greatest_length() {
    let corpus = corpus();
    let request = corpus.request(&"a".repeat(QUERY_BYTES + 1));
    assert!(matches!(corpus.search(&request), Err(SearchError::TooComplex(_))));
    assert!(corpus.found(&"a".repeat(QUERY_BYTES)).is_empty());
    assert!(corpus.found(&format!("{}b", "*a".repeat(4_000))).is_empty());
}

#[test]
fn a_query_that_would_take_long_is_refused() {
    let words = "a ".repeat(2_000);
    let entities = [entity("x", "Person", &[("notes", &words), ("name", "Jane")])];
    let corpus = Corpus::new(vec![segment("first", &entities)]);
    assert_eq!(corpus.found("\"a a a\""), ["x"]);
    let request = corpus.request(&format!("\"{words}\""));
    assert!(matches!(corpus.search(&request), Err(SearchError::TooComplex(_))));
    assert_eq!(corpus.found(&"jane ".repeat(1_024)), ["x"]);
    let deep = format!("{}jane{}", "(a OR ".repeat(64), ")".repeat(64));
    assert_eq!(corpus.found(&deep), ["x"]);
    let deep = SearchRequest {
        syntax: Syntax::Simple,
        ..corpus.request(&format!(
            "{}{}jane{}",
            "a | jane + ".repeat(127),
            "(".repeat(64),
            ")".repeat(64)
        ))
    };
    assert_eq!(corpus.ids(&deep), ["x"]);
}

#[test]
fn other_segments_are_refused() {
    let corpus = corpus();
    let error = corpus.index.search(&corpus.segments[..1], &corpus.request("")).unwrap_err();
    assert!(matches!(error, SearchError::OtherSegments));
    let fewer = [segment("first", &[]), segment("second", &[])];
    assert!(corpus.index.search(&fewer, &corpus.request("")).is_err());
}

#[test]
fn an_index_of_nothing_finds_nothing() {
    for corpus in [Corpus::new(Vec::new()), Corpus::new(vec![segment("empty", &[])])] {
        assert!(corpus.index.byte_len() < 1_000);
        for query in
            ["", "a", "NOT a", "a~", "countries:ru", "_exists_:names", "/.*/", "last_seen:>2"]
        {
            assert!(corpus.found(query).is_empty(), "{query}");
        }
    }
}

#[test]
fn equal_scores_are_in_the_order_of_ids() {
    let people = ["c", "a", "d", "b"].map(|id| entity(id, "Person", &[("name", "Jane Roe")]));
    let corpus = Corpus::new(vec![segment("people", &people)]);
    assert_eq!(corpus.ids(&corpus.request("roe")), ["a", "b", "c", "d"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_simple_query_fails(query in r#"([a-z]|zakharov|drones|[ "()|+~*\\0-9-]){0,30}"#) {
        let corpus = corpus();
        let request = SearchRequest { syntax: Syntax::Simple, ..corpus.request(&query) };
        prop_assert!(corpus.search(&request).is_ok());
    }

    #[test]
    fn a_query_and_its_negation_share_out_everything(
        query in r#"(names:|countries:|properties\.name:|dates:|last_change:)?(za\*|ru|drones|/\.\*a\.\*/|zakharof~|\[1 TO 3\]|"makes drones"|\*)"#
    ) {
        let corpus = corpus();
        let without = corpus.scope().datasets[..1].to_vec();
        let total = |query: &str| {
            let mut request = corpus.request(query);
            request.scope.datasets = without.clone();
            corpus.search(&request).unwrap().total
        };
        prop_assert_eq!(total(&query) + total(&format!("NOT {query}")), 3);
    }
}
