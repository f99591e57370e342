//! Values in the JSON of EVM nodes: numbers are hexadecimal texts.

use serde_json::Value;

use crate::read::evm_log::hex_units;

/// A number; `None` when it is none or does not fit 128 bits.
pub(super) fn number(value: &Value) -> Option<u128> {
    hex_units(value.as_str()?)
}

/// A text field; empty when it is missing.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or("")
}

/// A block number as calls take it.
pub(super) fn hex(block: u32) -> String {
    format!("0x{block:x}")
}

/// A field with a number of 32 bits.
pub(super) fn number_of(object: &Value, key: &str) -> Option<u32> {
    object.get(key).and_then(number).and_then(|n| u32::try_from(n).ok())
}
