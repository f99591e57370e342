//! Searches compared with reading every entity for every query.

use proptest::prelude::*;

use crate::edits::EditMatcher;
use crate::fixture::{Corpus, entity, segment};
use crate::fold::words_of;

/// A query and how it is answered without an index.
#[derive(Debug, Clone)]
enum Naive {
    Word(String),
    Prefix(String),
    Fuzzy(String),
    Phrase(String, String),
    Not(Box<Naive>),
    And(Box<Naive>, Box<Naive>),
    Or(Box<Naive>, Box<Naive>),
}

impl Naive {
    fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Prefix(word) => format!("{word}*"),
            Self::Fuzzy(word) => format!("{word}~1"),
            Self::Phrase(first, second) => format!("\"{first} {second}\""),
            Self::Not(query) => format!("(NOT {})", query.text()),
            Self::And(left, right) => format!("({} {})", left.text(), right.text()),
            Self::Or(left, right) => format!("({} OR {})", left.text(), right.text()),
        }
    }

    fn matches(&self, values: &[Vec<String>]) -> bool {
        let any = |passes: &dyn Fn(&String) -> bool| values.iter().flatten().any(passes);
        match self {
            Self::Word(word) => any(&|found| found == word),
            Self::Prefix(word) => any(&|found| found.starts_with(word)),
            Self::Fuzzy(word) => any(&|found| EditMatcher::new(word, 1).distance(found).is_some()),
            Self::Phrase(first, second) => values
                .iter()
                .flat_map(|words| words.windows(2))
                .any(|pair| pair[0] == *first && pair[1] == *second),
            Self::Not(query) => !query.matches(values),
            Self::And(left, right) => left.matches(values) && right.matches(values),
            Self::Or(left, right) => left.matches(values) || right.matches(values),
        }
    }
}

fn query() -> impl Strategy<Value = Naive> {
    let word = || "[ab]{1,3}";
    let leaf = prop_oneof![
        word().prop_map(Naive::Word),
        word().prop_map(Naive::Prefix),
        word().prop_map(Naive::Fuzzy),
        (word(), word()).prop_map(|(first, second)| Naive::Phrase(first, second)),
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|query| Naive::Not(Box::new(query))),
            pair.clone().prop_map(|(left, right)| Naive::And(Box::new(left), Box::new(right))),
            pair.prop_map(|(left, right)| Naive::Or(Box::new(left), Box::new(right))),
        ]
    })
}

proptest! {
    #[test]
    fn a_search_finds_what_reading_every_entity_finds(
        names in proptest::collection::vec(proptest::collection::vec("[ab]{1,3}( [ab]{1,3}){0,3}", 1..3), 0..8),
        queries in proptest::collection::vec(query(), 1..6),
    ) {
        let entities: Vec<_> = names.iter().enumerate().map(|(at, names)| {
            let values: Vec<_> = names.iter().map(|name| ("alias", name.as_str())).collect();
            entity(&format!("x{at}"), "Person", &values)
        }).collect();
        let corpus = Corpus::new(vec![segment("first", &entities)]);
        for query in &queries {
            let expected: Vec<_> = entities.iter().filter(|entity| {
                let values: Vec<_> = entity.values("alias").iter().map(|name| words_of(name)).collect();
                query.matches(&values)
            }).map(|entity| entity.id.as_str().to_owned()).collect();
            for field in ["", "names:", "text:"] {
                let text = format!("{field}({})", query.text());
                prop_assert_eq!(&corpus.found(&text), &expected, "{}", text);
            }
        }
    }
}
