//! `interdict exposure`

use std::path::PathBuf;

use clap::Args;
use interdict_engine::ExposureQuery;
use interdict_engine::tracing::Basis;
use interdict_engine::tracing::Method;
use interdict_engine::tracing::{Time, parse_time};
use interdict_engine::tracing::{
    render_clusters_text, render_deposits_text, render_exposure_csv, render_exposure_text,
};

use super::labels::{JoinArgs, LabelArgs};
use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Format, Output, json, warn_gaps};

/// Show the share of each party in a wallet's money, as source or as destination.
///
/// For each party: its contribution, direct and indirect, before and after its designation, and the paths that explain
/// it. Value whose origin the data does not show is reported as unknown, never as clean.
///
/// Exit code 1 means that a sanctioned or criminal party has a share, or that the wallet is its own;
/// 3 that none has, but a list is missing or stale, a limit cut the search short, or a share is from
/// before the data.
///
/// In large ledgers, FIFO and LIFO queries are faster after `interdict chain links`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict exposure 0xa0e1c89ef1a489c9c7de96311ed5ce5d32c20e4b
  interdict exposure 0xa0e1c89ef1a489c9c7de96311ed5ce5d32c20e4b --received --method fifo
  interdict exposure 0xa0e1c89ef1a489c9c7de96311ed5ce5d32c20e4b --sent \\
      --labels tagpack.yaml --format csv
  interdict exposure 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S --asset BTC --cluster
  interdict exposure 0xa0e1c89ef1a489c9c7de96311ed5ce5d32c20e4b --sent --deposit-addresses \\
      --labels exchanges.yaml --look-through decentralised-exchange")]
pub(crate) struct ExposureVerb {
    /// The wallet.
    address: String,
    /// The origin of its current balance (the default).
    #[arg(long, conflicts_with_all = ["received", "sent"])]
    balance: bool,
    /// The origin of everything it ever received.
    #[arg(long, conflicts_with = "sent")]
    received: bool,
    /// The destination of everything it ever sent.
    #[arg(long)]
    sent: bool,
    /// As of this moment (2022-03-23, 2022-03-23T13:29:00Z or Unix seconds) [default: the end of
    /// the data].
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    at: Option<Time>,
    /// The rule: haircut, fifo or lifo; for the balance also poison, dirty-first, clean-first or
    /// tiho.
    #[arg(long, default_value = "haircut")]
    method: Method,
    /// The asset: a symbol, a contract, or chain:symbol [default: the only ledger].
    #[arg(long)]
    asset: Option<String>,
    /// Look back at most this many hops.
    #[arg(long, value_name = "NUMBER")]
    hops: Option<u32>,
    /// Look through labelled parties of this kind (exchange, mixer, ...) as if they had no label.
    /// Can be given several times.
    #[arg(long, value_name = "CATEGORY")]
    look_through: Vec<String>,
    /// List paths until this share of each party's contribution is explained.
    #[arg(long, value_name = "PERCENT", default_value_t = 90,
        value_parser = clap::value_parser!(u8).range(0..=100))]
    path_coverage: u8,
    /// Stop with an error after examining this many transfers [default: 50 million].
    #[arg(long, value_name = "NUMBER")]
    max_transfers: Option<u64>,
    /// A balance from before the data.
    #[arg(long, value_name = "ADDRESS:AMOUNT")]
    opening: Vec<String>,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    join: JoinArgs,
    /// Write to this file.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    state: StateArgs,
}

impl ExposureVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        if matches!(output.format, Format::Dot | Format::Svg) {
            anyhow::bail!("an exposure is written as text, json or csv");
        }
        let basis = match (self.received, self.sent) {
            (true, _) => Basis::Received,
            (false, true) => Basis::Sent,
            (false, false) => Basis::Balance,
        };
        let query = ExposureQuery {
            address: self.address.clone(),
            asset: self.asset.clone(),
            basis,
            method: self.method,
            at: self.at,
            max_hops: self.hops,
            look_through: self.look_through.clone(),
            path_coverage: self.path_coverage,
            max_transfers: self.max_transfers,
            openings: self.opening.clone(),
            labels: self.labels.sources(),
            join: self.join.rules(),
        };
        let (session, lists) = data.open_lists(&self.state)?;
        let answer = session.exposure(&lists, &query)?;
        let (report, joined) = (&answer.report, &answer.joined);
        let text = match output.format {
            Format::Json => json(&session, &answer)?,
            Format::Csv => render_exposure_csv(report),
            _ => [
                render_exposure_text(report),
                render_clusters_text(&joined.clusters),
                render_deposits_text(&joined.deposit_addresses),
            ]
            .concat(),
        };
        output.write_to(self.output.as_deref(), &text)?;
        warn_gaps(&answer.searched.gaps);
        Ok(answer.verdict.into())
    }
}
