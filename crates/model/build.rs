//! Makes a fingerprint of this crate's code and tables.

#![allow(clippy::panic, reason = "a file that cannot be read must stop the build, and say which")]

use std::path::PathBuf;

#[path = "build/fingerprint.rs"]
mod fingerprint;

fn main() {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let data = here.join("../../data");
    let tables = ["words", "countries.tsv", "ftm/vocabulary.tsv"].map(|table| data.join(table));
    let print = fingerprint::of(&[&[here.join("src")], &tables[..]].concat());
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rustc-env=INTERDICT_MODEL_FINGERPRINT={print}");
}
