//! A synthetic clean population: the number of people on no list who alert against SDN + UN by name
//! alone.
//!
//! For how they are drawn see `population`. Some drawn names equal those of listed people by
//! chance; they count.

use crate::data::{Listed, read_sdn, read_un};
use crate::{Options, THRESHOLD, population};
use interdict_names::{Comparison, Name, NameKind, compare, score};
use std::collections::BTreeMap;

/// Drawn people.
const PEOPLE: usize = 4_000;

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
    let (mut alerting, mut homonyms, mut in_part) = (0, 0, 0);
    let mut by_culture = BTreeMap::<String, (usize, usize)>::new();
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
            slot.0 += 1;
            let comparison = compare(&person, name);
            let (homonym, shorter) = (is_homonym(&comparison), is_shorter(&comparison));
            homonyms += u32::from(homonym);
            in_part += u32::from(!homonym && shorter);
            let what = match (homonym, shorter) {
                (true, _) => "bears a listed name",
                (false, true) => "bears a listed name but for a part left out",
                _ => "near a listed name",
            };
            options.errors.add(&format!("clean people, {what}"), || {
                format!("{text} / {} ({culture})\n{}", name.text(), comparison.render_text())
            });
        }
    }
    println!(
        "clean population: {alerting} of {} synthetic people alert against {} listed names at {THRESHOLD}: {:.2} %",
        population.len(),
        names.len(),
        100.0 * f64::from(alerting) / population.len() as f64
    );
    println!("  of these {homonyms} bear a listed person's name: every part met, none left over");
    println!(
        "  and {in_part} bear it but for a part that only one side gives (a patronymic, a second name)"
    );
    for (culture, (alerts, people)) in by_culture {
        if alerts > 0 {
            println!("  {culture:<16} {alerts} of {people}");
        }
    }
}

/// Similarity from which two parts are two spellings of one name (رضا حیدری / Reza Heidari).
const SAME: f64 = 0.94;

/// True when every part has a counterpart that is the same name in another spelling at most.
fn is_homonym(comparison: &Comparison) -> bool {
    comparison.parts.iter().all(|part| part.similarity >= SAME)
}

/// True when this holds for all parts of one side, at least two, and the other side has more parts.
fn is_shorter(comparison: &Comparison) -> bool {
    let met = comparison.parts.iter().filter(|part| part.similarity >= SAME).count();
    let lone = comparison.parts.iter().filter(|part| part.similarity == 0.0);
    let (mut left, mut right) = (false, false);
    lone.clone().for_each(|part| {
        left |= !part.left.is_empty();
        right |= !part.right.is_empty();
    });
    met >= 2 && met + lone.count() == comparison.parts.len() && !(left && right)
}

/// Culture and name of each person.
pub fn draw(count: usize) -> Vec<(String, String)> {
    population::draw(count)
}
