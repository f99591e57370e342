//! The packed form of addresses and transaction hashes: lower-case hexadecimal takes half its length.

use crate::hex_text::{DIGITS, push_hex};

/// The first byte of a packed text: the form of the rest.
const HEX_WITH_PREFIX: u8 = 0;
const PLAIN: u8 = 1;
const HEX_BARE: u8 = 2;

/// The value of each lower-case hexadecimal digit; 16 for everything else.
const NIBBLE: [u8; 256] = {
    let mut table = [16u8; 256];
    let mut value = 0;
    while value < 16 {
        table[DIGITS[value] as usize] = value as u8;
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
    let mut text = String::with_capacity(rest.len() * 2 + 2);
    if *tag == HEX_WITH_PREFIX {
        text.push_str("0x");
    }
    push_hex(rest, &mut text);
    text
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
}
