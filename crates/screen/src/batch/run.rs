//! The run itself.

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::thread;

use interdict_index::{Generation, Scratch};
use interdict_model::Schema;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::error::BatchError;
use super::read::RowReader;
use super::row::{Cells, Row};
use super::write::{Added, RowWriter};
use crate::outcome::{Candidate, Outcome};
use crate::policy::Policy;
use crate::query::Query;
use crate::screen::screen;

/// Rows that are screened at a time. Large enough to keep all cores busy, small enough that two
/// chunks of long rows stay far below the memory of a small machine.
const CHUNK: usize = 4_096;

/// Which column holds which FollowTheMoney property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub column: String,
    /// The property.
    pub property: String,
}

/// How to run a batch.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// The schema of every row, unless a column says otherwise.
    pub schema: Option<Schema>,
    /// A column that holds each row's schema.
    pub schema_column: Option<String>,
    /// The columns to screen by.
    pub columns: Vec<Column>,
    /// How to answer.
    pub policy: Policy,
    /// Write rows without a candidate too.
    pub include_empty: bool,
    /// Add a column with the evidence of each candidate.
    pub explanation: bool,
}

/// What a batch did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BatchSummary {
    /// Rows read.
    pub rows: u64,
    /// Rows with at least one match.
    pub rows_matched: u64,
    /// Rows that could not be screened.
    pub rows_failed: u64,
    /// Candidates written.
    pub candidates: u64,
    /// Matches by dataset.
    pub by_dataset: BTreeMap<String, u64>,
    /// Matches by score, in bands of a twentieth: `0.95` counts 0.95 to below 1.
    pub by_band: BTreeMap<String, u64>,
}

struct Plan<'a> {
    generation: &'a Generation,
    options: &'a BatchOptions,
    places: Vec<Option<usize>>,
    schema_place: Option<usize>,
}

/// Screens every row of a file. Order is kept; a row that cannot be screened is written with its
/// fault and the run goes on. `progress` is told how many rows are done.
pub fn run_batch(
    generation: &Generation,
    mut reader: RowReader,
    mut writer: RowWriter,
    options: &BatchOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<BatchSummary, BatchError> {
    let plan = plan(generation, &reader, options)?;
    let mut summary = BatchSummary::default();
    let mut rows = reader.next_rows(CHUNK)?;
    writer.start(&input_columns(&reader, &rows), &added_columns(options))?;
    thread::scope(|scope| {
        let (send, receive) = sync_channel::<Result<Vec<Row>, BatchError>>(2);
        // Reading, screening and writing overlap; the channel bounds what is in memory.
        scope.spawn(move || {
            loop {
                let next = reader.next_rows(CHUNK);
                let last = next.as_ref().map_or(true, Vec::is_empty);
                if send.send(next).is_err() || last {
                    return;
                }
            }
        });
        while !rows.is_empty() {
            let results: Vec<_> = rows
                .par_iter()
                .with_min_len(16)
                .map_init(Scratch::default, |scratch, row| plan.screen_row(row, scratch))
                .collect();
            for (row, result) in rows.iter().zip(results) {
                write_result(&mut writer, &mut summary, options, row, result?)?;
            }
            progress(summary.rows);
            rows = match receive.recv() {
                Ok(next) => next?,
                Err(_) => Vec::new(),
            };
        }
        Ok::<_, BatchError>(())
    })?;
    writer.finish()?;
    Ok(summary)
}

fn plan<'a>(
    generation: &'a Generation,
    reader: &RowReader,
    options: &'a BatchOptions,
) -> Result<Plan<'a>, BatchError> {
    if options.columns.is_empty() {
        return Err(BatchError::NoColumns);
    }
    let place = |column: &str| -> Result<Option<usize>, BatchError> {
        let Some(header) = reader.header() else { return Ok(None) };
        match header.iter().position(|name| name == column) {
            Some(place) => Ok(Some(place)),
            None => Err(BatchError::Column {
                path: reader.path().to_owned(),
                column: column.to_owned(),
                present: header.iter().collect::<Vec<_>>().join(", "),
            }),
        }
    };
    let places = options.columns.iter().map(|c| place(&c.column)).collect::<Result<_, _>>()?;
    let schema_place = options.schema_column.as_deref().map(place).transpose()?.flatten();
    Ok(Plan { generation, options, places, schema_place })
}

