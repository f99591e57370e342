//! Time to analyse and to compare names, one thread: a section of the accuracy figures and
//! `cargo bench -p interdict-names`.

use std::hint::black_box;
use std::time::Instant;

use interdict_names::{Name, NameKind, compare, score};

use crate::Options;
use crate::data::read_sdn;

/// Number of rounds. The shortest counts, as it is the least disturbed by other processes.
const ROUNDS: usize = 5;
const PAIRS: usize = 200_000;

/// Analysis of every SDN name; scores and explained comparisons of pairs drawn at random and of
/// pairs of names of one entity.
pub fn run(options: &Options) {
    let entries = read_sdn(&options.data);
    let kinds = [("persons", NameKind::Person), ("organisations", NameKind::Organization)];
    for (label, kind) in kinds {
        let of_kind = entries.iter().filter(|entry| entry.kind == kind);
        let texts: Vec<&[String]> = of_kind.map(|entry| entry.names.as_slice()).collect();
        measure(label, kind, &texts);
    }
}

fn measure(label: &str, kind: NameKind, entries: &[&[String]]) {
    let count = entries.iter().map(|names| names.len()).sum();
    let analyse = || -> Vec<Name> {
        let texts = entries.iter().flat_map(|names| names.iter());
        texts.map(|text| Name::parse(black_box(text), kind)).collect()
    };
    let (each, names) = best_of(count, analyse);
    let bytes: usize = names.iter().map(Name::memory).sum();
    println!(
        "{label}: analysis {each:.2} us a name, {} bytes each, {count} names",
        bytes / count.max(1)
    );
    let random = random_pairs(names.len());
    let aliases = alias_pairs(entries);
    for (what, pairs) in [("random", &random), ("alias", &aliases)] {
        let names_of =
            |(left, right): &(usize, usize)| Some((names.get(*left)?, names.get(*right)?));
        let of_all = |weigh: &dyn Fn(&Name, &Name) -> f64| -> f64 {
            pairs.iter().filter_map(names_of).map(|(left, right)| weigh(left, right)).sum()
        };
        let (each, sum) = best_of(pairs.len(), || of_all(&score));
        println!(
            "{label}: score {each:.3} us a pair, {} {what} pairs, checksum {sum:.1}",
            pairs.len()
        );
        let (each, _) = best_of(pairs.len(), || of_all(&|left, right| compare(left, right).score));
        println!("{label}: explained comparison {each:.3} us, {what} pairs");
    }
}

/// Microseconds per item in the best of several rounds, and the result of the last round.
fn best_of<T>(pieces: usize, work: impl Fn() -> T) -> (f64, T) {
    let timed = || {
        let start = Instant::now();
        let result = black_box(work());
        (start.elapsed().as_secs_f64() * 1e6 / pieces.max(1) as f64, result)
    };
    let mut best = timed();
    for _ in 1..ROUNDS {
        let round = timed();
        best = (best.0.min(round.0), round.1);
    }
    best
}

/// Pseudo-random pairs, the same in every run.
fn random_pairs(names: usize) -> Vec<(usize, usize)> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut draw = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % names.max(1) as u64) as usize
    };
    (0..PAIRS).map(|_| (draw(), draw())).collect()
}

/// The first name of each entity with each of its others.
fn alias_pairs(entries: &[&[String]]) -> Vec<(usize, usize)> {
    let mut first = 0;
    let mut pairs = Vec::new();
    for names in entries {
        pairs.extend((1..names.len()).map(|other| (first, first + other)));
        first += names.len();
    }
    pairs
}
