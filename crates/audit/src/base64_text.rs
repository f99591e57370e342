//! Base64 of RFC 4648, section 4, with padding. Each value has exactly one text: padding is required and the
//! bits past the last byte must be zero, so that what was read is written again byte for byte.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The text of some bytes.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of a text; `None` when it is not the text that [`encode`] writes.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decode, encode};

    #[test]
    fn every_value_has_one_text() {
        assert_eq!(decode("QQ=="), Some(vec![b'A']));
        for other in ["QQ", "QQ=", "QR==", "QQ== ", "QQ==\n", "Q Q==", "QQ==QQ==", "-_==", "QQ==="]
        {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn a_text_that_is_read_is_written_the_same(text in "[A-Za-b0-3+/=]{0,12}") {
            if let Some(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
