//! One JSON object on each line, as a table.

use serde_json::Value;

use super::{
    ReadError,
    table::{Record, Table},
};
use crate::width::count_of;

/// Columns are those of the first object; nested lists keep their JSON.
pub(super) fn table<'a>(text: &'a str, name: &str) -> Result<Table<'a>, ReadError> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let object: serde_json::Map<String, Value> = serde_json::from_str(first).map_err(|why| {
        ReadError::Form { name: name.to_owned(), reason: format!("line 1: {why}") }
    })?;
    let headers: Vec<String> = object.keys().cloned().collect();
    let keys = headers.clone();
    let rows = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(
        move |(at, line)| {
            let read: Result<serde_json::Map<String, Value>, _> = serde_json::from_str(line);
            let record = read.map_err(|why| why.to_string()).map(|object| {
                let mut record = record(&keys, &object);
                let mut place = csv::Position::new();
                place.set_byte(offset_in(text, line));
                record.set_position(Some(place));
                record
            });
            (count_of(at) + 1, record)
        },
    );
    Ok(Table::of(name, &headers, Box::new(rows)))
}

/// The byte at which a line begins in its text.
pub(super) fn offset_in(text: &str, line: &str) -> u64 {
    count_of(line.as_ptr().addr() - text.as_ptr().addr())
}

fn record(keys: &[String], object: &serde_json::Map<String, Value>) -> Record {
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    keys.iter().map(|key| text(object.get(key))).collect()
}
