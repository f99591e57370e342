//! A UTXO ledger that goes on: with the ledger stands which outputs are not spent yet, so that later
//! blocks can be added without reading the earlier files again. The result is the same file, byte for
//! byte, as if all blocks had been read at once.

use serde::{Deserialize, Serialize};

use super::{
    Ledger, LedgerBuilder, LedgerModel, UtxoBuilder,
    rows::{Row, TransactionKey},
    text_table::unpack,
};
use crate::ledger::LedgerError;

/// Slots of unspent outputs that hold something, and their numbers in their transactions.
const SLOTS: &str = "unspent.slot";
const NUMBERS: &str = "unspent.number";
/// The rest: [`Ends`].
const ENDS: &str = "unspent.ends";

/// What else is to be known where a ledger ends.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Ends {
    /// The last block.
    block: u32,
    /// Unspent outputs of nothing, which no row of the ledger tells of: transaction, number, slot.
    empty: Vec<(String, u32, u32)>,
}

impl UtxoBuilder {
    /// Has the unspent outputs written with the ledger.
    pub(super) fn keep_unspent(&mut self) {
        let mut held = Vec::new();
        let mut ends =
            Ends { block: self.block.or(self.closed).unwrap_or_default(), empty: Vec::new() };
        for ((hash, number), (slot, units)) in &self.unspent {
            if *units > 0 {
                held.push((*slot, *number));
            } else {
                ends.empty.push((unpack(self.hashes.packed(*hash)), *number, *slot));
            }
        }
        held.sort_unstable();
        ends.empty.sort_unstable_by_key(|(_, _, slot)| *slot);
        let (slots, numbers): (Vec<u32>, Vec<u32>) = held.into_iter().unzip();
        self.builder.beside = vec![
            (SLOTS, bytemuck::cast_slice(&slots).to_vec()),
            (NUMBERS, bytemuck::cast_slice(&numbers).to_vec()),
            (ENDS, serde_json::to_vec(&ends).expect("text and numbers only")),
        ];
    }

    /// Goes on from a finished ledger. Nothing when the ledger holds accounts, or was written before
    /// ledgers kept their unspent outputs.
    ///
    /// # Errors
    /// When the ledger is damaged.
    pub fn resume(ledger: &Ledger) -> Result<Option<Self>, LedgerError> {
        let ends = ledger.sections.raw(ENDS);
        if ledger.meta().model != LedgerModel::Utxo || ends.is_empty() {
            return Ok(None);
        }
        let damaged = || LedgerError::Damaged("what is unspent");
        let ends: Ends = serde_json::from_slice(ends).map_err(|_| damaged())?;
        let mut next = Self::of(taken_over(ledger)?);
        next.closed = Some(ends.block);
        let columns = ledger.columns();
        let (slots, numbers): (&[u32], &[u32]) =
            (ledger.sections.column(SLOTS)?, ledger.sections.column(NUMBERS)?);
        if slots.len() != numbers.len() {
            return Err(damaged());
        }
        for (slot, number) in slots.iter().zip(numbers) {
            let known = (*slot as usize) < columns.owner.len();
            let row = if known { columns.ins(*slot).first() } else { None };
            let row = *row.ok_or_else(damaged)? as usize;
            let hash = next.hashes.intern(&ledger.transaction_hash(row));
            next.unspent.insert((hash, *number), (*slot, columns.amount.get(row)));
        }
        for (hash, number, slot) in ends.empty {
            if slot as usize >= columns.owner.len() {
                return Err(damaged());
            }
            next.unspent.insert((next.hashes.intern(&hash), number), (slot, 0));
        }
        Ok(Some(next))
    }

    /// The files that the transactions came from.
    pub(crate) fn sources(&self) -> &[String] {
        &self.builder.meta.sources
    }

    /// The last block of the ledger that this one goes on from.
    pub(crate) fn goes_on_after(&self) -> Option<u32> {
        self.closed
    }
}

/// A builder that holds a ledger's rows as they are. Slots and addresses keep their numbers.
fn taken_over(ledger: &Ledger) -> Result<LedgerBuilder, LedgerError> {
    let mut builder = LedgerBuilder::with_model(ledger.asset().clone(), LedgerModel::Utxo);
    builder.meta.left_out = ledger.meta().left_out;
    builder.meta.sources.clone_from(&ledger.meta().sources);
    for address in 0..ledger.meta().addresses as u32 {
        builder.addresses.intern(&ledger.address_text(address));
    }
    let columns = ledger.columns();
    builder.slot_owner.extend_from_slice(columns.owner);
    let mut transaction = None;
    for row in 0..columns.from.len() {
        let number = columns.transaction[row] as usize;
        let id = match transaction {
            Some((known, id)) if known == number => id,
            _ => {
                let key = TransactionKey {
                    time: columns.time[number],
                    block: columns.block[number],
                    index: columns.index[number],
                };
                builder.transaction_of(key, &ledger.transaction_hash(row))
            }
        };
        transaction = Some((number, id));
        builder.push_row(Row {
            transaction: id,
            event: columns.event.get(row).copied().unwrap_or_default(),
            from: columns.from[row],
            to: columns.to[row],
            units: columns.amount.get(row),
            kind: columns.kind(row),
        })?;
    }
    Ok(builder)
}
