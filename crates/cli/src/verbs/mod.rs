//! One file for each verb.

#[cfg(feature = "store")]
mod audit;
#[cfg(feature = "store")]
mod backup;
mod batch;
mod calibrate;
mod chain;
mod compare;
#[cfg(feature = "serve")]
mod config;
#[cfg(feature = "store")]
mod encryption;
mod entity;
mod explain;
mod exposure;
#[cfg(feature = "store")]
mod keys;
mod labels;
mod lists;
#[cfg(feature = "mcp")]
mod mcp;
mod network;
mod render;
mod rescreen;
mod screen;
#[cfg(feature = "serve")]
mod serve;
mod shell;
mod trace;
#[cfg(feature = "store")]
mod users;
mod wallet;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::output::Format;

/// The heading of what every verb takes, so that it does not stand among its own options.
const GLOBAL: &str = "Options of every verb";

/// Screens people, companies, vessels and wallets against the official sanctions lists.
///
/// Exit codes: 0 done and clear, 1 findings at or above the threshold, 2 wrong usage or failure,
/// 3 nothing found but a list is missing or stale or a field could not be read, 4 rows of a file were
/// not screened.
#[derive(Debug, Parser)]
#[command(name = "interdict", version, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Where lists and ledgers are kept [default: the platform's data directory].
    #[arg(long, global = true, env = "INTERDICT_DATA_DIR", value_name = "DIR", help_heading = GLOBAL)]
    pub(crate) data_dir: Option<PathBuf>,
    /// The configuration file [default: interdict.toml in the data directory, if it is there].
    #[arg(long, global = true, env = "INTERDICT_CONFIG", value_name = "FILE", help_heading = GLOBAL)]
    pub(crate) config: Option<PathBuf>,
    /// How results are written.
    #[arg(long, global = true, value_enum, default_value_t, help_heading = GLOBAL)]
    pub(crate) format: Format,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

// Help comes from each verb's own text: a line here would take the place of all of it.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Screen(screen::Screen),
    Batch(batch::Batch),
    Rescreen(rescreen::Rescreen),
    Calibrate(calibrate::Calibrate),
    Compare(compare::Compare),
    Explain(explain::Explain),
    Entity(entity::EntityVerb),
    Network(network::NetworkVerb),
    Wallet(wallet::WalletVerb),
    Trace(trace::TraceVerb),
    Exposure(exposure::ExposureVerb),
    Chain(chain::ChainVerb),
    Lists(lists::ListsVerb),
    #[cfg(feature = "serve")]
    Serve(serve::Serve),
    #[cfg(feature = "mcp")]
    Mcp(mcp::Mcp),
    #[cfg(feature = "serve")]
    Config(config::ConfigVerb),
    #[cfg(feature = "store")]
    Audit(audit::AuditVerb),
    #[cfg(feature = "store")]
    Keys(keys::KeysVerb),
    #[cfg(feature = "store")]
    Users(users::UsersVerb),
    #[cfg(feature = "store")]
    Encryption(encryption::EncryptionVerb),
    #[cfg(feature = "store")]
    Backup(backup::Backup),
    #[cfg(feature = "store")]
    Restore(backup::Restore),
    Completions(shell::Completions),
    Man(shell::Man),
}
