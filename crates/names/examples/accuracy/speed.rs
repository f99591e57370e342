//! Time to analyse and to compare, one thread.

use crate::Options;
use crate::data::read_sdn;
use interdict_names::{Name, NameKind, score};
use std::time::Instant;

/// Analysis of every SDN name; comparison of pseudo-random pairs and of pairs of aliases.
pub fn run(options: &Options) {
    let entries = read_sdn(&options.data);
    for (label, kind) in [("persons", NameKind::Person), ("organisations", NameKind::Organization)]
    {
        let texts: Vec<&String> = entries
            .iter()
            .filter(|entry| entry.kind == kind)
            .flat_map(|entry| &entry.names)
            .collect();
        let start = Instant::now();
        let names: Vec<Name> = texts.iter().map(|text| Name::parse(text, kind)).collect();
        let each = start.elapsed().as_secs_f64() / names.len().max(1) as f64;
        let bytes: usize = names.iter().map(Name::memory).sum();
        println!(
            "{label}: analysis {:.2} us a name, {} bytes a name, {} names",
            each * 1e6,
            bytes / names.len().max(1),
            names.len()
        );
        let mut state = 88_172_645_463_325_252_u64;
        let mut pick = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % names.len().max(1) as u64) as usize
        };
        let pairs: Vec<(usize, usize)> = (0..1_000_000).map(|_| (pick(), pick())).collect();
        let start = Instant::now();
        let sum: f64 = pairs.iter().map(|&(left, right)| score(&names[left], &names[right])).sum();
        println!(
            "{label}: compare {:.3} us a random pair (checksum {sum:.1})",
            start.elapsed().as_secs_f64() * 1e6 / pairs.len() as f64
        );
        let mut count = 0;
        let start = Instant::now();
        let mut sum = 0.0;
        let mut at = 0;
        for entry in entries.iter().filter(|entry| entry.kind == kind) {
            for other in 1..entry.names.len() {
                sum += score(&names[at], &names[at + other]);
                count += 1;
            }
            at += entry.names.len();
        }
        println!(
            "{label}: compare {:.3} us an alias pair (checksum {sum:.1})",
            start.elapsed().as_secs_f64() * 1e6 / f64::from(count.max(1))
        );
    }
}
