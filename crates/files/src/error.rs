//! Errors that end a batch. Faults of single rows do not end it; they are written beside the row.

use std::io;
use std::path::{Path, PathBuf};

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
    /// The file's extension belongs to no known format.
    #[error(
        "cannot tell the format of {0}: name it .csv, .tsv, .ndjson, .jsonl, .json or .parquet; a text \
         file that is read may be packed, with .gz or .zst after that"
    )]
    Format(PathBuf),
    /// The content is not that of a customer file.
    #[error("{path} is {found}; {next_step}")]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
        /// What to do.
        next_step: &'static str,
    },
    /// More keys than a table can have columns.
    #[error(
        "{path} has more than {most} different keys; write what differs from row to row as a value"
    )]
    TooManyKeys {
        /// The file.
        path: PathBuf,
        /// The limit.
        most: usize,
    },
    /// This build reads no Parquet.
    #[error("{0}: this build was made without Parquet")]
    NoParquet(PathBuf),
    /// Text that is not UTF-8, and no encoding was given.
    #[error(
        "{path}, line {line}: bytes that are no UTF-8; say which encoding it is with --encoding, \
             such as windows-1252, or save it as UTF-8"
    )]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, the header counted.
        line: u64,
    },
    /// Text that is not in the encoding that was given or that its byte order mark names.
    #[error(
        "{path}, line {line}: bytes that are no {encoding}; name another encoding with --encoding, \
             or save it as UTF-8"
    )]
    BadBytes {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1, the header counted.
        line: u64,
        /// The encoding.
        encoding: &'static str,
    },
    /// The dates of a column can be read in two ways.
    #[error(
        "{path}: the column {column:?} has dates such as 03/04/1965, and {why}; say what comes first \
             with --date-format dmy or mdy"
    )]
    DateOrder {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The evidence of its dates.
        why: String,
    },
    /// The file has no rows.
    #[error("{0} has no rows: nothing was screened")]
    NoRows(PathBuf),
    /// No row could be screened.
    #[error("none of the {rows} rows of {path} could be screened; row {row}: {fault}")]
    NothingScreened {
        /// The file.
        path: PathBuf,
        /// How many rows it has.
        rows: u64,
        /// The first row.
        row: u64,
        /// Why it could not be screened.
        fault: String,
    },
    /// Too many rows could not be screened.
    #[error(
        "{path}: {unscreened} of {rows} rows could not be screened, more than the {allowed} that \
             --max-unscreened allows; row {row}: {fault}"
    )]
    Unscreened {
        /// The file.
        path: PathBuf,
        /// Rows that could not be screened.
        unscreened: u64,
        /// All rows.
        rows: u64,
        /// How many may stay unscreened.
        allowed: u64,
        /// The first of them.
        row: u64,
        /// Why it could not be screened.
        fault: String,
    },
    /// A property that is not used for screening.
    #[error("the column {column:?} is mapped to {property:?}, and nothing is screened by that")]
    Property {
        /// The column.
        column: String,
        /// The property.
        property: String,
    },
    /// The file is not Parquet, or damaged.
    #[error("{path} is no readable Parquet file: {detail}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The message of the Parquet reader.
        detail: String,
    },
    /// The file lacks a column of the column map.
    #[error("{path} has no column {column:?}; it has {present}")]
    Column {
        /// The file.
        path: PathBuf,
        /// The missing column.
        column: String,
        /// The columns that are there.
        present: String,
    },
    /// The file has a column of the column map twice.
    #[error("{path} has two columns {column:?}")]
    ColumnTwice {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// The first line has a text in one column only, of several.
    #[error(
        "{path}: the first line names one of {columns} columns, so it is a title and no header; remove the lines above \
         the header"
    )]
    TitleLine {
        /// The file.
        path: PathBuf,
        /// Its columns.
        columns: usize,
    },
    /// The file has no rows at all, not even a header.
    #[error("{0} is empty")]
    Empty(PathBuf),
    /// A row is longer than the limit.
    #[error("{path}, row {row}: longer than {limit} bytes; is a quote not closed?")]
    RowTooLong {
        /// The file.
        path: PathBuf,
        /// The row, counted from 1.
        row: u64,
        /// The limit.
        limit: usize,
    },
    /// The column map is empty.
    #[error("no column is mapped to a property")]
    NoColumns,
    /// No column has a usual name of a column of customers' names or numbers.
    #[error(
        "{path}: no column is known to hold a name or a number of a customer; its columns: {present}"
    )]
    NoKnownColumn {
        /// The file.
        path: PathBuf,
        /// The columns that are there.
        present: String,
    },
    /// The output would overwrite the input.
    #[error("{0} is both input and output")]
    SameFile(PathBuf),
    /// Another run writes the same output.
    #[error("another run is writing {0}")]
    Busy(PathBuf),
    /// The interrupted run had another input, other options, lists or version.
    #[error("cannot go on with {output}: {what} when the run was interrupted")]
    Resume {
        /// The output.
        output: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// The files that an interrupted run left cannot be used.
    #[error("cannot go on with {output}: {detail}")]
    Damaged {
        /// The output.
        output: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The thread that reads the input panicked; the output is incomplete and keeps its temporary
    /// name.
    #[error("reading {path} failed at an internal error: {detail}")]
    ReaderPanicked {
        /// The input.
        path: PathBuf,
        /// The message of the panic.
        detail: String,
    },
    /// The lists cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// The message of a panic, for an error.
pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_owned())
}

impl BatchError {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    #[cfg(feature = "parquet")]
    pub(crate) fn parquet<E: std::fmt::Display>(path: &Path) -> impl Fn(E) -> Self {
        let path = path.to_owned();
        move |error| Self::Parquet { path: path.clone(), detail: error.to_string() }
    }
}
