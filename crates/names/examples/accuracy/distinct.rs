//! Distinct entities of one list with similar primary names: every fifth entry against all others.
//!
//! This is no error rate, since lists contain sister companies, branches, brothers and namesakes.
//! It shows whether a change makes unrelated names match, on far more pairs than the labelled ones.

use crate::data::read_sdn;
use crate::{Options, THRESHOLD};
use interdict_names::{Name, NameKind, compare, score};

/// Counts the pairs at or above the threshold.
pub fn run(options: &Options) {
    let entries = read_sdn(&options.data);
    for (label, kind) in [("persons", NameKind::Person), ("organisations", NameKind::Organization)]
    {
        let listed = entries.iter().filter(|entry| entry.kind == kind);
        let names: Vec<Name> = listed.map(|entry| Name::parse(&entry.names[0], kind)).collect();
        let (mut pairs, mut alike) = (0_u64, 0_u64);
        for left in (0..names.len()).step_by(5) {
            for right in (0..names.len()).filter(|&right| right % 5 != 0 || right > left) {
                pairs += 1;
                if score(&names[left], &names[right]) >= THRESHOLD {
                    alike += 1;
                    options.errors.add(&format!("distinct listed {label}, alike"), || {
                        let text = compare(&names[left], &names[right]).render_text();
                        format!("{} / {}\n{text}", names[left].text(), names[right].text())
                    });
                }
            }
        }
        println!("distinct listed {label}: {alike} of {pairs} pairs at or above {THRESHOLD}");
    }
}
