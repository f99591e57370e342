//! Result rows as bytes: CSV and NDJSON, encoded by a worker and appended in order.

use std::io::Write;

use serde_json::{Map, Value};

use crate::row::{Cells, CsvRecord};
use interdict_screen::Candidate;

/// The columns that a batch adds, before `match_explanation`.
pub(crate) const ADDED: [&str; 6] =
    ["match_id", "match_caption", "match_score", "match", "match_topics", "match_error"];
/// The column that is added on request.
pub(crate) const EXPLANATION: &str = "match_explanation";

/// The values of the added columns of one row.
#[derive(Clone, Copy)]
pub(crate) struct AddedValues<'a> {
    pub(crate) candidate: Option<&'a Candidate>,
    pub(crate) fault: Option<&'a str>,
    pub(crate) explanation: bool,
}

impl AddedValues<'_> {
    /// The topics, joined.
    pub(crate) fn topics(&self) -> Option<String> {
        self.candidate.map(|candidate| candidate.entity.values("topics").join(";"))
    }

    /// Rounded to four decimals: finer differences mean nothing.
    pub(crate) fn score(&self) -> Option<f64> {
        self.candidate.map(|candidate| (candidate.score.value() * 10_000.0).round() / 10_000.0)
    }

    /// The evidence, as JSON.
    pub(crate) fn evidence(&self) -> Option<Value> {
        let candidate = self.candidate.filter(|_| self.explanation)?;
        Some(serde_json::json!({"name": candidate.name, "evidence": candidate.evidence}))
    }
}

/// The names of the added columns.
pub(crate) fn added_columns(explanation: bool) -> Vec<&'static str> {
    ADDED.into_iter().chain(explanation.then_some(EXPLANATION)).collect()
}

/// The header of a comma-separated result.
pub(crate) fn csv_header(columns: &[String], explanation: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let names = columns.iter().map(String::as_str).chain(added_columns(explanation));
    for (place, name) in names.enumerate() {
        separate(&mut out, place);
        csv_cell(&mut out, name.as_bytes());
    }
    out.push(b'\n');
    out
}

fn separate(out: &mut Vec<u8>, place: usize) {
    if place > 0 {
        out.push(b',');
    }
}

/// One comma-separated row.
pub(crate) fn csv_row(
    out: &mut Vec<u8>,
    columns: &[String],
    cells: &Cells<'_>,
    added: AddedValues<'_>,
) {
    match cells {
        // The input record is copied unchanged, quotes included: most rows need no parsing here.
        Cells::Record(record) if record.len() == columns.len() && added.fault.is_none() => {
            out.extend_from_slice(record.raw);
        }
        Cells::Record(record) => csv_record(out, columns.len(), record),
        Cells::Object { object, .. } => {
            for (place, name) in columns.iter().enumerate() {
                separate(out, place);
                csv_cell(out, object.get(name).map(plain).unwrap_or_default().as_bytes());
            }
        }
        #[cfg(feature = "parquet")]
        Cells::Table { table, row } => {
            for place in 0..columns.len() {
                separate(out, place);
                csv_cell(out, plain(&table.json(place, *row)).as_bytes());
            }
        }
    }
    csv_added(out, added);
}

fn csv_record(out: &mut Vec<u8>, fields: usize, record: &CsvRecord<'_>) {
    for place in 0..fields.max(record.len()) {
        separate(out, place);
        csv_cell(out, record.get(place).unwrap_or_default());
    }
}

fn csv_added(out: &mut Vec<u8>, added: AddedValues<'_>) {
    match added.candidate {
        Some(candidate) => {
            out.push(b',');
            csv_cell(out, candidate.entity.id.as_str().as_bytes());
            out.push(b',');
            csv_cell(out, candidate.entity.caption().as_bytes());
            let (score, is_match) = (added.score().unwrap_or_default(), candidate.is_match);
            let _ = write!(out, ",{score:?},{is_match},");
            csv_cell(out, added.topics().unwrap_or_default().as_bytes());
        }
        None => out.extend_from_slice(b",,,,,"),
    }
    out.push(b',');
    csv_cell(out, added.fault.unwrap_or_default().as_bytes());
    if added.explanation {
        out.push(b',');
        let evidence = added.evidence().map(|value| value.to_string());
        csv_cell(out, evidence.unwrap_or_default().as_bytes());
    }
    out.push(b'\n');
}

