//! Tables of ethereum-etl, of the public data sets that use its columns, and of cryo.

use super::{
    LedgerImporter, ProblemKind, ReadError,
    chain_tables::token,
    evm_log::{EvmLog, TokenMovement, read_log},
    rows::{RowPlace, take_rows},
    table::{Record, Table, field},
};
use crate::{
    amount::parse_units,
    time::parse_time,
    transfer::{FEES, ISSUE, Position, Transfer, TransferKind},
};

const BLOCK: &[&str] = &["block_number", "block_id", "number", "blockno"];
const TIME: &[&str] = &["block_timestamp", "timestamp", "time"];
const HASH: &[&str] = &["transaction_hash", "tx_hash", "hash"];
const INDEX: &[&str] = &["transaction_index"];
const FROM: &[&str] = &["from_address", "from"];
const TO: &[&str] = &["to_address", "to"];
/// Exact columns first; the floating-point ones of cryo are never read.
const VALUE: &[&str] = &["value", "value_string", "value_binary"];
const TOKEN: &[&str] = &["token_address", "erc20", "address", "contract_address"];

/// Which of the tables a header is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EtlTable {
    Blocks,
    Transactions,
    Traces,
    NativeTransfers,
    TokenTransfers,
    Logs,
}

impl EtlTable {
    pub(super) fn of(table: &Table<'_>) -> Option<Self> {
        let has = |names: &[&str]| table.has(names);
        let any = |names: &[&str]| table.column(names).is_some();
        if !any(BLOCK) {
            return None;
        }
        if has(&["topics"]) || has(&["topic0", "data"]) {
            Some(Self::Logs)
        } else if any(&["trace_address", "trace_id", "trace_type"]) {
            Some(Self::Traces)
        } else if has(&["transfer_index"]) {
            Some(Self::NativeTransfers)
        } else if has(&["log_index"]) && any(&["token_address", "erc20"]) {
            Some(Self::TokenTransfers)
        } else if any(&["gas_price", "nonce"]) && any(FROM) {
            Some(Self::Transactions)
        } else if any(&["parent_hash", "miner", "author"]) {
            Some(Self::Blocks)
        } else {
            None
        }
    }
}

/// The columns that any of the tables may have.
struct EtlColumns {
    block: Option<usize>,
    time: Option<usize>,
    hash: Option<usize>,
    index: Option<usize>,
    from: Option<usize>,
    to: Option<usize>,
    value: Option<usize>,
    token: Option<usize>,
    log_index: Option<usize>,
    event: Option<usize>,
    status: Option<usize>,
    call_type: Option<usize>,
    trace_type: Option<usize>,
    gas_used: Option<usize>,
    gas_price: Option<usize>,
    topics: Option<usize>,
    topic: [Option<usize>; 4],
    data: Option<usize>,
}

impl EtlColumns {
    fn of(table: &Table<'_>) -> Self {
        let column = |names: &[&str]| table.column(names);
        Self {
            block: column(BLOCK),
            time: column(TIME),
            hash: column(HASH),
            index: column(INDEX),
            from: column(FROM),
            to: column(TO),
            value: column(VALUE),
            token: column(TOKEN),
            log_index: column(&["log_index"]),
            event: column(&["trace_index", "transfer_index"]),
            status: column(&["status", "receipt_status", "success"]),
            call_type: column(&["call_type"]),
            trace_type: column(&["trace_type", "trace_id"]),
            gas_used: column(&["receipt_gas_used", "gas_used"]),
            gas_price: column(&["receipt_effective_gas_price", "effective_gas_price", "gas_price"]),
            topics: column(&["topics"]),
            topic: [0, 1, 2, 3].map(|n| table.column(&[format!("topic{n}").as_str()])),
            data: column(&["data"]),
        }
    }
}

pub(super) fn read(
    kind: EtlTable,
    table: Table<'_>,
    importer: &mut LedgerImporter,
) -> Result<(), ReadError> {
    let columns = EtlColumns::of(&table);
    check(kind, &table)?;
    take_rows(table, importer, |importer, record, RowPlace { line, number }| {
        let row = EtlRow { columns: &columns, record, line, number };
        match kind {
            EtlTable::Blocks => row.block(importer),
            EtlTable::Transactions => row.transaction(importer),
            EtlTable::Traces => row.trace(importer),
            EtlTable::NativeTransfers => row.native(importer),
            EtlTable::TokenTransfers => row.token(importer),
            EtlTable::Logs => row.log(importer),
        }
    })
}

