//! The ledgers of a folder, and whether their files are intact.

use serde::Serialize;
use std::path::Path;

use crate::{
    amount::format_amount,
    ledger::{Ledger, LedgerError, LedgerMeta, ledger_paths},
    links::{LinkTableStatus, tables_beside, verify_tables},
    time::format_time,
};

/// One ledger in a folder.
#[derive(Debug, Clone, Serialize)]
pub struct LedgerStatus {
    /// The file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its description of itself.
    #[serde(flatten)]
    pub meta: LedgerMeta,
    /// The first transfer's time.
    pub from: String,
    /// The last transfer's time.
    pub until: String,
    /// The amount of missing history, with its decimal point.
    pub missing: String,
    /// The tables of links beside it.
    pub links: Vec<LinkTableStatus>,
}

/// The ledgers of a folder.
#[derive(Debug, Clone, Serialize)]
pub struct StatusReport {
    /// The version of the JSON schema.
    pub schema_version: u32,
    /// The ledgers.
    pub ledgers: Vec<LedgerStatus>,
    /// Whether every number in them was checked.
    pub verified: bool,
}

pub(crate) fn status_of(ledger: &Ledger, path: &Path) -> LedgerStatus {
    let meta = ledger.meta().clone();
    LedgerStatus {
        file: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        bytes: ledger.bytes(),
        from: format_time(meta.first_time),
        until: format_time(meta.last_time),
        missing: format_amount(meta.opening_units.parse().unwrap_or(0), meta.asset.decimals),
        links: tables_beside(ledger, path),
        meta,
    }
}

/// Describes the ledgers of a folder; with `verify`, reads each of them through and makes its tables
/// of links again in memory, to compare them.
///
/// # Errors
/// When the folder or a ledger cannot be read, or a ledger or table is damaged.
pub fn status(folder: &Path, verify: bool) -> Result<StatusReport, LedgerError> {
    let mut ledgers = Vec::new();
    for path in &ledger_paths(folder)? {
        let ledger = Ledger::open(path)?;
        if verify {
            ledger.verify()?;
            verify_tables(&ledger, path)?;
        }
        ledgers.push(status_of(&ledger, path));
    }
    Ok(StatusReport { schema_version: 1, ledgers, verified: verify })
}
