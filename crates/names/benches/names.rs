//! Time per name on one thread: its analysis, and the comparison of two analysed names, persons and
//! organisations apart.
//!
//! `INTERDICT_TEST_DATA=FOLDER cargo bench -p interdict-names`
//!
//! The corpus is every name of the published SDN list in FOLDER/lists/ofac (persons; companies and
//! other bodies). Two sets of pairs are compared: pairs drawn at random, of which almost none
//! match, as in a brute-force search; and pairs of names of one entity, which mostly match and take
//! longer. Each figure is the best of five rounds. The checksum is the sum of all scores: a
//! different checksum means that a different computation was measured. Accuracy is measured
//! separately: `cargo run --release -p interdict-names --example accuracy`.

#![allow(clippy::print_stdout, unreachable_pub, reason = "a command for people")]

use std::path::PathBuf;

#[path = "../examples/accuracy/data.rs"]
#[allow(dead_code, reason = "the accuracy example uses more of it")]
mod data;
#[path = "../examples/accuracy/speed.rs"]
mod speed;

/// Options of the measurement.
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
