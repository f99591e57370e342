//! Tests of the candidate search against a comparison with every name.

use std::io::Cursor;

use interdict_model::{Entity, Schema};

use super::*;
use crate::{About, SegmentBuilder, analyse_name};

const GIVEN: [&str; 8] =
    ["Mohammad", "Mohamed", "Ali", "Ahmed", "Ivan", "Olga", "Kwame", "Jean-Pierre"];
const FAMILY: [&str; 8] =
    ["Hassan", "Hussein", "al-Rahman", "Petrov", "Petrova", "Mensah", "Ali", "Garcia"];

fn names() -> Vec<(String, Schema)> {
    let pairs = GIVEN.iter().flat_map(|given| FAMILY.map(|family| (given, family)));
    let mut names = Vec::new();
    for (given, family) in pairs {
        names.push((format!("{given} {family}"), Schema::PERSON));
        names.push((format!("{} {family}", &given[..1]), Schema::PERSON));
        names.push((format!("{given} {family} Trading Company"), Schema::COMPANY));
    }
    names.push(("Mohammad".to_owned(), Schema::PERSON));
    names.push(("MOHAMMADHASSAN".to_owned(), Schema::VESSEL));
    names
}

fn segment_of(names: &[(String, Schema)]) -> Segment {
    let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
    for (number, (name, schema)) in names.iter().enumerate() {
        let mut entity = Entity::new(format!("x-{number}").parse().unwrap(), schema.clone());
        entity.add("name", name.as_str());
        builder.add(&entity).unwrap();
    }
    let mut about = About::new("my_list".parse().unwrap());
    about.entities = names.len() as u64;
    Segment::from_bytes(builder.finish(&about).unwrap().into_inner()).unwrap()
}

fn persons(names: &[&str]) -> Segment {
    let names = names.iter().map(|name| ((*name).to_owned(), Schema::PERSON));
    segment_of(&names.collect::<Vec<_>>())
}

fn prepared(text: &str) -> PreparedQuery {
    PreparedQuery::new(&analyse_name(text, &Schema::PERSON, None))
}

#[test]
fn candidates_include_every_match_and_no_name_of_another_schema() {
    let names = names();
    let segment = segment_of(&names);
    let mut searcher = CandidateSearcher::default();
    let mut non_essential = 0;
    for (text, schema) in names.iter().step_by(3) {
        let query = analyse_name(text, schema, None);
        let all = PreparedQuery::new(&query);
        let same_schema = PreparedQuery::new(&query).with_schema(schema);
        let split = searcher.lookup.split_non_essential_terms(&segment, &all, 0.7);
        non_essential += split.positions.count_ones();
        let found = searcher.candidates(&segment, &all, 0.7).to_vec();
        let found_of_schema = searcher.candidates(&segment, &same_schema, 0.7).to_vec();
        assert!(found.is_sorted() && found_of_schema.is_sorted());
        for (name, (_, of_name)) in segment.names().zip(&names) {
            let matches = interdict_names::score(&query, segment.name(name)) >= 0.7;
            let message = format!("{text} and {}", segment.name_text(name));
            assert!(!matches || found.contains(&name), "{message}");
            let fits = of_name.is_compatible_with(schema);
            assert_eq!(same_schema.accepts(&segment, name), fits, "{message}");
            assert!(all.accepts(&segment, name));
            let is_found = found_of_schema.contains(&name);
            assert!(!matches || !fits || is_found, "{message}");
            assert!(fits || !is_found, "{message}");
        }
    }
    assert!(non_essential > 50, "non-essential terms: {non_essential}");
}

#[test]
fn a_search_does_not_depend_on_the_searches_before_it() {
    let names = names();
    let segment = segment_of(&names);
    let mut reused = CandidateSearcher::default();
    for (text, schema) in names.iter().step_by(7) {
        let query = PreparedQuery::new(&analyse_name(text, schema, None));
        for query in [&query, &prepared(text).with_schema(schema)] {
            let fresh = CandidateSearcher::default().candidates(&segment, query, 0.7).to_vec();
            assert_eq!(reused.candidates(&segment, query, 0.7), fresh, "{text}");
        }
    }
}

#[test]
fn a_cached_result_of_one_schema_is_not_used_for_another() {
    let segment = segment_of(&names());
    let mut searcher = CandidateSearcher::default();
    let persons = prepared("Ivan Petrov").with_schema(&Schema::PERSON);
    let objects = prepared("Ivan Petrov").with_schema(&Schema::VESSEL);
    let of_objects = searcher.lookup.similar_terms(&segment, &objects, 0).terms.len();
    let of_persons = searcher.lookup.similar_terms(&segment, &persons, 0).terms.len();
    assert_eq!(of_objects, 0);
    assert!(of_persons > 0);
}

#[test]
fn terms_with_short_posting_lists_are_always_essential() {
    let split = |count: usize| {
        let names: Vec<String> =
            (0..count).map(|at| format!("Ivan {}", FAMILY[at % FAMILY.len()])).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut lookup = TermLookup::default();
        lookup.split_non_essential_terms(&persons(&names), &prepared("Ivan Zorvek"), 0.7).positions
    };
    assert_eq!(split(MAX_ALWAYS_ESSENTIAL), 0);
    assert_eq!(split(MAX_ALWAYS_ESSENTIAL + 1), 0b01);
}

