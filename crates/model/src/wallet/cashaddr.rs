//! Bitcoin Cash's own format, with or without its prefix.

use bech32::primitives::iter::ByteIterExt;

use super::AddressFormat as F;
use super::Chain as C;
use super::five_bits::{parse_five_bits, to_bytes};
use super::parsed::ParsedAddress;
use super::{ChainSet, WalletError};

const PREFIX: &str = "bitcoincash";
const CHECKSUM_LETTERS: usize = 8;

/// The checksum polynomial of the CashAddr specification, over five-bit values.
fn polymod(values: impl Iterator<Item = u8>) -> u64 {
    const GENERATOR: [u64; 5] =
        [0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    values.fold(1, |sum, value| {
        let top = sum >> 35;
        let shifted = (sum & 0x7_ffff_ffff) << 5 ^ u64::from(value);
        let chosen = GENERATOR.iter().enumerate().filter(|(bit, _)| top >> bit & 1 == 1);
        chosen.fold(shifted, |sum, (_, generator)| sum ^ generator)
    }) ^ 1
}

/// The prefix as the checksum takes it in: the lower five bits of each letter, then a zero.
fn prefix_values() -> impl Iterator<Item = u8> {
    PREFIX.bytes().map(|letter| letter & 31).chain([0])
}

/// The part after the prefix, in lower case, when the text has the shape of a CashAddr.
pub(super) fn body(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let body = lower.strip_prefix("bitcoincash:").unwrap_or(&lower);
    // A 20-byte hash gives 42 letters; the first determines the type: q, p, and z, r for token-aware ones.
    let shaped = body.len() == 42
        && body.starts_with(['q', 'p', 'z', 'r'])
        && parse_five_bits(body).is_some();
    (shaped || lower.len() != body.len()).then(|| body.to_owned())
}

/// The hash inside a CashAddr, and whether it is the hash of a script.
pub(super) fn hash(body: &str) -> Result<([u8; 20], bool), WalletError> {
    let values = parse_five_bits(body).ok_or(WalletError::Unrecognised)?;
    let payload = values
        .len()
        .checked_sub(CHECKSUM_LETTERS)
        .and_then(|length| values.get(..length))
        .filter(|payload| !payload.is_empty())
        .ok_or(WalletError::Unrecognised)?;
    if polymod(prefix_values().chain(values.iter().map(|value| value.to_u8()))) != 0 {
        return Err(WalletError::Checksum { format: "CashAddr" });
    }
    let bytes = to_bytes(payload).ok_or(WalletError::Length)?;
    let (version, hash) = bytes.split_first().ok_or(WalletError::Length)?;
    let hash = hash.try_into().map_err(|_| WalletError::Length)?;
    match version {
        0x00 | 0x10 => Ok((hash, false)),
        0x08 | 0x18 => Ok((hash, true)),
        _ => Err(WalletError::UnknownVersion),
    }
}

/// Reads a CashAddr; the canonical form keeps the prefix.
pub(super) fn parse(text: &str, body: &str) -> Result<ParsedAddress, WalletError> {
    let is_one_case = |text: &str| {
        text.bytes().all(|letter| !letter.is_ascii_uppercase())
            || text.bytes().all(|letter| !letter.is_ascii_lowercase())
    };
    // The prefix may be in another case than the rest.
    let bare = text.get(text.len().saturating_sub(body.len())..).unwrap_or(text);
    if !is_one_case(text) && !is_one_case(bare) {
        return Err(WalletError::MixedCase { format: "CashAddr" });
    }
    hash(body)?;
    let chains = ChainSet::of(&[C::BitcoinCash]);
    Ok(ParsedAddress::new(&format!("{PREFIX}:{body}"), F::CashAddr, chains))
}

/// Writes a hash as a CashAddr with its prefix.
pub(super) fn write(hash: &[u8; 20], script: bool) -> String {
    format!("{PREFIX}:{}", encode(if script { 0x08 } else { 0x00 }, hash))
}

/// The part after the prefix for any version byte and hash.
pub(super) fn encode(version: u8, hash: &[u8]) -> String {
    let bytes = std::iter::once(version).chain(hash.iter().copied());
    let payload: Vec<_> = bytes.bytes_to_fes().collect();
    let values = payload.iter().map(|value| value.to_u8());
    // The checksum has 40 bits, the lower five bytes.
    let [_, _, _, checksum @ ..] =
        polymod(prefix_values().chain(values).chain([0; CHECKSUM_LETTERS])).to_be_bytes();
    let letters = payload.into_iter().chain(checksum.into_iter().bytes_to_fes());
    letters.map(|value| value.to_char()).collect()
}