/// A cell, in quotes where it needs them, as `csv::Writer` writes it. That writer is not used here
/// because it writes only whole records of its own, while most rows begin with the unchanged bytes
/// of the input record. A test compares the two.
fn csv_cell(out: &mut Vec<u8>, cell: &[u8]) {
    if !cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n')) {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    for part in cell.split_inclusive(|byte| *byte == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// One line of JSON.
pub(crate) fn json_row(
    out: &mut Vec<u8>,
    columns: &[String],
    cells: &Cells<'_>,
    added: AddedValues<'_>,
) {
    match cells {
        // The input line with more keys: numbers and the order of keys stay as they are.
        Cells::Object { object, line: Some(line) } if !has_added(object, added.explanation) => {
            let line = line.trim_ascii();
            out.extend_from_slice(line.strip_suffix(b"}").unwrap_or(line));
            json_added(out, object.is_empty(), added);
        }
        Cells::Object { object, .. } => {
            let kept = object.iter().filter(|(name, _)| !is_added(name, added.explanation));
            json_pairs(out, kept.map(|(name, value)| (name.as_str(), value.clone())), added);
        }
        Cells::Record(record) => {
            let extra = (columns.len()..record.len()).map(|place| format!("field_{}", place + 1));
            let names: Vec<String> = columns.iter().cloned().chain(extra).collect();
            let cell = |place| String::from_utf8_lossy(record.get(place).unwrap_or_default());
            let pairs = names.iter().enumerate();
            let text =
                |(place, name)| (String::as_str(name), Value::String(cell(place).into_owned()));
            json_pairs(out, pairs.map(text), added);
        }
        #[cfg(feature = "parquet")]
        Cells::Table { table, row } => {
            let pairs = columns.iter().enumerate();
            let value = |(place, name)| (String::as_str(name), table.json(place, *row));
            json_pairs(out, pairs.map(value), added);
        }
    }
}

fn is_added(name: &str, explanation: bool) -> bool {
    ADDED.contains(&name) || (explanation && name == EXPLANATION)
}

fn has_added(object: &Map<String, Value>, explanation: bool) -> bool {
    object.keys().any(|name| is_added(name, explanation))
}

fn json_pairs<'a>(
    out: &mut Vec<u8>,
    pairs: impl Iterator<Item = (&'a str, Value)>,
    added: AddedValues<'_>,
) {
    out.push(b'{');
    let mut first = true;
    for (name, value) in pairs {
        if !first {
            out.push(b',');
        }
        first = false;
        json_value(out, &Value::String(name.to_owned()));
        out.push(b':');
        json_value(out, &value);
    }
    json_added(out, first, added);
}

fn json_added(out: &mut Vec<u8>, first: bool, added: AddedValues<'_>) {
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::String(text.to_owned()));
    let entity = added.candidate.map(|candidate| &candidate.entity);
    let score = added.score().and_then(serde_json::Number::from_f64);
    let values = [
        text(entity.map(|entity| entity.id.as_str())),
        text(entity.map(|entity| entity.caption())),
        score.map_or(Value::Null, Value::Number),
        added.candidate.map_or(Value::Null, |candidate| Value::Bool(candidate.is_match)),
        text(added.topics().as_deref()),
        text(added.fault),
        added.evidence().unwrap_or(Value::Null),
    ];
    for (place, (name, value)) in added_columns(added.explanation).iter().zip(values).enumerate() {
        if place > 0 || !first {
            out.push(b',');
        }
        let _ = write!(out, "\"{name}\":");
        json_value(out, &value);
    }
    out.extend_from_slice(b"}\n");
}

fn json_value(out: &mut Vec<u8>, value: &Value) {
    serde_json::to_writer(out, value).expect("memory takes every write and every key is a text");
}

/// A value as a cell: texts as they are, everything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cells_are_quoted_as_the_csv_crate_quotes_them(
            cells in proptest::collection::vec("[ab ,;#'\"\r\n\t=é]{0,8}", 2..5)
        ) {
            let mut expected = csv::Writer::from_writer(Vec::new());
            expected.write_record(&cells).unwrap();
            let mut found = Vec::new();
            for (place, cell) in cells.iter().enumerate() {
                separate(&mut found, place);
                csv_cell(&mut found, cell.as_bytes());
            }
            found.push(b'\n');
            prop_assert_eq!(found, expected.into_inner().unwrap());
        }
    }
}
