//! Scores of name pairs: how a threshold is tested, and how accuracy is measured.

use std::fs::File;
use std::path::Path;

use interdict_model::{Schema, four_digits};
use interdict_names::Comparison;
use interdict_screen::QueryName;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::EngineError;
use crate::session::Session;

/// The names that were compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ComparedNames {
    /// Both names, as they were given.
    pub names: [String; 2],
    /// The schema of their bearers; null stands for any.
    pub schema: Option<Schema>,
}

/// The comparison of two names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CompareAnswer {
    /// The names that were compared.
    pub query: ComparedNames,
    /// The score, and how it came about.
    #[serde(flatten)]
    pub comparison: Comparison,
}

/// The counts of a file of pairs.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct PairsReport {
    /// Pairs compared.
    pub pairs: u64,
    /// Pairs with a name that cannot be compared, or a schema that is unknown. Their score is empty.
    pub failed: u64,
}

impl Session {
    /// Compares two names of bearers of that schema.
    pub fn compare_names(&self, a: &str, b: &str, schema: Option<&Schema>) -> CompareAnswer {
        let names = [a.to_owned(), b.to_owned()];
        let (a, b) = (QueryName::analyse(a, schema), QueryName::analyse(b, schema));
        CompareAnswer {
            query: ComparedNames { names, schema: schema.cloned() },
            comparison: a.compare(&b).expect("names of one schema have a kind in common"),
        }
    }

    /// Reads pairs (`name1`, `name2`, and if present `schema`) and writes them with their `score`. All
    /// columns are kept.
    pub fn compare_pairs(
        &self,
        input: &Path,
        output: &Path,
        schema: Option<&Schema>,
    ) -> Result<PairsReport, EngineError> {
        score_pairs(input, output, schema)
    }
}

fn score_pairs(
    input: &Path,
    output: &Path,
    schema: Option<&Schema>,
) -> Result<PairsReport, EngineError> {
    let file = File::open(input).map_err(EngineError::io("open", input))?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let read_error = |error: csv::Error| EngineError::io("read", input)(error.into());
    let header = reader.headers().map_err(read_error)?.clone();
    let place = |column: &'static str| {
        header.iter().position(|name| name.trim_start_matches('\u{feff}').trim() == column)
    };
    let needed = |column| {
        place(column).ok_or_else(|| EngineError::Column {
            path: input.to_owned(),
            column,
            present: header.iter().collect::<Vec<_>>().join(", "),
        })
    };
    let (first, second, schema_place) = (needed("name1")?, needed("name2")?, place("schema"));
    let write_error = |error: csv::Error| EngineError::io("write", output)(error.into());
    let mut writer =
        csv::WriterBuilder::new().flexible(true).from_path(output).map_err(write_error)?;
    writer.write_record(header.iter().chain(["score"])).map_err(write_error)?;
    let mut report = PairsReport { pairs: 0, failed: 0 };
    for record in reader.byte_records() {
        let record = record.map_err(read_error)?;
        let cell = |place: usize| String::from_utf8_lossy(record.get(place).unwrap_or_default());
        let given = schema_place.map(cell).filter(|text| !text.trim().is_empty());
        let parsed = given.map(|text| Schema::parse(&text)).transpose();
        report.pairs += 1;
        let score = match parsed {
            Ok(own) => score(&cell(first), &cell(second), own.as_ref().or(schema)),
            Err(_) => None,
        };
        report.failed += u64::from(score.is_none());
        let score = score.map(|score| format!("{:.4}", four_digits(score))).unwrap_or_default();
        let mut row: Vec<&[u8]> = (0..header.len().max(record.len()))
            .map(|place| record.get(place).unwrap_or_default())
            .collect();
        row.push(score.as_bytes());
        writer.write_record(row).map_err(write_error)?;
    }
    writer.flush().map_err(EngineError::io("write", output))?;
    Ok(report)
}

/// The score, unless one of the names cannot be compared.
fn score(a: &str, b: &str, schema: Option<&Schema>) -> Option<f64> {
    let (a, b) = (QueryName::analyse(a, schema), QueryName::analyse(b, schema));
    if a.is_comparable() && b.is_comparable() { a.score(&b) } else { None }
}
