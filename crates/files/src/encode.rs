//! Result rows as bytes: CSV and NDJSON, encoded by a worker and appended in order.

use std::collections::BTreeSet;
use std::io::Write;

use interdict_model::{Country, EvidenceCode, NameStrength, four_digits};
use serde_json::{Map, Value};

use crate::form::Delimiter;
use crate::row::{Cells, CsvRecord};
use interdict_screen::Candidate;

/// The columns that a batch adds, before `match_explanation`.
pub(crate) const ADDED: [&str; 13] = [
    "match_id",
    "match_caption",
    "match_score",
    "match",
    "match_list",
    "match_programme",
    "match_name",
    "match_name_kind",
    "match_birth_date",
    "match_country",
    "match_topics",
    "match_error",
    "match_unread",
];
/// The column that is added on request.
pub(crate) const EXPLANATION: &str = "match_explanation";

/// The values of the added columns of one row.
#[derive(Clone, Copy, Default)]
pub(crate) struct AddedValues<'a> {
    pub(crate) candidate: Option<&'a Candidate>,
    /// Why the row was not screened.
    pub(crate) fault: Option<&'a str>,
    /// The fields that were not read, each with the reason.
    pub(crate) unread: Option<&'a str>,
    pub(crate) explanation: bool,
}

/// The value of one added column.
pub(crate) enum AddedValue {
    /// Text, or several values joined by semicolons.
    Text(Option<String>),
    Score(Option<f64>),
    Flag(Option<bool>),
    Json(Option<Value>),
}

impl AddedValues<'_> {
    /// The values in the order of the columns.
    pub(crate) fn values(&self) -> Vec<AddedValue> {
        use AddedValue::{Flag, Json, Score, Text};
        let of = |text: fn(&Candidate) -> String| Text(self.candidate.map(text));
        let owned = |text: Option<&str>| Text(text.map(str::to_owned));
        let mut values = vec![
            of(|candidate| candidate.entity.id.to_string()),
            of(|candidate| candidate.entity.caption().to_owned()),
            Score(self.candidate.map(|found| four_digits(found.score.value()))),
            Flag(self.candidate.map(|candidate| candidate.is_match)),
            of(|candidate| joined(candidate.datasets.iter().map(AsRef::as_ref))),
            of(|candidate| joined(programmes(candidate))),
            of(|candidate| {
                candidate.name.as_ref().map(|name| name.listed.clone()).unwrap_or_default()
            }),
            of(|candidate| matched_by(candidate).to_owned()),
            of(|candidate| joined(candidate.entity.values("birthDate").iter().map(String::as_str))),
            of(|candidate| joined(candidate.entity.countries().iter().map(Country::code))),
            of(|candidate| joined(candidate.entity.values("topics").iter().map(String::as_str))),
            owned(self.fault),
            owned(self.unread),
        ];
        if self.explanation {
            let evidence = |found: &Candidate| serde_json::json!({"name": found.name, "evidence": found.evidence});
            values.push(Json(self.candidate.map(evidence)));
        }
        values
    }
}

fn joined<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().collect::<Vec<_>>().join(";")
}

/// The programmes of all designations, each once.
fn programmes(candidate: &Candidate) -> BTreeSet<&str> {
    let designations = candidate.entity.provenance.iter().flat_map(|p| &p.designations);
    designations.flat_map(|designation| &designation.programmes).map(String::as_str).collect()
}

/// The kind of the listed name that agrees, or what agrees instead of a name.
fn matched_by(candidate: &Candidate) -> &'static str {
    let by_wallet = || candidate.evidence.iter().any(|e| e.code == EvidenceCode::WalletListed);
    match candidate.name.as_ref().map(|name| name.strength) {
        Some(NameStrength::Primary) => "primary",
        Some(NameStrength::Strong) => "alias",
        Some(NameStrength::Former) => "former",
        Some(NameStrength::Weak) => "weak",
        None if by_wallet() => "wallet",
        None => "number",
    }
}

/// The names of the added columns.
pub(crate) fn added_columns(explanation: bool) -> Vec<&'static str> {
    ADDED.into_iter().chain(explanation.then_some(EXPLANATION)).collect()
}

/// The header of a comma-separated result.
pub(crate) fn csv_header(columns: &[String], delimiter: Delimiter, explanation: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let names = columns.iter().map(String::as_str).chain(added_columns(explanation));
    let mut csv = CsvOut { out: &mut out, delimiter: delimiter.byte() };
    for (place, name) in names.enumerate() {
        csv.separate(place);
        csv.cell(name.as_bytes());
    }
    out.push(b'\n');
    out
}

