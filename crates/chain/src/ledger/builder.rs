//! Collecting the transfers of one asset and writing them as a ledger.

mod write;

use interdict_durable::{AtomicFile, FileError};
use std::{
    fs,
    io::BufWriter,
    path::{Path, PathBuf},
};

use super::{
    Ledger, LedgerError, LedgerMeta, LedgerModel,
    interner::{Interner, TextBatch},
    link_order::LinkOrder,
    rows::{Row, Rows, TransactionKey},
    text_table::ledger_address,
};
use crate::{
    asset::Asset,
    transfer::Transfer,
    width::{index_of, number_of},
};

/// Collects transfers of one asset and writes them as a [`Ledger`].
#[derive(Debug)]
pub struct LedgerBuilder {
    pub(super) meta: LedgerMeta,
    pub(super) addresses: Interner,
    transaction_texts: Interner,
    /// By number of the hash text, the first transaction with this hash; nearly always the only
    /// one.
    transaction_of_text: Vec<u32>,
    /// Transactions whose hash text belongs already to a transaction at another place of the chain.
    transaction_ids: hashbrown::HashMap<(u32, TransactionKey), u32>,
    transactions: Vec<TransactionKey>,
    transaction_hash: Vec<u32>,
    /// Who sent each transaction, as an address number; empty until the first one is known.
    initiators: Vec<u32>,
    rows: Rows,
    /// Senders and receivers of the last rows, which are looked up in one batch.
    parties: TextBatch,
    sorted_by_time: bool,
    sorted_by_block: bool,
    /// Whether every transaction names its block, so that rows are ordered by block and not by
    /// time.
    blocks_known: bool,
    /// The owner of each slot, when slots are outputs and not addresses.
    pub(super) slot_owner: Vec<u32>,
    /// The slot that issues value, known once all rows are in.
    issue: u32,
    /// Sections that are written beside the columns.
    pub(super) beside: Vec<(&'static str, Vec<u8>)>,
}

/// The number of senders and receivers that are looked up in one batch: enough for their cache misses to
/// overlap, few enough for the batch to stay in the first-level cache.
const PARTIES_AT_ONCE: usize = 128;

/// A builder refuses more rows than its 31-bit row numbers can name.
const MAX_ROWS: usize = (1 << 31) - 1;

impl LedgerBuilder {
    /// An empty ledger of one asset under the account model.
    pub fn new(asset: Asset) -> Self {
        Self::with_model(asset, LedgerModel::Account)
    }

    pub(super) fn with_model(asset: Asset, model: LedgerModel) -> Self {
        Self {
            meta: LedgerMeta::new(asset, model),
            addresses: Interner::default(),
            transaction_texts: Interner::of_hashes(),
            transaction_of_text: Vec::new(),
            transaction_ids: hashbrown::HashMap::default(),
            transactions: Vec::new(),
            transaction_hash: Vec::new(),
            initiators: Vec::new(),
            rows: Rows::default(),
            parties: TextBatch::default(),
            sorted_by_time: true,
            sorted_by_block: true,
            blocks_known: true,
            slot_owner: Vec::new(),
            issue: 0,
            beside: Vec::new(),
        }
    }

    /// Notes a file or node that transfers came from, for reports.
    pub fn add_source(&mut self, name: &str) {
        if !self.meta.sources.iter().any(|source| source == name) {
            self.meta.sources.push(name.to_owned());
        }
    }

    /// The number of transfers added.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no transfer was added.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// Takes one transfer.
    ///
    /// # Errors
    /// When the ledger is full. A transfer left out because of its amount is counted and is not an error.
    pub fn push(&mut self, transfer: &Transfer) -> Result<(), LedgerError> {
        if transfer.units == 0 {
            self.meta.left_out.zero_value += 1;
            return Ok(());
        }
        let row = Row {
            transaction: self.transaction_of(transfer.position.into(), &transfer.transaction),
            event: transfer.position.event,
            from: u32::MAX,
            to: u32::MAX,
            units: transfer.units,
            kind: transfer.kind,
        };
        if !transfer.initiator.is_empty() {
            self.note_initiator(row.transaction, &transfer.initiator);
        }
        let before = self.rows.len();
        self.push_row(row)?;
        if self.rows.len() > before {
            self.parties.push(&ledger_address(&transfer.from));
            self.parties.push(&ledger_address(&transfer.to));
            if self.parties.len() >= PARTIES_AT_ONCE {
                self.look_parties_up();
            }
        }
        Ok(())
    }

