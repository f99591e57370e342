//! Does the index lose anything? Asks every name of a file twice, through the index and against every
//! listed name, and prints the share of matches that the index found, with each that it lost.
//!
//! `cargo run --release -p interdict-calibrate --example recall -- DATA_DIR NAMES.csv [EVERY] [SCORE]`
//!
//! NAMES.csv has the columns `name` and `schema`; every EVERYth row is asked (all by default), at the
//! threshold SCORE (0.7). Recall is over pairs of a query and a listed name, which is stricter than
//! over entities: a lost pair counts even if another alias of the entity is found. Lists that another
//! version has indexed are reindexed first.

#![allow(clippy::print_stdout)]

use std::time::{Duration, Instant};

#[path = "../../screen/benches/support/mod.rs"]
mod support;

use interdict_index::{CandidateSearcher, Generation};
use interdict_screen::{PreparedName, Query};
use rayon::prelude::*;

use crate::support::{open_reindexed, read_query, read_rows};

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
    let generation = open_reindexed(data_dir)?;
    let queries: Vec<Query> = read_rows(names, every)?.iter().filter_map(read_query).collect();
    let count = queries
        .par_iter()
        .fold(
            || (CandidateSearcher::default(), Count::default()),
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

fn ask(
    generation: &Generation,
    query: &Query,
    score: f64,
    scratch: &mut CandidateSearcher,
    count: &mut Count,
) {
    count.queries += 1;
    for segment in &generation.segments {
        for (_, asked) in query.prepared_names() {
            let PreparedName { name, prepared, .. } = &asked;
            let start = Instant::now();
            let found = scratch.candidates(segment, prepared, score).to_vec();
            count.asking += start.elapsed();
            count.candidates += found.len();
            for listed in segment.names() {
                if !prepared.accepts(segment, listed) || !asked.compares_with(segment.name(listed))
                {
                    continue;
                }
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
