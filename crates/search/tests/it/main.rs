//! Searches two published exports of FollowTheMoney entities, as yente's own tests do.
//!
//! The exports are looked for in `ftm/` of the folder that `INTERDICT_TEST_DATA` names.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

use std::io::Cursor;
use std::path::PathBuf;

use interdict_index::{About, Segment, SegmentBuilder};
use interdict_model::{Entity, Schema};
use interdict_search::{
    Facet, Filter, Operator, Scope, SearchRequest, SearchResult, Sort, Syntax, TextIndex,
};

const ZAKHAROV: &str = "NK-aU5ybkbRFJucf8YMwsJvDw";

struct Corpus {
    segments: Vec<Segment>,
    index: TextIndex,
}

/// Both exports as segments; `None` with a line on stdout if they are not at hand.
fn corpus() -> Option<Corpus> {
    let Some(data) = std::env::var_os("INTERDICT_TEST_DATA").map(PathBuf::from) else {
        println!("skipped: set INTERDICT_TEST_DATA to the folder that holds ftm/");
        return None;
    };
    let read = |dataset: &str| {
        let path = data.join(format!("ftm/{dataset}.ftm.json"));
        let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
        let mut about = About::new(dataset.parse().unwrap());
        for line in std::fs::read_to_string(path).unwrap().lines() {
            builder.add(&serde_json::from_str::<Entity>(line).unwrap()).unwrap();
            about.entities += 1;
        }
        Segment::from_bytes(builder.finish(&about).unwrap().into_inner()).unwrap()
    };
    let segments = vec![read("zala"), read("parteispenden")];
    let index = TextIndex::build(&segments).unwrap();
    Some(Corpus { segments, index })
}

impl Corpus {
    fn request(&self, query: &str) -> SearchRequest {
        let datasets = vec!["zala".parse().unwrap()];
        let scope = Scope { datasets, ..Scope::default() };
        SearchRequest { query: query.to_owned(), scope, limit: 500, ..SearchRequest::default() }
    }

    fn search(&self, request: &SearchRequest) -> SearchResult {
        self.index.search(&self.segments, request).unwrap()
    }

    fn total(&self, query: &str) -> u64 {
        self.search(&self.request(query)).total
    }

    fn entities(&self, result: &SearchResult) -> Vec<Entity> {
        let read = |hit: &interdict_search::EntityRef| self.segments[hit.segment].entity(hit.row);
        result.hits.iter().map(|hit| read(hit).unwrap()).collect()
    }
}

fn filter(field: &str, value: &str) -> Filter {
    Filter { field: field.to_owned(), value: value.to_owned() }
}

#[test]
fn zakharov_comes_first_in_both_syntaxes_and_however_he_is_written() {
    let Some(corpus) = corpus() else { return };
    for query in [
        "alexander zakharov",
        "Александр Захаров",
        "\"alexander zakharov\"~2",
        "alexand* zakharof~1",
        "zakharov AND topics:sanction AND schema:Person AND _exists_:properties.birthDate",
        "names:/alexand.*/ zakharov",
    ] {
        let result = corpus.search(&corpus.request(query));
        assert_eq!(corpus.entities(&result)[0].id.as_str(), ZAKHAROV, "{query}");
    }
    let simple = SearchRequest {
        syntax: Syntax::Simple,
        ..corpus.request("alexander + (zakharov | zakharof~1)")
    };
    assert_eq!(corpus.entities(&corpus.search(&simple))[0].id.as_str(), ZAKHAROV);
}

#[test]
fn each_scope_and_filter_does_what_the_tests_of_yente_ask() {
    let Some(corpus) = corpus() else { return };
    assert_eq!(corpus.total(""), 91);
    let mut request = corpus.request("invalid/query");
    assert!(corpus.index.search(&corpus.segments, &request).is_err());
    request.syntax = Syntax::Simple;
    corpus.search(&request);

    let mut request = corpus.request("moscow");
    let total = corpus.search(&request).total;
    assert!(total > 5);
    request.scope.exclude_schemata = vec!["Address".to_owned()];
    assert!(corpus.search(&request).total < total);

    let mut request = corpus.request("alexander zakharov");
    for (since, is_found) in [("2099-01-01T00:00", false), ("2020-01-01T00:00", true)] {
        request.changed_since = Some(since.to_owned());
        assert_eq!(corpus.search(&request).total > 0, is_found);
    }
    request.changed_since = None;
    request.filters = vec![filter("countries", "ke"), filter("countries", "ru")];
    assert!(corpus.search(&request).total > 0);
    request.filter_operator = Operator::And;
    assert_eq!(corpus.search(&request).total, 0);
    request.filters = vec![filter("properties.birthDate", "1972-01-26§")];
    assert_eq!(corpus.search(&request).total, 0);
    request.scope.datasets = vec!["parteispenden".parse().unwrap()];
    request.filters.clear();
    assert_eq!(corpus.search(&request).total, 0);

    let mut request = corpus.request("");
    request.scope.schemata = Some(vec![Schema::ADDRESS]);
    assert!(corpus.search(&request).total > 0);
    for value in ["true", "false"] {
        request.scope.schemata = Some(vec![Schema::PERSON, Schema::COMPANY, Schema::ORGANIZATION]);
        request.filters = vec![filter("target", value)];
        assert!(corpus.search(&request).total > 0, "{value}");
    }
}

#[test]
fn facets_and_orders_of_the_whole_export() {
    let Some(corpus) = corpus() else { return };
    let mut request = corpus.request("");
    request.facets = vec![Facet::Datasets, Facet::Topics, Facet::Schema, Facet::Countries];
    request.sort = vec![Sort { field: "first_seen".to_owned(), descending: true }];
    let result = corpus.search(&request);
    assert_eq!(result.facets[0].values, [("zala".to_owned(), 91)]);
    let has = |at: usize, wanted: &str| {
        result.facets[at].values.iter().any(|(value, count)| value == wanted && *count > 0)
    };
    assert!(has(1, "sanction") && has(2, "Address") && has(3, "ru"));
    let by_schema: u64 = result.facets[2].values.iter().map(|(_, count)| count).sum();
    assert_eq!(by_schema, 91);
    let seen: Vec<_> = corpus.entities(&result).into_iter().map(|e| e.first_seen).collect();
    assert!(seen.is_sorted_by(|left, right| left >= right));
}

#[test]
fn every_name_suggests_its_entity() {
    let Some(corpus) = corpus() else { return };
    let scope = Scope {
        datasets: vec!["zala".parse().unwrap(), "parteispenden".parse().unwrap()],
        ..Scope::default()
    };
    for (at, segment) in corpus.segments.iter().enumerate() {
        for row in segment.entities() {
            let entity = segment.entity(row).unwrap();
            for name in entity.values("name") {
                let found = corpus.index.suggest(&corpus.segments, &scope, name, 500).unwrap();
                let is_found = found.iter().any(|place| place.segment == at && place.row == row);
                assert!(is_found, "{name}");
            }
        }
    }
}

#[test]
fn every_value_finds_its_entity() {
    let Some(corpus) = corpus() else { return };
    for row in corpus.segments[0].entities() {
        let entity = corpus.segments[0].entity(row).unwrap();
        for (property, values) in &entity.properties {
            for value in values {
                let mut request = corpus.request("");
                request.filters = vec![filter(&format!("properties.{property}"), value)];
                let result = corpus.search(&request);
                assert!(result.hits.iter().any(|hit| hit.row == row), "{property} {value}");
            }
        }
    }
}
