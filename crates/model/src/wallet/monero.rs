//! Monero: base58 in blocks of eight bytes, with the first four bytes of Keccak-256 as checksum.

use sha3::{Digest, Keccak256};

use super::{AddressFormat as F, Chain as C, ChainSet, WalletError, address::Found};

const BLOCK_LETTERS: usize = 11;
const CHECKSUM_BYTES: usize = 4;
const LETTERS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Whether the length is one that Monero writes: 95 letters, or 106 with a payment identifier.
pub(super) fn looks_like(text: &str) -> bool {
    matches!(text.len(), 95 | 106) && text.starts_with(['4', '8'])
}

/// How many bytes a block of this many letters stands for.
fn block_bytes(letters: usize) -> Option<usize> {
    [0, 2, 3, 5, 6, 7, 9, 10, 11].iter().position(|n| *n == letters)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(77);
    for block in text.as_bytes().chunks(BLOCK_LETTERS) {
        let size = block_bytes(block.len())?;
        let mut value = 0u128;
        for letter in block {
            let digit = LETTERS.iter().position(|l| l == letter)?;
            value = value * 58 + digit as u128;
        }
        if value >> (8 * size) != 0 {
            return None;
        }
        bytes.extend_from_slice(&value.to_be_bytes()[16 - size..]);
    }
    Some(bytes)
}

/// Reads a Monero address of the main network.
pub(super) fn parse(text: &str) -> Result<Found, WalletError> {
    let bytes = decode(text).ok_or(WalletError::Unrecognised)?;
    let (body, sum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
    if Keccak256::digest(body)[..CHECKSUM_BYTES] != *sum {
        return Err(WalletError::Checksum { format: "Monero" });
    }
    let format = match (body[0], body.len()) {
        (18, 65) => F::MoneroStandard,
        (19, 73) => F::MoneroIntegrated,
        (42, 65) => F::MoneroSubaddress,
        _ => return Err(WalletError::UnknownVersion),
    };
    Ok(Found::same(text, format, ChainSet::of(&[C::Monero])))
}
