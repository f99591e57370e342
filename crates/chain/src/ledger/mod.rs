//! The ledger: all transfers of one asset on one chain, in their total order, in one immutable file
//! that is mapped and never copied.
//!
//! Every holder of value is a *slot* with a 32-bit number. Under the account model a slot is an
//! address. Under the UTXO model a slot is one output, or one transaction between its inputs and its
//! outputs; an output's slot knows the address it pays. So a UTXO transaction is a wallet that takes its
//! inputs in order and pays its outputs in order, the fee last, and one set of methods serves both
//! models.

mod builder;
mod bytes;
mod column;
mod columns;
mod derive;
mod interner;
mod meta;
mod resume;
mod rows;
mod sections;
mod text_table;
mod utxo;
mod view;

pub use builder::LedgerBuilder;
pub(crate) use bytes::Bytes;
pub(crate) use column::Column;
pub(crate) use columns::Columns;
pub(crate) use derive::HAS_OPENING;
pub use meta::{LedgerError, LedgerMeta, LedgerModel, RowsLeftOut};
pub(crate) use sections::{SectionWriter, Sections};
pub use text_table::ledger_address;
pub use utxo::{UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction};
pub(crate) use view::{Opening, View};

use std::path::Path;

use crate::{
    asset::Asset,
    time::Time,
    transfer::{BURNT, FEES, ISSUE, Position, Transfer},
};

use text_table::TextTable;

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    meta: LedgerMeta,
    sections: Sections,
    pseudo: PseudoAddresses,
}

/// The numbers of the addresses that are no wallets, found once.
#[derive(Debug, Default)]
struct PseudoAddresses {
    issue: Option<u32>,
    fees: Option<u32>,
    burnt: Option<u32>,
    between: Option<u32>,
}

impl Ledger {
    /// Opens a ledger file by mapping it. Reads its table only, whatever its size.
    ///
    /// # Errors
    /// When the file cannot be read, or is not a whole ledger.
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let bytes = Bytes::mapped(path)
            .map_err(|source| LedgerError::Io { path: path.to_owned(), source })?;
        Self::from_sections(bytes)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, LedgerError> {
        Self::from_sections(Bytes::held(bytes))
    }

    fn from_sections(bytes: Bytes) -> Result<Self, LedgerError> {
        let sections = Sections::open(bytes)?;
        let meta: LedgerMeta = serde_json::from_slice(sections.raw("meta"))
            .map_err(|_| LedgerError::Damaged("its description"))?;
        let mut ledger = Self { meta, sections, pseudo: PseudoAddresses::default() };
        ledger.check_lengths()?;
        ledger.pseudo = PseudoAddresses {
            issue: ledger.pseudo_id(ISSUE),
            fees: ledger.pseudo_id(FEES),
            burnt: ledger.pseudo_id(BURNT),
            between: ledger.pseudo_id(utxo::BETWEEN),
        };
        Ok(ledger)
    }

    /// Every column must have the length that the description states.
    fn check_lengths(&self) -> Result<(), LedgerError> {
        let columns = self.try_columns()?;
        let (rows, slots) = (self.meta.transfers as usize, self.meta.slots as usize);
        let transactions = self.meta.transactions as usize;
        let rows_fit =
            [columns.from.len(), columns.to.len(), columns.amount.len(), columns.kind.len()]
                .into_iter()
                .chain([
                    columns.transaction.len(),
                    columns.from_before.len(),
                    columns.to_after.len(),
                ])
                .chain([columns.out_rows.len(), columns.in_rows.len()])
                .all(|length| length == rows);
        let slots_fit = columns.out_start.len() == slots + 1
            && columns.in_start.len() == slots + 1
            && columns.balance.len() == slots
            && (self.meta.model == LedgerModel::Account || columns.owner.len() == slots);
        let transactions_fit = [columns.time.len(), columns.block.len(), columns.index.len()]
            .iter()
            .all(|l| *l == transactions);
        let openings_fit = columns.opening_at.len() == columns.opening_units.len();
        if rows_fit && slots_fit && transactions_fit && openings_fit {
            Ok(())
        } else {
            Err(LedgerError::Damaged("the length of a column"))
        }
    }

