//! `interdict chain import`

use std::path::PathBuf;

use clap::Args;
use interdict_engine::tracing::ImportOptions;
use interdict_engine::tracing::ReadOptions;
use interdict_engine::tracing::Rounding;

use super::links::LinkArgs;
use super::progress::ImportBar;
use super::render_import;
use crate::data::Data;
use crate::output::{ExitStatus, Output};

/// Read files of transfers into ledgers.
///
/// Accepted are the CSV and Parquet tables of ethereum-etl and cryo, bitcoin-etl's JSON lines,
/// exports of Etherscan and Blockscout, and any CSV with the columns time, tx, from, to, asset,
/// amount. Give files that belong together (blocks, transactions, traces, logs) in one command, in
/// any order. A ledger is written as a whole or not at all. Files are added to existing ledgers. A
/// ledger of outputs (Bitcoin and similar chains) accepts only later blocks.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict chain import transfers.csv
  interdict chain import transfers.csv --chain ethereum --asset ETH --round
  interdict chain import transfers.csv --chain bitcoin --asset BTC --links
  interdict chain import blocks.csv transactions.csv traces.csv token_transfers.csv
  interdict chain import --chain bitcoin --asset BTC transactions.jsonl")]
pub(crate) struct Import {
    /// The files.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    read: ReadArgs,
    /// Rebuild the ledgers from these files instead of adding to them.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    links: LinkArgs,
}

/// How amounts and assets are to be understood.
#[derive(Debug, Args)]
pub(crate) struct ReadArgs {
    /// The chain.
    #[arg(long, default_value = "ethereum")]
    chain: String,
    /// The chain's coin, and the asset of rows that name none.
    #[arg(long, default_value = "ETH")]
    asset: String,
    /// Its decimals, if not the usual ones.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(0..=36))]
    decimals: Option<u8>,
    /// Round amounts with more decimals than the asset has (half to even, counted), instead of
    /// refusing them. Such a file was written through floating point.
    #[arg(long)]
    round: bool,
    /// Take commas in amounts as thousands separators, instead of refusing them.
    #[arg(long)]
    thousands: bool,
}

impl ReadArgs {
    pub(crate) fn options(&self) -> ReadOptions {
        let mut options = ReadOptions::new(&self.chain, &self.asset);
        options.decimals = self.decimals;
        options.rounding = if self.round { Rounding::HalfEven } else { Rounding::Reject };
        options.thousands = self.thousands;
        options
    }
}

impl Import {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let options = ImportOptions { read: self.read.options(), replace: self.replace };
        let bar = ImportBar::new();
        let session = data.session()?;
        let report = session.import_transfers(&self.files, &options, bar.watcher());
        bar.clear();
        let mut report = report?;
        // The import is reported even if its tables cannot be built.
        let links = self.links.make(&session, &mut report.ledgers);
        output.print(&session, &report, render_import)?;
        links?;
        Ok(ExitStatus::Done)
    }
}
