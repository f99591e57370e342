//! Token logs of a run of blocks.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{
    Node, SyncError,
    evm::{Block, Reader, hex, number, text},
    malformed,
    store::StoredTransfer,
};
use crate::{
    read::{
        evm_log::{ASKED, EvmLog, read_log},
        token,
    },
    transfer::{BURNT, ISSUE, Position, Transfer, TransferKind},
};

const ZERO: &str = "0x0000000000000000000000000000000000000000";
/// More blocks than this are never asked for at once.
const WIDEST_LOG_RANGE: u32 = 2_000;

impl Reader<'_> {
    /// Logs of a run of blocks. A node that finds a range too large is asked for half of it; after an
    /// answer the range grows again.
    pub(super) fn logs(
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
        asked: (u32, u32),
        blocks: &BTreeMap<u32, Block>,
        out: &mut Vec<StoredTransfer>,
    ) -> Result<(), SyncError> {
        let block = block_of(log, asked, blocks)?;
        let topics: Vec<&str> =
            log["topics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let contract = text(log, "address").to_ascii_lowercase();
        let event = read_log(&contract, &topics, text(log, "data"), &self.options.wrappers);
        let Some((from, to, units, kind)) = event.and_then(movement) else { return Ok(()) };
        let index = number_of(log, "transactionIndex").unwrap_or(u32::MAX);
        let initiator =
            block.body["transactions"].get(index as usize).map(|t| text(t, "from").to_owned());
        let transfer = Transfer {
            position: Position {
                time: block.time,
                block: block.number,
                transaction: index,
                event: number_of(log, "logIndex").unwrap_or(0),
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

fn number_of(log: &Value, key: &str) -> Option<u32> {
    log.get(key).and_then(number).and_then(|n| u32::try_from(n).ok())
}

/// The block that a log names, if it is one of those asked for and still the same.
fn block_of<'b>(
    log: &Value,
    (from, to): (u32, u32),
    blocks: &'b BTreeMap<u32, Block>,
) -> Result<&'b Block, SyncError> {
    let number = number_of(log, "blockNumber")
        .ok_or_else(|| malformed("eth_getLogs", "a log without its block"))?;
    let contradiction = |reason: String| SyncError::Contradiction { block: number, reason };
    let block = blocks.get(&number).filter(|_| (from..=to).contains(&number)).ok_or_else(|| {
        contradiction(format!("a log outside the blocks {from} to {to} asked for"))
    })?;
    if text(log, "blockHash") != block.hash {
        return Err(contradiction("a log of another block of the same number".to_owned()));
    }
    Ok(block)
}

/// Who paid whom how much by an event, if it moves anything.
fn movement(event: EvmLog) -> Option<(String, String, u128, TransferKind)> {
    Some(match event {
        EvmLog::Transfer { from, to, units: Some(units) } if from == ZERO => {
            (ISSUE.to_owned(), to, units, TransferKind::Mint)
        }
        EvmLog::Transfer { from, to, units: Some(units) } if to == ZERO => {
            (from, BURNT.to_owned(), units, TransferKind::Burn)
        }
        EvmLog::Transfer { from, to, units: Some(units) } => (from, to, units, TransferKind::Token),
        EvmLog::Deposit { to, units: Some(units), wrapper: true } => {
            (ISSUE.to_owned(), to, units, TransferKind::Wrap)
        }
        EvmLog::Withdrawal { from, units: Some(units), wrapper: true } => {
            (from, BURNT.to_owned(), units, TransferKind::Unwrap)
        }
        _ => return None,
    })
}