    /// Reads every number once and checks that it points inside the ledger. Takes about a second per
    /// 100 million transfers; `open` does not do it.
    ///
    /// # Errors
    /// Names the first column that points outside.
    pub fn verify(&self) -> Result<(), LedgerError> {
        let columns = self.try_columns()?;
        let below = |values: &[u32], limit: usize| values.iter().all(|v| (*v as usize) < limit);
        let checks = [
            ("from", below(columns.from, columns.balance.len())),
            ("to", below(columns.to, columns.balance.len())),
            ("transaction", below(columns.transaction, columns.time.len())),
            ("out.rows", below(columns.out_rows, columns.from.len())),
            ("in.rows", below(columns.in_rows, columns.from.len())),
            ("opening.at", below(columns.opening_at, columns.from.len())),
            ("out.start", columns.out_start.is_sorted()),
            ("in.start", columns.in_start.is_sorted()),
            ("slot.owner", below(columns.owner, self.addresses().len())),
            ("hash.order", below(self.sections.column("hash.order")?, columns.time.len())),
        ];
        match checks.iter().find(|(_, fits)| !fits) {
            Some((name, _)) => Err(LedgerError::Damaged(name)),
            None => Ok(()),
        }
    }

    fn amounts(&self, name: &'static str) -> Result<Column<'_>, LedgerError> {
        Ok(if self.meta.wide {
            Column::Wide(self.sections.column(name)?)
        } else {
            Column::Narrow(self.sections.column(name)?)
        })
    }

    fn try_columns(&self) -> Result<Columns<'_>, LedgerError> {
        let sections = &self.sections;
        Ok(Columns {
            from: sections.column("from")?,
            to: sections.column("to")?,
            amount: self.amounts("amount")?,
            kind: sections.raw("kind"),
            transaction: sections.column("transaction")?,
            from_before: self.amounts("from.before")?,
            to_after: self.amounts("to.after")?,
            out_start: sections.column("out.start")?,
            out_rows: sections.column("out.rows")?,
            in_start: sections.column("in.start")?,
            in_rows: sections.column("in.rows")?,
            opening_at: sections.column("opening.at")?,
            opening_units: self.amounts("opening.units")?,
            balance: self.amounts("balance")?,
            time: sections.column("transaction.time")?,
            block: sections.column("transaction.block")?,
            index: sections.column("transaction.index")?,
            owner: sections.column("slot.owner")?,
            event: sections.column("event")?,
        })
    }

