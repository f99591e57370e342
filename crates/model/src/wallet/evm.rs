//! Ethereum's addresses and the letter case that checks them (EIP-55).

use sha3::{Digest, Keccak256};

use super::AddressFormat as F;
use super::parsed::ParsedAddress;
use super::{ChainSet, WalletError};
use crate::hex;

/// Writes 40 lower-case digits with the letter case of EIP-55: a letter is upper case where the
/// hexadecimal digit at its place in the Keccak-256 hash of the text is 8 or more.
pub(super) fn eip55(lower: &str) -> String {
    let hash = Keccak256::digest(lower.as_bytes());
    let nibbles = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    lower
        .chars()
        .zip(nibbles)
        .map(|(letter, nibble)| if nibble >= 8 { letter.to_ascii_uppercase() } else { letter })
        .collect()
}

/// Reads forty hexadecimal digits after `0x`. All lower and all upper case carry no checksum and are
/// taken as they are; any other case must be exactly EIP-55's.
pub(super) fn parse(digits: &str) -> Result<ParsedAddress, WalletError> {
    if digits.len() != 40 {
        return Err(WalletError::Length);
    }
    if hex::decode(digits).is_none() {
        return Err(WalletError::Unrecognised);
    }
    let lower = digits.to_ascii_lowercase();
    let one_case = lower == digits || digits.to_ascii_uppercase() == digits;
    if !one_case && eip55(&lower) != digits {
        return Err(WalletError::Eip55);
    }
    let mut parsed = ParsedAddress::new(&format!("0x{lower}"), F::Evm, ChainSet::evm());
    // Digits without any letter are the same in every case and check nothing.
    parsed.checksummed = !one_case;
    Ok(parsed)
}
