//! Tests of stores, each on SQLite and, where a server is at hand, on PostgreSQL.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

mod allow_list;
mod answers;
mod backup;
mod case_steps;
mod cases;
mod encryption;
mod jobs;
mod keys;
mod log;
mod monitors;
mod people;
mod retention;
mod stores;
mod tampering;
mod webhooks;
mod writer;