    pub(crate) fn columns(&self) -> Columns<'_> {
        self.try_columns().expect("the columns were read when the ledger was opened")
    }

    /// What the ledger says of itself.
    pub fn meta(&self) -> &LedgerMeta {
        &self.meta
    }

    /// The description as it is written, which names sources, counts and sums.
    pub(crate) fn description(&self) -> &[u8] {
        self.sections.raw("meta")
    }

    /// The asset.
    pub fn asset(&self) -> &Asset {
        &self.meta.asset
    }

    /// The size of the file.
    pub fn bytes(&self) -> u64 {
        self.sections.total_bytes()
    }

    fn addresses(&self) -> TextTable<'_> {
        TextTable {
            bytes: self.sections.raw("address.bytes"),
            ends: self.sections.column("address.ends").unwrap_or(&[]),
            width: self.meta.address_width,
        }
    }

    fn hashes(&self) -> TextTable<'_> {
        TextTable {
            bytes: self.sections.raw("hash.bytes"),
            ends: self.sections.column("hash.ends").unwrap_or(&[]),
            width: self.meta.hash_width,
        }
    }

    /// The number of an address, in any of its forms.
    pub(crate) fn address_id(&self, text: &str) -> Option<u32> {
        self.addresses().find(&ledger_address(text)).map(|at| at as u32)
    }

    /// Whether the address takes part in any transfer.
    pub fn holds_address(&self, text: &str) -> bool {
        self.address_id(text).is_some()
    }

    /// The slots of an address: itself, or all outputs that pay it.
    pub(crate) fn slots_of(&self, address: u32) -> Vec<u32> {
        match self.meta.model {
            LedgerModel::Account => vec![address],
            LedgerModel::Utxo => {
                let owner = self.columns().owner;
                (0..owner.len() as u32).filter(|slot| owner[*slot as usize] == address).collect()
            }
        }
    }

    /// The address number that a slot belongs to.
    pub(crate) fn owner_of(&self, slot: u32) -> u32 {
        match self.meta.model {
            LedgerModel::Account => slot,
            LedgerModel::Utxo => self.columns().owner[slot as usize],
        }
    }

    pub(crate) fn address_text(&self, address: u32) -> String {
        self.addresses().text(address as usize)
    }

    /// The hash of a row's transaction; empty when the source had none.
    pub(crate) fn transaction_hash(&self, row: usize) -> String {
        self.hashes().text(self.columns().transaction[row] as usize)
    }

    /// Who sent a row's transaction, where the source said it.
    pub(crate) fn initiator(&self, row: usize) -> Option<String> {
        let initiators: &[u32] = self.sections.column("transaction.initiator").ok()?;
        let id = initiators.get(self.columns().transaction[row] as usize)?;
        ((*id as usize) < self.addresses().len()).then(|| self.address_text(*id))
    }

    /// The rows of the transactions with this hash.
    pub(crate) fn rows_of_transaction(&self, hash: &str) -> Vec<usize> {
        let hashes = self.hashes();
        let mut wanted = Vec::new();
        text_table::pack(&hash.trim().to_ascii_lowercase(), &mut wanted);
        let transaction = self.columns().transaction;
        let order: &[u32] = self.sections.column("hash.order").unwrap_or(&[]);
        let first = order.partition_point(|at| hashes.packed(*at as usize) < wanted.as_slice());
        let same = order[first..].iter().take_while(|at| hashes.packed(**at as usize) == wanted);
        let found = same.map(|at| *at as usize);
        let rows = found.flat_map(|at| {
            let first = transaction.partition_point(|t| (*t as usize) < at);
            (first..transaction.len()).take_while(move |row| transaction[*row] as usize == at)
        });
        rows.collect()
    }

    /// How many rows lie at or before a moment.
    pub(crate) fn rows_until(&self, time: Time) -> usize {
        let columns = self.columns();
        let transactions = if self.meta.times_sorted {
            columns.time.partition_point(|t| *t <= time)
        } else {
            columns.time.iter().position(|t| *t > time).unwrap_or(columns.time.len())
        };
        columns.transaction.partition_point(|t| (*t as usize) < transactions)
    }

    /// The balance of an address after all transfers, as far as the data explains it.
    pub fn balance(&self, address: &str) -> Option<u128> {
        let id = self.address_id(address)?;
        let columns = self.columns();
        Some(self.slots_of(id).into_iter().map(|slot| columns.balance.get(slot as usize)).sum())
    }

    pub(crate) fn is_pseudo_address(&self, address: u32) -> bool {
        self.addresses().packed(address as usize).get(1) == Some(&b'@')
    }

    /// All transfers in order. Under the UTXO model their parties are addresses, and `@transaction`
    /// between a transaction's inputs and outputs.
    pub fn transfers(&self) -> impl Iterator<Item = Transfer> + '_ {
        let columns = self.columns();
        (0..columns.from.len()).map(move |row| {
            let transaction = columns.transaction[row] as usize;
            let owner = |slot: u32| self.address_text(self.owner_of(slot));
            Transfer {
                position: Position {
                    time: columns.time[transaction],
                    block: columns.block[transaction],
                    transaction: columns.index[transaction],
                    event: columns.event.get(row).copied().unwrap_or_default(),
                },
                transaction: self.transaction_hash(row),
                initiator: self.initiator(row).unwrap_or_default(),
                from: owner(columns.from[row]),
                to: owner(columns.to[row]),
                units: columns.amount.get(row),
                kind: columns.kind(row),
            }
        })
    }

    fn pseudo_id(&self, name: &str) -> Option<u32> {
        self.addresses().find(name).map(|at| at as u32)
    }

    /// Whether amounts take sixteen bytes.
    pub(crate) fn is_wide(&self) -> bool {
        self.meta.wide
    }

    /// Whether the transactions' clocks never run backwards.
    pub(crate) fn times_sorted(&self) -> bool {
        self.meta.times_sorted
    }

    pub(crate) fn between_address(&self) -> Option<u32> {
        self.pseudo.between
    }

    pub(crate) fn issue_address(&self) -> Option<u32> {
        self.pseudo.issue
    }

    pub(crate) fn fee_address(&self) -> Option<u32> {
        self.pseudo.fees
    }

    pub(crate) fn burnt_address(&self) -> Option<u32> {
        self.pseudo.burnt
    }
}
