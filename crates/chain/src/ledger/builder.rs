use rayon::slice::ParallelSliceMut;
use std::{
    fs,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use super::{
    Ledger, LedgerError, LedgerMeta, LedgerModel,
    column::ColumnVec,
    rows::{Row, Rows, TransactionKey},
    sections::SectionWriter,
    text_table::{Interner, TextBatch, ledger_address, pack_table},
};
use crate::{asset::Asset, transfer::Transfer};

/// Collects transfers of one asset and writes them as a [`Ledger`].
#[derive(Debug)]
pub struct LedgerBuilder {
    pub(super) meta: LedgerMeta,
    pub(super) addresses: Interner,
    transaction_texts: Interner,
    /// The first transaction of each text; nearly always there is one.
    transaction_of_text: Vec<u32>,
    /// Transactions whose text already belongs to another one, elsewhere in the chain.
    transaction_ids: hashbrown::HashMap<(u32, TransactionKey), u32>,
    transactions: Vec<TransactionKey>,
    transaction_hash: Vec<u32>,
    /// Who sent each transaction, as an address number; empty until the first one is known.
    initiators: Vec<u32>,
    rows: Rows,
    /// Senders and receivers of the last rows, which are looked up together.
    parties: TextBatch,
    sorted_by_time: bool,
    sorted_by_block: bool,
    /// Whether every transaction names its block, so that blocks and not clocks give the order.
    blocks_known: bool,
    /// Whose each slot is, when slots are outputs and not addresses.
    pub(super) slot_owner: Vec<u32>,
    /// The slot that issues value, known once all rows are in.
    issue: u32,
    /// Sections that are written beside the columns.
    pub(super) beside: Vec<(&'static str, Vec<u8>)>,
}

/// So many senders and receivers are looked up together: enough for their waits for memory to overlap,
/// few enough to stay in the processor's nearest memory.
const PARTIES_AT_ONCE: usize = 128;

/// A builder refuses more rows than its 31-bit row numbers can name.
const MOST_ROWS: usize = (1 << 31) - 1;

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

    /// How many transfers were taken.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no transfer was taken.
    pub fn is_empty(&self) -> bool {
        self.rows.len() == 0
    }

    /// Takes one transfer.
    ///
    /// # Errors
    /// When the ledger is full. What is left out for its amount is counted and no error.
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

    /// Gives the last rows their parties.
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
        self.initiators[transaction as usize] = id;
    }

    pub(super) fn push_row(&mut self, row: Row) -> Result<(), LedgerError> {
        if self.rows.len() >= MOST_ROWS {
            return Err(LedgerError::Full);
        }
        let before = self.rows.len();
        if !self.rows.push(row) {
            self.meta.left_out.beyond_128_bits += 1;
            return Ok(());
        }
        if before > 0 {
            let (last, this) = (self.rows.row(before - 1), row);
            let key = |row: Row| (self.transactions[row.transaction as usize], row.event);
            let ((a, a_event), (b, b_event)) = (key(last), key(this));
            self.sorted_by_time &= (a.by_time(), a_event) <= (b.by_time(), b_event);
            self.sorted_by_block &= (a.by_block(), a_event) <= (b.by_block(), b_event);
        }
        Ok(())
    }

    pub(super) fn transaction_of(&mut self, key: TransactionKey, hash: &str) -> u32 {
        let fresh = self.transactions.len() as u32;
        self.blocks_known &= key.block > 0 || self.meta.model == LedgerModel::Utxo;
        let text = if hash.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.transaction_texts.intern(&hash.to_ascii_lowercase())
        } else {
            self.transaction_texts.intern(hash)
        };
        if self.transaction_of_text.len() <= text as usize {
            self.transaction_of_text.push(fresh);
        } else if !hash.is_empty() {
            // Rows without a hash in the same second stay apart: nothing says they belong together.
            let first = self.transaction_of_text[text as usize];
            if self.transactions[first as usize] == key {
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
    /// When this one is full.
    pub(crate) fn add_ledger(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        for source in &ledger.meta().sources {
            self.add_source(source);
        }
        for transfer in ledger.transfers() {
            self.push(&transfer)?;
        }
        Ok(())
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
        let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        let out = self.write(BufWriter::with_capacity(1 << 20, file))?;
        let file = out.into_inner().map_err(|why| failed(why.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        // A table of links is of the ledger that it was made from, and of no other.
        for links in crate::trace::LinkOrder::ALL.map(|order| order.path_beside(&target)) {
            if links.exists() {
                fs::remove_file(links).map_err(failed)?;
            }
        }
        file.persist(&target).map_err(|why| failed(why.error))?;
        Ok(target)
    }

    fn write<W: Write>(mut self, out: W) -> Result<W, LedgerError> {
        if self.rows.len() == 0 {
            return Err(LedgerError::Empty);
        }
        self.look_parties_up();
        let mut writer = SectionWriter::new(out);
        let failed = |source| LedgerError::Io { path: PathBuf::new(), source };
        let rank = self.write_addresses(&mut writer).map_err(failed)?;
        (self.addresses, self.transaction_ids) =
            (Interner::default(), hashbrown::HashMap::default());
        self.transaction_of_text = Vec::new();
        let order = self.row_order();
        let columns = self.write_rows(&mut writer, &order, &rank).map_err(failed)?;
        drop((order, rank, std::mem::take(&mut self.rows)));
        super::derive::write_derived(&mut writer, &columns, &mut self.meta).map_err(failed)?;
        for (name, bytes) in &self.beside {
            writer.put(name, bytes).map_err(failed)?;
        }
        let meta = serde_json::to_vec(&self.meta).map_err(|why| failed(why.into()))?;
        writer.put("meta", &meta).map_err(failed)?;
        writer.finish().map_err(failed)
    }

    /// Writes the addresses in sorted order, and gives each slot's final number.
    fn write_addresses<W: Write>(
        &mut self,
        writer: &mut SectionWriter<W>,
    ) -> std::io::Result<Vec<u32>> {
        self.issue = self.issue_slot();
        let order = self.addresses.sorted();
        let (bytes, ends, width) = pack_table(&self.addresses, &order);
        writer.put("address.bytes", &bytes)?;
        writer.put("address.ends", bytemuck::cast_slice(&ends))?;
        self.meta.address_width = width;
        self.meta.addresses = order.len() as u64;
        let mut rank = vec![0u32; order.len()];
        for (at, id) in order.iter().enumerate() {
            rank[*id as usize] = at as u32;
        }
        if self.meta.model == LedgerModel::Account {
            self.meta.slots = order.len() as u64;
            return Ok(rank);
        }
        let owner: Vec<u32> = self.slot_owner.iter().map(|id| rank[*id as usize]).collect();
        self.meta.slots = owner.len() as u64;
        writer.put("slot.owner", bytemuck::cast_slice(&owner))?;
        // Outputs keep the numbers of their making, which follow the chain's order.
        Ok((0..owner.len() as u32).collect())
    }

    /// The rows in the chain's order, duplicates taken out.
    fn row_order(&mut self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.rows.len() as u32).collect();
        let (rows, keys) = (&self.rows, &self.transactions);
        if self.blocks_known && !self.sorted_by_block {
            order.par_sort_by_key(|at| {
                (keys[rows.transaction_at(*at)].by_block(), rows.event_at(*at))
            });
        } else if !self.blocks_known && !self.sorted_by_time {
            order.par_sort_by_key(|at| {
                (keys[rows.transaction_at(*at)].by_time(), rows.event_at(*at))
            });
        }
        let before = order.len();
        if self.meta.model == LedgerModel::Account {
            self.drop_duplicates(&mut order);
        }
        self.meta.left_out.duplicate += (before - order.len()) as u64;
        order
    }

    /// A row is a duplicate when its transaction has a hash and already has an equal row at the same
    /// position. Rows of one transaction at one position are few, except in a hostile file, where the
    /// comparison is capped at the last 64.
    fn drop_duplicates(&self, order: &mut Vec<u32>) {
        const LOOK_BACK: usize = 64;
        let mut recent: Vec<Row> = Vec::new();
        order.retain(|at| {
            let row = self.rows.row(*at as usize);
            let hash = self.transaction_hash[row.transaction as usize];
            if self.transaction_texts.packed(hash).len() <= 1 {
                return true;
            }
            if recent
                .last()
                .is_some_and(|last| (last.transaction, last.event) != (row.transaction, row.event))
            {
                recent.clear();
            }
            let fresh = !recent.iter().rev().take(LOOK_BACK).any(|other| *other == row);
            if fresh {
                recent.push(row);
            }
            fresh
        });
    }

    fn write_rows<W: Write>(
        &mut self,
        writer: &mut SectionWriter<W>,
        order: &[u32],
        rank: &[u32],
    ) -> std::io::Result<RowColumns> {
        let count = order.len();
        let wide = self.rows.total > u128::from(u64::MAX);
        self.meta.wide = wide;
        self.meta.transfers = count as u64;
        // Column by column, each source given back as soon as it is used: at 100 million transfers
        // every column that lives longer costs 400 MiB.
        let event: Vec<u32> = order.iter().map(|row| self.rows.event_at(*row)).collect();
        writer.put("event", bytemuck::cast_slice(&event))?;
        drop(event);
        let kept = self.write_transaction_numbers(writer, order)?;
        self.write_transactions(writer, &kept, rank)?;
        drop(kept);
        (self.transactions, self.transaction_hash) = (Vec::new(), Vec::new());
        let mut amount = ColumnVec::zeros(wide, count);
        for (at, row) in order.iter().enumerate() {
            amount.set(at, self.rows.row(*row as usize).units);
        }
        writer.put("amount", amount.as_bytes())?;
        let kind = order.iter().map(|row| self.rows.row(*row as usize).kind as u8).collect();
        let from: Vec<u32> =
            order.iter().map(|row| rank[self.rows.row(*row as usize).from as usize]).collect();
        let to: Vec<u32> =
            order.iter().map(|row| rank[self.rows.row(*row as usize).to as usize]).collect();
        writer.put("from", bytemuck::cast_slice(&from))?;
        writer.put("to", bytemuck::cast_slice(&to))?;
        Ok(RowColumns {
            from,
            to,
            amount,
            kind,
            issue: rank[self.issue as usize],
            slots: rank.len(),
        })
    }

    /// Numbers the transactions in the order of their first rows, and gives their old numbers.
    fn write_transaction_numbers<W: Write>(
        &self,
        writer: &mut SectionWriter<W>,
        order: &[u32],
    ) -> std::io::Result<Vec<u32>> {
        let mut transaction = Vec::with_capacity(order.len());
        let mut renumbered = vec![u32::MAX; self.transactions.len()];
        let mut kept: Vec<u32> = Vec::new();
        for row in order {
            let old = self.rows.transaction_at(*row);
            if renumbered[old] == u32::MAX {
                renumbered[old] = kept.len() as u32;
                kept.push(old as u32);
            }
            transaction.push(renumbered[old]);
        }
        writer.put("transaction", bytemuck::cast_slice(&transaction))?;
        Ok(kept)
    }

    fn write_transactions<W: Write>(
        &mut self,
        writer: &mut SectionWriter<W>,
        kept: &[u32],
        rank: &[u32],
    ) -> std::io::Result<()> {
        if !self.initiators.is_empty() {
            let known =
                |id: &u32| self.initiators.get(*id as usize).and_then(|a| rank.get(*a as usize));
            let initiator: Vec<u32> =
                kept.iter().map(|id| known(id).copied().unwrap_or(u32::MAX)).collect();
            writer.put("transaction.initiator", bytemuck::cast_slice(&initiator))?;
        }
        let keys = || kept.iter().map(|id| self.transactions[*id as usize]);
        let time: Vec<i64> = keys().map(|key| key.time).collect();
        writer.put("transaction.time", bytemuck::cast_slice(&time))?;
        self.meta.times_sorted = time.is_sorted();
        self.meta.first_time = time.iter().copied().min().unwrap_or(0);
        self.meta.last_time = time.iter().copied().max().unwrap_or(0);
        drop(time);
        let block: Vec<u32> = keys().map(|key| key.block).collect();
        writer.put("transaction.block", bytemuck::cast_slice(&block))?;
        self.meta.first_block = block.iter().copied().min().unwrap_or(0);
        self.meta.last_block = block.iter().copied().max().unwrap_or(0);
        self.meta.blocks_known = block.iter().any(|b| *b > 0);
        drop(block);
        let index: Vec<u32> = keys().map(|key| key.index).collect();
        writer.put("transaction.index", bytemuck::cast_slice(&index))?;
        drop(index);
        let hash: Vec<u32> = kept.iter().map(|id| self.transaction_hash[*id as usize]).collect();
        let (bytes, ends, width) = pack_table(&self.transaction_texts, &hash);
        writer.put("hash.bytes", &bytes)?;
        writer.put("hash.ends", bytemuck::cast_slice(&ends))?;
        let known = !ends.is_empty() || width > 1;
        if known {
            writer.put(
                "hash.order",
                bytemuck::cast_slice(&hash_order(&self.transaction_texts, &hash)),
            )?;
        }
        self.meta.hash_width = width;
        self.meta.transactions = kept.len() as u64;
        Ok(())
    }
}

/// Transactions in the order of their hashes, so that one is found by its hash without reading all.
fn hash_order(texts: &Interner, hash: &[u32]) -> Vec<u32> {
    let leading = |packed: &[u8]| {
        let mut word = [0u8; 8];
        let length = packed.len().min(8);
        word[..length].copy_from_slice(&packed[..length]);
        u64::from_be_bytes(word)
    };
    let mut keyed: Vec<(u64, u32)> =
        hash.iter().enumerate().map(|(at, id)| (leading(texts.packed(*id)), at as u32)).collect();
    keyed.par_sort_unstable_by(|a, b| {
        let packed = |at: u32| texts.packed(hash[at as usize]);
        a.0.cmp(&b.0).then_with(|| packed(a.1).cmp(packed(b.1))).then(a.1.cmp(&b.1))
    });
    keyed.into_iter().map(|(_, at)| at).collect()
}

/// The columns that balances and indices are derived from.
pub(super) struct RowColumns {
    pub(super) from: Vec<u32>,
    pub(super) to: Vec<u32>,
    pub(super) amount: ColumnVec,
    pub(super) kind: Vec<u8>,
    /// The slot whose balance is never short.
    pub(super) issue: u32,
    pub(super) slots: usize,
}
