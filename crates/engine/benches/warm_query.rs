//! One query in a process that has its lists open, as a server has: p50 and p99 on one thread, and
//! the memory of the process.
//!
//! `cargo bench -p interdict-engine --bench warm_query -- DATA_DIR NAMES.csv [EVERY]`
//!
//! DATA_DIR holds imported lists and is read as it is; NAMES.csv has columns with usual names, as
//! `interdict calibrate --generate 100000 --output NAMES.csv` writes it, and every EVERYth row is
//! asked by its name at the default threshold. The first pass meets most parts of names for the first
//! time; read the second. How many matches come out is printed beside: a faster figure with other
//! matches is another computation. The slowest queries are named. Parts of a query are measured by `--bench query` of
//! `interdict-screen`.

#![allow(clippy::print_stdout)]

use std::path::Path;
use std::time::{Duration, Instant};

use interdict_engine::{Actor, AsOf, Engine, Lists, Session};
use interdict_files::{CHUNK, ColumnMap, open_customers};
use interdict_index::CandidateSearcher;
use interdict_screen::{Customer, Policy, Query, is_name_property, screen};

/// Queries that are named after each pass.
const SLOWEST: usize = 5;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let [data_dir, names, rest @ ..] = arguments.as_slice() else {
        println!("skipped: say DATA_DIR NAMES.csv [EVERY] after --");
        return Ok(());
    };
    let every = rest.first().map_or(Ok(1), |text| text.parse())?;
    let now = "2026-01-01T00:00:00Z".parse()?;
    let session = Engine::new(data_dir).session(Actor::local("bench")?, now);
    let queries = read_queries(&session, Path::new(names), every)?;
    let lists = session.open_lists(AsOf::Now)?;
    let mut scratch = CandidateSearcher::default();
    println!("{} queries", queries.len());
    for pass in ["first pass", "second pass"] {
        let (times, matches) = ask(&lists, &queries, &mut scratch)?;
        let at =
            |share: usize| times.get(times.len() * share / 100).map_or(Duration::ZERO, |at| at.0);
        let mean = times.iter().map(|at| at.0).sum::<Duration>() / times.len().max(1) as u32;
        println!(
            "{pass}: p50 {:.1} us, p99 {:.1} us, mean {:.1} us; {matches} matches; {}",
            micros(at(50)),
            micros(at(99)),
            micros(mean),
            memory()
        );
        for (time, number) in times.iter().rev().take(SLOWEST) {
            let names = queries.get(*number).map(Query::names).unwrap_or_default();
            let texts: Vec<&str> = names.iter().map(|name| name.text()).collect();
            println!("  {:.0} us  {}", micros(*time), texts.join(" | "));
        }
    }
    Ok(())
}

fn read_queries(session: &Session, path: &Path, every: usize) -> Result<Vec<Query>, Failure> {
    let mut map = session.read_columns(path, &ColumnMap::default())?.map;
    map.columns.retain(|column| is_name_property(&column.property));
    let (mut reader, binding) = open_customers(path, &map)?;
    let mut customers: Vec<Customer> = Vec::new();
    while let Some(chunk) = reader.next_chunk(CHUNK)? {
        customers.extend(binding.customers(&chunk).into_iter().filter_map(|row| row.customer.ok()));
    }
    let asked = customers.iter().step_by(every.max(1));
    Ok(asked.filter_map(|customer| customer.query().ok()).collect())
}

/// The time and number of each query, shortest first, and how many matches all had.
fn ask(
    lists: &Lists,
    queries: &[Query],
    scratch: &mut CandidateSearcher,
) -> Result<(Vec<(Duration, usize)>, usize), Failure> {
    let (policy, mut matches) = (Policy::default(), 0);
    let mut times = Vec::with_capacity(queries.len());
    for (number, query) in queries.iter().enumerate() {
        let start = Instant::now();
        matches += screen(lists.generation(), query, &policy, scratch)?.matches;
        times.push((start.elapsed(), number));
    }
    times.sort_unstable();
    Ok((times, matches))
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Resident memory now and at most, where the system says it.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let value = status.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes =
            value.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.map_or("?".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
    };
    format!("memory {} MB, of it {} MB not files", line("VmRSS:"), line("RssAnon:"))
}
