//! Adding blocks to a finished UTXO ledger. The ledger stores its unspent outputs, so that later blocks
//! can be added without reading the earlier files again. The result is the same file, byte for byte, as
//! if all blocks had been read at once.

use serde::{Deserialize, Serialize};

use super::{
    Ledger, LedgerBuilder, LedgerModel, UtxoBuilder,
    ids::{AddressId, RowId, SlotId, TxId},
    packed_text::unpack,
    rows::{Row, TransactionKey},
};
use crate::ledger::LedgerError;

/// Slots of unspent outputs that hold something, and the outputs' numbers in their transactions.
const SLOTS: &str = "unspent.slot";
const NUMBERS: &str = "unspent.number";
/// The rest of the state: [`Ends`].
const ENDS: &str = "unspent.ends";

/// An unspent output of zero units: its transaction's hash, its number there, and its slot. Stored as a
/// JSON list of three.
#[derive(Debug, Serialize, Deserialize)]
struct EmptyOutput(String, u32, u32);

/// The rest of the state at the end of a ledger.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Ends {
    /// The last block.
    block: u32,
    /// Unspent outputs of zero units, which no row of the ledger shows.
    empty: Vec<EmptyOutput>,
}

impl UtxoBuilder {
    /// Makes the builder write the unspent outputs with the ledger.
    pub(super) fn keep_unspent(&mut self) {
        let mut held = Vec::new();
        let mut ends =
            Ends { block: self.block.or(self.closed).unwrap_or_default(), empty: Vec::new() };
        for ((hash, number), (slot, units)) in &self.unspent {
            if *units > 0 {
                held.push((*slot, *number));
            } else {
                let hash = unpack(self.hashes.packed(*hash));
                ends.empty.push(EmptyOutput(hash, *number, *slot));
            }
        }
        held.sort_unstable();
        ends.empty.sort_unstable_by_key(|output| output.2);
        let (slots, numbers): (Vec<u32>, Vec<u32>) = held.into_iter().unzip();
        self.builder.beside = vec![
            (SLOTS, bytemuck::cast_slice(&slots).to_vec()),
            (NUMBERS, bytemuck::cast_slice(&numbers).to_vec()),
            (ENDS, serde_json::to_vec(&ends).expect("text and numbers only")),
        ];
    }

    /// Continues a finished ledger. `None` if the ledger holds accounts, or was written before
    /// ledgers stored their unspent outputs.
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
        let (slots, numbers): (&[SlotId], &[u32]) =
            (ledger.sections.column(SLOTS)?, ledger.sections.column(NUMBERS)?);
        if slots.len() != numbers.len() {
            return Err(damaged());
        }
        for (slot, number) in slots.iter().zip(numbers) {
            let known = slot.index() < columns.slot_count();
            let row = if known { columns.ins(*slot).first() } else { None };
            let row = *row.ok_or_else(damaged)?;
            let hash = next.hashes.intern(&ledger.transaction_hash(row));
            next.unspent.insert((hash, *number), (slot.number(), columns.amount(row)));
        }
        for EmptyOutput(hash, number, slot) in ends.empty {
            if SlotId::new(slot).index() >= columns.slot_count() {
                return Err(damaged());
            }
            next.unspent.insert((next.hashes.intern(&hash), number), (slot, 0));
        }
        ledger.check_damage()?;
        Ok(Some(next))
    }

    /// The files that the transactions came from.
    pub(crate) fn sources(&self) -> &[String] {
        &self.builder.meta.sources
    }

    /// The last block of the ledger that is continued; blocks to be added come after it.
    pub(crate) fn goes_on_after(&self) -> Option<u32> {
        self.closed
    }
}

/// A builder that holds a ledger's rows as they are. Slots and addresses keep their numbers.
fn taken_over(ledger: &Ledger) -> Result<LedgerBuilder, LedgerError> {
    let mut builder = LedgerBuilder::with_model(ledger.asset().clone(), LedgerModel::Utxo);
    // Numbers of the ledger index the builder's tables, so each must be within bounds.
    ledger.verify()?;
    builder.meta.left_out = ledger.meta().left_out;
    builder.meta.sources.clone_from(&ledger.meta().sources);
    for address in 0..ledger.addresses().len() {
        builder.addresses.intern(&ledger.address_text(AddressId::at(address)));
    }
    let columns = ledger.columns();
    builder.slot_owner.extend(columns.owners().iter().map(|owner| owner.number()));
    let mut transaction: Option<(TxId, u32)> = None;
    for row in (0..columns.row_count()).map(RowId::at) {
        let number = columns.transaction(row);
        let id = match transaction {
            Some((known, id)) if known == number => id,
            _ => {
                let key = TransactionKey {
                    time: columns.time_of(number),
                    block: columns.block_of(number),
                    index: columns.index_of(number),
                };
                builder.transaction_of(key, &ledger.transaction_hash(row))
            }
        };
        transaction = Some((number, id));
        builder.push_row(Row {
            transaction: id,
            event: columns.event(row),
            from: columns.from(row).number(),
            to: columns.to(row).number(),
            units: columns.amount(row),
            kind: columns.kind(row),
        })?;
    }
    Ok(builder)
}