    /// Sets the senders and receivers of the last rows, after looking them up in one batch.
    fn look_parties_up(&mut self) {
        let first = self.rows.len() - self.parties.len() / 2;
        let (rows, mut from) = (&mut self.rows, 0);
        self.addresses.intern_all(&mut self.parties, |at, id| {
            if at % 2 == 0 {
                from = id;
            } else {
                rows.set_parties(first + at / 2, from, id);
            }
        });
    }

    fn note_initiator(&mut self, transaction: u32, initiator: &str) {
        let id = self.addresses.intern(&ledger_address(initiator));
        self.initiators.resize(self.transactions.len(), u32::MAX);
        self.initiators[index_of(transaction)] = id;
    }

    pub(super) fn push_row(&mut self, row: Row) -> Result<(), LedgerError> {
        if self.rows.len() >= MAX_ROWS {
            return Err(LedgerError::Full);
        }
        let before = self.rows.len();
        if !self.rows.push(row) {
            self.meta.left_out.beyond_128_bits += 1;
            return Ok(());
        }
        if before > 0 {
            let (last, this) = (self.rows.row(before - 1), row);
            let key = |row: Row| (self.transactions[index_of(row.transaction)], row.event);
            let ((a, a_event), (b, b_event)) = (key(last), key(this));
            self.sorted_by_time &= (a.by_time(), a_event) <= (b.by_time(), b_event);
            self.sorted_by_block &= (a.by_block(), a_event) <= (b.by_block(), b_event);
        }
        Ok(())
    }

    pub(super) fn transaction_of(&mut self, key: TransactionKey, hash: &str) -> u32 {
        let fresh = number_of(self.transactions.len());
        self.blocks_known &= key.block > 0 || self.meta.model == LedgerModel::Utxo;
        let text = if hash.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.transaction_texts.intern(&hash.to_ascii_lowercase())
        } else {
            self.transaction_texts.intern(hash)
        };
        if self.transaction_of_text.len() <= index_of(text) {
            self.transaction_of_text.push(fresh);
        } else if !hash.is_empty() {
            // Rows without a hash in the same second are kept as separate transactions, because nothing shows that they
            // belong together.
            let first = self.transaction_of_text[index_of(text)];
            if self.transactions[index_of(first)] == key {
                return first;
            }
            let id = *self.transaction_ids.entry((text, key)).or_insert(fresh);
            if id != fresh {
                return id;
            }
        }
        self.transactions.push(key);
        self.transaction_hash.push(text);
        fresh
    }

    /// Takes every transfer of a finished ledger of the same asset.
    ///
    /// # Errors
    /// When this one is full, or the other one is damaged.
    pub(crate) fn add_ledger(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        for source in &ledger.meta().sources {
            self.add_source(source);
        }
        for transfer in ledger.transfers() {
            self.push(&transfer)?;
        }
        ledger.check_damage()
    }

    /// Puts the ledger together and keeps it in memory.
    ///
    /// # Errors
    /// When no transfer was taken.
    pub fn finish_in_memory(self) -> Result<Ledger, LedgerError> {
        let bytes = self.write(Vec::new())?;
        Ledger::from_bytes(&bytes)
    }

    /// Writes the ledger into a folder under its asset's name: first under another name, made durable,
    /// then renamed, so that a ledger is there whole or not at all.
    ///
    /// # Errors
    /// When no transfer was taken, or the folder cannot be written.
    pub fn finish(self, folder: &Path) -> Result<PathBuf, LedgerError> {
        let target = folder.join(format!("{}.ledger", self.meta.asset.file_stem()));
        let failed = |source| LedgerError::Io { path: target.clone(), source };
        fs::create_dir_all(folder).map_err(failed)?;
        let refused = |why: FileError| failed(why.source);
        let file = AtomicFile::create_in(folder).map_err(refused)?;
        let out = self.write(BufWriter::with_capacity(1 << 20, file))?;
        let file = out.into_inner().map_err(|why| failed(why.into_error()))?;
        // A table of links fits only the ledger that it was made from, so the old tables are
        // removed.
        for links in LinkOrder::ALL.map(|order| order.path_beside(&target)) {
            if links.exists() {
                fs::remove_file(links).map_err(failed)?;
            }
        }
        file.commit(&target).map_err(refused)?;
        Ok(target)
    }
}
