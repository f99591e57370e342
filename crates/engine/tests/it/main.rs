//! Tests of use cases over whole lists, in one binary so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

mod batch_numbers;
mod golden_screens;
mod list_properties;
mod published;
mod searched_lists;
#[cfg(feature = "files")]
mod split_names;
#[cfg(feature = "files")]
mod touched_customers;
