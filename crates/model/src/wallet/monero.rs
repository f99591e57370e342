//! Monero: base58 in blocks of eight bytes, with the first four bytes of Keccak-256 as checksum.

use sha3::{Digest, Keccak256};

use super::AddressFormat as F;
use super::Chain as C;
use super::parsed::ParsedAddress;
use super::{ChainSet, WalletError};

const BLOCK_LETTERS: usize = 11;
const CHECKSUM_BYTES: usize = 4;
const LETTERS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Whether the length is one that Monero writes: 95 letters, or 106 with a payment identifier.
pub(super) fn looks_like(text: &str) -> bool {
    matches!(text.len(), 95 | 106) && text.starts_with(['4', '8'])
}

/// How many bytes a block of this many letters stands for.
fn block_bytes(letters: usize) -> Option<usize> {
    [0, 2, 3, 5, 6, 7, 9, 10, 11].iter().position(|length| *length == letters)
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(77);
    for block in text.as_bytes().chunks(BLOCK_LETTERS) {
        let size = block_bytes(block.len())?;
        let mut value = 0_u128;
        for letter in block {
            let digit = LETTERS.iter().position(|known| known == letter)?;
            value = value * 58 + u128::try_from(digit).ok()?;
        }
        // A value that needs more bytes than the block has would be a second spelling of another one.
        if value >> (8 * size) != 0 {
            return None;
        }
        bytes.extend(value.to_be_bytes().iter().skip(16 - size));
    }
    Some(bytes)
}

/// Reads a Monero address of the main network.
pub(super) fn parse(text: &str) -> Result<ParsedAddress, WalletError> {
    let bytes = decode(text).ok_or(WalletError::Unrecognised)?;
    let (body, checksum) =
        bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(WalletError::Unrecognised)?;
    if !Keccak256::digest(body).starts_with(checksum) {
        return Err(WalletError::Checksum { format: "Monero" });
    }
    // The first byte is the kind of address on the main network.
    let format = match (body.first(), body.len()) {
        (Some(18), 65) => F::MoneroStandard,
        (Some(19), 73) => F::MoneroIntegrated,
        (Some(42), 65) => F::MoneroSubaddress,
        _ => return Err(WalletError::UnknownVersion),
    };
    Ok(ParsedAddress::new(text, format, ChainSet::of(&[C::Monero])))
}
