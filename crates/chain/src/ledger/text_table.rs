//! Tables of packed addresses and transaction hashes, and looking texts up in them.

use std::borrow::Cow;

use super::{
    interner::Interner,
    packed_text::{pack, unpack},
};
use crate::width::{count_of, length_of};

/// A packed table read from a ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextTable<'a> {
    pub(crate) bytes: &'a [u8],
    /// End of each text; empty when all have the same length.
    pub(crate) ends: &'a [u64],
    pub(crate) width: usize,
}

impl<'a> TextTable<'a> {
    pub(crate) fn len(&self) -> usize {
        if self.ends.is_empty() {
            self.bytes.len().checked_div(self.width).unwrap_or(0)
        } else {
            self.ends.len()
        }
    }

    /// The packed text at a place; empty where there is none or the table is damaged.
    pub(crate) fn packed(&self, at: usize) -> &'a [u8] {
        let range = if self.ends.is_empty() {
            at.checked_mul(self.width)
                .zip(at.checked_add(1).and_then(|n| n.checked_mul(self.width)))
        } else {
            let end = |at: usize| self.ends.get(at).map(|end| length_of(*end));
            at.checked_sub(1).map_or(Some(0), end).zip(end(at))
        };
        range.and_then(|(start, end)| self.bytes.get(start..end)).unwrap_or(&[])
    }

    pub(crate) fn text(&self, at: usize) -> String {
        unpack(self.packed(at))
    }

    /// Where a text stands, for tables written in sorted order.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        let mut wanted = Vec::new();
        pack(text, &mut wanted);
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.packed(middle).cmp(&wanted) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// The bytes and ends of texts in a given order, with the one width if they share it.
pub(crate) fn pack_table(source: &Interner, order: &[u32]) -> (Vec<u8>, Vec<u64>, usize) {
    let width = order.first().map_or(0, |id| source.packed(*id).len());
    let same = order.iter().all(|id| source.packed(*id).len() == width);
    let mut bytes = Vec::with_capacity(if same { width * order.len() } else { source.bytes() });
    let mut ends = Vec::new();
    for id in order {
        bytes.extend_from_slice(source.packed(*id));
        if !same {
            ends.push(count_of(bytes.len()));
        }
    }
    (bytes, ends, if same { width } else { 0 })
}

/// The one form in which the ledger keeps an address: the wallet module's canonical form where the text
/// is an address, the trimmed text otherwise.
pub fn ledger_address(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    let plain_evm = trimmed.len() == 42
        && trimmed.starts_with("0x")
        && trimmed.bytes().skip(2).all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if plain_evm || crate::transfer::is_pseudo(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    match interdict_model::wallet::WalletAddress::parse(trimmed) {
        Ok(address) => Cow::Owned(address.canonical().to_owned()),
        Err(_) => Cow::Borrowed(trimmed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_get_equal_numbers_and_are_found_again() {
        let mut interner = Interner::default();
        let texts = ["0xab", "@issue", "1A1z", "0xab", "abcd", ""];
        let ids: Vec<u32> = texts.iter().map(|t| interner.intern(t)).collect();
        assert_eq!(ids, [0, 1, 2, 0, 3, 4]);
        let order = interner.sorted();
        let (bytes, ends, width) = pack_table(&interner, &order);
        let table = TextTable { bytes: &bytes, ends: &ends, width };
        for text in texts {
            assert_eq!(table.text(table.find(text).unwrap()), text);
        }
        assert_eq!(table.find("nowhere"), None);
    }
}
