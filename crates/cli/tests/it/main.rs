//! Tests of the program as a process, in one binary so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

mod bad_input;
mod bad_input_table;
mod batch;
mod broken_pipe;
mod calibrate;
mod chain;
mod chain_help;
mod chain_links;
mod chain_rules;
mod contract;
mod crash;
mod customer_files;
mod damaged_ledgers;
mod documents;
mod encryption;
mod exit_codes;
#[cfg(feature = "serve")]
mod job_crash;
#[cfg(all(feature = "fetch", feature = "rpc", feature = "serve"))]
mod json_contract;
mod lists_that_are_not_there;
#[cfg(feature = "mcp")]
mod mcp;
mod node;
mod outputs;
#[cfg(feature = "serve")]
mod production_guide;
mod rescreen;
mod screen;
#[cfg(feature = "serve")]
mod serve_crash;
#[cfg(feature = "serve")]
mod served;
mod server;
#[cfg(feature = "serve")]
mod serving;
#[cfg(all(feature = "serve", unix))]
mod store_failures;
mod support;
#[cfg(all(feature = "serve", feature = "postgres"))]
mod two_servers;
mod update;
mod users;
