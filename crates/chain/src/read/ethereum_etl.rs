//! Tables of ethereum-etl, of the public data sets that use its columns, and of cryo.

use super::{
    Intake, ProblemKind, ReadError,
    chain_tables::token,
    evm_log::{EvmLog, read_log},
    table::{Record, Table, field},
};
use crate::{
    amount::parse_units,
    time::parse_time,
    transfer::{BURNT, FEES, ISSUE, Position, Transfer, TransferKind},
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
const ZERO: &str = "0x0000000000000000000000000000000000000000";

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
    mut table: Table<'_>,
    intake: &mut Intake,
) -> Result<(), ReadError> {
    let columns = EtlColumns::of(&table);
    check(kind, &table)?;
    intake.begin(&table.name);
    for (number, (line, record)) in table.rows().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(why) => {
                intake.problem(ProblemKind::BrokenRow, line, why)?;
                continue;
            }
        };
        let row = EtlRow { columns: &columns, record: &record, line, number: number as u32 };
        match kind {
            EtlTable::Blocks => row.block(intake)?,
            EtlTable::Transactions => row.transaction(intake)?,
            EtlTable::Traces => row.trace(intake)?,
            EtlTable::NativeTransfers => row.native(intake)?,
            EtlTable::TokenTransfers => row.token(intake)?,
            EtlTable::Logs => row.log(intake)?,
        }
    }
    Ok(())
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

    fn block(&self, intake: &mut Intake) -> Result<(), ReadError> {
        let (Some(block), Ok(time)) =
            (self.number(self.columns.block), parse_time(self.text(self.columns.time)))
        else {
            return intake.problem(ProblemKind::BadTime, self.line, "block without number or time");
        };
        intake.chain.times.insert(block, time);
        Ok(())
    }

    /// The row's block, time and transaction, from itself or from the tables read before.
    fn place(&self, intake: &Intake) -> Option<(Position, String, String)> {
        let block = self.number(self.columns.block)?;
        let hash = self.text(self.columns.hash).to_owned();
        let known = intake.chain.transactions.get(&hash);
        let own = parse_time(self.text(self.columns.time)).ok();
        let time =
            own.or_else(|| intake.chain.times.get(&block).copied()).or((block == 0).then_some(0))?;
        let index = self.number(self.columns.index).or(known.map(|(index, _)| *index));
        let position = Position { time, block, transaction: index.unwrap_or(u32::MAX), event: 0 };
        Some((position, hash, known.map(|(_, from)| from.clone()).unwrap_or_default()))
    }

    fn no_place(&self, intake: &mut Intake) -> Result<(), ReadError> {
        let reason =
            "neither the row nor a blocks or transactions table read before gives its time";
        intake.problem(ProblemKind::BadTime, self.line, reason)
    }

    fn units(&self, intake: &mut Intake, text: &str) -> Result<Option<u128>, ReadError> {
        match parse_units(text) {
            Ok(units) => Ok(Some(units)),
            Err(why @ crate::amount::AmountError::TooLarge(_)) => {
                intake.problem(ProblemKind::TooLarge, self.line, why).map(|()| None)
            }
            Err(why) => intake.problem(ProblemKind::BadAmount, self.line, why).map(|()| None),
        }
    }

    fn failed(&self) -> bool {
        matches!(self.text(self.columns.status), "0" | "false")
    }

    fn transaction(&self, intake: &mut Intake) -> Result<(), ReadError> {
        let Some((mut position, hash, _)) = self.place(intake) else {
            return self.no_place(intake);
        };
        let from = self.text(self.columns.from).to_owned();
        intake.chain.times.entry(position.block).or_insert(position.time);
        intake.chain.transactions.insert(hash.clone(), (position.transaction, from.clone()));
        let coin = intake.coin();
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
            intake.take(&coin, &transfer)?;
        }
        // Traces say the same and more, so they take the place of the transactions' own values.
        let to = self.text(self.columns.to);
        if intake.chain.values_from_traces || to.is_empty() {
            return Ok(());
        }
        if self.failed() {
            return intake.problem(ProblemKind::Failed, self.line, "the transaction failed");
        }
        let Some(units) = self.units(intake, self.text(self.columns.value))? else { return Ok(()) };
        position.event = 1;
        transfer = Transfer {
            position,
            to: to.to_owned(),
            units,
            kind: TransferKind::External,
            ..transfer
        };
        Ok(intake.take(&coin, &transfer)?)
    }

    fn trace(&self, intake: &mut Intake) -> Result<(), ReadError> {
        let kind = self.text(self.columns.trace_type).split('_').next().unwrap_or("").to_owned();
        let call = self.text(self.columns.call_type);
        // These calls run code and carry no value of their own.
        if matches!(call, "delegatecall" | "staticcall" | "callcode") {
            return Ok(());
        }
        let value = self.text(self.columns.value);
        if matches!(value, "" | "0") {
            return Ok(());
        }
        if self.failed() {
            return intake.problem(ProblemKind::Failed, self.line, "the call failed");
        }
        let kind = match kind.as_str() {
            "reward" => TransferKind::Reward,
            "genesis" | "daofork" => TransferKind::Genesis,
            "suicide" | "selfdestruct" => TransferKind::SelfDestruct,
            _ => TransferKind::Internal,
        };
        self.coin_transfer(intake, kind)
    }

    fn native(&self, intake: &mut Intake) -> Result<(), ReadError> {
        self.coin_transfer(intake, TransferKind::Internal)
    }

    fn coin_transfer(&self, intake: &mut Intake, kind: TransferKind) -> Result<(), ReadError> {
        let Some((mut position, hash, initiator)) = self.place(intake) else {
            return self.no_place(intake);
        };
        position.event = self.number(self.columns.event).unwrap_or(self.number).saturating_add(2);
        let (from, to) = (self.text(self.columns.from), self.text(self.columns.to));
        if to.is_empty() {
            return intake.problem(ProblemKind::NoAddress, self.line, "value without a receiver");
        }
        let Some(units) = self.units(intake, self.text(self.columns.value))? else { return Ok(()) };
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
        let coin = intake.coin();
        Ok(intake.take(&coin, &transfer)?)
    }

    fn token(&self, intake: &mut Intake) -> Result<(), ReadError> {
        let Some(units) = self.units(intake, self.text(self.columns.value))? else { return Ok(()) };
        let (from, to) =
            (self.text(self.columns.from).to_owned(), self.text(self.columns.to).to_owned());
        if from.is_empty() || to.is_empty() {
            return intake.problem(
                ProblemKind::NoAddress,
                self.line,
                "sender or receiver is empty",
            );
        }
        self.token_transfer(intake, from, to, units)
    }

    fn log(&self, intake: &mut Intake) -> Result<(), ReadError> {
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
            read_log(contract, &topics, self.text(self.columns.data), &intake.chain.wrappers)
        else {
            return Ok(());
        };
        intake.count_event(log.kind());
        let too_large = "the amount does not fit 128 bits";
        match log {
            EvmLog::Transfer { from, to, units: Some(units) } => {
                self.token_transfer(intake, from, to, units)
            }
            EvmLog::Deposit { to, units: Some(units), wrapper: true } => {
                self.wrapped(intake, (ISSUE.to_owned(), to), units, TransferKind::Wrap)
            }
            EvmLog::Withdrawal { from, units: Some(units), wrapper: true } => {
                self.wrapped(intake, (from, BURNT.to_owned()), units, TransferKind::Unwrap)
            }
            EvmLog::Transfer { .. } => intake.problem(ProblemKind::TooLarge, self.line, too_large),
            EvmLog::Other(super::EventKind::NonFungibleTransfer) => intake.problem(
                ProblemKind::NotFungible,
                self.line,
                format!("{contract} moves numbered pieces"),
            ),
            _ => Ok(()),
        }
    }

    fn token_transfer(
        &self,
        intake: &mut Intake,
        from: String,
        to: String,
        units: u128,
    ) -> Result<(), ReadError> {
        match (from == ZERO, to == ZERO) {
            (true, _) => self.wrapped(intake, (ISSUE.to_owned(), to), units, TransferKind::Mint),
            (false, true) => {
                self.wrapped(intake, (from, BURNT.to_owned()), units, TransferKind::Burn)
            }
            (false, false) => self.wrapped(intake, (from, to), units, TransferKind::Token),
        }
    }

    fn wrapped(
        &self,
        intake: &mut Intake,
        (from, to): (String, String),
        units: u128,
        kind: TransferKind,
    ) -> Result<(), ReadError> {
        let Some((mut position, hash, initiator)) = self.place(intake) else {
            return self.no_place(intake);
        };
        position.event = self.number(self.columns.log_index).unwrap_or(self.number);
        let asset = token(intake, self.text(self.columns.token));
        let transfer = Transfer { position, transaction: hash, initiator, from, to, units, kind };
        Ok(intake.take(&asset, &transfer)?)
    }
}
