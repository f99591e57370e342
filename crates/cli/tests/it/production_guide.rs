//! The guide for production and the files in `contrib` name settings and metrics that are there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::Workplace;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// The words of a text that begin so, with what else such words are made of.
fn words<'a>(text: &'a str, start: &str, is_part: fn(char) -> bool) -> BTreeSet<&'a str> {
    let starts = text.match_indices(start).map(|(at, _)| &text[at..]);
    starts.map(|rest| rest.split(|letter| !is_part(letter)).next().unwrap()).collect()
}

fn contrib() -> String {
    let files = std::fs::read_dir(root().join("contrib")).unwrap();
    files.map(|file| read(file.unwrap().path())).collect()
}

#[test]
fn every_variable_is_one_that_the_server_reads() {
    let help = Workplace::new().run(&["serve", "--help"]).stdout;
    let text = contrib() + &read("docs/guides/production.md");
    let named = words(&text, "INTERDICT_", |letter| letter.is_ascii_uppercase() || letter == '_');
    assert!(named.len() > 5, "{named:?}");
    for name in named.into_iter().filter(|name| *name != "INTERDICT_") {
        let is_shown = ['=', ']'].iter().any(|end| help.contains(&format!("[env: {name}{end}")));
        assert!(is_shown, "{name}");
    }
}

#[test]
fn every_metric_is_one_that_the_server_has() {
    let guide = read("docs/guides/production.md");
    let sources =
        read("crates/server/src/metrics_text.rs") + &read("crates/server/src/metrics_handler.rs");
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let named = words(&guide, "interdict_", is_part);
    assert!(named.len() > 10, "{named:?}");
    for name in named {
        let family = name.trim_end_matches("_bucket");
        assert!(sources.contains(&format!("\"{family}\"")), "{name}");
    }
}

#[test]
fn every_setting_of_the_guide_and_the_reference_is_accepted() {
    let guide = read("docs/guides/production.md");
    let blocks = guide.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let place = Workplace::new();
    place.configure(&blocks.collect::<String>());
    let run = place.run(&["config", "show"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let reference = read("docs/reference/configuration.md");
    for line in run.stdout.lines() {
        let name = line.split(' ').next().unwrap();
        assert!(reference.contains(&format!("`{name}`")), "{name} is not in the reference");
    }
}
