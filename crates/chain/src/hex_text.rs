//! Bytes as hexadecimal text, appended to a buffer. Importing and reporting do this for every address
//! and hash; `interdict_model::hex` makes a text of its own for each call.

/// The lower-case digits by value.
pub(crate) const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Appends two lower-case digits for each byte.
pub(crate) fn push_hex(bytes: &[u8], out: &mut String) {
    out.reserve(bytes.len() * 2);
    for byte in bytes {
        for value in [byte >> 4, byte & 15] {
            out.push(DIGITS.get(usize::from(value)).map_or('0', |digit| char::from(*digit)));
        }
    }
}

#[cfg(test)]
mod tests {
    proptest::proptest! {
        #[test]
        fn digits_are_those_of_the_shared_module(bytes: Vec<u8>) {
            let mut text = String::new();
            super::push_hex(&bytes, &mut text);
            proptest::prop_assert_eq!(text, interdict_model::hex::encode(&bytes));
        }
    }
}
