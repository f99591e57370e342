//! Labelled pairs: cross-script and romanisation, and the UN's original-script names.

use crate::data::{Tally, read_csv};
use crate::{Options, THRESHOLD};
use interdict_names::{Name, NameKind, compare, score};
use std::collections::BTreeMap;

/// Scores every labelled pair and prints figures per category.
pub fn run(options: &Options) {
    for file in ["crossscript_dev.csv", "un_script_dev.csv"] {
        println!("labelled pairs, {file}, threshold {THRESHOLD}");
        let (mut all, mut strong) = (Tally::default(), Tally::default());
        let mut categories: BTreeMap<String, Tally> = BTreeMap::new();
        for row in read_csv(&options.data.join("eval").join(file)).iter().skip(1) {
            let kind = kind_of(&row[1]);
            let (left, right) = (Name::parse(&row[2], kind), Name::parse(&row[3], kind));
            let expected = row[4] == "true";
            let found = score(&left, &right) >= THRESHOLD;
            all.add(expected, found);
            categories.entry(row[6].clone()).or_default().add(expected, found);
            if row[5] == "STRONG" {
                strong.add(expected, found);
            }
            if expected != found {
                let what = if expected { "missed" } else { "false" };
                options.errors.add(&format!("{file}, {}, {what}", row[6]), || {
                    let comparison = compare(&left, &right).render_text();
                    format!("{} / {} ({})\n{comparison}", row[2], row[3], row[5])
                });
            }
        }
        all.print("all");
        strong.print("STRONG rows");
        for (category, tally) in categories {
            tally.print(&category);
        }
    }
}

/// FollowTheMoney schema to kind.
pub fn kind_of(schema: &str) -> NameKind {
    match schema {
        "Person" => NameKind::Person,
        "Vessel" | "Airplane" => NameKind::Object,
        "LegalEntity" => NameKind::Either,
        _ => NameKind::Organization,
    }
}
