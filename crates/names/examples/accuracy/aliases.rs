//! The lists against themselves: one alias left out, and pairs of distinct listed persons.

use crate::data::{Listed, read_sdn, read_un};
use crate::left_out::class_of;
use crate::{Options, THRESHOLD};
use interdict_names::{Name, NameKind, compare, score};
use std::collections::BTreeMap;

/// Pairs of distinct listed DPRK persons that score at or above the threshold (primary names and
/// all aliases).
pub fn run_dprk(options: &Options) {
    let un: Vec<Listed> = read_un(&options.data);
    let sdn: Vec<Listed> = read_sdn(&options.data);
    let pick = |listed: Vec<Listed>| -> Vec<Listed> {
        listed
            .into_iter()
            .filter(|entry| entry.kind == NameKind::Person && entry.programme.contains("DPRK"))
            .collect()
    };
    for (list, entries) in [("UN", pick(un)), ("OFAC", pick(sdn))] {
        let names: Vec<Name> =
            entries.iter().map(|entry| Name::parse(&entry.names[0], NameKind::Person)).collect();
        let (mut pairs, mut alike) = (0, 0);
        for left in 0..names.len() {
            for right in left + 1..names.len() {
                pairs += 1;
                let value = score(&names[left], &names[right]);
                if value >= THRESHOLD {
                    alike += 1;
                    println!(
                        "  alike {:.3}: {} / {}",
                        value,
                        names[left].text(),
                        names[right].text()
                    );
                    options.errors.add(&format!("distinct DPRK persons, {list}"), || {
                        compare(&names[left], &names[right]).render_text()
                    });
                }
            }
        }
        println!(
            "distinct DPRK persons, {list}, primary names: {alike} of {pairs} pairs at or above {THRESHOLD}"
        );
    }
}

/// For each entry with at least two names: whether each name is found by the others.
pub fn run(options: &Options) {
    let entries = read_sdn(&options.data);
    for (label, kind) in [
        ("persons", NameKind::Person),
        ("organisations", NameKind::Organization),
        ("vessels", NameKind::Object),
    ] {
        let (mut found, mut total) = (0, 0);
        let mut classes = BTreeMap::<&str, usize>::new();
        for entry in entries.iter().filter(|entry| entry.kind == kind && entry.names.len() > 1) {
            let names: Vec<Name> = entry.names.iter().map(|name| Name::parse(name, kind)).collect();
            for out in 1..names.len() {
                total += 1;
                let others = (0..names.len()).filter(|&at| at != out);
                let (best, at) = others
                    .map(|at| (score(&names[out], &names[at]), at))
                    .fold((-1.0, 0), |held, next| if next.0 > held.0 { next } else { held });
                if best >= THRESHOLD {
                    found += 1;
                    continue;
                }
                let comparison = compare(&names[out], &names[at]);
                let class = class_of(&comparison, kind);
                *classes.entry(class).or_default() += 1;
                options.errors.add(&format!("left out, {label}, {class}"), || {
                    let others: Vec<&String> =
                        entry.names.iter().filter(|name| **name != entry.names[out]).collect();
                    let text = comparison.render_text();
                    format!("{} <- {others:?}\n best {}\n{text}", entry.names[out], entry.names[at])
                });
            }
        }
        println!(
            "SDN, one alias left out, {label}: {found} of {total} found at {THRESHOLD}: {:.4}",
            found as f64 / total.max(1) as f64
        );
        for (class, count) in classes {
            println!("  {count:>5}  {class}");
        }
    }
}
