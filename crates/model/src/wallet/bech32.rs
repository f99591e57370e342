//! Bech32 and bech32m: segwit addresses, and Zcash's Sapling and unified addresses.

use super::{AddressFormat as F, Chain as C, ChainSet, WalletError, address::Found, unified};

/// The 32 letters that both bech32 and CashAddr write five bits with.
pub(super) const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

const BECH32: u32 = 1;
const BECH32M: u32 = 0x2bc8_30a3;
const CHECKSUM_LETTERS: usize = 6;
/// A Sapling address carries 43 bytes.
const SAPLING_BYTES: usize = 43;

/// Maps letters to five-bit values; `None` when a letter is not in the alphabet.
pub(super) fn five_bits(text: &str) -> Option<Vec<u8>> {
    text.bytes()
        .map(|letter| LETTERS.iter().position(|l| *l == letter).map(|at| at as u8))
        .collect()
}

/// Regroups five-bit values as bytes; the leftover bits must be fewer than five and zero.
pub(super) fn to_bytes(values: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(values.len() * 5 / 8);
    let (mut buffer, mut bits) = (0u32, 0);
    for value in values {
        buffer = (buffer << 5 | u32::from(*value)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    (bits < 5 && buffer & ((1 << bits) - 1) == 0).then_some(bytes)
}

fn polymod(values: impl Iterator<Item = u8>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.fold(1, |sum, value| {
        let top = sum >> 25;
        let shifted = (sum & 0x1ff_ffff) << 5 ^ u32::from(value);
        (0..5).filter(|bit| top >> bit & 1 == 1).fold(shifted, |acc, bit| acc ^ GENERATOR[bit])
    })
}

fn checksum(prefix: &str, values: &[u8]) -> u32 {
    let high = prefix.bytes().map(|b| b >> 5);
    let low = prefix.bytes().map(|b| b & 31);
    polymod(high.chain([0]).chain(low).chain(values.iter().copied()))
}

/// Whether the text has the shape of one of the prefixes read here, whatever its checksum says.
pub(super) fn looks_like(text: &str) -> bool {
    let prefix = text.rsplit_once('1').map(|(prefix, _)| prefix.to_ascii_lowercase());
    matches!(prefix.as_deref(), Some("bc" | "ltc" | "zs" | "u" | "btg"))
}

/// Reads a bech32 or bech32m address.
pub(super) fn parse(text: &str) -> Result<Found, WalletError> {
    let lower = text.to_ascii_lowercase();
    if lower != text && text.to_ascii_uppercase() != text {
        return Err(WalletError::MixedCase { format: "bech32" });
    }
    let (prefix, data) = lower.rsplit_once('1').ok_or(WalletError::Unrecognised)?;
    let values =
        five_bits(data).filter(|v| v.len() > CHECKSUM_LETTERS).ok_or(WalletError::Unrecognised)?;
    let variant = checksum(prefix, &values);
    if variant != BECH32 && variant != BECH32M {
        return Err(WalletError::Checksum { format: "bech32" });
    }
    let payload = &values[..values.len() - CHECKSUM_LETTERS];
    let (format, chain) = match prefix {
        "bc" => (segwit(payload, variant)?, C::Bitcoin),
        "ltc" => (segwit(payload, variant)?, C::Litecoin),
        "btg" => (segwit(payload, variant)?, C::BitcoinGold),
        "zs" if variant == BECH32 => (sapling(payload)?, C::Zcash),
        "u" if variant == BECH32M => {
            unified::receivers(prefix, &to_bytes(payload).ok_or(WalletError::Length)?)?;
            (F::ZcashUnified, C::Zcash)
        }
        _ => return Err(WalletError::UnknownVersion),
    };
    Ok(Found::same(&lower, format, ChainSet::of(&[chain])))
}

fn sapling(payload: &[u8]) -> Result<F, WalletError> {
    let length = to_bytes(payload).ok_or(WalletError::Length)?.len();
    if length == SAPLING_BYTES { Ok(F::ZcashSapling) } else { Err(WalletError::Length) }
}

/// The transparent address inside a unified one, whose canonical form this is.
pub(super) fn transparent_receiver(unified_address: &str) -> Option<String> {
    let (prefix, data) = unified_address.rsplit_once('1')?;
    let values = five_bits(data)?;
    let payload = &values[..values.len().checked_sub(CHECKSUM_LETTERS)?];
    let receivers = unified::receivers(prefix, &to_bytes(payload)?).ok()?;
    receivers.iter().find_map(unified::Receiver::transparent)
}

/// Witness version, program length and checksum variant must agree (BIP 173 and BIP 350).
fn segwit(payload: &[u8], variant: u32) -> Result<F, WalletError> {
    let (version, program) = payload.split_first().ok_or(WalletError::Length)?;
    let length = to_bytes(program).ok_or(WalletError::Length)?.len();
    match (*version, variant) {
        (0, BECH32) if length == 20 || length == 32 => Ok(F::SegwitV0),
        (0, BECH32) => Err(WalletError::Length),
        (1, BECH32M) if length != 32 => Err(WalletError::Length),
        (1..=16, BECH32M) if (2..=40).contains(&length) => Ok(F::SegwitV1Plus),
        (1..=16, BECH32M) => Err(WalletError::Length),
        _ => Err(WalletError::Checksum { format: "segwit" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a text with its checksum, as the formats' specifications say.
    fn written(prefix: &str, payload: &[u8], variant: u32) -> String {
        let mut values = payload.to_vec();
        values.extend([0; CHECKSUM_LETTERS]);
        let sum = checksum(prefix, &values) ^ variant;
        let body =
            payload.iter().copied().chain((0..6).map(|at| (sum >> (5 * (5 - at)) & 31) as u8));
        let letters: String = body.map(|value| char::from(LETTERS[usize::from(value)])).collect();
        format!("{prefix}1{letters}")
    }

    #[test]
    fn zcash_addresses_are_told_apart_by_prefix_checksum_and_length() {
        let sapling = written("zs", &[0; 69], BECH32);
        // A published test vector: the Sapling address of 43 zero bytes.
        assert_eq!(sapling, format!("zs1{}pq6d8g", "q".repeat(69)));
        assert_eq!(parse(&sapling).map(|f| f.format), Ok(F::ZcashSapling));
        assert!(
            parse(&written("zs", &[0; 69], BECH32M)).is_err(),
            "Sapling uses the older checksum"
        );
        assert!(parse(&written("zs", &[0; 60], BECH32)).is_err(), "Sapling has one length");
    }

    /// Addresses of the published test vectors of ZIP 316: with Orchard and a key's hash and an unknown
    /// receiver, with Sapling and a script's hash, and with Orchard alone.
    const UNIFIED: [&str; 3] = [
        "u1yy6w8n3jmjsgj9wvcenr8r5p6h38vyclhmq0wg9kzpxlu46z8v64k5gszr8yfwz4jvrylvvg3g633z02luk85nmsck6d2sex3n5d7kn68hzz5tv4udt9p6sy7pgleeulvglvx2627dff57q9fep5wgdx8m0esx28m0zvuxpmwyazt3jun2rpqw8nu6j2fceqghk55ced66js6k6jxn8y2xtue8f3paqjrk8q6nptnn",
        "u1k9kavjcgta8y9t9lv3grvry5fqs6avhe9panu4jlg5j5mkkn4wj844mau24n4hx79yst6glun3wa095upapkqhgyrq9kfd7jr7q9dgpafhwvgl8ujxrlprl5zahl69cprsets6h2t98",
        "u1p5rt2l48lpmyyeypnffal288jgf2tz50fzn23jdp68vcujvwn0uz5u0evcp35jfmfvrl26az7suqqfm0skn9mmz9un86gqkq9va32v4s",
    ];

    #[test]
    fn unified_addresses_are_read_as_the_specification_says() {
        for address in UNIFIED {
            assert_eq!(parse(address).map(|f| f.format), Ok(F::ZcashUnified), "{address}");
        }
        // The bech32m checksum holds and the bytes are noise: the padding is what gives it away.
        assert_eq!(
            parse(&written("u", &[0; 200], BECH32M)).map(|f| f.format),
            Err(WalletError::Checksum { format: "zcash-unified" })
        );
        assert!(parse(&written("u", &[0; 40], BECH32M)).is_err(), "too few letters");
        let (_, data) = UNIFIED[2].rsplit_once('1').unwrap_or_default();
        let payload = five_bits(data).unwrap_or_default();
        let payload = &payload[..payload.len() - CHECKSUM_LETTERS];
        assert!(parse(&written("u", payload, BECH32M)).is_ok());
        assert!(parse(&written("u", payload, BECH32)).is_err(), "it uses the newer checksum");
    }

    #[test]
    fn the_transparent_receiver_of_a_unified_address_is_the_published_hash() {
        let hash = |hexadecimal: &str| -> [u8; 20] {
            let digit = |at: usize| u8::from_str_radix(&hexadecimal[at * 2..at * 2 + 2], 16);
            std::array::from_fn(|at| digit(at).unwrap_or(0))
        };
        let published = hash("e6cabf813929132d772d04b03ae85223d03b9be8");
        let expected = super::super::base58::zcash_address(&published, false);
        assert!(expected.starts_with("t1"), "{expected}");
        assert_eq!(transparent_receiver(UNIFIED[0]), Some(expected));
        let script = super::super::base58::zcash_address(&published, true);
        assert!(script.starts_with("t3"), "{script}");
        assert_eq!(transparent_receiver(UNIFIED[1]), Some(script));
        assert_eq!(transparent_receiver(UNIFIED[2]), None);
    }

    #[test]
    fn a_witness_version_must_come_with_its_own_checksum() {
        let program = |version: u8| std::iter::once(version).chain([0; 52]).collect::<Vec<u8>>();
        assert_eq!(parse(&written("bc", &program(0), BECH32)).map(|f| f.format), Ok(F::SegwitV0));
        assert_eq!(
            parse(&written("bc", &program(1), BECH32M)).map(|f| f.format),
            Ok(F::SegwitV1Plus)
        );
        assert!(parse(&written("bc", &program(0), BECH32M)).is_err());
        assert!(parse(&written("bc", &program(1), BECH32)).is_err());
        assert!(parse(&written("bc", &program(17), BECH32M)).is_err());
    }
}
