//! Golden scores: score, aligned parts and caps of some 3,000 pairs, recorded in one reviewed file.
//!
//! A failure shows the difference. If the change is intended: `INSTA_UPDATE=always cargo test -p
//! interdict-names --test it golden`, read `git diff` of the snapshot, and put the counts of what
//! moved into the changelog under "Screening behaviour".

use std::fmt::Write;

use interdict_names::{Name, NameKind, compare, score};

const PAIRS: &str = include_str!("../../testdata/golden_pairs.tsv");

fn kind(text: &str) -> NameKind {
    match text {
        "person" => NameKind::Person,
        "organization" => NameKind::Organization,
        "object" => NameKind::Object,
        "either" => NameKind::Either,
        other => panic!("unknown kind of name {other:?}"),
    }
}

#[test]
fn scores_and_explanations_of_all_pairs_are_as_recorded() {
    let mut text = String::new();
    let mut pairs = 0;
    let rows = PAIRS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for row in rows {
        let columns: Vec<&str> = row.split('\t').collect();
        let &[group, kind_text, left, right] = columns.as_slice() else {
            panic!("a row needs four columns: {row:?}");
        };
        let kind = kind(kind_text);
        let (a, b) = (Name::parse(left, kind), Name::parse(right, kind));
        let comparison = compare(&a, &b);
        assert_eq!(comparison.score.to_bits(), score(&a, &b).to_bits(), "{row}");
        let _ = writeln!(text, "[{group}, {kind_text}] {left} | {right}");
        let _ = writeln!(text, "{}", comparison.render_text());
        pairs += 1;
    }
    assert!(pairs >= 3000, "only {pairs} pairs");
    insta::assert_snapshot!("pairs", text);
}
