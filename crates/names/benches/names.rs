//! What a name costs, part by part, on one thread: its analysis, and the comparison of two analysed
//! names, persons and organisations apart.
//!
//! `INTERDICT_TEST_DATA=FOLDER cargo bench -p interdict-names`
//!
//! The corpus is every name of the published SDN list in FOLDER/lists/ofac (persons; and companies and
//! other bodies). Compared are pairs drawn at random, of which nearly none match, as a brute-force
//! search meets them, and pairs of names of one entity, which mostly do and cost more. Figures are the
//! best of five rounds. The checksum is the sum of the scores: with another checksum, another
//! computation was measured. Accuracy is a matter of its own:
//! `cargo run --release -p interdict-names --example accuracy`.

#![allow(clippy::print_stdout, unreachable_pub, reason = "a command for people")]

use std::path::PathBuf;

#[path = "../examples/accuracy/data.rs"]
#[allow(dead_code, reason = "the accuracy example uses more of it")]
mod data;
#[path = "../examples/accuracy/speed.rs"]
mod speed;

/// What the measurement needs.
pub struct Options {
    /// The folder of test data.
    pub data: PathBuf,
}

fn main() {
    match std::env::var_os("INTERDICT_TEST_DATA") {
        Some(data) => speed::run(&Options { data: data.into() }),
        None => println!("skipped: set INTERDICT_TEST_DATA to the folder of test data"),
    }
}
