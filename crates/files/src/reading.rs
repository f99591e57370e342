//! How far the rows of a file could be read.

use std::collections::BTreeMap;
use std::path::Path;

use interdict_screen::{Customer, Unread};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ceiling::UnscreenedCeiling;
use crate::error::BatchError;

/// Largest number of row faults kept for the summary; a batch writes every fault beside its row.
const MAX_FAULTS: usize = 10;

/// One row as a customer.
#[derive(Debug)]
pub struct RowReading {
    /// The customer, or the reason in words why the row cannot be screened.
    pub customer: Result<Customer, String>,
    /// The fields that were not read, or are doubtful.
    pub unread: Vec<UnreadColumn>,
}

/// A field whose text was not read, was read in another way than written, or is doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadColumn {
    /// The name of its column.
    pub column: String,
    /// Why.
    pub why: Unread,
}

/// How many rows and fields of a file could not be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct ReadingCounts {
    /// Rows read.
    pub rows: u64,
    /// Rows that were screened.
    pub rows_screened: u64,
    /// Rows that could not be screened: none of their names, numbers or wallets could be read.
    pub rows_unscreened: u64,
    /// Rows that were screened without a field that could not be read, or with a doubtful one.
    pub rows_unread: u64,
    /// Number of such fields, by column.
    pub unread: BTreeMap<String, u64>,
    /// The first rows that could not be screened.
    pub faults: Vec<RowFault>,
    /// The columns of the file that were not used, in its order.
    #[serde(default)]
    pub unused_columns: Vec<String>,
}

/// A row that could not be screened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct RowFault {
    /// The row, counted from 1, the header not counted.
    pub row: u64,
    /// Why.
    pub fault: String,
}

impl ReadingCounts {
    /// Counts a row.
    pub fn add(&mut self, reading: &RowReading) {
        match &reading.customer {
            Ok(_) => self.screened(&reading.unread),
            Err(fault) => self.unscreened(fault, &reading.unread),
        }
    }

    /// Counts a row that was screened.
    pub(crate) fn screened(&mut self, unread: &[UnreadColumn]) {
        self.rows += 1;
        self.rows_screened += 1;
        self.rows_unread += u64::from(!unread.is_empty());
        self.count_columns(unread);
    }

    /// Counts a row that could not be screened.
    pub(crate) fn unscreened(&mut self, fault: &str, unread: &[UnreadColumn]) {
        self.rows += 1;
        self.rows_unscreened += 1;
        self.count_columns(unread);
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(RowFault { row: self.rows, fault: fault.to_owned() });
        }
    }

    fn count_columns(&mut self, unread: &[UnreadColumn]) {
        for (place, field) in unread.iter().enumerate() {
            // A column with two faults in one row, such as a list, is counted once.
            let before = unread.get(..place).unwrap_or_default();
            if before.iter().all(|earlier| earlier.column != field.column) {
                *self.unread.entry(field.column.clone()).or_default() += 1;
            }
        }
    }

    /// Adds what was counted of the rows that follow.
    pub fn append(&mut self, next: ReadingCounts) {
        for mut fault in next.faults {
            if self.faults.len() < MAX_FAULTS {
                fault.row += self.rows;
                self.faults.push(fault);
            }
        }
        self.rows += next.rows;
        self.rows_screened += next.rows_screened;
        self.rows_unscreened += next.rows_unscreened;
        self.rows_unread += next.rows_unread;
        for (column, count) in next.unread {
            *self.unread.entry(column).or_default() += count;
        }
    }

    /// Refuses a file without rows, without a row that could be screened, or with too many that could not.
    pub fn check(&self, path: &Path, ceiling: UnscreenedCeiling) -> Result<(), BatchError> {
        let path = || path.to_owned();
        if self.rows == 0 {
            return Err(BatchError::NoRows(path()));
        }
        let Some(RowFault { row, fault }) = self.faults.first().cloned() else { return Ok(()) };
        let (rows, unscreened) = (self.rows, self.rows_unscreened);
        if self.rows_screened == 0 {
            return Err(BatchError::NothingScreened { path: path(), rows, row, fault });
        }
        let allowed = ceiling.allowed(rows);
        if unscreened > allowed {
            let path = path();
            return Err(BatchError::Unscreened { path, unscreened, rows, allowed, row, fault });
        }
        Ok(())
    }
}

/// The fields as one text: `born: there is no such month; type: names no kind of party`.
pub(crate) fn join_unread(unread: &[UnreadColumn]) -> Option<String> {
    let texts = unread.iter().map(|field| format!("{}: {}", field.column, field.why));
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(screened: u64, unscreened: u64) -> ReadingCounts {
        let mut counts = ReadingCounts::default();
        (0..unscreened).for_each(|_| counts.unscreened("no name", &[]));
        (0..screened).for_each(|_| counts.screened(&[]));
        counts
    }

    #[test]
    fn a_file_that_was_not_screened_is_an_error() {
        let check = |counts: ReadingCounts, ceiling: &str| {
            counts.check(Path::new("in.csv"), ceiling.parse().unwrap()).map_err(|e| e.to_string())
        };
        assert!(check(counts(0, 0), "100%").unwrap_err().contains("no rows"));
        assert!(check(counts(0, 3), "100%").unwrap_err().contains("none of the 3 rows"));
        let error = check(counts(8, 2), "1").unwrap_err();
        assert!(error.contains("2 of 10") && error.contains("row 1: no name"), "{error}");
        assert_eq!(check(counts(8, 2), "2"), Ok(()));
        assert_eq!(check(counts(8, 0), "0"), Ok(()));
    }

    #[test]
    fn rows_and_fields_are_counted_apart() {
        let field = |column: &str| UnreadColumn { column: column.to_owned(), why: Unread::Gender };
        let mut counts = ReadingCounts::default();
        counts.screened(&[field("a"), field("b"), field("b")]);
        counts.unscreened("x", &[field("a")]);
        let mut added = ReadingCounts::default();
        let fault = || Err("x".to_owned());
        for (customer, columns) in
            [(Ok(Customer::default()), &["a", "b", "b"][..]), (fault(), &["a"])]
        {
            let unread = columns.iter().map(|column| field(column)).collect();
            added.add(&RowReading { customer, unread });
        }
        assert_eq!(added, counts);
        let mut sum = counts.clone();
        sum.append(counts.clone());
        sum.append(counts);
        assert_eq!(
            (sum.rows, sum.rows_screened, sum.rows_unscreened, sum.rows_unread),
            (6, 3, 3, 3)
        );
        assert_eq!(sum.unread, BTreeMap::from([("a".to_owned(), 6), ("b".to_owned(), 3)]));
        let rows: Vec<u64> = sum.faults.iter().map(|fault| fault.row).collect();
        assert_eq!(rows, [2, 4, 6]);
    }
}
