//! Blocks of a Bitcoin-like node, kept in bitcoin-etl's form.

use serde_json::{Value, json};

use super::{
    error::SyncError,
    node::{Node, NodeError, malformed},
    segment::{BlockRange, Segment, Wanted},
};

pub(super) fn head(node: &mut dyn Node) -> Result<u32, SyncError> {
    let answer = node.call("getblockcount", json!([]))?;
    let head = answer.as_u64().and_then(|n| u32::try_from(n).ok());
    head.ok_or_else(|| malformed("getblockcount", "no number").into())
}

pub(super) fn block_hash(node: &mut dyn Node, block: u32) -> Result<String, SyncError> {
    let answer = node.call("getblockhash", json!([block]))?;
    answer.as_str().map(str::to_owned).ok_or_else(|| malformed("getblockhash", "no hash").into())
}

pub(super) fn segment(node: &mut dyn Node, wanted: Wanted<'_>) -> Result<Segment, SyncError> {
    let (BlockRange { first, last }, mut parent) = (wanted.blocks, wanted.builds_on);
    let mut lines = Vec::new();
    for number in first..=last {
        let hash = block_hash(node, number)?;
        let block = block(node, &hash)?;
        if block["height"].as_u64() != Some(number.into()) {
            let reason = "the block at its own hash has another height".to_owned();
            return Err(SyncError::Contradiction { block: number, reason });
        }
        if parent
            .as_deref()
            .is_some_and(|parent| Some(parent) != block["previousblockhash"].as_str())
        {
            return Err(SyncError::Reorganised { block: number });
        }
        let transactions =
            block["tx"].as_array().ok_or_else(|| malformed("getblock", "no transactions"))?;
        for (index, transaction) in transactions.iter().enumerate() {
            lines.push(line(transaction, number, &block["time"], index).to_string());
        }
        parent = Some(hash);
        (wanted.fetched)(number);
    }
    Ok(Segment { hash: parent.unwrap_or_default(), lines })
}

/// With the spent outputs where the node has them (verbosity 3), without where it does not.
fn block(node: &mut dyn Node, hash: &str) -> Result<Value, SyncError> {
    match node.call("getblock", json!([hash, 3])) {
        Ok(block) if block["tx"].get(0).is_some_and(Value::is_object) => Ok(block),
        Ok(_) | Err(NodeError::Refused { .. }) => Ok(node.call("getblock", json!([hash, 2]))?),
        Err(why) => Err(why.into()),
    }
}

/// The address of a script, under the newer and the older name.
fn addresses(script: &Value) -> Value {
    match (&script["address"], &script["addresses"]) {
        (Value::String(address), _) => json!([address]),
        (_, Value::Array(list)) if list.len() == 1 => json!(list),
        _ => json!([]),
    }
}

fn line(transaction: &Value, block: u32, time: &Value, index: usize) -> Value {
    let inputs: Vec<Value> = transaction["vin"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|input| input.get("txid").is_some())
        .map(|input| {
            let previous = &input["prevout"];
            json!({
                "spent_transaction_hash": input["txid"],
                "spent_output_index": input["vout"],
                "addresses": addresses(&previous["scriptPubKey"]),
                "value": coins(&previous["value"]),
            })
        })
        .collect();
    let outputs: Vec<Value> = transaction["vout"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|output| {
            json!({
                "index": output["n"],
                "addresses": addresses(&output["scriptPubKey"]),
                "value": coins(&output["value"]),
                "type": output["scriptPubKey"]["type"],
            })
        })
        .collect();
    json!({
        "hash": transaction["txid"],
        "block_number": block,
        "block_timestamp": time,
        "index": index,
        "is_coinbase": inputs.is_empty(),
        "inputs": inputs,
        "outputs": outputs,
    })
}

/// Nodes write coins with a point. A whole number of coins written without one would be taken for
/// smallest units by the reader, so every number is made one with a point.
fn coins(value: &Value) -> Value {
    value.as_f64().map_or(Value::Null, |coins| json!(coins))
}
