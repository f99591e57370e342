//! Base58Check formats: one version table for Bitcoin's relatives, TRON, Zcash, XRP; and Solana.

use sha2::{Digest, Sha256};

use super::AddressFormat as F;
use super::Chain as C;
use super::parsed::ParsedAddress;
use super::{ChainSet, WalletError};
use crate::hex;

/// The meaning of the version bytes before the 20-byte hash: the format and the chains.
struct Version {
    bytes: &'static [u8],
    format: F,
    chains: ChainSet,
}

const fn version(bytes: &'static [u8], format: F, chains: &[C]) -> Version {
    Version { bytes, format, chains: ChainSet::of(chains) }
}

/// Several chains kept Bitcoin's version bytes, so one text can be an address on more than one chain.
const VERSIONS: [Version; 14] = [
    version(&[0x00], F::P2pkh, &[C::Bitcoin, C::BitcoinCash, C::BitcoinSv]),
    // Litecoin used Bitcoin's 0x05 for script hashes before it introduced 0x32.
    version(&[0x05], F::P2sh, &[C::Bitcoin, C::BitcoinCash, C::BitcoinSv, C::Litecoin]),
    version(&[0x30], F::P2pkh, &[C::Litecoin]),
    version(&[0x32], F::P2sh, &[C::Litecoin]),
    version(&[0x1e], F::P2pkh, &[C::Dogecoin, C::Verge]),
    version(&[0x16], F::P2sh, &[C::Dogecoin]),
    version(&[0x21], F::P2sh, &[C::Verge]),
    version(&[0x4c], F::P2pkh, &[C::Dash]),
    version(&[0x10], F::P2sh, &[C::Dash]),
    version(&[0x26], F::P2pkh, &[C::BitcoinGold]),
    version(&[0x17], F::P2sh, &[C::BitcoinGold]),
    version(&[0x41], F::Tron, &[C::Tron]),
    version(&[0x1c, 0xb8], F::ZcashTransparent, &[C::Zcash]),
    version(&[0x1c, 0xbd], F::ZcashTransparent, &[C::Zcash]),
];

/// The length of a public key hash or script hash (RIPEMD-160).
const HASH_BYTES: usize = 20;
const CHECKSUM_BYTES: usize = 4;
/// The length of a Solana key.
const SOLANA_BYTES: usize = 32;

/// Base58Check with Bitcoin's alphabet, or a Solana key.
pub(super) fn parse_bitcoin_alphabet(text: &str) -> Result<ParsedAddress, WalletError> {
    let bytes = bs58::decode(text).into_vec().map_err(|_| WalletError::Unrecognised)?;
    if bytes.len() == SOLANA_BYTES {
        return Ok(ParsedAddress::new(text, F::Solana, ChainSet::of(&[C::Solana])));
    }
    // One or two version bytes, the hash, the checksum.
    if !(25..=26).contains(&bytes.len()) {
        return Err(WalletError::Unrecognised);
    }
    let (prefix, _) = checked_payload(&bytes)
        .and_then(<[u8]>::split_last_chunk::<HASH_BYTES>)
        .ok_or(WalletError::Checksum { format: "base58check" })?;
    match VERSIONS.iter().find(|version| version.bytes == prefix) {
        Some(version) => Ok(ParsedAddress::new(text, version.format, version.chains)),
        None => Err(WalletError::UnknownVersion),
    }
}

/// Base58Check with the XRP Ledger's alphabet.
pub(super) fn parse_xrp(text: &str) -> Result<ParsedAddress, WalletError> {
    let bytes = bs58::decode(text)
        .with_alphabet(bs58::Alphabet::RIPPLE)
        .into_vec()
        .map_err(|_| WalletError::Unrecognised)?;
    if bytes.len() != 1 + HASH_BYTES + CHECKSUM_BYTES || bytes.first() != Some(&0) {
        return Err(WalletError::Unrecognised);
    }
    match checked_payload(&bytes) {
        Some(_) => Ok(ParsedAddress::new(text, F::XrpClassic, ChainSet::of(&[C::Xrp]))),
        None => Err(WalletError::Checksum { format: "XRP base58check" }),
    }
}

/// The 20-byte hash of an address with one of Bitcoin's first version bytes, and whether it is the
/// hash of a script.
pub(super) fn bitcoin_hash(text: &str) -> Option<([u8; HASH_BYTES], bool)> {
    let bytes = bs58::decode(text).into_vec().ok()?;
    let (version, hash) = checked_payload(&bytes)?.split_first()?;
    let script = match version {
        0x00 => false,
        0x05 => true,
        _ => return None,
    };
    Some((hash.try_into().ok()?, script))
}

/// Writes a hash in Bitcoin's first address format.
pub(super) fn bitcoin_address(hash: &[u8; HASH_BYTES], script: bool) -> String {
    encode_with_checksum(&[if script { 0x05 } else { 0x00 }], hash)
}

/// Writes a hash as Zcash's transparent addresses are written.
pub(super) fn zcash_address(hash: &[u8; HASH_BYTES], script: bool) -> String {
    encode_with_checksum(&[0x1c, if script { 0xbd } else { 0xb8 }], hash)
}

/// TRON's hexadecimal form (`41` and twenty bytes) as its base58 form.
pub(super) fn tron_from_hex(text: &str) -> Option<String> {
    let bytes = hex::decode(text)?;
    let hash = bytes.strip_prefix(&[0x41])?.try_into().ok()?;
    Some(encode_with_checksum(&[0x41], hash))
}

fn encode_with_checksum(version: &[u8], hash: &[u8; HASH_BYTES]) -> String {
    let payload = [version, hash].concat();
    let checksum = checksum(&payload);
    bs58::encode([payload.as_slice(), &checksum].concat()).into_string()
}

/// The bytes before the checksum, if it is correct.
fn checked_payload(bytes: &[u8]) -> Option<&[u8]> {
    let (payload, expected) = bytes.split_last_chunk::<CHECKSUM_BYTES>()?;
    (checksum(payload) == *expected).then_some(payload)
}

/// The first four bytes of SHA-256 of SHA-256. Computed here and not by `bs58`, whose feature for it
/// links an older major version of `sha2` a second time.
fn checksum(payload: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest: [u8; 32] = Sha256::digest(Sha256::digest(payload)).into();
    let [first, second, third, fourth, ..] = digest;
    [first, second, third, fourth]
}
