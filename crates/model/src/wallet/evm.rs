//! Ethereum's addresses and the letter case that checks them (EIP-55).

use sha3::{Digest, Keccak256};

use super::{AddressFormat as F, ChainSet, WalletError, address::Found};

/// The bytes of a hexadecimal text.
pub(super) fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    text.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Writes 40 lower-case digits with the letter case of EIP-55.
pub(super) fn eip55(lower: &str) -> String {
    let hash = Keccak256::digest(lower.as_bytes());
    let nibble = |at: usize| hash[at / 2] >> (if at.is_multiple_of(2) { 4 } else { 0 }) & 15;
    lower
        .char_indices()
        .map(|(at, letter)| if nibble(at) >= 8 { letter.to_ascii_uppercase() } else { letter })
        .collect()
}

/// Reads forty hexadecimal digits after `0x`. All lower and all upper case carry no checksum and are
/// taken as they are; any other case must be exactly EIP-55's.
pub(super) fn parse(digits: &str) -> Result<Found, WalletError> {
    if digits.len() != 40 {
        return Err(WalletError::Length);
    }
    if hex_bytes(digits).is_none() {
        return Err(WalletError::Unrecognised);
    }
    let lower = digits.to_ascii_lowercase();
    let one_case = lower == digits || digits.to_ascii_uppercase() == digits;
    if !one_case && eip55(&lower) != digits {
        return Err(WalletError::Eip55);
    }
    let mut found = Found::same(&format!("0x{lower}"), F::Evm, ChainSet::evm());
    // An address whose digits hold no letters passes both ways and says nothing.
    found.checksummed = !one_case;
    Ok(found)
}
