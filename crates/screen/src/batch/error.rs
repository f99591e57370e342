//! What stops a batch. Faults of single rows do not: they are written beside the row.

use std::io;
use std::path::PathBuf;

use interdict_index::IndexError;

/// A fault of a whole file.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The file cannot be read or written.
    #[error("cannot {action} {path}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file's ending names no format.
    #[error("cannot tell the format of {0}: name it .csv, .ndjson, .jsonl or .json")]
    Format(PathBuf),
    /// A column that was named is not there.
    #[error("{path} has no column {column:?}; it has {present}")]
    Column {
        /// The file.
        path: PathBuf,
        /// The missing column.
        column: String,
        /// The columns that are there.
        present: String,
    },
    /// The file has no rows at all, not even a header.
    #[error("{0} is empty")]
    Empty(PathBuf),
    /// A row is longer than the budget allows.
    #[error("{path}, row {row}: longer than {limit} bytes")]
    RowTooLong {
        /// The file.
        path: PathBuf,
        /// The row, counted from 1.
        row: u64,
        /// The limit.
        limit: usize,
    },
    /// No column was given a property to screen by.
    #[error("no column is mapped to a property")]
    NoColumns,
    /// The lists cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl BatchError {
    pub(crate) fn io(
        action: &'static str,
        path: &std::path::Path,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}
