//! Writes small tables that are searched in order as Rust slice literals, to be included by the
//! code that uses them.

use crate::{tsv, write};
use std::path::Path;

/// Writes `lookalikes.rs` (pairs of letters) and `patronymic_endings.rs` (strings).
pub(crate) fn build(data: &Path, out: &Path) {
    let pairs = tsv::read_rows(data, "lookalikes.tsv")
        .iter()
        .map(|row| format!("({:?}, {:?}),", letter(row, 0), letter(row, 1)))
        .collect();
    write_slice(out, "lookalikes.rs", pairs);
    let endings = tsv::read_rows(data, "patronymic_endings.tsv")
        .iter()
        .map(|row| format!("{:?},", tsv::cell(row, 1)))
        .collect();
    write_slice(out, "patronymic_endings.rs", endings);
}

fn letter(row: &[String], index: usize) -> char {
    let mut letters = tsv::cell(row, index).chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) => letter,
        _ => panic!("one letter is wanted in column {index} of {row:?}"),
    }
}

fn write_slice(out: &Path, name: &str, items: Vec<String>) {
    write(out, name, format!("&[{}]", items.concat()).as_bytes());
}
