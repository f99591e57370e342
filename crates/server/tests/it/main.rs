//! The server as clients of yente call it: a real server on a free port, with the two exports that yente's own tests
//! use, `zala` and `parteispenden`, and a third list `zulu` of one entity.
//!
//! The exports are looked for in `ftm/` of the folder that `INTERDICT_TEST_DATA` names.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

mod client;
mod fixture;
mod log_lines;

mod access;
mod answers;
mod cases;
mod catalog;
mod description;
mod entities;
mod hygiene;
mod jobs;
mod ledgers;
mod limits;
mod lists_in_use;
mod matching;
mod matching_faults;
mod monitoring;
mod monitors;
mod oidc;
mod once;
mod own_interface;
mod people;
mod provider;
mod proxy_user;
mod rates;
mod reconcile;
mod reconcile_extend;
mod recording;
mod retention;
mod search;
mod search_syntax;
mod spans;
mod tls;
mod webhooks;
