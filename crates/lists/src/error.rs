//! Why a whole list cannot be read.

use std::io;

/// An error that makes a list unusable. The last good version stays in use.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened or read.
    #[error("cannot read {file}")]
    Io {
        /// The file's name.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is not of the expected format at all: empty, a web page, the wrong columns.
    #[error("{file} is not {expected}: {found}")]
    Format {
        /// The file's name.
        file: String,
        /// What was expected, such as "the UN consolidated list (XML)".
        expected: &'static str,
        /// What it looks like instead.
        found: String,
    },
    /// The file ends in the middle.
    #[error("{file} is truncated: {detail}")]
    Truncated {
        /// The file's name.
        file: String,
        /// Where it breaks off.
        detail: String,
    },
    /// The file breaks its format at some place.
    #[error("{file}, {place}: {detail}")]
    Syntax {
        /// The file's name.
        file: String,
        /// The place: line, byte position or record.
        place: String,
        /// What is wrong.
        detail: String,
    },
    /// A limit was passed.
    #[error("{file} passes a limit: {what} (limit {limit})")]
    Budget {
        /// The file's name.
        file: String,
        /// The quantity that exceeded its limit.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A file of a set is missing.
    #[error("{dataset} needs {missing}, which is not among the files given")]
    MissingFile {
        /// The dataset.
        dataset: String,
        /// The missing file.
        missing: String,
    },
    /// The dataset has no reader.
    #[error("unknown dataset {0:?}")]
    UnknownDataset(String),
}
