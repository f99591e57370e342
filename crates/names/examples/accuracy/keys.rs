//! Retrieval keys against brute force: does every pair that scores share a key, and how many candidates is that.

use crate::data::{read_sdn, read_un};
use crate::{Options, THRESHOLD};
use interdict_names::{Name, NameKind, retrieval_keys, score};
use std::collections::HashMap;

/// Queries: every n-th list name, and the UN's original-script names.
const STEP: usize = 40;

/// Measures recall and selectivity on list names.
pub fn run(options: &Options) {
    let un = read_un(&options.data);
    let sdn = read_sdn(&options.data);
    for (label, kind) in [("persons", NameKind::Person), ("organisations", NameKind::Organization)]
    {
        let entries = || sdn.iter().chain(&un).filter(|entry| entry.kind == kind);
        let names: Vec<Name> = entries()
            .flat_map(|entry| entry.names.iter().map(|name| Name::parse(name, kind)))
            .collect();
        let scripts: Vec<Name> = entries()
            .filter_map(|entry| entry.original.as_ref())
            .map(|name| Name::parse(name, kind))
            .collect();
        let mut postings: HashMap<u64, Vec<usize>> = HashMap::new();
        let mut keys = Vec::new();
        let mut count = 0;
        for (place, name) in names.iter().enumerate() {
            keys.clear();
            retrieval_keys(name, &mut keys);
            count += keys.len();
            for &key in &keys {
                postings.entry(key).or_default().push(place);
            }
        }
        let (mut found, mut lost, mut candidates, mut low, mut low_lost) = (0, 0, 0, 0, 0);
        let queries: Vec<&Name> =
            names.iter().step_by(STEP).chain(scripts.iter().step_by(4)).collect();
        for query in &queries {
            keys.clear();
            retrieval_keys(query, &mut keys);
            let mut hit = vec![false; names.len()];
            for place in keys.iter().filter_map(|key| postings.get(key)).flatten() {
                hit[*place] = true;
            }
            candidates += hit.iter().filter(|hit| **hit).count();
            for (place, name) in names.iter().enumerate() {
                let value = score(query, name);
                if value >= THRESHOLD {
                    if hit[place] {
                        found += 1
                    } else {
                        lost += 1
                    }
                    if !hit[place] && options.errors {
                        println!("  lost {value:.3}: {} / {}", query.text(), name.text());
                    }
                } else if value >= 0.65 {
                    if hit[place] { low += 1 } else { low_lost += 1 }
                }
            }
        }
        println!(
            "retrieval keys, {label}: {:.1} keys a name; of {} pairs at or above {THRESHOLD} {} share no key ({:.4} recall); of {} at .65 to {THRESHOLD} {}; {:.0} candidates of {} a query",
            count as f64 / names.len() as f64,
            found + lost,
            lost,
            found as f64 / (found + lost).max(1) as f64,
            low + low_lost,
            low_lost,
            candidates as f64 / queries.len() as f64,
            names.len()
        );
    }
}