#[test]
fn the_longest_posting_lists_are_made_non_essential_first() {
    let mut names = vec!["Ivan Zorvek"; 12];
    names.extend(["Olga Petrov"; 20]);
    let mut lookup = TermLookup::default();
    let split = lookup.split_non_essential_terms(&persons(&names), &prepared("Ivan Petrov"), 0.7);
    assert_eq!(split.positions, 0b10, "both together would reach the score");
    assert!(split.is_non_essential(1) && !split.is_non_essential(0));
    let bound = prepared("Ivan Petrov").bound;
    assert!(!bound.can_reach(&split.max_matches, NameProfile::MOST_PERMISSIVE, 0.7));
}

#[test]
fn posting_lists_of_non_essential_terms_are_scanned_for_open_names_only_where_needed() {
    let person = prepared("Ivan Petrov");
    let company =
        PreparedQuery::new(&analyse_name("Petrov Trading Company", &Schema::COMPANY, None));
    assert_eq!(PostingScan::of(false, &person), PostingScan::All);
    assert_eq!(PostingScan::of(true, &person), PostingScan::OpenOnly);
    assert_eq!(PostingScan::of(false, &company), PostingScan::All);
    assert_eq!(PostingScan::of(true, &company), PostingScan::None);
}

#[test]
fn a_scan_fills_the_accumulators_of_the_names_that_it_covers() {
    let names = names();
    let segment = segment_of(&names);
    let query = prepared("Ivan Petrov");
    let mut lookup = TermLookup::default();
    let mut scanned = |scan| {
        let mut accumulators = Accumulators::default();
        accumulators.clear(names.len());
        let similar = lookup.similar_terms(&segment, &query, 0);
        TermScan { segment: &segment, similar, position: 0 }.run(scan, &mut accumulators);
        accumulators.names
    };
    let (all, open) = (scanned(PostingScan::All), scanned(PostingScan::OpenOnly));
    assert!(all.len() > open.len() && !open.is_empty());
    assert!(open.iter().all(|name| name.is_open) && all.iter().any(|name| !name.is_open));
    let shingles_only = scanned(PostingScan::None);
    assert!(shingles_only.len() < open.len());
}

#[test]
fn a_listed_shingle_covers_the_position_of_the_term_that_finds_it() {
    let segment = persons(&["Mohammad Hassan"]);
    let query = prepared("Toulai Mohammadhassan");
    let mut lookup = TermLookup::default();
    let mut accumulators = Accumulators::default();
    accumulators.clear(1);
    let similar = lookup.similar_terms(&segment, &query, 1);
    let scan = TermScan { segment: &segment, similar, position: 1 };
    scan.run(PostingScan::None, &mut accumulators);
    let mut expected = MatchAccumulator::default();
    expected.add_shingle(0b10, &similar.shingles[0].contribution);
    assert_eq!(similar.shingles.len(), 1);
    assert_eq!(format!("{:?}", accumulators.names[0].matches), format!("{expected:?}"));
}

#[test]
fn an_accumulator_is_completed_with_the_most_similar_term_of_the_name() {
    let segment = persons(&["Mohamed Mohammad", "Petrov Olga"]);
    let query = prepared("Mohammad Zorvek");
    let mut lookup = TermLookup::default();
    let mut accumulators = Accumulators::default();
    accumulators.clear(2);
    let rows = segment.names().map(|name| crate::records::NamePosting::new(name, false));
    accumulators.update(rows, |_| {});
    lookup.complete_accumulators(&segment, &query, 0, &mut accumulators.names);
    let best = lookup.similar_terms(&segment, &query, 0).terms[0].contribution;
    let mut expected = MatchAccumulator::default();
    expected.add_term(0, &best);
    let matches: Vec<String> =
        accumulators.names.iter().map(|name| format!("{:?}", name.matches)).collect();
    assert_eq!(matches[0], format!("{expected:?}"));
    assert_eq!(matches[1], format!("{:?}", MatchAccumulator::default()));
}

#[test]
fn an_open_name_is_kept_until_its_profile_is_read() {
    let query = prepared("Ivan Petrov");
    let nothing = MatchAccumulator::default();
    let name = |is_open| NameAccumulator { name: NameRow::new(0), is_open, matches: nothing };
    assert!(may_reach(&query, &name(true), &nothing, 0.7));
    assert!(!may_reach(&query, &name(false), &nothing, 0.7));
    let company =
        PreparedQuery::new(&analyse_name("Petrov Trading Company", &Schema::COMPANY, None));
    assert!(!may_reach(&company, &name(true), &nothing, 0.7));
    let mut whole = nothing;
    whole.add_whole_name();
    assert!(may_reach(&company, &name(false), &whole, 0.7));
}

#[test]
fn words_divided_differently_are_found_in_both_directions() {
    let segment = persons(&["Mohammadhassan Toulai", "Mohammad Hassan Toulai"]);
    for text in ["Mohammad Hassan Toulai", "Mohammadhassan Toulai"] {
        let found = CandidateSearcher::default().candidates(&segment, &prepared(text), 0.7).len();
        assert_eq!(found, 2, "{text}");
    }
}

#[test]
fn names_found_by_a_whole_name_key_are_candidates() {
    let segment = persons(&["김정은", "Kim Jong Un", "Ivan Petrov"]);
    let query = prepared("Kim Jong Un");
    let mut searcher = CandidateSearcher::default();
    let found = searcher.candidates(&segment, &query, 0.7);
    assert_eq!(found, [NameRow::new(0), NameRow::new(1)]);
}
