//! Building a ledger of outputs: transactions take their inputs in order and pay their outputs in order.

use hashbrown::HashMap;
use std::path::{Path, PathBuf};

use super::{
    Ledger, LedgerBuilder, LedgerError, LedgerModel, interner::Interner, rows::Row,
    text_table::ledger_address,
};
use crate::{
    asset::Asset,
    transfer::{BETWEEN, BURNT, FEES, ISSUE, Position, TransferKind},
    width::number_of,
};

/// An output that a transaction spends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UtxoInput {
    /// Hash of the transaction that made it.
    pub transaction: String,
    /// The output's number in that transaction.
    pub output: u32,
    /// Its value and address, if the source states them. Needed if the transaction that made the
    /// output is not in the data.
    pub previous: Option<UtxoOutput>,
}

/// An output that a transaction makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UtxoOutput {
    /// The address that it pays; empty if the script names none, [`BURNT`] if the output cannot be
    /// spent.
    pub address: String,
    /// The value in the smallest unit.
    pub units: u128,
}

/// A transaction of a UTXO chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UtxoTransaction {
    /// Its block and place; `event` is not used.
    pub position: Position,
    /// Its hash.
    pub hash: String,
    /// Whether it is the coinbase, which pays the block's maker.
    pub coinbase: bool,
    /// The outputs that it spends, in order.
    pub inputs: Vec<UtxoInput>,
    /// The outputs that it makes, in order.
    pub outputs: Vec<UtxoOutput>,
}

/// Collects transactions of a UTXO chain, in the chain's order, and writes them as a [`Ledger`].
#[derive(Debug)]
pub struct UtxoBuilder {
    pub(super) builder: LedgerBuilder,
    /// Slot and value of each unspent output, by transaction and number.
    pub(super) unspent: HashMap<(u32, u32), (u32, u128)>,
    pub(super) hashes: Interner,
    /// The current block and its fees, until its coinbase claims them. Each block has its own fee
    /// slot, so that fees of different blocks do not mix.
    pub(super) block: Option<u32>,
    fee_slot: Option<u32>,
    fees: u128,
    waiting_coinbase: Option<UtxoTransaction>,
    /// The last block of the ledger that is continued. Its coinbase is already paid, so no
    /// transaction can be added to it.
    pub(super) closed: Option<u32>,
}

/// What a transaction spends from one slot.
struct Spent {
    slot: u32,
    units: u128,
    kind: TransferKind,
}

/// The slot that issues value is the first one that a builder of outputs makes.
pub(super) const ISSUE_SLOT: u32 = 0;

/// The owner of outputs whose script names no address.
const NOBODY: &str = "@script";

impl UtxoBuilder {
    /// An empty ledger of a chain's coin.
    pub fn new(asset: Asset) -> Self {
        let mut builder = LedgerBuilder::with_model(asset, LedgerModel::Utxo);
        let id = builder.addresses.intern(ISSUE);
        builder.slot_owner.push(id);
        Self::of(builder)
    }

    pub(super) fn of(builder: LedgerBuilder) -> Self {
        Self {
            builder,
            unspent: HashMap::default(),
            hashes: Interner::of_hashes(),
            block: None,
            fee_slot: None,
            fees: 0,
            waiting_coinbase: None,
            closed: None,
        }
    }

    /// Notes where transactions came from, for reports.
    pub fn add_source(&mut self, name: &str) {
        self.builder.add_source(name);
    }

    /// Whether no transaction was added yet.
    pub fn is_empty(&self) -> bool {
        self.builder.is_empty() && self.waiting_coinbase.is_none()
    }

    /// Adds the next transaction. Blocks come in order. Within a block the coinbase is processed
    /// last, because it pays out the fees of the other transactions.
    ///
    /// # Errors
    /// When blocks go backwards, an input's value is not known, or outputs exceed inputs.
    pub fn push(&mut self, transaction: UtxoTransaction) -> Result<(), LedgerError> {
        let block = transaction.position.block;
        if self.block.is_some_and(|last| block < last) {
            let reason =
                format!("block {block} comes after block {}", self.block.unwrap_or_default());
            return Err(LedgerError::Unbalanced { transaction: transaction.hash, reason });
        }
        if let Some(closed) = self.closed.filter(|closed| block <= *closed) {
            let reason =
                format!("block {block} is not after block {closed}, with which the ledger ends");
            return Err(LedgerError::Unbalanced { transaction: transaction.hash, reason });
        }
        if self.block != Some(block) {
            self.close_block()?;
            self.block = Some(block);
        }
        if transaction.coinbase {
            if self.waiting_coinbase.is_some() {
                let reason = "its block has a second coinbase".to_owned();
                return Err(LedgerError::Unbalanced { transaction: transaction.hash, reason });
            }
            self.waiting_coinbase = Some(transaction);
            return Ok(());
        }
        self.take(&transaction)
    }

    fn close_block(&mut self) -> Result<(), LedgerError> {
        if let Some(mut coinbase) = self.waiting_coinbase.take() {
            coinbase.position.transaction = u32::MAX;
            self.take(&coinbase)?;
        }
        (self.fees, self.fee_slot) = (0, None);
        Ok(())
    }