/// One comma-separated row.
pub(crate) fn csv_row(
    out: &mut Vec<u8>,
    delimiter: Delimiter,
    (columns, cells): (&[String], &Cells<'_>),
    added: AddedValues<'_>,
) {
    let mut csv = CsvOut { out, delimiter: delimiter.byte() };
    match cells {
        // The input record is copied unchanged, quotes included: most rows need no parsing here.
        Cells::Record(record)
            if record.len() == columns.len()
                && record.delimiter == delimiter
                && added.fault.is_none() =>
        {
            csv.out.extend_from_slice(record.raw);
        }
        Cells::Record(record) => csv.record(columns.len(), record),
        Cells::Object { object, .. } => {
            for (place, name) in columns.iter().enumerate() {
                csv.separate(place);
                csv.cell(object.get(name).map(plain).unwrap_or_default().as_bytes());
            }
        }
        #[cfg(feature = "parquet")]
        Cells::Table { table, row } => {
            for place in 0..columns.len() {
                csv.separate(place);
                csv.cell(plain(&table.json(place, *row)).as_bytes());
            }
        }
    }
    csv.added(added);
}

/// Comma-separated bytes, or with another delimiter.
struct CsvOut<'a> {
    out: &'a mut Vec<u8>,
    delimiter: u8,
}

impl CsvOut<'_> {
    fn separate(&mut self, place: usize) {
        if place > 0 {
            self.out.push(self.delimiter);
        }
    }

    fn record(&mut self, fields: usize, record: &CsvRecord<'_>) {
        for place in 0..fields.max(record.len()) {
            self.separate(place);
            self.cell(record.get(place).unwrap_or_default());
        }
    }

    /// A further cell, after others.
    fn next(&mut self, cell: &str) {
        self.out.push(self.delimiter);
        self.cell(cell.as_bytes());
    }

    fn added(&mut self, added: AddedValues<'_>) {
        for value in added.values() {
            match value {
                AddedValue::Text(text) => self.next(&text.unwrap_or_default()),
                AddedValue::Score(score) => {
                    self.next(&score.map(|score| format!("{score:?}")).unwrap_or_default());
                }
                AddedValue::Flag(flag) => {
                    self.next(flag.map_or("", |flag| if flag { "true" } else { "false" }));
                }
                AddedValue::Json(json) => {
                    self.next(&json.map(|json| json.to_string()).unwrap_or_default());
                }
            }
        }
        self.out.push(b'\n');
    }

    /// A cell, in quotes where it needs them, as `csv::Writer` writes it. It is not used here because most
    /// rows begin with the bytes of the input record, unchanged, and `csv::Writer` writes only whole
    /// records of its own; a test compares the two.
    fn cell(&mut self, cell: &[u8]) {
        let special = |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || *byte == self.delimiter;
        if !cell.iter().any(special) {
            self.out.extend_from_slice(cell);
            return;
        }
        self.out.push(b'"');
        for part in cell.split_inclusive(|byte| *byte == b'"') {
            self.out.extend_from_slice(part);
            if part.ends_with(b"\"") {
                self.out.push(b'"');
            }
        }
        self.out.push(b'"');
    }
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
        Cells::Object { object, line: Some(line), .. } if !has_added(object, added.explanation) => {
            let line = line.trim_ascii();
            out.extend_from_slice(line.strip_suffix(b"}").unwrap_or(line));
            json_added(out, object.is_empty(), added);
        }
        Cells::Object { object, .. } => {
            let pairs = object.iter().map(|(name, value)| (name.as_str(), value.clone()));
            json_pairs(out, pairs, added);
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

/// An object of the pairs, without those that an earlier run added, followed by the new ones.
fn json_pairs<'a>(
    out: &mut Vec<u8>,
    pairs: impl Iterator<Item = (&'a str, Value)>,
    added: AddedValues<'_>,
) {
    out.push(b'{');
    let mut first = true;
    for (name, value) in pairs.filter(|(name, _)| !is_added(name, added.explanation)) {
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
    let values = added.values().into_iter().map(|value| match value {
        AddedValue::Text(text) => text.map_or(Value::Null, Value::String),
        AddedValue::Score(score) => {
            score.and_then(serde_json::Number::from_f64).map_or(Value::Null, Value::Number)
        }
        AddedValue::Flag(flag) => flag.map_or(Value::Null, Value::Bool),
        AddedValue::Json(json) => json.unwrap_or(Value::Null),
    });
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
            cells in proptest::collection::vec("[ab ,;#'\"\r\n\t=é]{0,8}", 2..5),
            delimiter in proptest::sample::select(vec![Delimiter::COMMA, Delimiter::TAB]),
        ) {
            let mut builder = csv::WriterBuilder::new();
            let mut expected = builder.delimiter(delimiter.byte()).from_writer(Vec::new());
            expected.write_record(&cells).unwrap();
            let mut found = Vec::new();
            let mut csv = CsvOut { out: &mut found, delimiter: delimiter.byte() };
            for (place, cell) in cells.iter().enumerate() {
                csv.separate(place);
                csv.cell(cell.as_bytes());
            }
            found.push(b'\n');
            prop_assert_eq!(found, expected.into_inner().unwrap());
        }
    }
}
