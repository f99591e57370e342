//! Blocks of an EVM node: fees, values, traces, withdrawals, token logs.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{
    Node, NodeError, Segment, SyncError, SyncOptions, malformed,
    store::StoredTransfer,
    trace_block::{Calls, TraceSupport},
};
use crate::{
    asset::Asset,
    read::{
        Intake,
        evm_log::{ASKED, EvmLog, hex_units, read_log},
        token,
    },
    transfer::{BURNT, ISSUE, Position, Transfer, TransferKind},
};

const ZERO: &str = "0x0000000000000000000000000000000000000000";
/// Logs stand behind the fee, the value and the traces of their transaction in one ledger only when they
/// move the coin itself, which they never do; the offset keeps wraps readable all the same.
const FIRST_TRACE_EVENT: u32 = 2;

pub(super) fn number(value: &Value) -> Option<u128> {
    hex_units(value.as_str()?)
}

pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

fn hex(block: u32) -> String {
    format!("0x{block:x}")
}

pub(super) fn head(node: &mut dyn Node) -> Result<u32, SyncError> {
    let answer = node.call("eth_blockNumber", json!([]))?;
    let head = number(&answer).and_then(|n| u32::try_from(n).ok());
    head.ok_or_else(|| malformed("eth_blockNumber", "no block number").into())
}

pub(super) fn block_hash(node: &mut dyn Node, block: u32) -> Result<String, SyncError> {
    let answer = node.call("eth_getBlockByNumber", json!([hex(block), false]))?;
    Ok(text(&answer, "hash").to_owned())
}

/// A block's own facts.
pub(super) struct Block {
    number: u32,
    hash: String,
    time: i64,
    base_fee: u128,
    miner: String,
    body: Value,
}

/// Reads segments and remembers what the node can do.
pub(super) struct Reader<'a> {
    options: &'a SyncOptions,
    intake: Intake,
    coin: Asset,
    traces: TraceSupport,
    /// How many blocks of logs to ask for at once.
    log_range: u32,
    pub(super) ranges_halved: u64,
    pub(super) notes: Vec<String>,
}

/// More blocks than this are never asked for at once.
const WIDEST_LOG_RANGE: u32 = 2_000;

impl<'a> Reader<'a> {
    pub(super) fn new(options: &'a SyncOptions) -> Self {
        let intake = Intake::new(options.read.clone());
        let coin = intake.coin();
        Self {
            options,
            intake,
            coin,
            traces: TraceSupport::Untried,
            log_range: 256,
            ranges_halved: 0,
            notes: Vec::new(),
        }
    }

    pub(super) fn segment(
        &mut self,
        node: &mut dyn Node,
        (from, to): (u32, u32),
        builds_on: Option<String>,
    ) -> Result<Segment, SyncError> {
        let mut parent = builds_on;
        let mut blocks: BTreeMap<u32, Block> = BTreeMap::new();
        let mut transfers: Vec<StoredTransfer> = Vec::new();
        for number in from..=to {
            let block = self.block(node, number, parent.as_deref())?;
            self.coin_transfers(node, &block, &mut transfers)?;
            parent = Some(block.hash.clone());
            blocks.insert(number, block);
        }
        self.logs(node, (from, to), &blocks, &mut transfers)?;
        // The chain may have changed between the first block and the logs.
        let hash = parent.unwrap_or_default();
        if block_hash(node, to)? != hash {
            return Err(SyncError::Reorganised { block: to });
        }
        let line = |transfer: &StoredTransfer| {
            serde_json::to_string(transfer).expect("text and numbers only")
        };
        Ok(Segment { hash, lines: transfers.iter().map(line).collect() })
    }

    fn block(
        &self,
        node: &mut dyn Node,
        number_asked: u32,
        parent: Option<&str>,
    ) -> Result<Block, SyncError> {
        const METHOD: &str = "eth_getBlockByNumber";
        let body = node.call(METHOD, json!([hex(number_asked), true]))?;
        let field = |key: &str| {
            body.get(key)
                .and_then(number)
                .ok_or_else(|| malformed(METHOD, format!("no {key} in block {number_asked}")))
        };
        if field("number")? != u128::from(number_asked) {
            let reason = format!("asked for block {number_asked}, got another");
            return Err(SyncError::Contradiction { block: number_asked, reason });
        }
        if parent.is_some_and(|parent| parent != text(&body, "parentHash")) {
            return Err(SyncError::Reorganised { block: number_asked });
        }
        let time = i64::try_from(field("timestamp")?)
            .map_err(|_| malformed(METHOD, "a time beyond all time"))?;
        Ok(Block {
            number: number_asked,
            hash: text(&body, "hash").to_owned(),
            time,
            base_fee: body.get("baseFeePerGas").and_then(number).unwrap_or(0),
            miner: text(&body, "miner").to_owned(),
            body,
        })
    }

