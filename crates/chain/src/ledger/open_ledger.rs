//! A ledger file that is open for reading.

use std::path::Path;

use super::{
    LedgerError, LedgerMeta, bytes::Bytes, column::Column, columns::Columns, damage::Damage,
    ids::AddressId, sections::Sections, text_table::TextTable,
};
use crate::{
    asset::Asset,
    transfer::{BETWEEN, BURNT, FEES, ISSUE},
};

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    pub(super) meta: LedgerMeta,
    pub(super) sections: Sections,
    pseudo: PseudoAddresses,
    damage: Damage,
}

/// The numbers of the addresses that are no wallets, found once.
#[derive(Debug, Default)]
struct PseudoAddresses {
    issue: Option<AddressId>,
    fees: Option<AddressId>,
    burnt: Option<AddressId>,
    between: Option<AddressId>,
}

impl Ledger {
    /// Opens a ledger file by mapping it. Up to 1 GiB it is compared with its checksums; of a larger one only
    /// the table is read.
    ///
    /// # Errors
    /// When the file cannot be read, is not a whole ledger, or is damaged. In a larger one, numbers that
    /// point outside of the ledger are found when they are read, and fail the query that reads them;
    /// [`verify`](Self::verify) finds all damage.
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
        let (pseudo, damage) = (PseudoAddresses::default(), Damage::default());
        let mut ledger = Self { meta, sections, pseudo, damage };
        ledger.check_lengths()?;
        ledger.pseudo = PseudoAddresses {
            issue: ledger.pseudo_address(ISSUE),
            fees: ledger.pseudo_address(FEES),
            burnt: ledger.pseudo_address(BURNT),
            between: ledger.pseudo_address(BETWEEN),
        };
        Ok(ledger)
    }

    fn amounts(&self, name: &'static str) -> Result<Column<'_>, LedgerError> {
        Ok(if self.meta.wide {
            Column::Wide(self.sections.column(name)?)
        } else {
            Column::Narrow(self.sections.column(name)?)
        })
    }

    pub(super) fn try_columns(&self) -> Result<Columns<'_>, LedgerError> {
        let sections = &self.sections;
        Ok(Columns {
            damage: &self.damage,
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

    /// The columns. Each call looks 19 sections up by name: take them once per pass, not per row.
    pub(crate) fn columns(&self) -> Columns<'_> {
        self.try_columns().expect("the columns were read when the ledger was opened")
    }

    /// Fails when anything read so far pointed outside the file. Every answer that rests on the
    /// ledger's columns calls this before it is given.
    pub(crate) fn check_damage(&self) -> Result<(), LedgerError> {
        self.damage.check()
    }

    /// The ledger's description of itself.
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

    pub(super) fn addresses(&self) -> TextTable<'_> {
        TextTable {
            bytes: self.sections.raw("address.bytes"),
            ends: self.sections.column("address.ends").unwrap_or(&[]),
            width: self.meta.address_width,
        }
    }

    pub(super) fn hashes(&self) -> TextTable<'_> {
        TextTable {
            bytes: self.sections.raw("hash.bytes"),
            ends: self.sections.column("hash.ends").unwrap_or(&[]),
            width: self.meta.hash_width,
        }
    }

    fn pseudo_address(&self, name: &str) -> Option<AddressId> {
        self.addresses().find(name).map(AddressId::at)
    }

    /// Whether amounts take sixteen bytes.
    pub(crate) fn is_wide(&self) -> bool {
        self.meta.wide
    }

    /// Whether the transactions' clocks never run backwards.
    pub(crate) fn times_sorted(&self) -> bool {
        self.meta.times_sorted
    }

    /// The owner of UTXO transactions between their inputs and their outputs.
    pub(crate) fn between_address(&self) -> Option<AddressId> {
        self.pseudo.between
    }

    pub(crate) fn issue_address(&self) -> Option<AddressId> {
        self.pseudo.issue
    }

    pub(crate) fn fee_address(&self) -> Option<AddressId> {
        self.pseudo.fees
    }

    pub(crate) fn burnt_address(&self) -> Option<AddressId> {
        self.pseudo.burnt
    }
}
