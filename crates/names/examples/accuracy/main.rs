//! Prints every accuracy figure of the name engine.
//!
//! `INTERDICT_TEST_DATA=<shared> cargo run --release -p interdict-names --example accuracy [--
//! <section> ... --errors=FILE]`
//!
//! Sections: pairs, dprk, aliases, clean, general, distinct, speed. Without a section all are run.
//! `--errors=FILE` writes every remaining error of these sections with its explanation, by
//! category; `--errors` prints them at the end.

#![allow(clippy::print_stdout, unreachable_pub, reason = "a command for people")]

mod aliases;
mod clean;
mod data;
mod distinct;
mod errors;
mod general;
mod left_out;
mod pairs;
mod population;
mod speed;

use std::path::PathBuf;

/// Options of all sections.
pub struct Options {
    /// The folder of test data.
    pub data: PathBuf,
    /// Destination of the remaining errors.
    pub errors: errors::Errors,
}

/// The default threshold of the product.
pub const THRESHOLD: f64 = 0.7;

fn main() {
    let Some(data) = std::env::var_os("INTERDICT_TEST_DATA") else {
        println!("skipped: set INTERDICT_TEST_DATA to the folder of test data");
        return;
    };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let options = Options { data: data.into(), errors: errors::Errors::from_arguments(&arguments) };
    let wanted = |section: &str| {
        let mut named = arguments.iter().filter(|argument| !argument.starts_with("--")).peekable();
        named.peek().is_none() || named.any(|argument| argument == section)
    };
    type Run = fn(&Options);
    let sections: [(&str, Run); 7] = [
        ("pairs", pairs::run),
        ("dprk", aliases::run_dprk),
        ("aliases", aliases::run),
        ("clean", clean::run),
        ("general", general::run),
        ("distinct", distinct::run),
        ("speed", speed::run),
    ];
    for (section, run) in sections {
        if wanted(section) {
            run(&options);
        }
    }
    if let Err(error) = options.errors.finish() {
        println!("the errors could not be written: {error}");
    }
}
