//! `interdict chain sync`

use std::time::Duration;

use clap::{Args, ValueEnum};
use interdict_engine::tracing::{HttpNode, NodeKind, SyncOptions, SyncReport};

use super::import::ReadArgs;
use super::links::LinkArgs;
use super::progress::SyncBar;
use super::render_import;
use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Fetch blocks from a node into ledgers.
///
/// The first run begins at --from-block; later runs go on where the last one stopped, also after a
/// failure. Blocks dropped in a chain reorganisation are detected and fetched again.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict chain sync --rpc http://localhost:8545 --from-block 14442834
  interdict chain sync --rpc http://localhost:8545 --links
  interdict chain sync --rpc http://user:password@localhost:9332 --kind outputs \\
      --chain litecoin --asset LTC")]
pub(crate) struct Sync {
    /// The node's JSON-RPC address; a user and password may stand before the host.
    #[arg(long, value_name = "URL", env = "INTERDICT_RPC", hide_env_values = true)]
    rpc: String,
    /// The node's family.
    #[arg(long, value_enum, default_value_t)]
    kind: Kind,
    #[command(flatten)]
    read: ReadArgs,
    /// The first block, when nothing was fetched yet.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    from_block: u32,
    /// The last block [default: as far as blocks are settled].
    #[arg(long, value_name = "NUMBER")]
    to_block: Option<u32>,
    /// How many blocks below the head count as settled.
    #[arg(long, value_name = "NUMBER", default_value_t = 12)]
    confirmations: u32,
    /// Further contracts that wrap the chain's coin.
    #[arg(long, value_name = "CONTRACT")]
    wrapper: Vec<String>,
    /// How long the node may take for one answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
    #[command(flatten)]
    links: LinkArgs,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Kind {
    /// Accounts and logs: Ethereum and compatible chains.
    #[default]
    Evm,
    /// Outputs: Bitcoin and similar chains.
    Outputs,
}

impl Sync {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let kind = match self.kind {
            Kind::Evm => NodeKind::Evm,
            Kind::Outputs => NodeKind::Outputs,
        };
        let mut options = SyncOptions::new(self.read.options(), kind);
        options.from_block = self.from_block;
        options.to_block = self.to_block;
        options.confirmations = self.confirmations;
        options.wrappers = self.wrapper.clone();
        let mut node = HttpNode::new(&self.rpc, Duration::from_secs(self.timeout.max(1)));
        let bar = SyncBar::new();
        let show = &mut |progress| bar.show(progress);
        let session = data.session()?;
        let report = session.sync_ledgers(&mut node, &options, show);
        bar.clear();
        let mut report = report?;
        let ledgers = report.import.as_mut().map(|import| import.ledgers.as_mut_slice());
        let links = self.links.make(&session, ledgers.unwrap_or_default());
        output.print(&session, &report, render)?;
        links?;
        Ok(ExitStatus::Done)
    }
}

fn render(report: &SyncReport) -> String {
    let mut text = match (report.from_block, report.to_block) {
        (Some(from), Some(to)) => {
            format!(
                "fetched {} blocks, {from} to {to}; the node is at {}\n",
                report.blocks, report.head
            )
        }
        (_, Some(to)) => format!("up to date at block {to}; the node is at {}\n", report.head),
        _ => format!("no settled block to fetch yet; the node is at {}\n", report.head),
    };
    if report.blocks_dropped > 0 {
        text.push_str(&format!(
            "{} blocks thrown away that the chain no longer has\n",
            report.blocks_dropped
        ));
    }
    for note in &report.notes {
        text.push_str(&format!("note: {note}\n"));
    }
    if let Some(import) = &report.import {
        text.push_str(&render_import(import));
    }
    text
}
