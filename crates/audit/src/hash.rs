//! A SHA-256 hash of the tree: of a leaf, of a subtree, of the whole.

use std::fmt;
use std::str::FromStr;

use crate::base64_text;
use crate::excerpt::excerpt;

/// The SHA-256 hash of a leaf, a subtree or a tree. Its text is lower-case hexadecimal; notes and proof files
/// use [`Hash::to_base64`].
///
/// Comparison is not constant-time: hashes of a log are public.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// Length of a hash in bytes.
    pub const LEN: usize = 32;

    /// A hash from its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 44 characters of its base64 form (RFC 4648, section 4, padded).
    pub fn to_base64(&self) -> String {
        base64_text::encode(&self.0)
    }

    /// Reads what [`Hash::to_base64`] writes.
    ///
    /// # Errors
    /// When the text is not base64, or not of exactly 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, HashError> {
        let bytes = base64_text::decode(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| HashError::Base64 { text: excerpt(text) })
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, HashError> {
        let refused = || HashError::Hex { text: excerpt(text) };
        if text.len() != 2 * Self::LEN {
            return Err(refused());
        }
        let mut bytes = [0; Self::LEN];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = pair
                .iter()
                .try_fold(0, |value: u8, digit| Some(value << 4 | hex_digit(*digit)?))
                .ok_or_else(refused)?;
        }
        Ok(Self(bytes))
    }
}

/// The value of a lower-case hexadecimal digit. Upper case is refused: each hash has one text.
fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// A text that is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// Not 64 lower-case hexadecimal digits.
    #[error("`{text}` is not a hash of 64 lower-case hexadecimal digits")]
    Hex {
        /// The text, or its beginning.
        text: String,
    },
    /// Not the base64 form of 32 bytes.
    #[error("`{text}` is not a hash of 32 bytes in base64")]
    Base64 {
        /// The text, or its beginning.
        text: String,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Hash, HashError};

    proptest! {
        #[test]
        fn both_texts_round_trip(bytes: [u8; 32]) {
            let hash = Hash::from_bytes(bytes);
            prop_assert_eq!(hash.as_bytes(), &bytes);
            prop_assert_eq!(hash.to_string().parse(), Ok(hash));
            prop_assert_eq!(Hash::from_base64(&hash.to_base64()), Ok(hash));
        }
    }

    #[test]
    fn the_text_of_a_hash_is_lower_case_hexadecimal_with_the_high_digit_first() {
        let mut bytes = [0; 32];
        (bytes[0], bytes[31]) = (0xaf, 0x09);
        let text = Hash::from_bytes(bytes).to_string();
        assert_eq!(text, format!("af{}09", "0".repeat(60)));
        assert_eq!(format!("{:?}", Hash::from_bytes(bytes)), format!("Hash({text})"));
    }

    #[test]
    fn other_forms_of_hexadecimal_are_refused() {
        let good = "ab".repeat(32);
        assert!(good.parse::<Hash>().is_ok());
        let cut = &good[1..];
        let bad = [good.to_uppercase(), cut.into(), format!("{cut}bab"), format!("{cut}g")];
        for text in bad.into_iter().chain([String::new(), "é".repeat(32), format!("+{cut}")]) {
            assert_eq!(text.parse::<Hash>(), Err(HashError::Hex { text: text.clone() }));
        }
    }

    #[test]
    fn base64_of_another_length_is_refused() {
        for text in ["", "AAAA", &"A".repeat(44), &format!("{}==", "A".repeat(43))] {
            assert!(matches!(Hash::from_base64(text), Err(HashError::Base64 { .. })), "{text}");
        }
    }
}
