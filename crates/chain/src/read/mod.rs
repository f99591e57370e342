//! Readers: files of other tools become transfers. Each row is taken, or counted under a reason.

mod bitcoin_etl;
mod chain_tables;
mod ethereum_etl;
mod etherscan;
pub(crate) mod evm_log;
mod intake;
mod json_lines;
#[cfg(feature = "parquet")]
mod parquet_table;
mod plain;
mod table;

pub(crate) use chain_tables::token;
pub use evm_log::EventKind;
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
    /// The same content is in the ledger already; its rows would count twice.
    #[error("{name} is in the ledger of {asset} already; use replace to start afresh")]
    AlreadyThere {
        /// The file.
        name: String,
        /// The ledger's asset.
        asset: String,
    },
    /// Blocks of outputs can only be added after those that are there.
    #[error(
        "{name} begins at block {block}, and the ledger of {asset} ends with block {last}; blocks can only be added after it, or all files be imported again with replace"
    )]
    NotAfter {
        /// The file.
        name: String,
        /// Its first block.
        block: u32,
        /// The ledger's asset.
        asset: String,
        /// The ledger's last block.
        last: u32,
    },
    /// The ledger that is there cannot be added to.
    #[error(
        "the ledger of {0} holds accounts, or was made by an earlier version, and outputs cannot be added to it; import all its files again with replace"
    )]
    CannotAdd(String),
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
    let size = bytes.len() as u64;
    let source = format!("{name}#{:016x}", fingerprint(&bytes));
    match path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase().as_str() {
        "parquet" => read_parquet(bytes, &source, intake)?,
        "json" | "jsonl" | "ndjson" => {
            let text = std::str::from_utf8(&bytes)
                .map_err(|why| ReadError::Form { name: source.clone(), reason: why.to_string() })?;
            read_json_lines(text, &source, intake)?;
        }
        _ => read_csv(&bytes, &source, intake)?,
    }
    intake.watch.file_done(size);
    Ok(source)
}

/// Reads one Parquet file of ethereum-etl or cryo.
///
/// # Errors
/// As [`read_csv`], and always when the crate was built without its `parquet` feature.
pub fn read_parquet(bytes: Vec<u8>, name: &str, intake: &mut Intake) -> Result<(), ReadError> {
    #[cfg(feature = "parquet")]
    return read_table(parquet_table::table(bytes, name)?, intake);
    #[cfg(not(feature = "parquet"))]
    {
        let _ = (bytes, intake);
        let reason = "this build does not read Parquet".to_owned();
        Err(ReadError::Form { name: name.to_owned(), reason })
    }
}

/// In which order the files of one import are to be read: blocks and transactions tell the others the
/// time and the sender, and traces take the place of the transactions' own values.
///
/// # Errors
/// When a file cannot be opened.
pub fn reading_order(
    paths: &[std::path::PathBuf],
    intake: &mut Intake,
) -> Result<Vec<std::path::PathBuf>, ReadError> {
    let mut ranked = Vec::new();
    for path in paths {
        let rank = rank(path)
            .map_err(|source| ReadError::Io { name: path.display().to_string(), source })?;
        intake.chain.values_from_traces |= matches!(
            rank,
            Some(ethereum_etl::EtlTable::Traces | ethereum_etl::EtlTable::NativeTransfers)
        );
        ranked.push((rank, path.clone()));
    }
    ranked.sort();
    Ok(ranked.into_iter().map(|(_, path)| path).collect())
}

/// Which table a file holds, by its first line, or by its name where there is none.
fn rank(path: &Path) -> std::io::Result<Option<ethereum_etl::EtlTable>> {
    use ethereum_etl::EtlTable;
    use std::io::BufRead;
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    if name.ends_with(".parquet") {
        let kinds = [
            ("native_transfers", EtlTable::NativeTransfers),
            ("transfers", EtlTable::TokenTransfers),
            ("traces", EtlTable::Traces),
            ("logs", EtlTable::Logs),
            ("blocks", EtlTable::Blocks),
            ("transactions", EtlTable::Transactions),
        ];
        return Ok(kinds.iter().find(|(part, _)| name.contains(part)).map(|(_, kind)| *kind));
    }
    let mut line = Vec::new();
    let file = fs::File::open(path)?;
    std::io::BufReader::new(std::io::Read::take(file, 1 << 20)).read_until(b'\n', &mut line)?;
    let text = String::from_utf8_lossy(&line);
    let table = if text.trim_start().starts_with('{') {
        json_lines::table(&text, "").ok()
    } else {
        table::Table::csv(text.as_bytes(), "").ok()
    };
    Ok(table.and_then(|table| EtlTable::of(&table)))
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
    read_table(table::Table::csv(bytes, name)?, intake)
}

/// Reads one file of JSON lines: bitcoin-etl's transactions, or any of ethereum-etl's tables.
///
/// # Errors
/// As [`read_csv`].
pub fn read_json_lines(text: &str, name: &str, intake: &mut Intake) -> Result<(), ReadError> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if bitcoin_etl::fits(first) {
        return bitcoin_etl::read(text, name, intake);
    }
    read_table(json_lines::table(text, name)?, intake)
}

fn read_table(table: table::Table<'_>, intake: &mut Intake) -> Result<(), ReadError> {
    let table = table.watched(intake.watch.place());
    if etherscan::fits(&table) {
        return etherscan::read(table, intake);
    }
    match ethereum_etl::EtlTable::of(&table) {
        Some(kind) => ethereum_etl::read(kind, table, intake),
        None => plain::read(table, intake),
    }
}
