//! Values that move inside transactions, from either of the two tracing methods of nodes.

use serde_json::{Value, json};
use std::collections::HashMap;

use super::{
    error::SyncError,
    node::{Node, NodeError, malformed},
    rpc_values::{number, text},
};
use crate::transfer::TransferKind;

/// One movement of the coin.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) units: u128,
    pub(super) kind: TransferKind,
}

/// The movements of a block's transactions, by hash; `None` if the node does not support tracing.
#[derive(Debug, Default)]
pub(super) struct Calls(Option<HashMap<String, Vec<Call>>>);

impl Calls {
    pub(super) fn of(&self, hash: &str) -> Option<&[Call]> {
        self.0.as_ref().map(|calls| calls.get(hash).map_or(&[][..], Vec::as_slice))
    }
}

/// The tracing method that the node supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TraceSupport {
    Untried,
    TraceBlock,
    CallTracer,
    None,
}

/// The virtual machine allows 1,024 nested calls; deeper frames are not followed.
const MAX_DEPTH: usize = 1_100;

impl TraceSupport {
    pub(super) fn note(self) -> Option<String> {
        let words = "the node does not trace; values that move inside transactions are missing and count as unknown";
        (self == Self::None).then(|| words.to_owned())
    }

    pub(super) fn calls(&mut self, node: &mut dyn Node, block: u32) -> Result<Calls, SyncError> {
        let block_text = format!("0x{block:x}");
        if matches!(self, Self::Untried | Self::TraceBlock) {
            match node.call("trace_block", json!([block_text])) {
                Ok(Value::Array(traces)) => {
                    *self = Self::TraceBlock;
                    return Ok(Calls(Some(flat(&traces))));
                }
                Ok(_) | Err(NodeError::Refused { .. }) if *self == Self::Untried => {}
                Ok(_) => return Err(malformed("trace_block", "no list").into()),
                Err(why) => return Err(why.into()),
            }
        }
        if matches!(self, Self::Untried | Self::CallTracer) {
            match node
                .call("debug_traceBlockByNumber", json!([block_text, { "tracer": "callTracer" }]))
            {
                Ok(Value::Array(traces)) => {
                    *self = Self::CallTracer;
                    return Ok(Calls(Some(nested(&traces))));
                }
                Ok(_) | Err(NodeError::Refused { .. }) if *self == Self::Untried => {
                    *self = Self::None
                }
                Ok(_) => return Err(malformed("debug_traceBlockByNumber", "no list").into()),
                Err(why) => return Err(why.into()),
            }
        }
        Ok(Calls(None))
    }
}

/// `trace_block`: a flat list. Calls below a failed call have failed with it.
fn flat(traces: &[Value]) -> HashMap<String, Vec<Call>> {
    let mut calls: HashMap<String, Vec<Call>> = HashMap::new();
    let mut failed: HashMap<String, Vec<Vec<u64>>> = HashMap::new();
    for trace in traces {
        let hash = text(trace, "transactionHash").to_owned();
        let address: Vec<u64> = trace["traceAddress"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_u64)
            .collect();
        let below =
            failed.get(&hash).is_some_and(|f| f.iter().any(|root| address.starts_with(root)));
        if trace.get("error").is_some_and(|e| !e.is_null()) {
            failed.entry(hash).or_default().push(address);
            continue;
        }
        if below || hash.is_empty() {
            continue;
        }
        if let Some(call) = flat_call(trace) {
            calls.entry(hash).or_default().push(call);
        }
    }
    calls
}

fn flat_call(trace: &Value) -> Option<Call> {
    let action = &trace["action"];
    let call = match text(trace, "type") {
        "call" if matches!(text(action, "callType"), "call" | "") => Call {
            from: text(action, "from").to_owned(),
            to: text(action, "to").to_owned(),
            units: number(&action["value"])?,
            kind: TransferKind::Internal,
        },
        "create" => Call {
            from: text(action, "from").to_owned(),
            to: text(&trace["result"], "address").to_owned(),
            units: number(&action["value"])?,
            kind: TransferKind::Internal,
        },
        "suicide" | "selfdestruct" => Call {
            from: text(action, "address").to_owned(),
            to: text(action, "refundAddress").to_owned(),
            units: number(&action["balance"])?,
            kind: TransferKind::SelfDestruct,
        },
        _ => return None,
    };
    (call.units > 0 && !call.from.is_empty() && !call.to.is_empty()).then_some(call)
}

/// `callTracer`: a tree for each transaction.
fn nested(traces: &[Value]) -> HashMap<String, Vec<Call>> {
    let mut calls = HashMap::new();
    for trace in traces {
        let mut found = Vec::new();
        // Children are pushed in reverse onto the stack, so that they are processed in their order.
        let mut waiting = vec![(&trace["result"], 0)];
        while let Some((frame, depth)) = waiting.pop() {
            if depth > MAX_DEPTH || frame.get("error").is_some_and(|e| !e.is_null()) {
                continue;
            }
            let units = frame.get("value").and_then(number).unwrap_or(0);
            let kind = match text(frame, "type") {
                "SELFDESTRUCT" => TransferKind::SelfDestruct,
                _ => TransferKind::Internal,
            };
            let carries =
                !matches!(text(frame, "type"), "DELEGATECALL" | "STATICCALL" | "CALLCODE");
            if units > 0 && carries && !text(frame, "to").is_empty() {
                found.push(Call {
                    from: text(frame, "from").to_owned(),
                    to: text(frame, "to").to_owned(),
                    units,
                    kind,
                });
            }
            let below = frame["calls"].as_array().into_iter().flatten().rev();
            waiting.extend(below.map(|call| (call, depth + 1)));
        }
        calls.insert(text(trace, "txHash").to_owned(), found);
    }
    calls
}
