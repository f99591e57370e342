//! Tests of names through the public interface, in one binary so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

mod bad_input;
mod documents;
mod east_asia;
mod golden;
mod labelled;
mod organisations;
mod persons;
mod properties;
mod scoring_rules;
