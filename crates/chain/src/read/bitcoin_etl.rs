//! Transactions of bitcoin-etl: one JSON object on each line, inputs and outputs inside.

use serde::Deserialize;

use super::{LedgerImporter, ProblemKind, ReadError, json_lines::offset_in};
use crate::{
    amount::{Rounding, parse_amount},
    ledger::{UtxoInput, UtxoOutput, UtxoTransaction},
    transfer::{BURNT, Position},
    width::count_of,
};

#[derive(Deserialize)]
struct Line {
    hash: String,
    block_number: u32,
    #[serde(default)]
    block_timestamp: Option<serde_json::Value>,
    #[serde(default)]
    index: u32,
    #[serde(default)]
    is_coinbase: bool,
    inputs: Vec<Input>,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Input {
    spent_transaction_hash: Option<String>,
    #[serde(default)]
    spent_output_index: Option<u32>,
    #[serde(default)]
    addresses: Option<Vec<String>>,
    #[serde(default)]
    value: Option<serde_json::Number>,
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    addresses: Option<Vec<String>>,
    #[serde(default)]
    value: Option<serde_json::Number>,
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    index: u32,
}

/// Whether a line is one of these transactions.
pub(super) fn fits(line: &str) -> bool {
    line.contains("\"inputs\"") && line.contains("\"outputs\"") && line.contains("\"hash\"")
}

pub(super) fn read(text: &str, name: &str, importer: &mut LedgerImporter) -> Result<(), ReadError> {
    importer.begin(name);
    let coin = importer.coin();
    let mut transactions = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = count_of(at) + 1;
        importer.watch.moved(offset_in(text, line), line_number);
        match serde_json::from_str::<Line>(line) {
            Ok(line) => match transaction(line, coin.decimals) {
                Ok(transaction) => transactions.push((line_number, transaction)),
                Err(why) => importer.problem(ProblemKind::BadAmount, line_number, why)?,
            },
            Err(why) => importer.problem(ProblemKind::BrokenRow, line_number, why)?,
        }
    }
    // Exports are cut by block but not always sorted; a stable sort keeps the order inside a block.
    transactions.sort_by_key(|(_, t)| (t.position.block, t.position.transaction));
    if let Some((_, first)) = transactions.first() {
        importer.open_outputs(&coin, first.position.block)?;
    }
    for (line, transaction) in transactions {
        if let Err(why) = importer.take_outputs(&coin, transaction) {
            importer.problem(ProblemKind::Unbalanced, line, why)?;
        }
    }
    Ok(())
}

fn transaction(line: Line, decimals: u8) -> Result<UtxoTransaction, String> {
    let time = line
        .block_timestamp
        .as_ref()
        .map(|t| t.as_str().map_or_else(|| t.to_string(), str::to_owned));
    let time = time.and_then(|text| crate::time::parse_time(&text).ok()).unwrap_or(0);
    let coinbase =
        line.is_coinbase || line.inputs.iter().all(|input| input.spent_transaction_hash.is_none());
    let mut inputs = Vec::new();
    for input in line.inputs {
        let Some(transaction) = input.spent_transaction_hash else { continue };
        let previous = match &input.value {
            Some(value) => {
                Some(UtxoOutput { address: first(input.addresses), units: units(value, decimals)? })
            }
            None => None,
        };
        inputs.push(UtxoInput {
            transaction,
            output: input.spent_output_index.unwrap_or(0),
            previous,
        });
    }
    let mut made = line.outputs;
    made.sort_by_key(|output| output.index);
    let mut outputs = Vec::new();
    for output in made {
        let burnt = matches!(output.kind.as_deref(), Some("nulldata" | "op_return"));
        let address = if burnt { BURNT.to_owned() } else { first(output.addresses) };
        let value = output.value.ok_or("an output without a value")?;
        outputs.push(UtxoOutput { address, units: units(&value, decimals)? });
    }
    let position = Position { time, block: line.block_number, transaction: line.index, event: 0 };
    Ok(UtxoTransaction { position, hash: line.hash, coinbase, inputs, outputs })
}

fn first(addresses: Option<Vec<String>>) -> String {
    addresses.and_then(|a| a.into_iter().next()).unwrap_or_default()
}

/// Whole numbers are smallest units; numbers with a point are coins that went through floating point
/// and are rounded to the smallest unit.
fn units(value: &serde_json::Number, decimals: u8) -> Result<u128, String> {
    if let Some(units) = value.as_u64() {
        return Ok(units.into());
    }
    let text = value.to_string();
    parse_amount(&text, decimals, Rounding::HalfEven)
        .map(|a| a.units)
        .map_err(|why| why.to_string())
}
