//! `interdict rescreen`

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use interdict_engine::screening::{MatchChangeKind, MatchState};
use interdict_engine::{AsOf, CustomerMatchChange, RescreenReport, RescreenRequest};
use interdict_model::{GenerationId, four_digits};

use super::batch::{ColumnArgs, describe_rows, describe_unread};
use super::render;
use crate::data::{Data, RequireArgs, StateArgs};
use crate::output::{ExitStatus, Format, Output, csv_line, json, print_note, warn_gaps};
use crate::query::PolicyArgs;

/// Find the customers whose matches a change of the lists alters.
///
/// Compares the lists with an older generation and reports which matches are new, gone or changed, with the state
/// before and after. The result equals that of two full screens, but only customers that a changed entity could match
/// are screened.
///
/// Exit codes: 0 no match is new or changed; 1 one is; 3 none is, but fields of customers could not be
/// read or a list is missing or stale; 4 some customers could not be screened, whatever was found for
/// the others; 2 failure, such as more of them than --max-unscreened allows.
#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  interdict rescreen customers.csv --since 11 -s Person -i full_name=name -i born=birthDate
  interdict rescreen customers.csv --since 11 -i name=name --id-column id --output touched.csv --format csv")]
pub(crate) struct Rescreen {
    /// The customers: .csv, .ndjson or .parquet.
    customers: PathBuf,
    /// The older generation.
    #[arg(long, value_name = "GENERATION")]
    since: GenerationId,
    #[command(flatten)]
    columns: ColumnArgs,
    /// The column with the reference of the customer. Without -i, a column `id` is used.
    #[arg(long, value_name = "COLUMN")]
    id_column: Option<String>,
    /// Write the result to this file.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    require: RequireArgs,
    #[command(flatten)]
    state: StateArgs,
}

impl Rescreen {
    pub(crate) fn run(&self, data: &Data, output: &mut Output) -> anyhow::Result<ExitStatus> {
        let session = data.session()?;
        let old = session.open_lists(AsOf::Generation(self.since))?;
        let mut new = session.open_lists(self.state.as_of())?;
        new.require(&self.require.require);
        let known = self.columns.read(&session, &self.customers)?;
        let request = RescreenRequest {
            customers: self.customers.clone(),
            map: known.map,
            id_column: self.id_column.clone().or(known.id_column),
            policy: self.policy.policy(session.config()),
            max_unscreened: self.columns.max_unscreened(),
        };
        let report = session.rescreen(&old, &new, &request)?;
        let text = match output.format {
            Format::Json => json(&session, &report)?,
            Format::Csv => render_csv(&report),
            Format::Text => render_text(&report),
            Format::Dot | Format::Svg => {
                anyhow::bail!("this has no picture; choose text, json or csv")
            }
        };
        match &self.output {
            Some(path) => {
                std::fs::write(path, text)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                print_note(render_summary(&report).trim_end());
            }
            None => output.write(&text)?,
        }
        warn_gaps(&report.gaps);
        Ok(ExitStatus::of_rows(&report.reading, report.verdict))
    }
}

fn word(kind: MatchChangeKind) -> &'static str {
    match kind {
        MatchChangeKind::New => "new",
        MatchChangeKind::Gone => "gone",
        MatchChangeKind::Changed => "changed",
    }
}

fn render_text(report: &RescreenReport) -> String {
    let mut text = String::new();
    for result in &report.results {
        let customer = result.customer.as_deref().unwrap_or_default();
        let name = result.name.as_deref().unwrap_or_default();
        let kind = word(result.change.kind);
        let _ = writeln!(
            text,
            "{kind:<8} row {} {customer} {name:?}  {}",
            result.row, result.change.entity
        );
        let sides = [("before", &result.change.before), ("after", &result.change.after)];
        for (side, state) in sides {
            let _ = writeln!(text, "         {side:<7} {}", describe(state.as_ref()));
        }
        for (dataset, changes) in &result.record {
            for change in changes {
                let (removed, added) = (change.removed.join(" | "), change.added.join(" | "));
                let property = &change.property;
                let _ = writeln!(text, "         {dataset} {property}: -[{removed}] +[{added}]");
            }
        }
    }
    text + &render_summary(report)
}

fn describe(state: Option<&MatchState>) -> String {
    let Some(state) = state else { return "no match".to_owned() };
    let datasets: Vec<&str> = state.datasets.iter().map(AsRef::as_ref).collect();
    let matched = state.listed_name.as_deref().unwrap_or("by number or wallet");
    let force = if state.in_force { "" } else { ", not in force" };
    format!("{} {:?} by {matched:?} on {}{force}", state.score, state.caption, datasets.join(", "))
}

fn render_summary(report: &RescreenReport) -> String {
    let mut text = format!(
        "{}; generation {} to {}: {} changed entities, {} customers screened again; {} matches new, \
         {} gone, {} changed\n",
        describe_rows(&report.reading),
        report.from,
        report.to,
        report.changed_entities,
        report.customers_screened,
        report.count(MatchChangeKind::New),
        report.count(MatchChangeKind::Gone),
        report.count(MatchChangeKind::Changed)
    );
    text.push_str(&describe_unread(&report.reading));
    text.push_str(&render::policy(&report.policy));
    text + &render::searched_lists(&report.lists, &report.removed, report.to)
}

const CSV_COLUMNS: [&str; 13] = [
    "row",
    "customer",
    "name",
    "change",
    "match_id",
    "before_caption",
    "before_score",
    "before_match",
    "before_name",
    "after_caption",
    "after_score",
    "after_match",
    "after_name",
];

fn render_csv(report: &RescreenReport) -> String {
    let mut text = csv_line(&CSV_COLUMNS);
    for result in &report.results {
        text.push_str(&csv_line(&csv_cells(result)));
    }
    text
}

fn csv_cells(result: &CustomerMatchChange) -> Vec<String> {
    let mut cells = vec![
        result.row.to_string(),
        result.customer.clone().unwrap_or_default(),
        result.name.clone().unwrap_or_default(),
        word(result.change.kind).to_owned(),
        result.change.entity.to_string(),
    ];
    for state in [&result.change.before, &result.change.after] {
        match state {
            Some(state) => cells.extend([
                state.caption.clone(),
                format!("{:.4}", four_digits(state.score.value())),
                state.is_match.to_string(),
                state.listed_name.clone().unwrap_or_default(),
            ]),
            None => cells.extend([String::new(), String::new(), String::new(), String::new()]),
        }
    }
    cells
}
