//! Bech32 and bech32m: segwit addresses, and Zcash's Sapling and unified addresses.

use bech32::primitives::decode::UncheckedHrpstring;
use bech32::{Bech32, Bech32m, Fe32};

use super::AddressFormat as F;
use super::Chain as C;
use super::five_bits::to_bytes;
use super::parsed::ParsedAddress;
use super::{ChainSet, WalletError, unified};

const CHECKSUM_LETTERS: usize = 6;
/// The length of the payload of a Sapling address.
const SAPLING_BYTES: usize = 43;

/// Which of the two checksums a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checksum {
    /// BIP 173.
    Bech32,
    /// BIP 350.
    Bech32m,
}

/// A text whose checksum is correct: the part before the separator, and the values after it without
/// the checksum.
struct Decoded<'text> {
    prefix: &'text str,
    payload: Vec<Fe32>,
    checksum: Checksum,
}

/// Whether the text has one of the prefixes that are supported, whatever its checksum.
pub(super) fn looks_like(text: &str) -> bool {
    let prefix = text.rsplit_once('1').map(|(prefix, _)| prefix.to_ascii_lowercase());
    matches!(prefix.as_deref(), Some("bc" | "ltc" | "zs" | "u" | "btg"))
}

/// Reads a bech32 or bech32m address.
pub(super) fn parse(text: &str) -> Result<ParsedAddress, WalletError> {
    let lower = text.to_ascii_lowercase();
    if lower != text && text.to_ascii_uppercase() != text {
        return Err(WalletError::MixedCase { format: "bech32" });
    }
    let decoded = decode(&lower)?;
    let (format, chain) = match (decoded.prefix, decoded.checksum) {
        ("bc", _) => (segwit(&decoded)?, C::Bitcoin),
        ("ltc", _) => (segwit(&decoded)?, C::Litecoin),
        ("btg", _) => (segwit(&decoded)?, C::BitcoinGold),
        ("zs", Checksum::Bech32) => (sapling(&decoded)?, C::Zcash),
        ("u", Checksum::Bech32m) => {
            let bytes = to_bytes(&decoded.payload).ok_or(WalletError::Length)?;
            unified::receivers(decoded.prefix, &bytes)?;
            (F::ZcashUnified, C::Zcash)
        }
        _ => return Err(WalletError::UnknownVersion),
    };
    Ok(ParsedAddress::new(&lower, format, ChainSet::of(&[chain])))
}

/// The transparent address inside a unified one in its canonical form.
pub(super) fn transparent_receiver(unified_address: &str) -> Option<String> {
    let decoded = decode(unified_address).ok()?;
    let receivers = unified::receivers(decoded.prefix, &to_bytes(&decoded.payload)?).ok()?;
    receivers.iter().find_map(unified::Receiver::transparent)
}

/// Decodes a text in lower case.
fn decode(text: &str) -> Result<Decoded<'_>, WalletError> {
    let (prefix, _) = text.rsplit_once('1').ok_or(WalletError::Unrecognised)?;
    let unchecked = UncheckedHrpstring::new(text).map_err(|_| WalletError::Unrecognised)?;
    if unchecked.data_part_ascii().len() <= CHECKSUM_LETTERS {
        return Err(WalletError::Unrecognised);
    }
    let (checked, checksum) = if unchecked.has_valid_checksum::<Bech32>() {
        (unchecked.remove_checksum::<Bech32>(), Checksum::Bech32)
    } else if unchecked.has_valid_checksum::<Bech32m>() {
        (unchecked.remove_checksum::<Bech32m>(), Checksum::Bech32m)
    } else {
        return Err(WalletError::Checksum { format: "bech32" });
    };
    Ok(Decoded { prefix, payload: checked.fe32_iter().collect(), checksum })
}

fn sapling(decoded: &Decoded<'_>) -> Result<F, WalletError> {
    let length = to_bytes(&decoded.payload).ok_or(WalletError::Length)?.len();
    if length == SAPLING_BYTES { Ok(F::ZcashSapling) } else { Err(WalletError::Length) }
}

/// Witness version, program length and checksum must agree (BIP 173 and BIP 350).
fn segwit(decoded: &Decoded<'_>) -> Result<F, WalletError> {
    let (version, program) = decoded.payload.split_first().ok_or(WalletError::Length)?;
    let length = to_bytes(program).ok_or(WalletError::Length)?.len();
    match (version.to_u8(), decoded.checksum) {
        (0, Checksum::Bech32) if length == 20 || length == 32 => Ok(F::SegwitV0),
        (0, Checksum::Bech32) => Err(WalletError::Length),
        (1, Checksum::Bech32m) if length != 32 => Err(WalletError::Length),
        (1..=16, Checksum::Bech32m) if (2..=40).contains(&length) => Ok(F::SegwitV1Plus),
        (1..=16, Checksum::Bech32m) => Err(WalletError::Length),
        _ => Err(WalletError::Checksum { format: "segwit" }),
    }
}

#[cfg(test)]
mod tests;
