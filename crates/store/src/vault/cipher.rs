//! Authenticated encryption of one value.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use crate::error::StoreError;
use crate::log::{Random, random_bytes};

/// Bytes of a key and of a nonce.
pub(super) const KEY: usize = 32;
const NONCE: usize = 24;

/// The location of a value, which is associated data: a value that was moved elsewhere is not decrypted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: &'a str,
}

impl Spot<'_> {
    fn to_bytes(self) -> Vec<u8> {
        let Self { tenant, table, column, row } = self;
        // Only the last part can contain a line break, so that the encoding is unambiguous.
        format!("interdict 1\n{tenant}\n{table}\n{column}\n{row}").into_bytes()
    }
}

/// Encrypts a value: the nonce, then the ciphertext with its tag.
pub(super) fn encrypt(
    key: &[u8; KEY],
    spot: Spot<'_>,
    plain: &[u8],
    random: Random,
) -> Result<Vec<u8>, StoreError> {
    let nonce = random_bytes::<NONCE>(random)?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let payload = Payload { msg: plain, aad: &spot.to_bytes() };
    let text = cipher.encrypt(&XNonce::from(nonce), payload);
    let text = text.map_err(|_| StoreError::Invalid("a value is too long".to_owned()))?;
    Ok([&nonce[..], &text].concat())
}

/// Decrypts a value at its location.
pub(super) fn decrypt(
    key: &[u8; KEY],
    spot: Spot<'_>,
    bytes: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let damaged = || {
        let text =
            format!("{}.{} of row {:?} cannot be decrypted", spot.table, spot.column, spot.row);
        StoreError::Damaged(text)
    };
    let (nonce, text) = bytes.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
    let cipher = XChaCha20Poly1305::new(&Key::from(*key));
    let payload = Payload { msg: text, aad: &spot.to_bytes() };
    cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(bytes: &mut [u8]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    const SPOT: Spot<'static> = Spot { tenant: "main", table: "sealed", column: "data", row: "7" };

    #[test]
    fn a_value_is_read_with_its_key_at_its_place_and_nowhere_else() {
        let key = [7; KEY];
        let bytes = encrypt(&key, SPOT, b"a name", random).unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"a name"));
        assert_eq!(decrypt(&key, SPOT, &bytes).unwrap(), b"a name");
        assert_ne!(bytes, encrypt(&key, SPOT, b"a name", random).unwrap());
        assert!(decrypt(&[8; KEY], SPOT, &bytes).is_err());
        for other in [
            Spot { tenant: "other", ..SPOT },
            Spot { table: "answers", ..SPOT },
            Spot { column: "salt", ..SPOT },
            Spot { row: "8", ..SPOT },
        ] {
            assert!(decrypt(&key, other, &bytes).is_err(), "{other:?}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(decrypt(&key, SPOT, &changed).is_err());
        }
        assert!(decrypt(&key, SPOT, &bytes[..20]).is_err());
    }

    #[test]
    fn the_cipher_is_that_of_the_standard() {
        // draft-irtf-cfrg-xchacha-03, A.3.1, with its own associated data.
        let key: [u8; 32] = std::array::from_fn(|at| 0x80 + u8::try_from(at).unwrap());
        let nonce: [u8; 24] = std::array::from_fn(|at| 0x40 + u8::try_from(at).unwrap());
        let aad = [0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7];
        let msg =
            b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for \
                    the future, sunscreen would be it.";
        let cipher = XChaCha20Poly1305::new(&Key::from(key));
        let text = cipher.encrypt(&XNonce::from(nonce), Payload { msg, aad: &aad }).unwrap();
        assert_eq!(text[..4], [0xbd, 0x6d, 0x17, 0x9d]);
        let tag = [0xc0, 0x87, 0x59, 0x24, 0xc1, 0xc7, 0x98, 0x79];
        assert_eq!(text[text.len() - 16..text.len() - 8], tag);
    }
}
