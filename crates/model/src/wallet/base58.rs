//! Base58Check formats: one version table for Bitcoin's relatives, TRON, Zcash, XRP; and Solana.

use super::{AddressFormat as F, Chain as C, ChainSet, WalletError, address::Found};

/// Version bytes before the 20-byte hash, what they say, and where such an address can hold funds.
/// Several chains kept Bitcoin's own bytes, so one text can be an address on more than one chain.
const VERSIONS: &[(&[u8], F, ChainSet)] = &[
    (&[0x00], F::P2pkh, ChainSet::of(&[C::Bitcoin, C::BitcoinCash, C::BitcoinSv])),
    // Litecoin wrote script hashes with Bitcoin's 0x05 before it took 0x32.
    (&[0x05], F::P2sh, ChainSet::of(&[C::Bitcoin, C::BitcoinCash, C::BitcoinSv, C::Litecoin])),
    (&[0x30], F::P2pkh, ChainSet::of(&[C::Litecoin])),
    (&[0x32], F::P2sh, ChainSet::of(&[C::Litecoin])),
    (&[0x1e], F::P2pkh, ChainSet::of(&[C::Dogecoin, C::Verge])),
    (&[0x16], F::P2sh, ChainSet::of(&[C::Dogecoin])),
    (&[0x21], F::P2sh, ChainSet::of(&[C::Verge])),
    (&[0x4c], F::P2pkh, ChainSet::of(&[C::Dash])),
    (&[0x10], F::P2sh, ChainSet::of(&[C::Dash])),
    (&[0x26], F::P2pkh, ChainSet::of(&[C::BitcoinGold])),
    (&[0x17], F::P2sh, ChainSet::of(&[C::BitcoinGold])),
    (&[0x41], F::Tron, ChainSet::of(&[C::Tron])),
    (&[0x1c, 0xb8], F::ZcashTransparent, ChainSet::of(&[C::Zcash])),
    (&[0x1c, 0xbd], F::ZcashTransparent, ChainSet::of(&[C::Zcash])),
];

const HASH_BYTES: usize = 20;

/// Base58Check with Bitcoin's alphabet, or a Solana key.
pub(super) fn parse_bitcoin_alphabet(text: &str) -> Result<Found, WalletError> {
    let bytes = bs58::decode(text).into_vec().map_err(|_| WalletError::Unrecognised)?;
    if bytes.len() == 32 {
        return Ok(Found::same(text, F::Solana, ChainSet::of(&[C::Solana])));
    }
    if !(25..=26).contains(&bytes.len()) {
        return Err(WalletError::Unrecognised);
    }
    if bs58::decode(text).with_check(None).into_vec().is_err() {
        return Err(WalletError::Checksum { format: "base58check" });
    }
    let version = &bytes[..bytes.len() - HASH_BYTES - 4];
    let known = VERSIONS.iter().find(|(prefix, ..)| *prefix == version);
    match known {
        Some((_, format, chains)) => Ok(Found::same(text, *format, *chains)),
        None => Err(WalletError::UnknownVersion),
    }
}

/// Base58Check with the XRP Ledger's alphabet.
pub(super) fn parse_xrp(text: &str) -> Result<Found, WalletError> {
    let decode = || bs58::decode(text).with_alphabet(bs58::Alphabet::RIPPLE);
    let bytes = decode().into_vec().map_err(|_| WalletError::Unrecognised)?;
    if bytes.len() != HASH_BYTES + 5 || bytes[0] != 0 {
        return Err(WalletError::Unrecognised);
    }
    match decode().with_check(None).into_vec() {
        Ok(_) => Ok(Found::same(text, F::XrpClassic, ChainSet::of(&[C::Xrp]))),
        Err(_) => Err(WalletError::Checksum { format: "XRP base58check" }),
    }
}

/// The 20-byte hash of a Base58Check address, and whether it is a script's.
pub(super) fn bitcoin_hash(text: &str) -> Option<([u8; HASH_BYTES], bool)> {
    let bytes = bs58::decode(text).with_check(None).into_vec().ok()?;
    let (version, hash) = bytes.split_first()?;
    let script = match version {
        0x00 => false,
        0x05 => true,
        _ => return None,
    };
    Some((hash.try_into().ok()?, script))
}

/// Writes a hash the way Bitcoin wrote addresses first.
pub(super) fn bitcoin_address(hash: &[u8; HASH_BYTES], script: bool) -> String {
    let mut bytes = vec![if script { 0x05 } else { 0x00 }];
    bytes.extend_from_slice(hash);
    bs58::encode(bytes).with_check().into_string()
}

/// Writes a hash as Zcash's transparent addresses are written.
pub(super) fn zcash_address(hash: &[u8; HASH_BYTES], script: bool) -> String {
    let mut bytes = vec![0x1c, if script { 0xbd } else { 0xb8 }];
    bytes.extend_from_slice(hash);
    bs58::encode(bytes).with_check().into_string()
}

/// TRON's hexadecimal form (`41` and twenty bytes) as its base58 form.
pub(super) fn tron_from_hex(text: &str) -> Option<String> {
    let bytes = super::evm::hex_bytes(text)?;
    (bytes.len() == HASH_BYTES + 1 && bytes[0] == 0x41)
        .then(|| bs58::encode(bytes).with_check().into_string())
}
