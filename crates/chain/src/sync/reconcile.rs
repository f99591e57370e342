//! Compares the sums of a ledger's transfers with a node's own balances.

use serde::Serialize;
use serde_json::json;

use super::{
    error::SyncError,
    node::{Node, malformed},
    rpc_values::number,
};
use crate::{ledger::Ledger, set::LedgerSet, transfer::is_pseudo};

/// One address whose balance was compared with the node's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// The asset.
    pub asset: String,
    /// The address.
    pub address: String,
    /// What the transfers add up to between the two blocks, in smallest units.
    pub by_transfers: String,
    /// The change of the balance according to the node, in smallest units.
    pub by_node: String,
    /// Whether they are equal.
    pub equal: bool,
}

/// Compares what the transfers of `addresses` add up to with the node's own balances: of the coin with
/// `eth_getBalance`, of tokens with `balanceOf`, at the last block of the ledger against the one before
/// its first.
///
/// # Errors
/// When the node fails; a node without old states cannot answer for the earlier block.
pub fn reconcile_evm(
    node: &mut dyn Node,
    set: &LedgerSet,
    addresses: &[String],
    blocks: (u32, u32),
) -> Result<Vec<Reconciliation>, SyncError> {
    let mut rows = Vec::new();
    for ledger in &set.ledgers {
        for address in addresses.iter().filter(|a| !is_pseudo(a) && ledger.holds_address(a)) {
            let before = match blocks.0.checked_sub(1) {
                Some(block) => balance_at(node, ledger, address, block)?,
                None => 0,
            };
            let after = balance_at(node, ledger, address, blocks.1)?;
            let by_node = i128::try_from(after).unwrap_or(i128::MAX)
                - i128::try_from(before).unwrap_or(i128::MAX);
            let by_transfers = change(ledger, address);
            rows.push(Reconciliation {
                asset: ledger.asset().to_string(),
                address: address.clone(),
                by_transfers: by_transfers.to_string(),
                by_node: by_node.to_string(),
                equal: by_node == by_transfers,
            });
        }
    }
    set.ledgers.iter().try_for_each(Ledger::check_damage)?;
    Ok(rows)
}

fn change(ledger: &Ledger, address: &str) -> i128 {
    let signed = |units: u128| i128::try_from(units).unwrap_or(i128::MAX);
    ledger.transfers().fold(0, |sum, transfer| {
        let out = if transfer.from == address { signed(transfer.units) } else { 0 };
        let incoming = if transfer.to == address { signed(transfer.units) } else { 0 };
        sum + incoming - out
    })
}

fn balance_at(
    node: &mut dyn Node,
    ledger: &Ledger,
    address: &str,
    block: u32,
) -> Result<u128, SyncError> {
    let at = format!("0x{block:x}");
    let is_token = ledger.asset().id.starts_with("0x");
    let (method, answer) = if is_token {
        let data = format!("0x70a08231{:0>64}", address.trim_start_matches("0x"));
        ("eth_call", node.call("eth_call", json!([{ "to": ledger.asset().id, "data": data }, at]))?)
    } else {
        ("eth_getBalance", node.call("eth_getBalance", json!([address, at]))?)
    };
    // For a contract that did not exist yet the answer is empty.
    if answer.as_str() == Some("0x") {
        return Ok(0);
    }
    number(&answer).ok_or_else(|| malformed(method, "no balance within 128 bits").into())
}