    fn slot(&mut self, owner: &str) -> u32 {
        let id = self.builder.intern_owner(owner);
        self.builder.slot_owner.push(id);
        number_of(self.builder.slot_owner.len() - 1)
    }

    fn fee_slot(&mut self) -> u32 {
        if self.fee_slot.is_none() {
            self.fee_slot = Some(self.slot(FEES));
        }
        self.fee_slot.unwrap_or_default()
    }

    fn take(&mut self, transaction: &UtxoTransaction) -> Result<(), LedgerError> {
        let unbalanced = |reason: String| LedgerError::Unbalanced {
            transaction: transaction.hash.clone(),
            reason,
        };
        let outputs = transaction.outputs.iter().try_fold(0u128, |sum, o| sum.checked_add(o.units));
        let outputs =
            outputs.ok_or_else(|| unbalanced("its outputs exceed 128 bits".to_owned()))?;
        let mut spent = Vec::with_capacity(transaction.inputs.len() + 2);
        if transaction.coinbase {
            let fees = self.fees.min(outputs);
            let reward = outputs - fees;
            spent.push(Spent { slot: ISSUE_SLOT, units: reward, kind: TransferKind::Reward });
            let slot = self.fee_slot();
            spent.push(Spent { slot, units: fees, kind: TransferKind::Fee });
        }
        for input in &transaction.inputs {
            let (slot, units) = self.spend(input).map_err(unbalanced)?;
            spent.push(Spent { slot, units, kind: TransferKind::UtxoInput });
        }
        let inputs = spent.iter().try_fold(0u128, |sum, spent| sum.checked_add(spent.units));
        let fee = inputs.and_then(|inputs| inputs.checked_sub(outputs));
        let fee =
            fee.ok_or_else(|| unbalanced(format!("its outputs of {outputs} exceed its inputs")))?;
        self.write(transaction, &spent, fee)
    }

    fn spend(&mut self, input: &UtxoInput) -> Result<(u32, u128), String> {
        let hash = self.hashes.intern(&input.transaction.to_ascii_lowercase());
        if let Some(found) = self.unspent.remove(&(hash, input.output)) {
            return Ok(found);
        }
        let place = format!("{}:{}", input.transaction, input.output);
        let previous = input.previous.as_ref();
        let previous = previous.ok_or_else(|| {
            format!("its input {place} was not made in the data or is spent twice, and no value is given for it")
        })?;
        Ok((self.slot(owner_text(&previous.address)), previous.units))
    }

    fn write(
        &mut self,
        transaction: &UtxoTransaction,
        spent: &[Spent],
        fee: u128,
    ) -> Result<(), LedgerError> {
        let id = self.builder.transaction_of(transaction.position.into(), &transaction.hash);
        let (between, fees) = (self.slot(BETWEEN), self.fee_slot());
        let mut event = 0;
        let mut row = |from, to, units, kind| {
            event += 1;
            Row { transaction: id, event, from, to, units, kind }
        };
        let mut rows: Vec<Row> = Vec::with_capacity(spent.len() + transaction.outputs.len() + 1);
        rows.extend(spent.iter().map(|spent| row(spent.slot, between, spent.units, spent.kind)));
        let hash = self.hashes.intern(&transaction.hash.to_ascii_lowercase());
        for (number, output) in transaction.outputs.iter().enumerate() {
            let slot = self.slot(owner_text(&output.address));
            let kind = if output.address == BURNT {
                TransferKind::Burn
            } else {
                self.unspent.insert((hash, number_of(number)), (slot, output.units));
                TransferKind::UtxoOutput
            };
            rows.push(row(between, slot, output.units, kind));
        }
        rows.push(row(between, fees, fee, TransferKind::Fee));
        self.fees += fee;
        for row in rows.into_iter().filter(|row| row.units > 0) {
            self.builder.push_row(row)?;
        }
        Ok(())
    }

    /// Puts the ledger together and keeps it in memory.
    ///
    /// # Errors
    /// As [`LedgerBuilder::finish_in_memory`], and when the last block does not add up.
    pub fn finish_in_memory(mut self) -> Result<Ledger, LedgerError> {
        self.close_block()?;
        self.keep_unspent();
        self.builder.finish_in_memory()
    }

    /// Writes the ledger into a folder.
    ///
    /// # Errors
    /// As [`LedgerBuilder::finish`], and when the last block does not add up.
    pub fn finish(mut self, folder: &Path) -> Result<PathBuf, LedgerError> {
        self.close_block()?;
        self.keep_unspent();
        self.builder.finish(folder)
    }
}

fn owner_text(address: &str) -> &str {
    if address.is_empty() { NOBODY } else { address }
}

impl LedgerBuilder {
    /// The number under which rows name the slot that issues value.
    pub(super) fn issue_slot(&mut self) -> u32 {
        match self.meta.model {
            LedgerModel::Account => self.addresses.intern(ISSUE),
            LedgerModel::Utxo => ISSUE_SLOT,
        }
    }

    pub(super) fn intern_owner(&mut self, address: &str) -> u32 {
        self.addresses.intern(&ledger_address(address))
    }
}
