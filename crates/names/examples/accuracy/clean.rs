//! A synthetic clean population: how many people who are on no list alert against SDN + UN by name alone.
//!
//! Names are drawn, culture by culture, from the common given names and surnames of `data/names/common_names.tsv` by
//! their weights, with a fixed generator. Some drawn names are, by chance, exactly those of listed people; they count.

use crate::data::{Listed, read_sdn, read_un};
use crate::{Options, THRESHOLD};
use interdict_names::{Name, NameKind, compare, score};
use std::collections::BTreeMap;

/// Drawn people.
const PEOPLE: usize = 2_000;

type Pool = Vec<(String, f64)>;

/// Draws the population and scores everyone against every listed person's every name.
pub fn run(options: &Options) {
    let population = draw(PEOPLE);
    if population.is_empty() {
        println!("clean population: skipped, data/names/common_names.tsv is not there");
        return;
    }
    let listed: Vec<Listed> =
        read_sdn(&options.data).into_iter().chain(read_un(&options.data)).collect();
    let names: Vec<Name> = listed
        .iter()
        .filter(|entry| entry.kind == NameKind::Person)
        .flat_map(|entry| entry.names.iter().map(|name| Name::parse(name, NameKind::Person)))
        .collect();
    let (mut alerting, mut homonyms, mut by_culture) =
        (0, 0, BTreeMap::<String, (usize, usize)>::new());
    for (culture, text) in &population {
        let person = Name::parse(text, NameKind::Person);
        let best = names
            .iter()
            .map(|name| (score(&person, name), name))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let slot = by_culture.entry(culture.clone()).or_default();
        slot.1 += 1;
        if let Some((value, name)) = best
            && value >= THRESHOLD
        {
            alerting += 1;
            homonyms += u32::from(value > 0.9);
            slot.0 += 1;
            if options.errors {
                println!("  alert {value:.3}: {text} / {} ({culture})", name.text());
                print!("{}", compare(&person, name).render_text());
            }
        }
    }
    println!(
        "clean population: {alerting} of {} synthetic people alert against {} listed names at {THRESHOLD}: {:.2} %",
        population.len(),
        names.len(),
        100.0 * f64::from(alerting) / population.len() as f64
    );
    println!("  of these {homonyms} score above .9: they bear a listed person's name");
    for (culture, (alerts, people)) in by_culture {
        if alerts > 0 {
            println!("  {culture:<16} {alerts} of {people}");
        }
    }
}

/// Culture and name of each person.
pub fn draw(count: usize) -> Vec<(String, String)> {
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/names/common_names.tsv");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut pools: BTreeMap<(String, String), Pool> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        if let [culture, part, _, name, weight, ..] = cells.as_slice() {
            let weight = weight.parse().unwrap_or(1.0);
            pools
                .entry((culture.to_string(), part.to_string()))
                .or_default()
                .push((name.to_string(), weight));
        }
    }
    let cultures: Vec<String> = pools
        .keys()
        .filter(|(culture, part)| {
            part == "surname" && pools.contains_key(&(culture.clone(), "given".into()))
        })
        .map(|(culture, _)| culture.clone())
        .collect();
    if cultures.is_empty() {
        return Vec::new();
    }
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..count)
        .map(|index| {
            let culture = &cultures[index % cultures.len()];
            let given = pick(&pools[&(culture.clone(), "given".into())], random());
            let surname = pick(&pools[&(culture.clone(), "surname".into())], random());
            (culture.clone(), format!("{given} {surname}"))
        })
        .collect()
}

fn pick(pool: &Pool, at: f64) -> String {
    let total: f64 = pool.iter().map(|(_, weight)| weight).sum();
    let mut left = at * total;
    for (name, weight) in pool {
        left -= weight;
        if left <= 0.0 {
            return name.clone();
        }
    }
    pool.last().map(|(name, _)| name.clone()).unwrap_or_default()
}
