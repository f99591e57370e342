//! Readers: files of other tools become transfers. Each row is taken, or counted under a reason.

mod intake;
mod plain;
mod table;

pub use intake::{Intake, Problem, ProblemKind, Problems, ReadOptions};

use std::{fs, path::Path};

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

/// Files larger than this are refused: they are read into memory whole.
const MOST_BYTES: u64 = 16 << 30;

/// Reads one file and gives the name under which reports know it: the file's name and a fingerprint of
/// its content.
///
/// # Errors
/// When the file cannot be read, or as [`read_csv`].
pub fn read_file(path: &Path, intake: &mut Intake) -> Result<String, ReadError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let failed = |source| ReadError::Io { name: path.display().to_string(), source };
    if fs::metadata(path).map_err(failed)?.len() > MOST_BYTES {
        return Err(ReadError::Form { name, reason: "larger than 16 GiB; split it".to_owned() });
    }
    let bytes = fs::read(path).map_err(failed)?;
    let source = format!("{name}#{:016x}", fingerprint(&bytes));
    read_csv(&bytes, &source, intake)?;
    Ok(source)
}

/// FNV-1a over eight bytes at a time: enough to know a file again, not to prove its content.
fn fingerprint(bytes: &[u8]) -> u64 {
    let word = |chunk: &[u8]| {
        let mut padded = [0u8; 8];
        padded[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(padded)
    };
    let step =
        |sum: u64, chunk: &[u8]| (sum ^ word(chunk)).wrapping_mul(0x100_0000_01b3).rotate_left(23);
    bytes.chunks(8).fold(0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64, step)
}

/// Reads one text file of transfers; its header says of which form it is.
///
/// # Errors
/// When the form is not known, a needed column is missing, or too many rows are broken.
pub fn read_csv(bytes: &[u8], name: &str, intake: &mut Intake) -> Result<(), ReadError> {
    let table = table::Table::open(bytes, name)?;
    plain::read(table, intake)
}
