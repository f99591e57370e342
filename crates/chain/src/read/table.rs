//! Rows with named columns, whatever the file's form.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::ReadError;

/// A row as text fields.
pub(super) type Record = csv::StringRecord;

type Rows<'a> = Box<dyn Iterator<Item = (u64, Result<Record, String>)> + 'a>;

/// Rows with named columns, whatever the file's form. Names are found in any letter case and with or
/// without underscores, because the same columns are written `fromAddress` and `from_address`.
pub(super) struct Table<'a> {
    pub(super) name: String,
    headers: Vec<String>,
    rows: Option<Rows<'a>>,
}

/// A column's name as it is compared.
fn folded(name: &str) -> String {
    name.trim().chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

impl<'a> Table<'a> {
    /// A table of rows that were read elsewhere.
    pub(super) fn of(name: &str, headers: &[String], rows: Rows<'a>) -> Self {
        let headers = headers.iter().map(|header| folded(header)).collect();
        Self { name: name.to_owned(), headers, rows: Some(rows) }
    }

    /// A CSV with a header.
    pub(super) fn csv(bytes: &'a [u8], name: &str) -> Result<Self, ReadError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let failed =
            |why: csv::Error| ReadError::Form { name: name.to_owned(), reason: why.to_string() };
        let headers: Vec<String> =
            reader.headers().map_err(failed)?.iter().map(str::to_owned).collect();
        let rows = reader.into_records().enumerate().map(|(at, record)| {
            let line = record
                .as_ref()
                .ok()
                .and_then(|r| r.position())
                .map_or(crate::width::count_of(at) + 2, csv::Position::line);
            (line, record.map_err(|why| why.to_string()))
        });
        Ok(Self::of(name, &headers, Box::new(rows)))
    }

    /// Stores the current position in the file as rows are read.
    pub(super) fn watched(mut self, place: Arc<AtomicU64>) -> Self
    where
        Self: 'a,
    {
        let rows = self.rows();
        let note = move |(_, record): &(u64, Result<Record, String>)| {
            if let Some(position) = record.as_ref().ok().and_then(Record::position) {
                place.store(position.byte(), Ordering::Relaxed);
            }
        };
        self.rows = Some(Box::new(rows.inspect(note)));
        self
    }

    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.column(&[name]).is_some())
    }

    /// The column of the first of these names that is there.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            let name = folded(name);
            self.headers.iter().position(|header| *header == name)
        })
    }

    pub(super) fn need(&self, names: &[&str]) -> Result<usize, ReadError> {
        self.column(names).ok_or_else(|| ReadError::Form {
            name: self.name.clone(),
            reason: format!(
                "no column {}; there are: {}",
                names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" or "),
                self.headers.join(", "),
            ),
        })
    }

    /// The first column whose name begins so, and the rest of its name.
    pub(super) fn column_beginning(&self, start: &str) -> Option<(usize, &str)> {
        let start = folded(start);
        self.headers
            .iter()
            .enumerate()
            .find_map(|(at, header)| Some((at, header.strip_prefix(&start)?)))
    }

    /// The rows with their line numbers. They can be taken only once.
    pub(super) fn rows(&mut self) -> Rows<'a> {
        self.rows.take().unwrap_or_else(|| Box::new(std::iter::empty()))
    }
}

/// A field of a row; empty when the column is not there.
pub(super) fn field(record: &Record, column: Option<usize>) -> &str {
    column.and_then(|c| record.get(c)).unwrap_or("")
}
