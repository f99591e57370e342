//! Collects the transfers of readers, with one ledger builder for each asset.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    EventKind, Problem, ProblemKind, Problems, ReadError, ReadOptions, chain_tables::ChainTables,
};
use crate::{
    amount::{AmountError, parse_amount},
    asset::Asset,
    ledger::{Ledger, LedgerBuilder, LedgerError, UtxoBuilder, UtxoTransaction},
    progress::Watch,
    transfer::Transfer,
};

/// The number of problems of a kind that are kept in full.
const EXAMPLES: u64 = 5;

fn ledger_path(folder: &Path, asset: &Asset) -> PathBuf {
    folder.join(format!("{}.ledger", asset.file_stem()))
}

/// Collects the transfers of readers, with one ledger builder for each asset, and writes the ledgers.
#[derive(Debug)]
pub struct LedgerImporter {
    /// How files are to be understood.
    pub options: ReadOptions,
    /// Rows that were left out or changed.
    pub problems: Problems,
    /// Events found in logs, by kind.
    pub events: BTreeMap<EventKind, u64>,
    pub(crate) chain: ChainTables,
    builders: BTreeMap<Asset, LedgerBuilder>,
    outputs: BTreeMap<Asset, UtxoBuilder>,
    faults: u64,
    first_fault: String,
    source: String,
    pub(crate) watch: Watch,
    /// The folder whose ledgers are added to.
    pub(crate) adds_to: Option<PathBuf>,
}

impl LedgerImporter {
    /// An importer without any transfers.
    pub fn new(options: ReadOptions) -> Self {
        Self {
            options,
            problems: Problems::default(),
            events: BTreeMap::new(),
            chain: ChainTables::default(),
            builders: BTreeMap::new(),
            outputs: BTreeMap::new(),
            faults: 0,
            first_fault: String::new(),
            source: String::new(),
            watch: Watch::default(),
            adds_to: None,
        }
    }

    /// Takes values of coins from traces and not from the transactions themselves.
    pub fn expect_traces(&mut self) {
        self.chain.values_from_traces = true;
    }

    pub(crate) fn count_event(&mut self, kind: EventKind) {
        *self.events.entry(kind).or_default() += 1;
    }

    pub(crate) fn begin(&mut self, source: &str) {
        self.source = source.to_owned();
        self.faults = 0;
        self.first_fault.clear();
    }

    /// Counts a row under a reason.
    ///
    /// # Errors
    /// When the file has more broken rows than it may.
    pub(crate) fn problem(
        &mut self,
        kind: ProblemKind,
        line: u64,
        reason: impl ToString,
    ) -> Result<(), ReadError> {
        let count = self.problems.counts.entry(kind).or_default();
        *count += 1;
        let reason: String = reason.to_string().chars().take(200).collect();
        if kind.is_fault() {
            if self.faults == 0 {
                self.first_fault = format!("line {line}: {reason}");
            }
            self.faults += 1;
        }
        if *count <= EXAMPLES {
            let file = self.source.clone();
            self.problems.examples.push(Problem { code: kind.code(), kind, file, line, reason });
        }
        if self.faults > self.options.most_problems {
            return Err(ReadError::TooManyProblems {
                name: self.source.clone(),
                limit: self.options.most_problems,
                first: self.first_fault.clone(),
            });
        }
        Ok(())
    }

    /// The chain's own coin.
    pub(crate) fn coin(&self) -> Asset {
        self.options.coin()
    }

    /// Reads an amount with a decimal point.
    pub(crate) fn amount(
        &mut self,
        text: &str,
        decimals: u8,
        line: u64,
    ) -> Result<Option<u128>, ReadError> {
        let plain;
        let text = if self.options.thousands && text.contains(',') {
            plain = text.replace(',', "");
            plain.as_str()
        } else {
            text
        };
        match parse_amount(text, decimals, self.options.rounding) {
            Ok(amount) => {
                if amount.rounded {
                    self.problem(
                        ProblemKind::Rounded,
                        line,
                        format!("{text} has more than {decimals} decimals"),
                    )?;
                }
                Ok(Some(amount.units))
            }
            Err(why @ AmountError::TooLarge(_)) => {
                self.problem(ProblemKind::TooLarge, line, why).map(|()| None)
            }
            Err(why) => self.problem(ProblemKind::BadAmount, line, why).map(|()| None),
        }
    }

