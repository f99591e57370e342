//! Does the index lose anything? Asks every name of a file twice, through the index and against every
//! listed name, and prints the share of matches that the index found, with each that it lost.
//!
//! `cargo run --release -p interdict-screen --example recall -- DATA_DIR NAMES.csv [EVERY] [SCORE]`
//!
//! NAMES.csv has the columns `name` and `schema`; every EVERYth row is asked (all by default), at the
//! threshold SCORE (0.7). Recall is over pairs of a query and a listed name, which is stricter than
//! over entities: a lost pair counts even if another alias of the entity is found.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

use interdict_index::{Asked, DataDir, Generation, Scratch};
use interdict_model::Schema;
use interdict_screen::Query;
use rayon::prelude::*;

#[derive(Default)]
struct Count {
    queries: usize,
    candidates: usize,
    hits: usize,
    lost: Vec<String>,
    asking: Duration,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, data_dir, names, rest @ ..] = arguments.as_slice() else {
        return Err("usage: recall DATA_DIR NAMES.csv [EVERY] [SCORE]".into());
    };
    let every = rest.first().map_or(Ok(1), |text| text.parse())?;
    let score = rest.get(1).map_or(Ok(0.7), |text| text.parse())?;
    let dir = DataDir::at(data_dir);
    let manifest = dir.current_manifest()?.ok_or("nothing was imported into that directory")?;
    let generation = dir.open(manifest)?;
    let queries = read_queries(names, every)?;
    let count = queries
        .par_iter()
        .fold(
            || (Scratch::default(), Count::default()),
            |(mut scratch, mut count), query| {
                ask(&generation, query, score, &mut scratch, &mut count);
                (scratch, count)
            },
        )
        .map(|(_, count)| count)
        .reduce(Count::default, Count::and);
    for lost in &count.lost {
        println!("lost  {lost}");
    }
    let found = count.hits - count.lost.len();
    println!(
        "{} queries, {} pairs at {score} or above, {found} found by the index: {:.3} %\n\
         {:.1} candidates and {:?} a query through the index",
        count.queries,
        count.hits,
        100.0 * found as f64 / count.hits.max(1) as f64,
        count.candidates as f64 / count.queries.max(1) as f64,
        count.asking / count.queries.max(1) as u32,
    );
    Ok(())
}

fn read_queries(path: &str, every: usize) -> Result<Vec<Query>, Box<dyn std::error::Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let place = |column: &str| header.iter().position(|name| name == column);
    let name_at = place("name").ok_or("the file has no column name")?;
    let schema_at = place("schema");
    let mut queries = Vec::new();
    for record in reader.records().step_by(every.max(1)) {
        let record = record?;
        let schema = schema_at.and_then(|at| Schema::parse(record.get(at)?).ok());
        let mut query = Query::new(schema);
        // A name that cannot be compared matches nothing on either way.
        if query.add("name", record.get(name_at).unwrap_or_default()).is_ok() {
            queries.extend(query.finish());
        }
    }
    Ok(queries)
}

fn ask(
    generation: &Generation,
    query: &Query,
    score: f64,
    scratch: &mut Scratch,
    count: &mut Count,
) {
    count.queries += 1;
    for segment in &generation.segments {
        for name in query.names() {
            let start = Instant::now();
            let found = scratch.candidates(segment, &Asked::of(name), score).to_vec();
            count.asking += start.elapsed();
            count.candidates += found.len();
            for listed in 0..segment.name_count() {
                let likeness = interdict_names::score(name, segment.name(listed));
                if likeness < score {
                    continue;
                }
                count.hits += 1;
                if found.binary_search(&listed).is_err() {
                    let text = segment.name_text(listed);
                    count.lost.push(format!("{likeness:.3}  {:?} ~ {text:?}", name.text()));
                }
            }
        }
    }
}

impl Count {
    fn and(mut self, other: Self) -> Self {
        self.queries += other.queries;
        self.candidates += other.candidates;
        self.hits += other.hits;
        self.lost.extend(other.lost);
        self.asking += other.asking;
        self
    }
}
