//! Token logs of a run of blocks.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::{
    error::SyncError,
    evm::{Block, EvmReader},
    node::{Node, malformed},
    rpc_values::{hex, number_of, text},
    segment::BlockRange,
    store::StoredTransfer,
};
use crate::{
    read::{
        evm_log::{ASKED, EvmLog, TokenMovement, read_log},
        token,
    },
    transfer::{Position, Transfer},
    width::index_of,
};

/// More blocks than this are never asked for at once.
const WIDEST_LOG_RANGE: u32 = 2_000;

impl EvmReader<'_> {
    /// Logs of a run of blocks. If the node refuses a range as too large, half of it is requested; after an answer the
    /// range grows again.
    pub(super) fn logs(
        &mut self,
        node: &mut dyn Node,
        wanted: BlockRange,
        blocks: &BTreeMap<u32, Block>,
        out: &mut Vec<StoredTransfer>,
    ) -> Result<(), SyncError> {
        let mut next = wanted.first;
        while next <= wanted.last {
            let last = next.saturating_add(self.log_range - 1).min(wanted.last);
            let filter =
                json!([{ "fromBlock": hex(next), "toBlock": hex(last), "topics": [ASKED] }]);
            match node.call("eth_getLogs", filter) {
                Ok(Value::Array(logs)) => {
                    for log in logs {
                        self.log(&log, BlockRange { first: next, last }, blocks, out)?;
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
        asked: BlockRange,
        blocks: &BTreeMap<u32, Block>,
        out: &mut Vec<StoredTransfer>,
    ) -> Result<(), SyncError> {
        let block = block_of(log, asked, blocks)?;
        let topics: Vec<&str> =
            log["topics"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let contract = text(log, "address").to_ascii_lowercase();
        let event = read_log(&contract, &topics, text(log, "data"), &self.options.wrappers);
        let movement = event.as_ref().and_then(EvmLog::movement);
        let Some(TokenMovement { from, to, units, kind }) = movement else { return Ok(()) };
        let index = number_of(log, "transactionIndex").unwrap_or(u32::MAX);
        let initiator =
            block.body["transactions"].get(index_of(index)).map(|t| text(t, "from").to_owned());
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
            out.push(StoredTransfer::new(&token(&self.options.read.chain, &contract), transfer));
        }
        Ok(())
    }
}

/// The block that a log names, if it is one of those asked for and still the same.
fn block_of<'b>(
    log: &Value,
    asked: BlockRange,
    blocks: &'b BTreeMap<u32, Block>,
) -> Result<&'b Block, SyncError> {
    let number = number_of(log, "blockNumber")
        .ok_or_else(|| malformed("eth_getLogs", "a log without its block"))?;
    let contradiction = |reason: String| SyncError::Contradiction { block: number, reason };
    let block = blocks.get(&number).filter(|_| asked.has(number)).ok_or_else(|| {
        let BlockRange { first, last } = asked;
        contradiction(format!("a log outside the blocks {first} to {last} asked for"))
    })?;
    if text(log, "blockHash") != block.hash {
        return Err(contradiction("a log of another block of the same number".to_owned()));
    }
    Ok(block)
}
