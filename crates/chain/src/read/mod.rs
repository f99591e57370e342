//! Readers: files of other tools become transfers. Each row is taken, or counted under a reason.

mod intake;
mod plain;
mod table;

pub use intake::{Intake, Problem, ProblemKind, Problems, ReadOptions};

use crate::ledger::LedgerError;

/// Why a file cannot be read at all. Rows that cannot be read are problems of the [`Intake`] instead.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file system said no.
    #[error("{name}: {source}")]
    Io {
        /// The file.
        name: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The file is of no known form.
    #[error("{name}: {reason}")]
    Form {
        /// The file.
        name: String,
        /// What is missing or unexpected.
        reason: String,
    },
    /// A ledger cannot take more.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// More broken rows than a file may have.
    #[error("{name}: more than {limit} rows could not be read; the first: {first}")]
    TooManyProblems {
        /// The file.
        name: String,
        /// How many are allowed.
        limit: u64,
        /// The first of them.
        first: String,
    },
}

/// Reads one text file of transfers; its header says of which form it is.
///
/// # Errors
/// When the form is not known, a needed column is missing, or too many rows are broken.
pub fn read_csv(bytes: &[u8], name: &str, intake: &mut Intake) -> Result<(), ReadError> {
    let table = table::Table::open(bytes, name)?;
    plain::read(table, intake)
}
