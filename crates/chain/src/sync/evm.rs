//! Blocks of an EVM node: fees, values, traces, withdrawals, token logs.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{
    SyncOptions,
    error::SyncError,
    node::{Node, NodeError, malformed},
    rpc_values::{hex, number, text},
    segment::{BlockRange, Segment, Wanted},
    store::StoredTransfer,
    trace_block::{Call, Calls, TraceSupport},
};
use crate::{
    asset::Asset,
    transfer::{BURNT, ISSUE, Position, Transfer, TransferKind},
    width::number_of,
};

/// Event numbers below this are the fee (0) and the value (1) of a transaction; its traces follow. Token
/// logs have numbers of their own, because they go to other ledgers.
const FIRST_TRACE_EVENT: u32 = 2;

pub(super) fn head(node: &mut dyn Node) -> Result<u32, SyncError> {
    let answer = node.call("eth_blockNumber", json!([]))?;
    let head = number(&answer).and_then(|n| u32::try_from(n).ok());
    head.ok_or_else(|| malformed("eth_blockNumber", "no block number").into())
}

pub(super) fn block_hash(node: &mut dyn Node, block: u32) -> Result<String, SyncError> {
    let answer = node.call("eth_getBlockByNumber", json!([hex(block), false]))?;
    Ok(text(&answer, "hash").to_owned())
}

/// The facts of a block that its transfers share.
pub(super) struct Block {
    pub(super) number: u32,
    pub(super) hash: String,
    pub(super) time: i64,
    base_fee: u128,
    miner: String,
    pub(super) body: Value,
}

/// Fetches segments, and keeps which ways of tracing the node supports.
pub(super) struct EvmReader<'a> {
    pub(super) options: &'a SyncOptions,
    coin: Asset,
    traces: TraceSupport,
    /// The number of blocks whose logs are requested at once.
    pub(super) log_range: u32,
    pub(super) ranges_halved: u64,
    pub(super) notes: Vec<String>,
}

impl<'a> EvmReader<'a> {
    pub(super) fn new(options: &'a SyncOptions) -> Self {
        Self {
            options,
            coin: options.read.coin(),
            traces: TraceSupport::Untried,
            log_range: 256,
            ranges_halved: 0,
            notes: Vec::new(),
        }
    }

    pub(super) fn segment(
        &mut self,
        node: &mut dyn Node,
        wanted: Wanted<'_>,
    ) -> Result<Segment, SyncError> {
        let (BlockRange { first, last }, mut parent) = (wanted.blocks, wanted.builds_on);
        let mut blocks: BTreeMap<u32, Block> = BTreeMap::new();
        let mut transfers: Vec<StoredTransfer> = Vec::new();
        for number in first..=last {
            let block = self.block(node, number, parent.as_deref())?;
            self.coin_transfers(node, &block, &mut transfers)?;
            parent = Some(block.hash.clone());
            blocks.insert(number, block);
            (wanted.fetched)(number);
        }
        self.logs(node, wanted.blocks, &blocks, &mut transfers)?;
        // The chain may have changed between the first block and the logs.
        let hash = parent.unwrap_or_default();
        if block_hash(node, last)? != hash {
            return Err(SyncError::Reorganised { block: last });
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
            let base = transaction_base(block, number_of(index), transaction);
            self.fees(block, receipt, &base, out)?;
            match calls.of(&base.transaction) {
                Some(calls) => self.called(calls, &base, out),
                None => self.sent(transaction, receipt, base, out),
            }
        }
        self.withdrawals(block, out);
        Ok(())
    }

    /// The values that a transaction's calls moved, its own among them.
    fn called(&self, calls: &[Call], base: &Transfer, out: &mut Vec<StoredTransfer>) {
        for (place, call) in calls.iter().enumerate() {
            let event = FIRST_TRACE_EVENT.saturating_add(number_of(place));
            let transfer = Transfer {
                position: Position { event, ..base.position },
                from: call.from.clone(),
                to: call.to.clone(),
                units: call.units,
                kind: call.kind,
                ..base.clone()
            };
            out.push(StoredTransfer::new(&self.coin, transfer));
        }
    }

    /// Without traces: the transaction's own value, unless it failed.
    fn sent(
        &self,
        transaction: &Value,
        receipt: &Value,
        base: Transfer,
        out: &mut Vec<StoredTransfer>,
    ) {
        if receipt.get("status").and_then(number) == Some(0) {
            return;
        }
        let to = match text(transaction, "to") {
            "" => text(receipt, "contractAddress"),
            to => to,
        };
        let transfer = Transfer {
            position: Position { event: 1, ..base.position },
            to: to.to_owned(),
            units: number(&transaction["value"]).unwrap_or(0),
            kind: TransferKind::External,
            ..base
        };
        self.push(transfer, out);
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
                    event: number_of(at),
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
}

/// The fields that all transfers of a transaction share, as a fee of zero units without a receiver.
fn transaction_base(block: &Block, index: u32, transaction: &Value) -> Transfer {
    let sender = text(transaction, "from").to_owned();
    Transfer {
        position: Position { time: block.time, block: block.number, transaction: index, event: 0 },
        transaction: text(transaction, "hash").to_owned(),
        initiator: sender.clone(),
        from: sender,
        to: String::new(),
        units: 0,
        kind: TransferKind::Fee,
    }
}