    fn receipts(
        &self,
        node: &mut dyn Node,
        block: &Block,
        count: usize,
    ) -> Result<Vec<Value>, SyncError> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let whole = node.call("eth_getBlockReceipts", json!([hex(block.number)]));
        let receipts =
            match whole {
                Ok(Value::Array(receipts)) => receipts,
                Ok(_) | Err(NodeError::Refused { .. }) => {
                    let hashes = block.body["transactions"].as_array().cloned().unwrap_or_default();
                    let mut receipts = Vec::with_capacity(count);
                    for transaction in hashes {
                        receipts.push(node.call(
                            "eth_getTransactionReceipt",
                            json!([text(&transaction, "hash")]),
                        )?);
                    }
                    receipts
                }
                Err(why) => return Err(why.into()),
            };
        let fits =
            receipts.len() == count && receipts.iter().all(|r| text(r, "blockHash") == block.hash);
        if fits {
            return Ok(receipts);
        }
        let reason =
            format!("{} receipts for {count} transactions, or of another block", receipts.len());
        Err(SyncError::Contradiction { block: block.number, reason })
    }

    fn coin_transfers(
        &mut self,
        node: &mut dyn Node,
        block: &Block,
        out: &mut Vec<StoredTransfer>,
    ) -> Result<(), SyncError> {
        let transactions = block.body["transactions"].as_array().cloned().unwrap_or_default();
        let receipts = self.receipts(node, block, transactions.len())?;
        let calls = if transactions.is_empty() {
            Calls::default()
        } else {
            self.traces.calls(node, block.number)?
        };
        if let Some(note) = self.traces.note().filter(|note| !self.notes.contains(note)) {
            self.notes.push(note);
        }
        for (index, (transaction, receipt)) in transactions.iter().zip(&receipts).enumerate() {
            let hash = text(transaction, "hash");
            let sender = text(transaction, "from").to_owned();
            let base = Transfer {
                position: Position {
                    time: block.time,
                    block: block.number,
                    transaction: index as u32,
                    event: 0,
                },
                transaction: hash.to_owned(),
                initiator: sender.clone(),
                from: sender,
                to: String::new(),
                units: 0,
                kind: TransferKind::Fee,
            };
            self.fees(block, receipt, &base, out)?;
            let failed = number(receipt.get("status").unwrap_or(&Value::Null)) == Some(0);
            match calls.of(hash) {
                Some(calls) => {
                    for (place, call) in calls.iter().enumerate() {
                        let position =
                            Position { event: FIRST_TRACE_EVENT + place as u32, ..base.position };
                        let transfer = Transfer {
                            position,
                            from: call.from.clone(),
                            to: call.to.clone(),
                            units: call.units,
                            kind: call.kind,
                            ..base.clone()
                        };
                        out.push(StoredTransfer::new(&self.coin, transfer));
                    }
                }
                None if !failed => {
                    let created = text(receipt, "contractAddress");
                    let to = if text(transaction, "to").is_empty() {
                        created
                    } else {
                        text(transaction, "to")
                    };
                    let units = number(&transaction["value"]).unwrap_or(0);
                    let position = Position { event: 1, ..base.position };
                    let transfer = Transfer {
                        position,
                        to: to.to_owned(),
                        units,
                        kind: TransferKind::External,
                        ..base
                    };
                    self.push(transfer, out);
                }
                None => {}
            }
        }
        self.withdrawals(block, out);
        Ok(())
    }

    fn push(&self, transfer: Transfer, out: &mut Vec<StoredTransfer>) {
        if transfer.units > 0 && !transfer.to.is_empty() {
            out.push(StoredTransfer::new(&self.coin, transfer));
        }
    }

    /// The base fee is burnt, the rest goes to the block's maker.
    fn fees(
        &self,
        block: &Block,
        receipt: &Value,
        base: &Transfer,
        out: &mut Vec<StoredTransfer>,
    ) -> Result<(), SyncError> {
        let field = |key: &str| receipt.get(key).and_then(number);
        let used = field("gasUsed")
            .ok_or_else(|| malformed("eth_getBlockReceipts", "a receipt without gasUsed"))?;
        let price = field("effectiveGasPrice").unwrap_or(block.base_fee);
        let blob =
            field("blobGasUsed").unwrap_or(0).saturating_mul(field("blobGasPrice").unwrap_or(0));
        let burnt = used.saturating_mul(block.base_fee.min(price)).saturating_add(blob);
        let tip = used.saturating_mul(price.saturating_sub(block.base_fee));
        self.push(Transfer { to: BURNT.to_owned(), units: burnt, ..base.clone() }, out);
        self.push(Transfer { to: block.miner.clone(), units: tip, ..base.clone() }, out);
        Ok(())
    }

    fn withdrawals(&self, block: &Block, out: &mut Vec<StoredTransfer>) {
        const GWEI: u128 = 1_000_000_000;
        for (at, withdrawal) in
            block.body["withdrawals"].as_array().into_iter().flatten().enumerate()
        {
            let transfer = Transfer {
                position: Position {
                    time: block.time,
                    block: block.number,
                    transaction: u32::MAX,
                    event: at as u32,
                },
                transaction: String::new(),
                initiator: String::new(),
                from: ISSUE.to_owned(),
                to: text(withdrawal, "address").to_owned(),
                units: number(&withdrawal["amount"]).unwrap_or(0).saturating_mul(GWEI),
                kind: TransferKind::Withdrawal,
            };
            self.push(transfer, out);
        }
    }

    /// Logs of a run of blocks. A node that finds a range too large is asked for half of it; after an
    /// answer the range grows again.
    fn logs(
        &mut self,
        node: &mut dyn Node,
        (from, to): (u32, u32),
        blocks: &BTreeMap<u32, Block>,
        out: &mut Vec<StoredTransfer>,
    ) -> Result<(), SyncError> {
        let mut next = from;
        while next <= to {
            let last = next.saturating_add(self.log_range - 1).min(to);
            let filter =
                json!([{ "fromBlock": hex(next), "toBlock": hex(last), "topics": [ASKED] }]);
            match node.call("eth_getLogs", filter) {
                Ok(Value::Array(logs)) => {
                    for log in logs {
                        self.log(&log, (next, last), blocks, out)?;
                    }
                    next = last + 1;
                    self.log_range = (self.log_range.saturating_mul(2)).min(WIDEST_LOG_RANGE);
                }
                Ok(_) => return Err(malformed("eth_getLogs", "no list").into()),
                Err(_) if last > next => {
                    self.log_range = (last - next).div_ceil(2).max(1);
                    self.ranges_halved += 1;
                }
                Err(why) => return Err(why.into()),
            }
        }
        Ok(())
    }

    fn log(
        &mut self,
        log: &Value,
        (from, to): (u32, u32),
        blocks: &BTreeMap<u32, Block>,
        out: &mut Vec<StoredTransfer>,
    ) -> Result<(), SyncError> {
        let number_of =
            |key: &str| log.get(key).and_then(number).and_then(|n| u32::try_from(n).ok());
        let block_number = number_of("blockNumber")
            .ok_or_else(|| malformed("eth_getLogs", "a log without its block"))?;
        let block = blocks.get(&block_number).filter(|_| (from..=to).contains(&block_number));
        let contradiction =
            |reason: String| SyncError::Contradiction { block: block_number, reason };
        let block = block.ok_or_else(|| {
            contradiction(format!("a log outside the blocks {from} to {to} asked for"))
        })?;
        if text(log, "blockHash") != block.hash {
            return Err(contradiction("a log of another block of the same number".to_owned()));
        }
        let topics: Vec<&str> =
            log["topics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let contract = text(log, "address").to_ascii_lowercase();
        let Some(event) = read_log(&contract, &topics, text(log, "data"), &self.options.wrappers)
        else {
            return Ok(());
        };
        let (from, to, units, kind) = match event {
            EvmLog::Transfer { from, to, units: Some(units) } if from == ZERO => {
                (ISSUE.to_owned(), to, units, TransferKind::Mint)
            }
            EvmLog::Transfer { from, to, units: Some(units) } if to == ZERO => {
                (from, BURNT.to_owned(), units, TransferKind::Burn)
            }
            EvmLog::Transfer { from, to, units: Some(units) } => {
                (from, to, units, TransferKind::Token)
            }
            EvmLog::Deposit { to, units: Some(units), wrapper: true } => {
                (ISSUE.to_owned(), to, units, TransferKind::Wrap)
            }
            EvmLog::Withdrawal { from, units: Some(units), wrapper: true } => {
                (from, BURNT.to_owned(), units, TransferKind::Unwrap)
            }
            _ => return Ok(()),
        };
        let index = number_of("transactionIndex").unwrap_or(u32::MAX);
        let initiator =
            block.body["transactions"].get(index as usize).map(|t| text(t, "from").to_owned());
        let transfer = Transfer {
            position: Position {
                time: block.time,
                block: block_number,
                transaction: index,
                event: number_of("logIndex").unwrap_or(0),
            },
            transaction: text(log, "transactionHash").to_owned(),
            initiator: initiator.unwrap_or_default(),
            from,
            to,
            units,
            kind,
        };
        if units > 0 {
            out.push(StoredTransfer::new(&token(&self.intake, &contract), transfer));
        }
        Ok(())
    }
}
