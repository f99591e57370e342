//! A hash table as bytes: slot count, keys, values, all little-endian u64, open addressing.

use crate::fold;
use std::collections::BTreeMap;

/// Adds every prefix of a key with value 0, so that a reader that goes letter by letter can stop
/// early.
pub(crate) fn add_prefixes(entries: &mut BTreeMap<u64, u64>, key: &str) {
    for (end, _) in key.char_indices() {
        entries.entry(fold::hash64(&key[..end])).or_insert(0);
    }
}

/// Lays out the entries so that the reader needs no parsing: `[slots][key; slots][value; slots]`.
pub(crate) fn freeze(entries: &BTreeMap<u64, u64>) -> Vec<u8> {
    let slots = (entries.len() * 2).next_power_of_two().max(2);
    let mut keys = vec![0_u64; slots];
    let mut values = vec![0_u64; slots];
    for (&key, &value) in entries {
        assert!(key != 0, "0 marks an empty slot");
        let mut slot = (key >> 7) as usize & (slots - 1);
        while keys[slot] != 0 {
            slot = (slot + 1) & (slots - 1);
        }
        keys[slot] = key;
        values[slot] = value;
    }
    let mut bytes = Vec::with_capacity(8 + slots * 16);
    bytes.extend_from_slice(&(slots as u64).to_le_bytes());
    for word in keys.into_iter().chain(values) {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    bytes
}
