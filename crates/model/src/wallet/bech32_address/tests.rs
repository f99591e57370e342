//! Published vectors of BIP 173, BIP 350 and ZIP 316, and what differs from them by one thing.

use bech32::Hrp;
use bech32::primitives::iter::{ByteIterExt, Fe32IterExt};

use super::super::base58;
use super::*;

/// Writes a text with its checksum, as the formats' specifications say.
fn written<Ck: bech32::Checksum>(prefix: &str, payload: impl IntoIterator<Item = u8>) -> String {
    let prefix = Hrp::parse(prefix).unwrap();
    let values = payload.into_iter().map(|value| Fe32::try_from(value).unwrap());
    values.with_checksum::<Ck>(&prefix).chars().collect()
}

/// A witness program of that length after its version.
fn program(version: u8, length: usize) -> Vec<u8> {
    let bytes = std::iter::repeat_n(7, length);
    std::iter::once(version).chain(bytes.bytes_to_fes().map(|value| value.to_u8())).collect()
}

fn format_of(text: &str) -> Result<F, WalletError> {
    parse(text).map(|parsed| parsed.format)
}

#[test]
fn the_published_segwit_addresses_are_read() {
    for (text, format) in [
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", F::SegwitV0),
        ("bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3", F::SegwitV0),
        ("BC1SW50QGDZ25J", F::SegwitV1Plus),
        ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", F::SegwitV1Plus),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", F::SegwitV1Plus),
    ] {
        assert_eq!(format_of(text), Ok(format), "{text}");
        assert_eq!(parse(text).unwrap().canonical, text.to_lowercase());
    }
}

#[test]
fn the_invalid_addresses_of_the_specifications_are_refused() {
    let segwit = WalletError::Checksum { format: "segwit" };
    for (text, why) in [
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", segwit.clone()),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh", segwit.clone()),
        ("BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", segwit),
        (
            "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
            WalletError::Unrecognised,
        ),
        ("bc1pw5dgrnzv", WalletError::Length),
        ("BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", WalletError::Length),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", WalletError::Length),
        ("bc1gmk9yu", WalletError::Unrecognised),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", WalletError::Checksum { format: "bech32" }),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8F3t4", WalletError::MixedCase { format: "bech32" }),
    ] {
        assert_eq!(format_of(text), Err(why), "{text}");
    }
}

#[test]
fn witness_version_length_and_checksum_must_agree() {
    for length in 0..=42 {
        let v0 = format_of(&written::<Bech32>("bc", program(0, length)));
        assert_eq!(v0.is_ok(), length == 20 || length == 32, "version 0, {length} bytes");
        let taproot = format_of(&written::<Bech32m>("ltc", program(1, length)));
        assert_eq!(taproot.is_ok(), length == 32, "version 1, {length} bytes");
        for version in [2, 16] {
            let later = format_of(&written::<Bech32m>("btg", program(version, length)));
            assert_eq!(later.is_ok(), (2..=40).contains(&length), "{version}, {length} bytes");
        }
    }
    for text in [
        written::<Bech32>("bc", program(0, 21)),
        written::<Bech32m>("bc", program(1, 33)),
        written::<Bech32m>("bc", program(2, 41)),
    ] {
        assert_eq!(format_of(&text), Err(WalletError::Length), "{text}");
    }
    assert!(parse(&written::<Bech32m>("bc", program(0, 20))).is_err());
    assert!(parse(&written::<Bech32>("bc", program(1, 32))).is_err());
    assert!(parse(&written::<Bech32m>("bc", program(17, 32))).is_err());
}

#[test]
fn the_prefix_says_which_chain() {
    for (prefix, chain) in [("bc", C::Bitcoin), ("ltc", C::Litecoin), ("btg", C::BitcoinGold)] {
        let parsed = parse(&written::<Bech32>(prefix, program(0, 20))).unwrap();
        assert_eq!(parsed.chains, ChainSet::of(&[chain]));
        assert!(parsed.checksummed);
    }
    let testnet = written::<Bech32>("tb", program(0, 20));
    assert!(!looks_like(&testnet) && parse(&testnet) == Err(WalletError::UnknownVersion));
    for prefix in ["bc", "ltc", "zs", "u", "btg", "BTG"] {
        assert!(looks_like(&format!("{prefix}1qq")));
    }
    assert!(!looks_like("bcq"));
}

#[test]
fn zcash_addresses_are_told_apart_by_prefix_checksum_and_length() {
    let sapling = written::<Bech32>("zs", [0; 69]);
    // A published test vector: the Sapling address of 43 zero bytes.
    assert_eq!(sapling, format!("zs1{}pq6d8g", "q".repeat(69)));
    assert_eq!(format_of(&sapling), Ok(F::ZcashSapling));
    let newer = written::<Bech32m>("zs", [0; 69]);
    assert_eq!(
        format_of(&newer),
        Err(WalletError::UnknownVersion),
        "Sapling uses the older checksum"
    );
    assert_eq!(format_of(&written::<Bech32>("zs", [0; 60])), Err(WalletError::Length));
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
        assert_eq!(format_of(address), Ok(F::ZcashUnified), "{address}");
    }
    // The bech32m checksum holds and the bytes are arbitrary: only the padding is wrong.
    assert_eq!(
        format_of(&written::<Bech32m>("u", [0; 200])),
        Err(WalletError::Checksum { format: "zcash-unified" })
    );
    assert!(parse(&written::<Bech32m>("u", [0; 40])).is_err(), "too few letters");
    let payload = || decode(UNIFIED[2]).unwrap().payload.into_iter().map(|value| value.to_u8());
    assert!(parse(&written::<Bech32m>("u", payload())).is_ok());
    assert!(parse(&written::<Bech32>("u", payload())).is_err(), "it uses the newer checksum");
}

#[test]
fn the_transparent_receiver_of_a_unified_address_is_the_published_hash() {
    let published = crate::hex::decode("e6cabf813929132d772d04b03ae85223d03b9be8").unwrap();
    let published: [u8; 20] = published.try_into().unwrap();
    let expected = base58::zcash_address(&published, false);
    assert!(expected.starts_with("t1"), "{expected}");
    assert_eq!(transparent_receiver(UNIFIED[0]), Some(expected));
    let script = base58::zcash_address(&published, true);
    assert!(script.starts_with("t3"), "{script}");
    assert_eq!(transparent_receiver(UNIFIED[1]), Some(script));
    assert_eq!(transparent_receiver(UNIFIED[2]), None);
}
