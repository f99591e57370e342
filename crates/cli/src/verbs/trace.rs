//! `interdict trace`

use std::path::PathBuf;

use clap::Args;
use interdict_chain::render::{
    PictureOptions, render_json, render_trace_csv, render_trace_svg, render_trace_text,
};
use interdict_chain::time::{Time, parse_time};
use interdict_chain::trace::Method;
use interdict_engine::TraceQuestion;

use super::labels::LabelArgs;
use crate::data::{Data, StateArgs};
use crate::output::{Done, Format, Output};

/// Follow virtual currency: where did it go?
///
/// Amounts add up to what was traced, to the last unit; what is cut off by a limit is shown under its
/// own name. A trace stops at exchanges, mixers, bridges and the like, which labels tell.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict trace --from 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --since 2022-03-23
  interdict trace --from 0x098b716b8aaf21512996dc57eb0615e2383e2f96 \\
      --opening 0x098b716b8aaf21512996dc57eb0615e2383e2f96:173600 --labels labels.csv
  interdict trace --from ofac-27307 --asset ETH --method lifo --format csv --output trace.csv
  interdict trace --from 0x098b716b8aaf21512996dc57eb0615e2383e2f96 --format svg --output flow.svg")]
pub(crate) struct TraceVerb {
    /// What is traced: an address, a transaction, the id of a listed entity (all its wallets), or
    /// the name of a labelled party (what it sent while the label held). Can be given several times.
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
    /// Follow at most so many hops.
    #[arg(long, value_name = "NUMBER")]
    hops: Option<u32>,
    /// Do not follow less than this.
    #[arg(long, value_name = "AMOUNT")]
    min_amount: Option<String>,
    /// A balance from before the data. Of an address in --from it is what is traced; of another
    /// address it is known history.
    #[arg(long, value_name = "ADDRESS:AMOUNT")]
    opening: Vec<String>,
    #[command(flatten)]
    labels: LabelArgs,
    /// Write to this file.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Draw the flows into this SVG file, too.
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    #[command(flatten)]
    state: StateArgs,
}

impl TraceVerb {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
        if output.format == Format::Dot {
            anyhow::bail!("a trace is written as text, json, csv or svg");
        }
        let question = TraceQuestion {
            from: self.from.clone(),
            asset: self.asset.clone(),
            since: self.since,
            until: self.until,
            method: self.method,
            max_hops: self.hops,
            min_amount: self.min_amount.clone(),
            openings: self.opening.clone(),
            labels: self.labels.sources(),
        };
        let engine = data.engine()?;
        let report = engine.trace(&engine.lists(self.state.at())?, &question)?;
        let picture = || render_trace_svg(&report, &PictureOptions::default());
        if let Some(path) = &self.picture {
            output.write_to(Some(path), &picture())?;
        }
        let text = match output.format {
            Format::Json => render_json(&report),
            Format::Csv => render_trace_csv(&report),
            Format::Svg => picture(),
            Format::Text | Format::Dot => render_trace_text(&report),
        };
        output.write_to(self.output.as_deref(), &text)?;
        Ok(Done::Clear)
    }
}
