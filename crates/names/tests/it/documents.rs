//! The worked examples of the methodology are what the program computes.

use std::path::Path;

use interdict_names::{Name, NameKind, compare};

const KINDS: [NameKind; 4] =
    [NameKind::Person, NameKind::Organization, NameKind::Object, NameKind::Either];

/// The pairs of the section "Worked examples", with the score that is printed beside them.
fn worked_examples(text: &str) -> Vec<(String, String, String)> {
    let section = text.split("## Worked examples").nth(1).unwrap_or_default();
    let section = section.split("\n## ").next().unwrap_or_default();
    let pairs = section.lines().filter_map(|line| {
        let (names, rest) = line.split_once(" score ")?;
        let (left, right) = names.split_once(" / ")?;
        let score = rest.split_whitespace().next()?;
        Some((left.trim().to_owned(), right.trim().to_owned(), score.to_owned()))
    });
    pairs.collect()
}

#[test]
fn the_worked_examples_have_the_scores_that_are_printed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/methodology/matching.md");
    let text = std::fs::read_to_string(path).unwrap();
    let examples = worked_examples(&text);
    assert!(examples.len() >= 12, "only {} examples were read", examples.len());
    for (left, right, printed) in examples {
        let computed = KINDS.map(|kind| {
            let score = compare(&Name::parse(&left, kind), &Name::parse(&right, kind)).score;
            format!("{score:.3}")
        });
        assert!(
            computed.contains(&printed),
            "{left} / {right}: the document says {printed}, computed by kind are {computed:?}"
        );
    }
}
