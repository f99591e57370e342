//! Addresses and transaction hashes in packed form, and looking them up in a ledger.

use std::borrow::Cow;

pub(crate) use super::interner::{Interner, TextBatch};

/// What the first byte of a packed text says about the rest.
const HEX_WITH_PREFIX: u8 = 0;
const PLAIN: u8 = 1;
const HEX_BARE: u8 = 2;

/// The value of each lower-case hexadecimal digit; 16 for everything else.
const NIBBLE: [u8; 256] = {
    let mut table = [16u8; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    table
};

/// Packs a text: lower-case hexadecimal takes half its length.
pub(crate) fn pack(text: &str, out: &mut Vec<u8>) {
    out.clear();
    let (tag, digits) = match text.strip_prefix("0x") {
        Some(digits) => (HEX_WITH_PREFIX, digits),
        None => (HEX_BARE, text),
    };
    if digits.len().is_multiple_of(2) && !digits.is_empty() {
        out.push(tag);
        let mut wrong = 0;
        let pairs = digits.as_bytes().chunks_exact(2);
        out.extend(pairs.map(|pair| {
            let (high, low) = (NIBBLE[usize::from(pair[0])], NIBBLE[usize::from(pair[1])]);
            wrong |= high | low;
            high << 4 | low & 15
        }));
        if wrong & 16 == 0 {
            return;
        }
        out.clear();
    }
    out.push(PLAIN);
    out.extend_from_slice(text.as_bytes());
}

/// The text of packed bytes.
pub(crate) fn unpack(packed: &[u8]) -> String {
    let Some((tag, rest)) = packed.split_first() else { return String::new() };
    if *tag == PLAIN {
        return String::from_utf8_lossy(rest).into_owned();
    }
    let mut text = Vec::with_capacity(rest.len() * 2 + 2);
    if *tag == HEX_WITH_PREFIX {
        text.extend_from_slice(b"0x");
    }
    let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
    text.extend(rest.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
    String::from_utf8(text).unwrap_or_default()
}

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

    pub(crate) fn packed(&self, at: usize) -> &'a [u8] {
        let range = if self.ends.is_empty() {
            at * self.width..(at + 1) * self.width
        } else {
            let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
            start..self.ends[at] as usize
        };
        self.bytes.get(range).unwrap_or(&[])
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
            ends.push(bytes.len() as u64);
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

    proptest::proptest! {
        #[test]
        fn packed_texts_unpack_to_themselves(text in "(0x)?[0-9a-fA-F]{0,70}|.{0,60}") {
            let mut packed = Vec::new();
            pack(&text, &mut packed);
            proptest::prop_assert_eq!(unpack(&packed), text);
        }
    }

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
