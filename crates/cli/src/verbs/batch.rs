//! `interdict batch`

use std::path::PathBuf;
use std::sync::OnceLock;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use interdict_engine::BatchReport;
use interdict_model::Schema;
use interdict_screen::batch::{BatchOptions, Column, create_rows, open_rows};

use super::render;
use crate::data::{Data, StateArgs};
use crate::output::{Done, Output, is_interactive, warn_gaps};
use crate::query::PolicyArgs;

/// Screen a file of customers.
///
/// One row is written for each candidate: the input's columns, then match_id, match_caption,
/// match_score, match, match_topics and match_error. The order of the input is kept, and a row that
/// cannot be screened says why in match_error.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict batch customers.csv hits.csv -s Person -i full_name=name -i born=birthDate
  interdict batch parties.ndjson hits.ndjson -s Company -i name=name -d us_ofac_sdn --include-empty")]
pub(crate) struct Batch {
    /// The customers: .csv or .ndjson.
    input: PathBuf,
    /// The result: .csv or .ndjson.
    output: PathBuf,
    /// What the rows are: Person, Company, Vessel ...
    #[arg(short, long, value_parser = Schema::parse)]
    schema: Option<Schema>,
    /// A column that holds each row's schema.
    #[arg(long, value_name = "COLUMN")]
    schema_column: Option<String>,
    /// Which column holds which FollowTheMoney property: name, birthDate, nationality, country,
    /// passportNumber, idNumber, address, publicKey ...
    #[arg(short, long = "input", value_name = "COLUMN=PROPERTY", value_parser = parse_column, required = true)]
    input_column: Vec<Column>,
    /// Write rows without a candidate too.
    #[arg(long)]
    include_empty: bool,
    /// Add a column match_explanation with what was weighed, as JSON.
    #[arg(long)]
    explanation: bool,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    state: StateArgs,
}

fn parse_column(text: &str) -> Result<Column, String> {
    let (column, property) =
        text.split_once('=').ok_or_else(|| format!("{text:?} is not COLUMN=PROPERTY"))?;
    Ok(Column { column: column.to_owned(), property: property.trim().to_owned() })
}

impl Batch {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<Done> {
        let lists = data.lists(&self.state)?;
        let options = BatchOptions {
            schema: self.schema.clone(),
            schema_column: self.schema_column.clone(),
            columns: self.input_column.clone(),
            policy: self.policy.policy(),
            include_empty: self.include_empty,
            explanation: self.explanation,
        };
        let reader = open_rows(&self.input)?;
        let writer = create_rows(&self.output)?;
        let bar: OnceLock<ProgressBar> = OnceLock::new();
        let progress = |rows: u64| {
            if is_interactive() {
                bar.get_or_init(rows_bar).set_position(rows);
            }
        };
        let report = lists.batch(reader, writer, &options, &progress)?;
        if let Some(bar) = bar.get() {
            bar.finish_and_clear();
        }
        output.give(&report, render_report)?;
        warn_gaps(&report.gaps);
        Ok(Done::of(report.summary.rows_matched > 0, report.complete))
    }
}

/// How many rows are done and how fast; the number of rows is not known before the end.
fn rows_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {human_pos} rows, {per_sec}, {elapsed}");
    ProgressBar::new_spinner()
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
}

fn render_report(report: &BatchReport) -> String {
    let summary = &report.summary;
    let mut text = format!(
        "{} rows screened: {} with a match, {} could not be screened, {} candidates written\n",
        summary.rows, summary.rows_matched, summary.rows_failed, summary.candidates
    );
    let list = |counts: &std::collections::BTreeMap<String, u64>| {
        counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    if !summary.by_dataset.is_empty() {
        text.push_str(&format!("matches by list: {}\n", list(&summary.by_dataset)));
        text.push_str(&format!("matches by score: {}\n", list(&summary.by_band)));
    }
    text.push_str(&render::searched(&report.lists, report.generation));
    text
}
