//! Reading of tab-separated tables: `#` starts a comment line, columns by TAB.

use std::path::Path;

/// The rows of a table, or none when the table is not there.
pub(crate) fn read_rows(data: &Path, name: &str) -> Vec<Vec<String>> {
    let Ok(text) = std::fs::read_to_string(data.join(name)) else {
        return Vec::new();
    };
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split('\t').map(|cell| cell.trim().to_string()).collect())
        .collect()
}

/// One cell, empty when the row is short.
pub(crate) fn cell(row: &[String], index: usize) -> &str {
    row.get(index).map_or("", String::as_str)
}
