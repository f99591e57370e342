//! Reads whole files, and chooses the reader by the content of a file.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use super::{
    LedgerImporter, ReadError, bitcoin_etl,
    ethereum_etl::{self, EtlTable},
    etherscan, json_lines, plain,
    table::Table,
};
use crate::width::count_of;

/// Files larger than this are refused: they are read into memory whole.
const MAX_BYTES: u64 = 16 << 30;

/// Reads one file and gives the name that reports use for it: the file's name and a fingerprint of its
/// content.
///
/// # Errors
/// When the file cannot be read, or as [`read_csv`].
pub fn read_file(path: &Path, importer: &mut LedgerImporter) -> Result<String, ReadError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let failed = |source| ReadError::Io { name: path.display().to_string(), source };
    if fs::metadata(path).map_err(failed)?.len() > MAX_BYTES {
        return Err(ReadError::Form { name, reason: "larger than 16 GiB; split it".to_owned() });
    }
    let bytes = fs::read(path).map_err(failed)?;
    let size = count_of(bytes.len());
    let source = format!("{name}#{:016x}", fingerprint(&bytes));
    match path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase().as_str() {
        "parquet" => read_parquet(bytes, &source, importer)?,
        "json" | "jsonl" | "ndjson" => {
            let text = std::str::from_utf8(&bytes)
                .map_err(|why| ReadError::Form { name: source.clone(), reason: why.to_string() })?;
            read_json_lines(text, &source, importer)?;
        }
        _ => read_csv(&bytes, &source, importer)?,
    }
    importer.watch.file_done(size);
    Ok(source)
}

/// Reads one Parquet file of ethereum-etl or cryo.
///
/// # Errors
/// As [`read_csv`], and always when the crate was built without its `parquet` feature.
pub fn read_parquet(
    bytes: Vec<u8>,
    name: &str,
    importer: &mut LedgerImporter,
) -> Result<(), ReadError> {
    #[cfg(feature = "parquet")]
    return read_table(super::parquet_table::table(bytes, name)?, importer);
    #[cfg(not(feature = "parquet"))]
    {
        let _ = (bytes, importer);
        let reason = "this build does not read Parquet".to_owned();
        Err(ReadError::Form { name: name.to_owned(), reason })
    }
}

/// Sorts the files of one import into the order in which they must be read: tables of blocks and
/// transactions give times and senders to the others, and traces replace the transactions' own values.
///
/// # Errors
/// When a file cannot be opened.
pub fn reading_order(
    paths: &[PathBuf],
    importer: &mut LedgerImporter,
) -> Result<Vec<PathBuf>, ReadError> {
    let mut ranked = Vec::new();
    for path in paths {
        let rank = rank(path)
            .map_err(|source| ReadError::Io { name: path.display().to_string(), source })?;
        importer.chain.values_from_traces |=
            matches!(rank, Some(EtlTable::Traces | EtlTable::NativeTransfers));
        ranked.push((rank, path.clone()));
    }
    ranked.sort();
    Ok(ranked.into_iter().map(|(_, path)| path).collect())
}

/// Which table a file holds, by its first line, or by its name where there is none.
fn rank(path: &Path) -> std::io::Result<Option<EtlTable>> {
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
    BufReader::new(file.take(1 << 20)).read_until(b'\n', &mut line)?;
    let text = String::from_utf8_lossy(&line);
    let table = if text.trim_start().starts_with('{') {
        json_lines::table(&text, "").ok()
    } else {
        Table::csv(text.as_bytes(), "").ok()
    };
    Ok(table.and_then(|table| EtlTable::of(&table)))
}

/// A variant of FNV-1a over eight bytes at a time. It recognises a file but proves nothing about
/// its content. The value is part of the source names stored in ledgers, so the function must not
/// change.
fn fingerprint(bytes: &[u8]) -> u64 {
    let word = |chunk: &[u8]| {
        let mut padded = [0u8; 8];
        padded.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(padded)
    };
    let step =
        |sum: u64, chunk: &[u8]| (sum ^ word(chunk)).wrapping_mul(0x100_0000_01b3).rotate_left(23);
    bytes.chunks(8).fold(0xcbf2_9ce4_8422_2325 ^ count_of(bytes.len()), step)
}

/// Reads one text file of transfers; its header decides its form.
///
/// # Errors
/// When the form is not known, a needed column is missing, or too many rows are broken.
pub fn read_csv(bytes: &[u8], name: &str, importer: &mut LedgerImporter) -> Result<(), ReadError> {
    read_table(Table::csv(bytes, name)?, importer)
}

/// Reads one file of JSON lines: bitcoin-etl's transactions, or any of ethereum-etl's tables.
///
/// # Errors
/// As [`read_csv`].
pub fn read_json_lines(
    text: &str,
    name: &str,
    importer: &mut LedgerImporter,
) -> Result<(), ReadError> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    if bitcoin_etl::fits(first) {
        return bitcoin_etl::read(text, name, importer);
    }
    read_table(json_lines::table(text, name)?, importer)
}

fn read_table(table: Table<'_>, importer: &mut LedgerImporter) -> Result<(), ReadError> {
    let table = table.watched(importer.watch.place());
    if etherscan::fits(&table) {
        return etherscan::read(table, importer);
    }
    match EtlTable::of(&table) {
        Some(kind) => ethereum_etl::read(kind, table, importer),
        None => plain::read(table, importer),
    }
}
