//! One file for each verb.

mod batch;
mod calibrate;
mod chain;
mod compare;
mod entity;
mod explain;
mod exposure;
mod labels;
mod lists;
mod network;
mod render;
mod rescreen;
mod screen;
mod trace;
mod wallet;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::output::Format;

/// Screens people, companies, vessels and wallets against the official sanctions lists.
///
/// Exit codes: 0 done and clear, 1 findings at or above the threshold, 2 wrong usage or failure,
/// 3 nothing found but a list is missing or stale.
#[derive(Debug, Parser)]
#[command(name = "interdict", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Where lists are kept [default: the platform's data directory].
    #[arg(long, global = true, env = "INTERDICT_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// The configuration file [default: interdict.toml in the data directory, if it is there].
    #[arg(long, global = true, env = "INTERDICT_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// How results are written.
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Screen one name, number or wallet.
    Screen(screen::Screen),
    /// Screen a file of customers.
    Batch(batch::Batch),
    /// Find the customers that a change of the lists touches.
    Rescreen(rescreen::Rescreen),
    /// Measure what each threshold costs and what it finds.
    Calibrate(calibrate::Calibrate),
    /// Score two names, or a file of name pairs.
    Compare(compare::Compare),
    /// Say why a query and one listed entity are, or are not, a match.
    Explain(explain::Explain),
    /// Show everything that is known of one entity.
    Entity(entity::EntityVerb),
    /// Show who controls, owns, fronts for, represents and pays whom.
    Network(network::NetworkVerb),
    /// Say whether an address is listed, by whom, and since when.
    Wallet(wallet::WalletVerb),
    /// Follow virtual currency: where did it go?
    Trace(trace::TraceVerb),
    /// Say what share of a wallet comes from whom, or went to whom.
    Exposure(exposure::ExposureVerb),
    /// Import transfers of virtual currency, and show what is there.
    Chain(chain::ChainVerb),
    /// Import, list and export sanctions lists.
    Lists(lists::ListsVerb),
}