/// The input's columns: the header, or for JSON the keys of the first rows in order of appearance.
fn input_columns(reader: &RowReader, rows: &[Row]) -> Vec<String> {
    if let Some(header) = reader.header() {
        return header.iter().map(str::to_owned).collect();
    }
    let mut columns: Vec<String> = Vec::new();
    for row in rows {
        if let Cells::Object(object) = &row.cells {
            for name in object.keys() {
                if !columns.contains(name) {
                    columns.push(name.clone());
                }
            }
        }
    }
    columns
}

fn added_columns(options: &BatchOptions) -> Vec<&'static str> {
    let mut names =
        vec!["match_id", "match_caption", "match_score", "match", "match_topics", "match_error"];
    if options.explanation {
        names.push("match_explanation");
    }
    names
}

impl Plan<'_> {
    /// The outcome of a row, or in words why there is none.
    fn screen_row(
        &self,
        row: &Row,
        scratch: &mut Scratch,
    ) -> Result<Result<Outcome, String>, BatchError> {
        if let Some(fault) = &row.fault {
            return Ok(Err(fault.clone()));
        }
        match self.query(row) {
            Ok(query) => Ok(Ok(screen(self.generation, &query, &self.options.policy, scratch)?)),
            Err(fault) => Ok(Err(fault)),
        }
    }

    fn query(&self, row: &Row) -> Result<Query, String> {
        let schema = match &self.options.schema_column {
            Some(column) => match row.cells.texts(column, self.schema_place).first() {
                Some(text) if !text.trim().is_empty() => {
                    Some(Schema::parse(text).map_err(|error| error.to_string())?)
                }
                _ => self.options.schema.clone(),
            },
            None => self.options.schema.clone(),
        };
        let mut query = Query::new(schema);
        for (column, place) in self.options.columns.iter().zip(&self.places) {
            for text in row.cells.texts(&column.column, *place) {
                query.add(&column.property, text).map_err(|error| error.to_string())?;
            }
        }
        query.finish().map_err(|error| error.to_string())
    }
}

fn write_result(
    writer: &mut RowWriter,
    summary: &mut BatchSummary,
    options: &BatchOptions,
    row: &Row,
    result: Result<Outcome, String>,
) -> Result<(), BatchError> {
    summary.rows += 1;
    match result {
        Err(fault) => {
            summary.rows_failed += 1;
            writer.row(&row.cells, &added(None, Some(fault), options))
        }
        Ok(outcome) => {
            summary.rows_matched += u64::from(outcome.matches > 0);
            if outcome.candidates.is_empty() && options.include_empty {
                return writer.row(&row.cells, &added(None, None, options));
            }
            for candidate in &outcome.candidates {
                count(summary, candidate);
                writer.row(&row.cells, &added(Some(candidate), None, options))?;
            }
            Ok(())
        }
    }
}

fn count(summary: &mut BatchSummary, candidate: &Candidate) {
    summary.candidates += 1;
    if !candidate.is_match {
        return;
    }
    for dataset in &candidate.datasets {
        *summary.by_dataset.entry(dataset.to_string()).or_default() += 1;
    }
    let band = (candidate.score.value() * 20.0 + 1e-9).floor() / 20.0;
    *summary.by_band.entry(format!("{band:.2}")).or_default() += 1;
}

fn added(candidate: Option<&Candidate>, fault: Option<String>, options: &BatchOptions) -> Added {
    let text = |value: &str| Value::String(value.to_owned());
    let mut added = match candidate {
        Some(candidate) => vec![
            ("match_id", text(candidate.entity.id.as_str())),
            ("match_caption", text(candidate.entity.caption())),
            ("match_score", rounded(candidate.score.value())),
            ("match", Value::Bool(candidate.is_match)),
            ("match_topics", text(&candidate.entity.values("topics").join(";"))),
        ],
        None => ["match_id", "match_caption", "match_score", "match", "match_topics"]
            .map(|name| (name, Value::Null))
            .to_vec(),
    };
    added.push(("match_error", fault.map_or(Value::Null, Value::String)));
    if options.explanation {
        let explanation = candidate.map(|c| serde_json::json!({"name": c.name, "evidence": c.evidence}));
        added.push(("match_explanation", explanation.unwrap_or(Value::Null)));
    }
    added
}

/// Four decimals: finer differences say nothing.
fn rounded(score: f64) -> Value {
    serde_json::Number::from_f64((score * 10_000.0).round() / 10_000.0).map_or(Value::Null, Value::Number)
}
