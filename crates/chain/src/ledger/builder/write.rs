//! Puts the rows in order and writes the sections of a ledger.

use rayon::slice::ParallelSliceMut;
use std::{io::Write, path::PathBuf};

use super::LedgerBuilder;
use crate::ledger::{
    LedgerError, LedgerModel, SectionWriter,
    column::ColumnVec,
    derive::{RowColumns, write_derived},
    interner::Interner,
    rows::Row,
    text_table::pack_table,
};
use crate::width::{count_of, index_of, number_of};

impl LedgerBuilder {
    pub(super) fn write<W: Write>(mut self, out: W) -> Result<W, LedgerError> {
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
        write_derived(&mut writer, &columns, &mut self.meta).map_err(failed)?;
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
        self.meta.addresses = count_of(order.len());
        let mut rank = vec![0u32; order.len()];
        for (at, id) in order.iter().enumerate() {
            rank[index_of(*id)] = number_of(at);
        }
        if self.meta.model == LedgerModel::Account {
            self.meta.slots = count_of(order.len());
            return Ok(rank);
        }
        let owner: Vec<u32> = self.slot_owner.iter().map(|id| rank[index_of(*id)]).collect();
        self.meta.slots = count_of(owner.len());
        writer.put("slot.owner", bytemuck::cast_slice(&owner))?;
        // Outputs keep the numbers that they got when they were made, which follow the chain's
        // order.
        Ok((0..number_of(owner.len())).collect())
    }

    /// The rows in the chain's order, duplicates taken out.
    fn row_order(&mut self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..number_of(self.rows.len())).collect();
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
        self.meta.left_out.duplicate += count_of(before - order.len());
        order
    }

    /// A row is a duplicate when its transaction has a hash and already has an equal row at the same
    /// position. Rows of one transaction at one position are few, except in a hostile file, where the
    /// comparison is capped at the last 64.
    fn drop_duplicates(&self, order: &mut Vec<u32>) {
        const LOOK_BACK: usize = 64;
        let mut recent: Vec<Row> = Vec::new();
        order.retain(|at| {
            let row = self.rows.row(index_of(*at));
            let hash = self.transaction_hash[index_of(row.transaction)];
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
        self.meta.transfers = count_of(count);
        // Columns are written one by one, and each source column is freed as soon as it is used: at
        // 100 million transfers every column that lives longer costs 400 MiB.
        let event: Vec<u32> = order.iter().map(|row| self.rows.event_at(*row)).collect();
        writer.put("event", bytemuck::cast_slice(&event))?;
        drop(event);
        let kept = self.write_transaction_numbers(writer, order)?;
        self.write_transactions(writer, &kept, rank)?;
        drop(kept);
        (self.transactions, self.transaction_hash) = (Vec::new(), Vec::new());
        let mut amount = ColumnVec::zeros(wide, count);
        for (at, row) in order.iter().enumerate() {
            amount.set(at, self.rows.row(index_of(*row)).units);
        }
        writer.put("amount", amount.as_bytes())?;
        let kind = order.iter().map(|row| self.rows.row(index_of(*row)).kind as u8).collect();
        let from: Vec<u32> =
            order.iter().map(|row| rank[index_of(self.rows.row(index_of(*row)).from)]).collect();
        let to: Vec<u32> =
            order.iter().map(|row| rank[index_of(self.rows.row(index_of(*row)).to)]).collect();
        writer.put("from", bytemuck::cast_slice(&from))?;
        writer.put("to", bytemuck::cast_slice(&to))?;
        Ok(RowColumns {
            from,
            to,
            amount,
            kind,
            issue: rank[index_of(self.issue)],
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
                renumbered[old] = number_of(kept.len());
                kept.push(number_of(old));
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
                |id: &u32| self.initiators.get(index_of(*id)).and_then(|a| rank.get(index_of(*a)));
            let initiator: Vec<u32> =
                kept.iter().map(|id| known(id).copied().unwrap_or(u32::MAX)).collect();
            writer.put("transaction.initiator", bytemuck::cast_slice(&initiator))?;
        }
        let keys = || kept.iter().map(|id| self.transactions[index_of(*id)]);
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
        let hash: Vec<u32> = kept.iter().map(|id| self.transaction_hash[index_of(*id)]).collect();
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
        self.meta.transactions = count_of(kept.len());
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
    let mut keyed: Vec<(u64, u32)> = hash
        .iter()
        .enumerate()
        .map(|(at, id)| (leading(texts.packed(*id)), number_of(at)))
        .collect();
    keyed.par_sort_unstable_by(|a, b| {
        let packed = |at: u32| texts.packed(hash[index_of(at)]);
        a.0.cmp(&b.0).then_with(|| packed(a.1).cmp(packed(b.1))).then(a.1.cmp(&b.1))
    });
    keyed.into_iter().map(|(_, at)| at).collect()
}
