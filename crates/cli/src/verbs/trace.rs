//! `interdict trace`

use std::path::PathBuf;

use clap::Args;
use interdict_engine::tracing::Method;
use interdict_engine::tracing::{
    PictureOptions, render_clusters_text, render_deposits_text, render_trace_csv, render_trace_svg,
    render_trace_text,
};
use interdict_engine::tracing::{Time, parse_time};
use interdict_engine::{StopRules, TraceQuery};

use super::labels::{JoinArgs, LabelArgs};
use crate::data::{Data, StateArgs};
use crate::output::{ExitStatus, Format, Output, json};

/// Follow virtual currency: where did it go?
///
/// Amounts add up to the traced amount, to the last unit; amounts cut off by a limit are shown separately. A trace
/// stops at exchanges, mixers, bridges and similar services, which are recognised by labels.
///
/// In large ledgers, FIFO and LIFO queries are faster after `interdict chain links`.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict trace --from 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --since 2022-03-23
  interdict trace --from 0x098b716b8aaf21512996dc57eb0615e2383e2f96 \\
      --opening 0x098b716b8aaf21512996dc57eb0615e2383e2f96:173600 --labels labels.csv
  interdict trace --from ofac-27307 --asset ETH --method lifo --format csv --output trace.csv
  interdict trace --from 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --format svg --output flow.svg
  interdict trace --from \"The Thief\" --labels thieves.csv --labels exchanges.yaml \\
      --deposit-addresses
  interdict trace --from 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S --asset BTC --cluster
  interdict trace --from 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --asset ethereum:ETH \\
      --bridge-links links.csv --stop-at contract")]
pub(crate) struct TraceVerb {
    /// What is traced: an address, a transaction, the id of a listed entity (all its wallets), or
    /// the name of a labelled party (what it sent while the label held). Can be given several
    /// times.
    #[arg(long, value_name = "ADDRESS|TX|ENTITY", required = true)]
    from: Vec<String>,
    /// The asset: a symbol, a contract, or chain:symbol [default: the only ledger].
    #[arg(long)]
    asset: Option<String>,
    /// Only what was sent from this moment on (2022-03-23, 2022-03-23T13:29:00Z or Unix seconds).
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    since: Option<Time>,
    /// Only what happened up to this moment.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    until: Option<Time>,
    /// The rule: fifo, lifo, haircut, dirty-first, clean-first, tiho or poison.
    #[arg(long, default_value = "fifo")]
    method: Method,
    /// Follow at most this many hops.
    #[arg(long, value_name = "NUMBER")]
    hops: Option<u32>,
    /// Do not follow less than this.
    #[arg(long, value_name = "AMOUNT")]
    min_amount: Option<String>,
    /// A balance from before the data. For an address in --from, this balance is traced; for another address, it counts
    /// as known history.
    #[arg(long, value_name = "ADDRESS:AMOUNT")]
    opening: Vec<String>,
    #[command(flatten)]
    stops: StopArgs,
    #[command(flatten)]
    bridges: BridgeArgs,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    join: JoinArgs,
    /// Write to this file.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draw the flows into this SVG file, too.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    state: StateArgs,
}

/// Where a trace stops, and what it follows.
#[derive(Debug, Args)]
struct StopArgs {
    /// Stop at labelled parties of this kind, too (contract, miner, ...). Can be given several
    /// times.
    #[arg(long, value_name = "CATEGORY")]
    stop_at: Vec<String>,
    /// Pass through labelled parties of this kind (exchange, mixer, bridge, ...), although the money that leaves them
    /// may not be the money that was paid in. Can be given several times.
    #[arg(long, value_name = "CATEGORY")]
    pass_through: Vec<String>,
    /// Stop at every labelled party.
    #[arg(long)]
    stop_at_any_label: bool,
    /// Do not follow through addresses that send more transfers than this.
    #[arg(long, value_name = "NUMBER")]
    max_fan_out: Option<u32>,
    /// Stop with an error after examining this many transfers [default: 50 million].
    #[arg(long, value_name = "NUMBER")]
    max_transfers: Option<u64>,
    /// Follow fees to the maker of a UTXO block.
    #[arg(long)]
    follow_fees: bool,
    /// Do not follow swaps into other assets or chains. A pool is then followed like any wallet,
    /// unless a label stops the trace there.
    #[arg(long)]
    no_swaps: bool,
}

/// How movements between chains are known.
#[derive(Debug, Args)]
struct BridgeArgs {
    /// A table of bridge links: a CSV file with the columns source_chain, source_transaction,
    /// destination_chain, destination_transaction, method (event-id, memo or heuristic), confidence
    /// (percent). Without a link, value ends at the bridge. Can be given several times.
    #[arg(long, value_name = "FILE", conflicts_with = "no_swaps")]
    bridge_links: Vec<PathBuf>,
    /// Follow bridge links with at least this confidence.
    #[arg(long, value_name = "PERCENT", default_value_t = 50,
        value_parser = clap::value_parser!(u8).range(0..=100))]
    min_bridge_confidence: u8,
}

impl TraceVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        if output.format == Format::Dot {
            anyhow::bail!("a trace is written as text, json, csv or svg");
        }
        let (session, lists) = data.open_lists(&self.state)?;
        let answer = session.trace(&lists, &self.query())?;
        let (report, joined) = (&answer.report, &answer.joined);
        let picture = || render_trace_svg(report, &PictureOptions::default());
        if let Some(path) = &self.picture {
            output.write_to(Some(path), &picture())?;
        }
        let text = match output.format {
            Format::Json => json(&session, &answer)?,
            Format::Csv => render_trace_csv(report),
            Format::Svg => picture(),
            Format::Text | Format::Dot => [
                render_trace_text(report),
                render_clusters_text(&joined.clusters),
                render_deposits_text(&joined.deposit_addresses),
            ]
            .concat(),
        };
        output.write_to(self.output.as_deref(), &text)?;
        Ok(ExitStatus::Done)
    }

    fn query(&self) -> TraceQuery {
        TraceQuery {
            from: self.from.clone(),
            asset: self.asset.clone(),
            since: self.since,
            until: self.until,
            method: self.method,
            max_hops: self.hops,
            min_amount: self.min_amount.clone(),
            max_fan_out: self.stops.max_fan_out,
            max_transfers: self.stops.max_transfers,
            stops: StopRules {
                stop_at: self.stops.stop_at.clone(),
                pass_through: self.stops.pass_through.clone(),
                at_any_label: self.stops.stop_at_any_label,
            },
            follow_fees: self.stops.follow_fees,
            follow_swaps: !self.stops.no_swaps,
            bridge_links: self.bridges.bridge_links.clone(),
            least_bridge_confidence: self.bridges.min_bridge_confidence,
            openings: self.opening.clone(),
            labels: self.labels.sources(),
            join: self.join.rules(),
        }
    }
}
