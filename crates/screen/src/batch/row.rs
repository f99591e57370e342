//! One row of a customer file.

use std::path::Path;

use serde_json::{Map, Value};

use super::error::BatchError;

/// How a file is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Comma-separated, with a header.
    Csv,
    /// One JSON object on each line.
    Ndjson,
}

impl FileFormat {
    /// The format that a file's ending names.
    pub fn of(path: &Path) -> Result<Self, BatchError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Ok(Self::Csv),
            "ndjson" | "jsonl" | "json" => Ok(Self::Ndjson),
            _ => Err(BatchError::Format(path.to_owned())),
        }
    }
}

/// A row as it came, and what was wrong with it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The values, in the order of the header.
    pub cells: Cells,
    /// Why it cannot be screened.
    pub fault: Option<String>,
}

/// The values of a row.
#[derive(Debug, Clone)]
pub enum Cells {
    /// By position, under the file's header.
    Text(csv::StringRecord),
    /// By name.
    Object(Map<String, Value>),
}

impl Cells {
    /// The values of one column as texts: one for plain values, several for lists.
    pub(crate) fn texts<'a>(&'a self, column: &str, place: Option<usize>) -> Vec<&'a str> {
        match self {
            Self::Text(record) => place.and_then(|place| record.get(place)).into_iter().collect(),
            Self::Object(object) => match object.get(column) {
                Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
                Some(Value::String(text)) => vec![text],
                _ => Vec::new(),
            },
        }
    }
}
