//! Tests of tracing through the public interface, in one binary so that it is linked once.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

mod bridges_and_clusters;
mod btc_2009;
mod damaged_ledger;
mod deposit_addresses;
mod eth_blocks;
mod formats;
mod invariants;
mod label_packs;
mod mftracer;
mod outputs_go_on;
#[cfg(feature = "rpc")]
mod real_nodes;
mod ronin;
mod same_bits;
mod support;
mod swaps;
mod sync_script;
mod walk_rules;
mod wallets_and_paths;
