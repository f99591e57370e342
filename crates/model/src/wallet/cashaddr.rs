//! Bitcoin Cash's own format, with or without its prefix.

use super::{AddressFormat as F, Chain as C, ChainSet, WalletError, address::Found, bech32};

const PREFIX: &str = "bitcoincash";
const CHECKSUM_LETTERS: usize = 8;

fn polymod(values: impl Iterator<Item = u8>) -> u64 {
    const GENERATOR: [u64; 5] =
        [0x98_f2bc_8e61, 0x79_b76d_99e2, 0xf3_3e5f_b3c4, 0xae_2eab_e2a8, 0x1e_4f43_e470];
    values.fold(1, |sum, value| {
        let top = sum >> 35;
        let shifted = (sum & 0x7_ffff_ffff) << 5 ^ u64::from(value);
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(shifted, |acc, bit| acc ^ GENERATOR[bit])
    }) ^ 1
}

/// The part after the prefix, in lower case, when the text has the shape of a CashAddr.
pub(super) fn body(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let body = lower.strip_prefix("bitcoincash:").unwrap_or(&lower);
    // A 20-byte hash gives 42 letters; the first tells the type: q, p, and z, r for token-aware ones.
    let shaped = body.len() == 42
        && body.starts_with(['q', 'p', 'z', 'r'])
        && bech32::five_bits(body).is_some();
    (shaped || lower.len() != body.len()).then(|| body.to_owned())
}

/// The hash inside a CashAddr, and whether it is a script's.
pub(super) fn hash(body: &str) -> Result<([u8; 20], bool), WalletError> {
    let values = bech32::five_bits(body)
        .filter(|v| v.len() > CHECKSUM_LETTERS)
        .ok_or(WalletError::Unrecognised)?;
    let whole = PREFIX.bytes().map(|b| b & 31).chain([0]).chain(values.iter().copied());
    if polymod(whole) != 0 {
        return Err(WalletError::Checksum { format: "CashAddr" });
    }
    let bytes =
        bech32::to_bytes(&values[..values.len() - CHECKSUM_LETTERS]).ok_or(WalletError::Length)?;
    let (version, hash) = bytes.split_first().ok_or(WalletError::Length)?;
    let hash = hash.try_into().map_err(|_| WalletError::Length)?;
    match version {
        0x00 | 0x10 => Ok((hash, false)),
        0x08 | 0x18 => Ok((hash, true)),
        _ => Err(WalletError::UnknownVersion),
    }
}

/// Reads a CashAddr; the canonical form keeps the prefix.
pub(super) fn parse(text: &str, body: &str) -> Result<Found, WalletError> {
    let one_case = text.bytes().all(|b| !b.is_ascii_uppercase())
        || text.bytes().all(|b| !b.is_ascii_lowercase());
    let bare = text.rsplit_once(':').map_or(text, |(_, bare)| bare);
    let bare_one_case =
        bare == body || bare.to_ascii_lowercase() == body && bare == bare.to_ascii_uppercase();
    if !one_case && !bare_one_case {
        return Err(WalletError::MixedCase { format: "CashAddr" });
    }
    hash(body)?;
    Ok(Found::same(&format!("{PREFIX}:{body}"), F::CashAddr, ChainSet::of(&[C::BitcoinCash])))
}

/// Writes a hash as a CashAddr with its prefix.
pub(super) fn write(hash: &[u8; 20], script: bool) -> String {
    let mut values = Vec::with_capacity(34 + CHECKSUM_LETTERS);
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in std::iter::once(if script { 0x08 } else { 0x00 }).chain(hash.iter().copied()) {
        buffer = (buffer << 8 | u32::from(byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            values.push((buffer >> bits & 31) as u8);
        }
    }
    values.push((buffer << (5 - bits) & 31) as u8);
    let prefix = PREFIX.bytes().map(|b| b & 31).chain([0]);
    let sum = polymod(prefix.chain(values.iter().copied()).chain([0; CHECKSUM_LETTERS]));
    values.extend(
        (0..CHECKSUM_LETTERS).map(|at| (sum >> (5 * (CHECKSUM_LETTERS - 1 - at)) & 31) as u8),
    );
    let body: String =
        values.iter().map(|v| char::from(bech32::LETTERS[usize::from(*v)])).collect();
    format!("{PREFIX}:{body}")
}
