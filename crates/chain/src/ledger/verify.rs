//! Checks of a ledger file: lengths when it is opened, checksums and every number on request.

use super::{Ledger, LedgerError, LedgerModel, ids::SlotId};
use crate::width::{index_of, length_of};

impl Ledger {
    /// Every column must have the length that the description states.
    pub(super) fn check_lengths(&self) -> Result<(), LedgerError> {
        let columns = self.try_columns()?;
        let rows = length_of(self.meta.transfers);
        let slots = length_of(self.meta.slots);
        let transactions = length_of(self.meta.transactions);
        let rows_fit = [
            columns.from.len(),
            columns.to.len(),
            columns.amount.len(),
            columns.kind.len(),
            columns.transaction.len(),
            columns.from_before.len(),
            columns.to_after.len(),
            columns.out_rows.len(),
            columns.in_rows.len(),
        ];
        let starts_fit = slots.checked_add(1).is_some_and(|starts| {
            columns.out_start.len() == starts && columns.in_start.len() == starts
        });
        let slots_fit = starts_fit
            && columns.balance.len() == slots
            && (self.meta.model == LedgerModel::Account || columns.owner.len() == slots);
        let transactions_fit = [columns.time.len(), columns.block.len(), columns.index.len()];
        let openings_fit = columns.opening_at.len() == columns.opening_units.len();
        let texts_fit = self.addresses().len() == length_of(self.meta.addresses)
            && self.hashes().len() == transactions;
        let fit = rows_fit.iter().all(|length| *length == rows)
            && transactions_fit.iter().all(|length| *length == transactions)
            && slots_fit
            && openings_fit
            && texts_fit;
        if fit { Ok(()) } else { Err(LedgerError::Damaged("the length of a column")) }
    }

    /// Compares the checksums, and checks that every number points inside the ledger. Takes about a second
    /// per 100 million transfers; `open` compares the checksums only, and only of ledgers up to 1 GiB.
    ///
    /// # Errors
    /// Names the first column that points outside.
    pub fn verify(&self) -> Result<(), LedgerError> {
        self.sections.verify()?;
        let columns = self.try_columns()?;
        let (rows, slots) = (columns.row_count(), columns.slot_count());
        let transactions = columns.transaction_count();
        let parties = |column: &[SlotId]| column.iter().all(|slot| slot.index() < slots);
        let starts = |column: &[u32]| {
            column.is_sorted() && column.last().is_some_and(|last| index_of(*last) == rows)
        };
        let order: &[u32] = self.sections.column("hash.order")?;
        let checks = [
            ("from", parties(columns.from)),
            ("to", parties(columns.to)),
            ("transaction", columns.transaction.iter().all(|t| t.index() < transactions)),
            ("out.rows", columns.out_rows.iter().all(|row| row.index() < rows)),
            ("in.rows", columns.in_rows.iter().all(|row| row.index() < rows)),
            ("opening.at", columns.opening_at.iter().all(|row| row.index() < rows)),
            ("out.start", starts(columns.out_start)),
            ("in.start", starts(columns.in_start)),
            ("slot.owner", {
                let addresses = self.addresses().len();
                columns.owner.iter().all(|address| address.index() < addresses)
            }),
            ("hash.order", order.iter().all(|at| index_of(*at) < transactions)),
        ];
        match checks.iter().find(|(_, fits)| !fits) {
            Some((name, _)) => Err(LedgerError::Damaged(name)),
            None => Ok(()),
        }
    }
}
