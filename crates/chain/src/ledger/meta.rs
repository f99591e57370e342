//! The description of a ledger, stored with it as JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{asset::Asset, time::Time};

/// The form in which a chain keeps value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerModel {
    /// Balances of addresses.
    Account,
    /// Unspent outputs.
    Utxo,
}

/// The description of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerMeta {
    /// The version of this description.
    pub schema_version: u32,
    /// The asset.
    pub asset: Asset,
    /// Accounts or outputs.
    pub model: LedgerModel,
    /// The number of transfers.
    pub transfers: u64,
    /// The number of slots.
    pub slots: u64,
    /// The number of addresses, the few pseudo-addresses included.
    pub addresses: u64,
    /// The number of transactions.
    pub transactions: u64,
    /// Time of the first transfer.
    pub first_time: Time,
    /// Time of the last transfer.
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
    /// Whether amounts take sixteen bytes.
    pub(super) wide: bool,
    pub(super) times_sorted: bool,
    pub(super) address_width: usize,
    pub(super) hash_width: usize,
}

impl LedgerMeta {
    pub(super) fn new(asset: Asset, model: LedgerModel) -> Self {
        Self {
            schema_version: 1,
            asset,
            model,
            transfers: 0,
            slots: 0,
            addresses: 0,
            transactions: 0,
            first_time: 0,
            last_time: 0,
            blocks_known: false,
            first_block: 0,
            last_block: 0,
            openings: 0,
            opening_units: String::new(),
            left_out: RowsLeftOut::default(),
            sources: Vec::new(),
            wide: false,
            times_sorted: true,
            address_width: 0,
            hash_width: 0,
        }
    }
}

/// Rows that were read and are not in the ledger, by reason. Nothing is dropped without being counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema, Deserialize)]
pub struct RowsLeftOut {
    /// Transfers of nothing, as sent to poison address books.
    pub zero_value: u64,
    /// The same transfer of the same transaction a second time.
    pub duplicate: u64,
    /// Amounts that would lift the sum of all amounts beyond 128 bits.
    pub beyond_128_bits: u64,
}
