//! What the text index of a data directory takes, in time and memory, and what some queries cost on one
//! thread.
//!
//! `cargo bench -p interdict-search --bench text_index -- DATA_DIR`
//!
//! DATA_DIR holds imported lists of this version. The queries go from words, which are looked up, to
//! patterns, for which the whole dictionary or the entities are read. The number of hits stands beside the
//! time: a faster figure with other hits is another computation.

#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::time::Instant;

use interdict_index::{DataDir, Segment};
use interdict_search::{Facet, Scope, SearchRequest, TextIndex};

const QUERIES: [&str; 12] = [
    "",
    "vladimir putin",
    "\"limited liability company\"",
    "a*",
    "*ov",
    "*a*e*i*",
    "zakharof~",
    "/.*bank.*/",
    "countries:ru",
    "NOT topics:sanction",
    "properties.name:*bank*",
    "properties.birthDate:[1960 TO 1970]",
];

const PREFIXES: [&str; 3] = ["a", "al a", "vladimir p"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next() else {
        println!("skipped: say DATA_DIR after --");
        return Ok(());
    };
    let data = DataDir::at(folder);
    let manifest = data.current_manifest()?.ok_or("the data directory holds no lists")?;
    let segments = data.open(manifest)?.segments;
    let entities: usize = segments.iter().map(Segment::len).sum();
    let lengths = segments
        .iter()
        .flat_map(|segment| segment.entities().map(|row| segment.entity_json(row).len()));
    println!("{entities} entities, {} bytes of JSON", lengths.sum::<usize>());

    let start = Instant::now();
    let index = TextIndex::build(&segments)?;
    println!("built in {:.1?}, {} bytes", start.elapsed(), index.byte_len());

    let datasets = segments.iter().map(|segment| segment.about().dataset.clone()).collect();
    let scope = Scope { datasets, ..Scope::default() };
    for query in QUERIES {
        let request = SearchRequest {
            query: query.to_owned(),
            scope: scope.clone(),
            limit: 10,
            facets: vec![Facet::Countries, Facet::Topics, Facet::Datasets],
            ..SearchRequest::default()
        };
        let start = Instant::now();
        let total = index.search(&segments, &request)?.total;
        println!("search  {query:36} {total:7} hits {:.1?}", start.elapsed());
    }
    for prefix in PREFIXES {
        let start = Instant::now();
        let found = index.suggest(&segments, &scope, prefix, 10)?.len();
        println!("suggest {prefix:36} {found:7} hits {:.1?}", start.elapsed());
    }
    Ok(())
}
