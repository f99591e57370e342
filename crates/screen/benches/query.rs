//! What one query costs, part by part, on one thread: reading its name, finding candidates in the
//! index, comparing them, and the whole screen.
//!
//! `cargo bench -p interdict-screen --bench query -- DATA_DIR NAMES.csv [EVERY]`
//!
//! DATA_DIR holds imported lists, NAMES.csv has the columns `name` and `schema` (every EVERYth row is
//! screened), as `interdict calibrate --generate 100000 --output NAMES.csv` writes it. "First pass" sees
//! most parts of names for the first time, "second pass" has them all in memory, as a server has
//! after a while. How many matches come out is printed beside: a faster figure with other matches is
//! another computation.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::{Duration, Instant};

mod support;

use interdict_index::{CandidateSearcher, Generation};
use interdict_model::Score;
use interdict_screen::{Policy, PreparedName, Query, screen};

use crate::support::{open_reindexed, read_query, read_rows};

/// The default threshold.
const SCORE: f64 = 0.7;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [data_dir, names, rest @ ..] = arguments.as_slice() else {
        println!("skipped: say DATA_DIR NAMES.csv [EVERY] after --");
        return Ok(());
    };
    let every = rest.first().map_or(Ok(1), |text| text.parse())?;
    let generation = open_reindexed(data_dir)?;
    let rows = read_rows(names, every)?;

    let start = Instant::now();
    let queries: Vec<Query> = rows.iter().filter_map(read_query).collect();
    println!("{} queries of {} rows", queries.len(), rows.len());
    print_share("analysis", start.elapsed(), queries.len());

    let start = Instant::now();
    generation.segments.iter().for_each(|segment| {
        segment.names().for_each(|name| {
            black_box(segment.name(name));
        });
    });
    println!("listed names analysed in {:.0} ms", start.elapsed().as_secs_f64() * 1e3);

    let mut scratch = CandidateSearcher::default();
    for pass in ["first pass", "second pass"] {
        println!("{pass}");
        retrieval_and_comparison(&generation, &queries, &mut scratch);
        whole(&generation, &queries, &mut scratch)?;
    }
    Ok(())
}

fn retrieval_and_comparison(
    generation: &Generation,
    queries: &[Query],
    scratch: &mut CandidateSearcher,
) {
    let (mut finding, mut comparing) = (Duration::ZERO, Duration::ZERO);
    let (mut candidates, mut alike) = (0, 0);
    for query in queries {
        let start = Instant::now();
        let names: Vec<_> = query.prepared_names().collect();
        finding += start.elapsed();
        for (_, PreparedName { name, prepared, .. }) in names {
            for segment in &generation.segments {
                let start = Instant::now();
                let found = scratch.candidates(segment, &prepared, SCORE);
                finding += start.elapsed();
                let start = Instant::now();
                for listed in found {
                    let score = interdict_names::score_at_least(name, segment.name(*listed), SCORE);
                    alike += usize::from(score.is_some());
                }
                comparing += start.elapsed();
                candidates += found.len();
            }
        }
    }
    print_share("  retrieval", finding, queries.len());
    print_share("  comparison", comparing, queries.len());
    println!(
        "  {:.1} candidates a query, {:.0} ns each; {alike} pairs at {SCORE} or above",
        candidates as f64 / queries.len().max(1) as f64,
        comparing.as_nanos() as f64 / candidates.max(1) as f64
    );
}

fn whole(
    generation: &Generation,
    queries: &[Query],
    scratch: &mut CandidateSearcher,
) -> Result<(), Box<dyn std::error::Error>> {
    let policy = Policy { threshold: Score::clamped(SCORE), ..Policy::default() };
    let mut times = Vec::with_capacity(queries.len());
    let mut matches = 0;
    for query in queries {
        let start = Instant::now();
        matches += black_box(screen(generation, query, &policy, scratch)?).matches;
        times.push(start.elapsed());
    }
    print_share("  whole screen", times.iter().sum(), times.len());
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("  p50 {:?}, p99 {:?}; {matches} matches", at(50), at(99));
    Ok(())
}

fn print_share(what: &str, time: Duration, count: usize) {
    println!("{what}: {:.2} us a query", time.as_secs_f64() * 1e6 / count.max(1) as f64);
}
