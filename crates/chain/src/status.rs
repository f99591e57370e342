//! The ledgers of a folder, and whether their files are intact.

use schemars::JsonSchema;
use serde::Serialize;
use std::path::Path;

use crate::{
    amount::format_amount,
    asset::Asset,
    ledger::{Ledger, LedgerError, LedgerMeta, LedgerModel, RowsLeftOut, ledger_paths},
    links::{LinkTableStatus, tables_beside, verify_tables},
    time::{Time, format_time},
};

/// The description of a ledger, without the layout of its file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LedgerContents {
    /// The asset.
    pub asset: Asset,
    /// Accounts or outputs.
    pub model: LedgerModel,
    /// The number of transfers.
    pub transfers: u64,
    /// The number of slots that hold value: addresses on account chains, outputs on UTXO chains.
    pub slots: u64,
    /// The number of addresses, the few pseudo-addresses included.
    pub addresses: u64,
    /// The number of transactions.
    pub transactions: u64,
    /// Time of the first transfer, in seconds since 1970.
    pub first_time: Time,
    /// Time of the last transfer, in seconds since 1970.
    pub last_time: Time,
    /// Whether the sources named blocks.
    pub blocks_known: bool,
    /// The first block.
    pub first_block: u32,
    /// The last block.
    pub last_block: u32,
    /// The number of payments above the sender's balance, which show that history is missing.
    pub openings: u64,
    /// The amount of missing history, in smallest units.
    pub opening_units: String,
    /// Rows that were read and left out, by reason.
    pub left_out: RowsLeftOut,
    /// Files and nodes that the transfers came from.
    pub sources: Vec<String>,
}

impl From<LedgerMeta> for LedgerContents {
    fn from(meta: LedgerMeta) -> Self {
        Self {
            asset: meta.asset,
            model: meta.model,
            transfers: meta.transfers,
            slots: meta.slots,
            addresses: meta.addresses,
            transactions: meta.transactions,
            first_time: meta.first_time,
            last_time: meta.last_time,
            blocks_known: meta.blocks_known,
            first_block: meta.first_block,
            last_block: meta.last_block,
            openings: meta.openings,
            opening_units: meta.opening_units,
            left_out: meta.left_out,
            sources: meta.sources,
        }
    }
}

/// One ledger in a folder.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LedgerStatus {
    /// The file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its description.
    #[serde(flatten)]
    pub meta: LedgerContents,
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
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusReport {
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
        meta: meta.into(),
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
    Ok(StatusReport { ledgers, verified: verify })
}