    /// Takes a transfer.
    ///
    /// # Errors
    /// When the ledger is full.
    pub fn take(&mut self, asset: &Asset, transfer: &Transfer) -> Result<(), LedgerError> {
        if !self.builders.contains_key(asset) {
            self.builders.insert(asset.clone(), LedgerBuilder::new(asset.clone()));
        }
        let builder = self.builders.get_mut(asset).expect("inserted above when missing");
        builder.add_source(&self.source);
        self.watch.row();
        builder.push(transfer)
    }

    /// Prepares for a file of UTXO transactions whose first block is `block`. When the import adds to a
    /// folder, the blocks must follow those of the ledger there.
    pub(crate) fn open_outputs(&mut self, asset: &Asset, block: u32) -> Result<(), ReadError> {
        let name = || self.source.split('#').next().unwrap_or_default().to_owned();
        if !self.outputs.contains_key(asset)
            && let Some(path) = self.adds_to.as_ref().map(|folder| ledger_path(folder, asset))
            && path.exists()
        {
            let resumed = UtxoBuilder::resume(&Ledger::open(&path)?)?;
            let resumed = resumed.ok_or_else(|| ReadError::CannotAdd(asset.to_string()))?;
            self.outputs.insert(asset.clone(), resumed);
        }
        let Some(builder) = self.outputs.get(asset) else { return Ok(()) };
        let (asset, Some(last)) = (asset.to_string(), builder.goes_on_after()) else {
            return Ok(());
        };
        if builder.sources().contains(&self.source) {
            return Err(ReadError::AlreadyThere { name: name(), asset });
        }
        if block <= last {
            return Err(ReadError::NotAfter { name: name(), block, asset, last });
        }
        Ok(())
    }

    /// Takes a UTXO transaction.
    ///
    /// # Errors
    /// When it does not add up.
    pub fn take_outputs(
        &mut self,
        asset: &Asset,
        transaction: UtxoTransaction,
    ) -> Result<(), LedgerError> {
        if !self.outputs.contains_key(asset) {
            self.outputs.insert(asset.clone(), UtxoBuilder::new(asset.clone()));
        }
        let builder = self.outputs.get_mut(asset).expect("inserted above when missing");
        builder.add_source(&self.source);
        self.watch.row();
        builder.push(transaction)
    }

    /// The files to which the ledgers of accounts will be written.
    pub(crate) fn ledger_paths(&self, folder: &Path) -> Vec<PathBuf> {
        self.builders.keys().map(|asset| ledger_path(folder, asset)).collect()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.builders.values().all(LedgerBuilder::is_empty)
            && self.outputs.values().all(UtxoBuilder::is_empty)
    }

    /// Takes every transfer of a ledger.
    ///
    /// # Errors
    /// When the ledger that they go to is full.
    pub(crate) fn add_ledger(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        let asset = ledger.asset().clone();
        let builder =
            self.builders.entry(asset.clone()).or_insert_with(|| LedgerBuilder::new(asset));
        builder.add_ledger(ledger)
    }

    /// Writes one ledger for each asset into a folder.
    ///
    /// # Errors
    /// When a ledger cannot be written, or nothing was taken at all.
    pub fn finish(self, folder: &Path) -> Result<Vec<PathBuf>, LedgerError> {
        let mut paths = Vec::new();
        for builder in self.builders.into_values().filter(|b| !b.is_empty()) {
            paths.push(builder.finish(folder)?);
        }
        for builder in self.outputs.into_values().filter(|b| !b.is_empty()) {
            paths.push(builder.finish(folder)?);
        }
        if paths.is_empty() { Err(LedgerError::Empty) } else { Ok(paths) }
    }

    /// Puts the ledgers together in memory.
    ///
    /// # Errors
    /// When a ledger does not add up, or nothing was taken at all.
    pub fn finish_in_memory(self) -> Result<Vec<Ledger>, LedgerError> {
        let accounts = self.builders.into_values().filter(|b| !b.is_empty());
        let mut ledgers =
            accounts.map(LedgerBuilder::finish_in_memory).collect::<Result<Vec<_>, _>>()?;
        for builder in self.outputs.into_values().filter(|b| !b.is_empty()) {
            ledgers.push(builder.finish_in_memory()?);
        }
        if ledgers.is_empty() { Err(LedgerError::Empty) } else { Ok(ledgers) }
    }
}
