//! Reads the rows of a table: each is passed to its reader, or counted as broken.

use super::{
    LedgerImporter, ProblemKind, ReadError,
    table::{Record, Table},
};
use crate::width::number_of;

/// A row's line in the file, and its number among the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowPlace {
    pub(super) line: u64,
    pub(super) number: u32,
}

/// Hands every row that can be decoded to `take`.
///
/// # Errors
/// As `take`, and when more rows are broken than allowed.
pub(super) fn take_rows(
    mut table: Table<'_>,
    importer: &mut LedgerImporter,
    mut take: impl FnMut(&mut LedgerImporter, &Record, RowPlace) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    importer.begin(&table.name);
    for (number, (line, record)) in table.rows().enumerate() {
        match record {
            Ok(record) => take(importer, &record, RowPlace { line, number: number_of(number) })?,
            Err(why) => importer.problem(ProblemKind::BrokenRow, line, why)?,
        }
    }
    Ok(())
}
