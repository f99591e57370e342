//! Finding addresses, slots, transactions and rows in an open ledger.

use super::{
    Ledger, LedgerModel,
    ids::{AddressId, RowId, SlotId, TxId},
    packed_text,
    text_table::ledger_address,
};
use crate::{
    time::Time,
    transfer::{Position, Transfer},
    width::index_of,
};

impl Ledger {
    /// The number of an address, in any of its forms.
    pub(crate) fn address_id(&self, text: &str) -> Option<AddressId> {
        self.addresses().find(&ledger_address(text)).map(AddressId::at)
    }

    /// The number of addresses, pseudo-addresses included.
    pub(crate) fn address_count(&self) -> usize {
        self.addresses().len()
    }

    /// Whether the address takes part in any transfer.
    pub fn holds_address(&self, text: &str) -> bool {
        self.address_id(text).is_some()
    }

    /// The slots of an address: itself, or all outputs that pay it.
    pub(crate) fn slots_of(&self, address: AddressId) -> Vec<SlotId> {
        match self.meta.model {
            LedgerModel::Account => vec![SlotId::new(address.number())],
            LedgerModel::Utxo => {
                let owners = self.columns().owners().iter().enumerate();
                owners
                    .filter(|(_, owner)| **owner == address)
                    .map(|(at, _)| SlotId::at(at))
                    .collect()
            }
        }
    }

    pub(crate) fn address_text(&self, address: AddressId) -> String {
        self.addresses().text(address.index())
    }

    /// The hash of a row's transaction; empty when the source had none.
    pub(crate) fn transaction_hash(&self, row: RowId) -> String {
        self.hash_of(self.columns().transaction(row))
    }

    /// A transaction's hash; empty when the source had none.
    pub(crate) fn hash_of(&self, transaction: TxId) -> String {
        self.hashes().text(transaction.index())
    }

    /// Who sent a row's transaction, where the source said it.
    pub(crate) fn initiator(&self, row: RowId) -> Option<String> {
        let initiators: &[AddressId] = self.sections.column("transaction.initiator").ok()?;
        let id = initiators.get(self.columns().transaction(row).index())?;
        (id.index() < self.addresses().len()).then(|| self.address_text(*id))
    }

    /// The rows of the transactions with this hash.
    pub(crate) fn rows_of_transaction(&self, hash: &str) -> Vec<RowId> {
        let (hashes, columns) = (self.hashes(), self.columns());
        let mut wanted = Vec::new();
        packed_text::pack(&hash.trim().to_ascii_lowercase(), &mut wanted);
        let order: &[u32] = self.sections.column("hash.order").unwrap_or(&[]);
        let packed = |at: &u32| hashes.packed(index_of(*at));
        let first = order.partition_point(|at| packed(at) < wanted.as_slice());
        let same = order.iter().skip(first).take_while(|at| packed(at) == wanted);
        same.flat_map(|at| columns.rows_of(TxId::new(*at))).collect()
    }

    /// The number of rows at or before a moment.
    pub(crate) fn rows_until(&self, time: Time) -> usize {
        let columns = self.columns();
        let times = columns.times();
        let transactions = if self.meta.times_sorted {
            times.partition_point(|t| *t <= time)
        } else {
            times.iter().position(|t| *t > time).unwrap_or(times.len())
        };
        columns.rows_before(TxId::at(transactions))
    }

    /// The balance of an address after all transfers, as far as the data explains it.
    pub fn balance(&self, address: &str) -> Option<u128> {
        let columns = self.columns();
        let slots = self.slots_of(self.address_id(address)?).into_iter();
        Some(slots.fold(0u128, |sum, slot| sum.saturating_add(columns.balance(slot))))
    }

    pub(crate) fn is_pseudo_address(&self, address: AddressId) -> bool {
        self.addresses().packed(address.index()).get(1) == Some(&b'@')
    }

    /// All transfers in order. Under the UTXO model their parties are addresses, and `@transaction`
    /// between a transaction's inputs and outputs.
    pub fn transfers(&self) -> impl Iterator<Item = Transfer> + '_ {
        let columns = self.columns();
        (0..columns.row_count()).map(move |at| {
            let row = RowId::at(at);
            let transaction = columns.transaction(row);
            let owner = |slot: SlotId| self.address_text(columns.owner(slot));
            Transfer {
                position: Position {
                    time: columns.time_of(transaction),
                    block: columns.block_of(transaction),
                    transaction: columns.index_of(transaction),
                    event: columns.event(row),
                },
                transaction: self.hash_of(transaction),
                initiator: self.initiator(row).unwrap_or_default(),
                from: owner(columns.from(row)),
                to: owner(columns.to(row)),
                units: columns.amount(row),
                kind: columns.kind(row),
            }
        })
    }
}
