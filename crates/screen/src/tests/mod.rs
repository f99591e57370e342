//! Tests of screening on entities and lists that are made in the test.

mod decision;
mod facts;
mod known_failures;
mod never_missed;
mod query;
mod rescreen;
mod search;
mod written;

use std::io::Cursor;

use interdict_index::{About, CandidateSearcher, Generation, Segment, SegmentBuilder};
use interdict_model::{Designation, Entity, NameStrength, Provenance, Schema, Score};

use crate::decision::{MatchBasis, score_candidate};
use crate::{Candidate, NameMatch, Outcome, Policy, Query, screen};

/// Properties with their values.
type Values<'a> = [(&'a str, &'a str)];

fn entity(id: &str, schema: Schema, values: &Values<'_>) -> Entity {
    let mut entity = Entity::new(id.parse().unwrap(), schema);
    values.iter().for_each(|(property, value)| entity.add(property, *value));
    entity
}

fn person(id: &str, values: &Values<'_>) -> Entity {
    entity(id, Schema::PERSON, values)
}

/// An entity with one designation for each pair of first and last day; empty texts are unknown.
fn designated(mut entity: Entity, periods: &[(&str, &str)]) -> Entity {
    let designations = periods.iter().map(|(listed_on, valid_to)| Designation {
        authority: "Test Authority".to_owned(),
        listed_on: listed_on.parse().ok(),
        valid_to: valid_to.parse().ok(),
        ..Designation::default()
    });
    entity.provenance = Some(Provenance {
        list: "test_list".parse().unwrap(),
        list_version: String::new(),
        record_id: String::new(),
        designations: designations.collect(),
    });
    entity
}

fn segment(dataset: &str, entities: &[Entity]) -> Segment {
    let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
    for entity in entities {
        let mut entity = entity.clone();
        entity.datasets = vec![dataset.parse().unwrap()];
        builder.add(&entity).unwrap();
    }
    let mut about = About::new(dataset.parse().unwrap());
    about.entities = entities.len() as u64;
    Segment::from_bytes(builder.finish(&about).unwrap().into_inner()).unwrap()
}

/// A generation of in-memory lists.
fn generation(lists: &[(&str, &[Entity])]) -> Generation {
    let segments = lists.iter().map(|(dataset, entities)| segment(dataset, entities));
    Generation::in_memory(segments.collect())
}

fn query(schema: Option<Schema>, values: &Values<'_>) -> Query {
    let mut query = Query::new(schema);
    values.iter().for_each(|(property, value)| query.add(property, value).unwrap());
    query.finish().unwrap()
}

/// The answer of one list of entities.
fn answer(entities: &[Entity], query: &Query, policy: &Policy) -> Outcome {
    let generation = generation(&[("test_list", entities)]);
    screen(&generation, query, policy, &mut CandidateSearcher::default()).unwrap()
}

fn ids(outcome: &Outcome) -> Vec<&str> {
    outcome.candidates.iter().map(|candidate| candidate.entity.id.as_str()).collect()
}

fn codes(candidate: &Candidate) -> Vec<&'static str> {
    candidate.evidence.iter().map(|fact| fact.code.as_str()).collect()
}

fn threshold(value: f64) -> Policy {
    Policy { threshold: Score::clamped(value), ..Policy::default() }
}

/// Scores as a decision would if the comparison of names had given `name`.
fn decide(name: f64, query: &Query, entity: &Entity) -> Candidate {
    let basis = MatchBasis {
        name: name_match(name, NameStrength::Primary),
        wallet: false,
        ..MatchBasis::default()
    };
    score_candidate(query, &Policy::default(), entity.clone(), basis)
}

fn name_match(score: f64, strength: NameStrength) -> Option<NameMatch> {
    (score > 0.0).then(|| NameMatch {
        query: "Jane Example".to_owned(),
        listed: "Jane Example".to_owned(),
        strength,
        score: Score::clamped(score),
        comparison: None,
    })
}

#[track_caller]
fn assert_close(found: f64, expected: f64, case: &str) {
    assert!((found - expected).abs() < 1e-9, "{case}: {found} instead of {expected}");
}
