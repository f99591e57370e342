//! Compiles the name tables in `data/names` into flat byte blobs that the crate includes and reads
//! in place.
//! A missing or empty table stops the build.

#![allow(clippy::panic, reason = "a faulty table must stop the build, and say where")]

#[path = "build/chinese.rs"]
mod chinese;
#[path = "../model/build/fingerprint.rs"]
mod fingerprint;
#[path = "src/fold.rs"]
#[allow(dead_code, unreachable_pub)]
mod fold;
#[path = "build/frozen.rs"]
mod frozen;
#[path = "build/japanese.rs"]
mod japanese;
#[path = "build/korean.rs"]
mod korean;
#[path = "build/lattice.rs"]
mod lattice;
#[path = "build/lexicon.rs"]
mod lexicon;
#[path = "src/loose.rs"]
mod loose;
#[path = "src/romaji.rs"]
#[allow(unreachable_pub)]
mod romaji;
#[path = "build/slices.rs"]
mod slices;
#[path = "build/tsv.rs"]
mod tsv;

use std::path::{Path, PathBuf};

fn main() {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let data = here.join("../../data/names");
    println!("cargo::rerun-if-changed=../model/build");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    lattice::build(&data, &out);
    japanese::build(&data, &out);
    korean::build(&data, &out);
    chinese::build(&data, &out);
    lexicon::build(&data, &out);
    slices::build(&data, &out);
    let print = fingerprint::of(&[data, here.join("build"), here.join("src")]);
    println!("cargo::rustc-env=INTERDICT_NAMES_FINGERPRINT={print}");
}

fn write(out: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(out.join(name), bytes)
        .unwrap_or_else(|error| panic!("cannot write {name}: {error}"));
}