/// The columns without which a table of this kind cannot be read.
fn check(kind: EtlTable, table: &Table<'_>) -> Result<(), ReadError> {
    let needed: &[&[&str]] = match kind {
        EtlTable::Blocks => &[BLOCK, TIME],
        EtlTable::Transactions => &[BLOCK, HASH, FROM, VALUE],
        EtlTable::Traces | EtlTable::NativeTransfers => &[BLOCK, FROM, TO, VALUE],
        EtlTable::TokenTransfers => &[BLOCK, HASH, FROM, TO, VALUE, TOKEN, &["log_index"]],
        EtlTable::Logs => &[BLOCK, HASH, TOKEN, &["log_index"], &["data"]],
    };
    needed.iter().try_for_each(|names| table.need(names).map(|_| ()))
}

/// The transaction of a row: its position, its hash, and who sent it (empty where unknown).
struct RowTransaction {
    position: Position,
    hash: String,
    initiator: String,
}

struct EtlRow<'a> {
    columns: &'a EtlColumns,
    record: &'a Record,
    line: u64,
    number: u32,
}

impl EtlRow<'_> {
    fn text(&self, column: Option<usize>) -> &str {
        field(self.record, column)
    }

    fn number(&self, column: Option<usize>) -> Option<u32> {
        self.text(column).parse().ok()
    }

    fn block(&self, importer: &mut LedgerImporter) -> Result<(), ReadError> {
        let (Some(block), Ok(time)) =
            (self.number(self.columns.block), parse_time(self.text(self.columns.time)))
        else {
            return importer.problem(
                ProblemKind::BadTime,
                self.line,
                "block without number or time",
            );
        };
        importer.chain.times.insert(block, time);
        Ok(())
    }

    /// The row's block, time and transaction, from itself or from the tables read before.
    fn place(&self, importer: &LedgerImporter) -> Option<RowTransaction> {
        let block = self.number(self.columns.block)?;
        let hash = self.text(self.columns.hash).to_owned();
        let known = importer.chain.transactions.get(&hash);
        let own = parse_time(self.text(self.columns.time)).ok();
        let time = own
            .or_else(|| importer.chain.times.get(&block).copied())
            .or((block == 0).then_some(0))?;
        let index = self.number(self.columns.index).or(known.map(|(index, _)| *index));
        let position = Position { time, block, transaction: index.unwrap_or(u32::MAX), event: 0 };
        let initiator = known.map(|(_, from)| from.clone()).unwrap_or_default();
        Some(RowTransaction { position, hash, initiator })
    }

    fn no_place(&self, importer: &mut LedgerImporter) -> Result<(), ReadError> {
        let reason =
            "neither the row nor a blocks or transactions table read before gives its time";
        importer.problem(ProblemKind::BadTime, self.line, reason)
    }

    fn units(&self, importer: &mut LedgerImporter, text: &str) -> Result<Option<u128>, ReadError> {
        match parse_units(text) {
            Ok(units) => Ok(Some(units)),
            Err(why @ crate::amount::AmountError::TooLarge(_)) => {
                importer.problem(ProblemKind::TooLarge, self.line, why).map(|()| None)
            }
            Err(why) => importer.problem(ProblemKind::BadAmount, self.line, why).map(|()| None),
        }
    }

    fn failed(&self) -> bool {
        matches!(self.text(self.columns.status), "0" | "false")
    }

    fn transaction(&self, importer: &mut LedgerImporter) -> Result<(), ReadError> {
        let Some(RowTransaction { mut position, hash, .. }) = self.place(importer) else {
            return self.no_place(importer);
        };
        let from = self.text(self.columns.from).to_owned();
        importer.chain.times.entry(position.block).or_insert(position.time);
        importer.chain.transactions.insert(hash.clone(), (position.transaction, from.clone()));
        let coin = importer.coin();
        let mut transfer = Transfer {
            position,
            transaction: hash,
            initiator: from.clone(),
            from,
            to: FEES.to_owned(),
            units: 0,
            kind: TransferKind::Fee,
        };
        let price = parse_units(self.text(self.columns.gas_price)).ok();
        let fee = price.zip(parse_units(self.text(self.columns.gas_used)).ok());
        transfer.units = fee.and_then(|(price, used)| price.checked_mul(used)).unwrap_or(0);
        if transfer.units > 0 {
            importer.take(&coin, &transfer)?;
        }
        // Traces include the transactions' own values and more, so they replace them.
        let to = self.text(self.columns.to);
        if importer.chain.values_from_traces || to.is_empty() {
            return Ok(());
        }
        if self.failed() {
            return importer.problem(ProblemKind::Failed, self.line, "the transaction failed");
        }
        let Some(units) = self.units(importer, self.text(self.columns.value))? else {
            return Ok(());
        };
        position.event = 1;
        transfer = Transfer {
            position,
            to: to.to_owned(),
            units,
            kind: TransferKind::External,
            ..transfer
        };
        Ok(importer.take(&coin, &transfer)?)
    }

    fn trace(&self, importer: &mut LedgerImporter) -> Result<(), ReadError> {
        let kind = self.text(self.columns.trace_type).split('_').next().unwrap_or("").to_owned();
        let call = self.text(self.columns.call_type);
        // These calls run code of another contract in place and carry no value of their own.
        if matches!(call, "delegatecall" | "staticcall" | "callcode") {
            return Ok(());
        }
        let value = self.text(self.columns.value);
        if matches!(value, "" | "0") {
            return Ok(());
        }
        if self.failed() {
            return importer.problem(ProblemKind::Failed, self.line, "the call failed");
        }
        let kind = match kind.as_str() {
            "reward" => TransferKind::Reward,
            "genesis" | "daofork" => TransferKind::Genesis,
            "suicide" | "selfdestruct" => TransferKind::SelfDestruct,
            _ => TransferKind::Internal,
        };
        self.coin_transfer(importer, kind)
    }

    fn native(&self, importer: &mut LedgerImporter) -> Result<(), ReadError> {
        self.coin_transfer(importer, TransferKind::Internal)
    }

    fn coin_transfer(
        &self,
        importer: &mut LedgerImporter,
        kind: TransferKind,
    ) -> Result<(), ReadError> {
        let Some(RowTransaction { mut position, hash, initiator }) = self.place(importer) else {
            return self.no_place(importer);
        };
        position.event = self.number(self.columns.event).unwrap_or(self.number).saturating_add(2);
        let (from, to) = (self.text(self.columns.from), self.text(self.columns.to));
        if to.is_empty() {
            return importer.problem(ProblemKind::NoAddress, self.line, "value without a receiver");
        }
        let Some(units) = self.units(importer, self.text(self.columns.value))? else {
            return Ok(());
        };
        let from = if from.is_empty() { ISSUE } else { from };
        let transfer = Transfer {
            position,
            transaction: hash,
            initiator,
            from: from.to_owned(),
            to: to.to_owned(),
            units,
            kind,
        };
        let coin = importer.coin();
        Ok(importer.take(&coin, &transfer)?)
    }

    fn token(&self, importer: &mut LedgerImporter) -> Result<(), ReadError> {
        let Some(units) = self.units(importer, self.text(self.columns.value))? else {
            return Ok(());
        };
        let (from, to) =
            (self.text(self.columns.from).to_owned(), self.text(self.columns.to).to_owned());
        if from.is_empty() || to.is_empty() {
            return importer.problem(
                ProblemKind::NoAddress,
                self.line,
                "sender or receiver is empty",
            );
        }
        self.token_transfer(importer, TokenMovement::transfer(&from, &to, units))
    }

    fn log(&self, importer: &mut LedgerImporter) -> Result<(), ReadError> {
        let joined = self.text(self.columns.topics);
        let mut topics: Vec<&str> = joined
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|topic| !topic.is_empty())
            .collect();
        if topics.is_empty() {
            topics = self
                .columns
                .topic
                .iter()
                .map(|c| self.text(*c))
                .take_while(|t| !t.is_empty())
                .collect();
        }
        let contract = self.text(self.columns.token);
        let Some(log) =
            read_log(contract, &topics, self.text(self.columns.data), &importer.chain.wrappers)
        else {
            return Ok(());
        };
        importer.count_event(log.kind());
        if let Some(movement) = log.movement() {
            return self.token_transfer(importer, movement);
        }
        match log {
            EvmLog::Transfer { .. } => {
                let reason = "the amount does not fit 128 bits";
                importer.problem(ProblemKind::TooLarge, self.line, reason)
            }
            EvmLog::Other(super::EventKind::NonFungibleTransfer) => importer.problem(
                ProblemKind::NotFungible,
                self.line,
                format!("{contract} moves numbered pieces"),
            ),
            _ => Ok(()),
        }
    }

    fn token_transfer(
        &self,
        importer: &mut LedgerImporter,
        TokenMovement { from, to, units, kind }: TokenMovement,
    ) -> Result<(), ReadError> {
        let Some(RowTransaction { mut position, hash, initiator }) = self.place(importer) else {
            return self.no_place(importer);
        };
        position.event = self.number(self.columns.log_index).unwrap_or(self.number);
        let asset = token(&importer.options.chain, self.text(self.columns.token));
        let transfer = Transfer { position, transaction: hash, initiator, from, to, units, kind };
        Ok(importer.take(&asset, &transfer)?)
    }
}
