use interdict_model::ProblemCode;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{EventKind, ReadError, chain_tables::ChainTables};
use crate::{
    amount::{AmountError, Rounding, parse_amount},
    asset::Asset,
    ledger::{Ledger, LedgerBuilder, LedgerError, UtxoBuilder, UtxoTransaction},
    progress::Watch,
    transfer::Transfer,
};

/// How files are to be understood.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The chain that the files are of.
    pub chain: String,
    /// The asset of rows that name none, and the coin of the chain.
    pub asset: String,
    /// Its decimals, where the usual ones do not hold.
    pub decimals: Option<u8>,
    /// What to do with more decimals than the asset has.
    pub rounding: Rounding,
    /// Whether commas in amounts are thousands separators and may be taken out.
    pub thousands: bool,
    /// More broken rows than this in a file are an error.
    pub most_problems: u64,
}

impl ReadOptions {
    /// A chain and its coin, everything else strict.
    pub fn new(chain: &str, asset: &str) -> Self {
        Self {
            chain: chain.to_owned(),
            asset: asset.to_owned(),
            decimals: None,
            rounding: Rounding::Reject,
            thousands: false,
            most_problems: 1_000,
        }
    }
}

/// Why a row is not in a ledger. Each has a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// CHN001: the row is not of its file's form.
    BrokenRow,
    /// CHN002: the time cannot be read.
    BadTime,
    /// CHN003: the amount cannot be read, or not without losing digits.
    BadAmount,
    /// CHN004: the address is empty.
    NoAddress,
    /// CHN005: the transaction failed, so nothing moved.
    Failed,
    /// CHN006: a token with its own identity (ERC-721): its number is no amount.
    NotFungible,
    /// CHN007: the amount does not fit 128 bits.
    TooLarge,
    /// CHN008: digits beyond the smallest unit were rounded; the row was taken.
    Rounded,
    /// CHN009: the asset's decimals are not known; name them.
    NoDecimals,
    /// CHN010: a UTXO transaction does not add up.
    Unbalanced,
}

impl ProblemKind {
    /// The stable code.
    pub fn code(self) -> ProblemCode {
        match self {
            Self::BrokenRow => ProblemCode::RowMalformed,
            Self::BadTime => ProblemCode::TimeUnreadable,
            Self::BadAmount => ProblemCode::AmountUnreadable,
            Self::NoAddress => ProblemCode::AddressMissing,
            Self::Failed => ProblemCode::TransactionFailed,
            Self::NotFungible => ProblemCode::TokenNotFungible,
            Self::TooLarge => ProblemCode::AmountTooLarge,
            Self::Rounded => ProblemCode::AmountRounded,
            Self::NoDecimals => ProblemCode::DecimalsUnknown,
            Self::Unbalanced => ProblemCode::TransactionUnbalanced,
        }
    }

    /// Whether such a row says that the file is broken, so that it counts against the ceiling.
    fn is_fault(self) -> bool {
        !matches!(self, Self::Failed | Self::NotFungible | Self::Rounded | Self::TooLarge)
    }
}

/// One row that was not taken as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its kind's code.
    pub code: ProblemCode,
    /// Its kind.
    pub kind: ProblemKind,
    /// The file.
    pub file: String,
    /// The line or row.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// Problems by kind: all counted, the first of each shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Problems {
    /// How many of each kind.
    pub counts: BTreeMap<ProblemKind, u64>,
    /// The first ones.
    pub examples: Vec<Problem>,
}

/// How many problems of a kind are kept in full.
const EXAMPLES: u64 = 5;

fn ledger_path(folder: &Path, asset: &Asset) -> PathBuf {
    folder.join(format!("{}.ledger", asset.file_stem()))
}

/// Takes what readers read, one ledger builder for each asset.
#[derive(Debug)]
pub struct Intake {
    /// How files are to be understood.
    pub options: ReadOptions,
    /// What was not taken as it is.
    pub problems: Problems,
    /// Events that logs told of, by kind.
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

impl Intake {
    /// An empty intake.
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

    /// Has the values of coins taken from traces and not from the transactions themselves.
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
        let usual = Asset::usual_decimals(&self.options.asset).unwrap_or(18);
        Asset::native(
            &self.options.chain,
            &self.options.asset,
            self.options.decimals.unwrap_or(usual),
        )
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

    /// Makes ready for a file of UTXO transactions, of which the first is of this block: outputs go on
    /// where the ledger that is there ends.
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

    /// The files that this intake's ledgers of accounts go to.
    pub(crate) fn ledger_paths(&self, folder: &Path) -> Vec<PathBuf> {
        self.builders.keys().map(|asset| ledger_path(folder, asset)).collect()
    }

    /// Whether nothing was taken.
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
