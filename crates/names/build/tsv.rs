//! Reads tab-separated tables: lines that start with `#` are comments, columns are split by TAB.

use std::path::Path;

/// The rows of a table. A missing table stops the build: with an empty one the program would still
/// run, and miss matches without saying so.
pub(crate) fn read_rows(data: &Path, name: &str) -> Vec<Vec<String>> {
    let path = data.join(name);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read the table {}: {error}", path.display()));
    let rows: Vec<Vec<String>> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty())
        .map(|line| line.split('\t').map(|cell| cell.trim().to_string()).collect())
        .collect();
    assert!(!rows.is_empty(), "the table {} has no rows", path.display());
    rows
}

/// One cell, empty when the row is short.
pub(crate) fn cell(row: &[String], index: usize) -> &str {
    row.get(index).map_or("", String::as_str)
}
