//! Compiles the name tables in `data/names` into flat byte blobs that the crate includes and reads
//! in place.
//! A missing or empty table stops the build.

#![allow(clippy::panic, reason = "a faulty table must stop the build, and say where")]

#[path = "build/chinese.rs"]
mod chinese;
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
    println!("cargo::rerun-if-changed={}", data.display());
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    lattice::build(&data, &out);
    japanese::build(&data, &out);
    korean::build(&data, &out);
    chinese::build(&data, &out);
    lexicon::build(&data, &out);
    slices::build(&data, &out);
    let mut files = Vec::new();
    for folder in [&data, &here.join("build"), &here.join("src")] {
        list_files(folder, &mut files);
    }
    println!("cargo::rustc-env=INTERDICT_NAMES_FINGERPRINT={:016x}", fingerprint(&mut files));
}

fn list_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    for path in entries.map(|entry| entry.expect("an entry of a folder").path()) {
        if path.is_dir() {
            list_files(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// A hash over the code and the tables of this crate: it changes whenever a name may be analysed
/// differently.
fn fingerprint(files: &mut [PathBuf]) -> u64 {
    files.sort();
    files.iter().fold(0, |held: u64, path| {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        // Line ends differ between checkouts.
        held.rotate_left(5) ^ fold::hash64(&text.replace('\r', ""))
    })
}

fn write(out: &Path, name: &str, bytes: &[u8]) {
    std::fs::write(out.join(name), bytes)
        .unwrap_or_else(|error| panic!("cannot write {name}: {error}"));
}
