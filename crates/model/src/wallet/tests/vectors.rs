//! Published examples of each format, and one thing changed in each.

use proptest::prelude::*;

use super::super::*;
use super::super::{base58, cashaddr};

fn format_of(text: &str) -> Result<AddressFormat, WalletError> {
    WalletAddress::parse(text).map(|address| address.format())
}

/// The examples of EIP-55 in mixed, upper and lower case.
#[test]
fn the_examples_of_eip_55_are_read_and_written() {
    for text in [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
    ] {
        assert_eq!(WalletAddress::parse(text).unwrap().display_form(), text);
    }
    let short = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe";
    assert_eq!(format_of(short), Err(WalletError::Length));
    let other = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg";
    assert_eq!(format_of(other), Err(WalletError::Unrecognised));
}

/// The translation table of the CashAddr specification.
const CASH_ADDRESSES: [(&str, &str); 6] = [
    ("1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),
    ("1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR", "qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy"),
    ("16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb", "qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r"),
    ("3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC", "ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq"),
    ("3LDsS579y7sruadqu11beEJoTjdFiFCdX4", "pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e"),
    ("31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw", "pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37"),
];

#[test]
fn cash_addresses_translate_as_their_specification_says() {
    for (legacy, body) in CASH_ADDRESSES {
        let (hash, script) = base58::bitcoin_hash(legacy).unwrap();
        assert_eq!(cashaddr::write(&hash, script), format!("bitcoincash:{body}"));
        assert_eq!(cashaddr::hash(body), Ok((hash, script)));
        assert_eq!(base58::bitcoin_address(&hash, script), legacy);
        for text in [body.to_owned(), format!("BitcoinCash:{}", body.to_uppercase())] {
            let address = WalletAddress::parse(&text).unwrap();
            assert_eq!(address.format(), AddressFormat::CashAddr);
            assert_eq!(address.canonical(), format!("bitcoincash:{body}"));
        }
    }
}

#[test]
fn cash_addresses_of_another_kind_or_shape_are_refused() {
    let (_, body) = CASH_ADDRESSES[0];
    let half_upper = format!("bitcoincash:{}{}", &body[..9], body[9..].to_uppercase());
    let mixed = Err(WalletError::MixedCase { format: "CashAddr" });
    assert_eq!(format_of(&half_upper), mixed);
    let checksum = Err(WalletError::Checksum { format: "CashAddr" });
    assert_eq!(format_of(&format!("bitcoincash:{}", body.replace('7', "8"))), checksum);
    assert_eq!(format_of("bitcoincash:qqqqqqqq"), Err(WalletError::Unrecognised));
    assert_eq!(format_of("bitcoincash:qqqqqqqqq"), checksum);
    assert_eq!(format_of("bitcoincash:"), Err(WalletError::Unrecognised));
    assert_eq!(cashaddr::body(&body[1..]), None, "41 letters");
    assert_eq!(cashaddr::body(&body.replacen('q', "s", 1)), None, "no known type begins with s");
    assert_eq!(cashaddr::body(&body.replacen('m', "b", 1)), None, "b is not in the alphabet");
}

/// A type of CashAddr that is not in use: the version byte 0x20.
#[test]
fn a_cash_address_of_an_unknown_type_is_refused() {
    for (version, expected) in [
        (0x10, Ok(([7; 20], false))),
        (0x18, Ok(([7; 20], true))),
        (0x20, Err(WalletError::UnknownVersion)),
        (0x01, Err(WalletError::UnknownVersion)),
    ] {
        assert_eq!(cashaddr::hash(&cashaddr::encode(version, &[7; 20])), expected);
    }
    assert_eq!(cashaddr::hash(&cashaddr::encode(0, &[7; 19])), Err(WalletError::Length));
}

#[test]
fn every_kind_of_monero_address_is_read() {
    for (text, format) in [
        (
            "49HqitRzdnhYjgTEAhgGpCfsjdTeMbUTU6cyR4JV1R7k2Eej9rGT8JpFiYDa4tZM6RZiFrHmMzgSrhHEqpDYKBe5B2ufNsL",
            AddressFormat::MoneroStandard,
        ),
        (
            "4LL9oSLmtpccfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2bYXZKKQePHES9khPK",
            AddressFormat::MoneroIntegrated,
        ),
        (
            "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
            AddressFormat::MoneroSubaddress,
        ),
    ] {
        assert_eq!(format_of(text), Ok(format), "{text}");
        let changed = text.replacen('9', "8", 1);
        assert_eq!(format_of(&changed), Err(WalletError::Checksum { format: "Monero" }));
        assert_eq!(format_of(&text[1..]), Err(WalletError::Unrecognised));
    }
    // A block of eleven letters stands for eight bytes, and this one for more.
    assert_eq!(format_of(&format!("4{}", "z".repeat(94))), Err(WalletError::Unrecognised));
    assert_eq!(format_of(&format!("4{}", "0".repeat(94))), Err(WalletError::Unrecognised));
}

#[test]
fn the_version_of_a_base58_address_says_what_it_is() {
    let multi = [Chain::Bitcoin, Chain::BitcoinCash, Chain::BitcoinSv];
    let with_litecoin = [multi.as_slice(), &[Chain::Litecoin]].concat();
    for (text, format, chains) in [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", AddressFormat::P2pkh, multi.as_slice()),
        ("3NDzzVxiLBUs1WPvVGRfCYDTAD2Ua2PvW4", AddressFormat::P2sh, &with_litecoin),
        (
            "DFFJhnQNZf8rf67tYnesPu7MuGUpYtzv7Z",
            AddressFormat::P2pkh,
            &[Chain::Dogecoin, Chain::Verge],
        ),
        ("t3Vz22vK5z2LcKEdg16Yv4FFneEL1zg9ojd", AddressFormat::ZcashTransparent, &[Chain::Zcash]),
        ("TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW", AddressFormat::Tron, &[Chain::Tron]),
        ("415a523b449890854c8fc460ab602df9f31fe4293f", AddressFormat::Tron, &[Chain::Tron]),
    ] {
        let address = WalletAddress::parse(text).unwrap();
        assert_eq!((address.format(), address.chains()), (format, ChainSet::of(chains)), "{text}");
    }
    assert_eq!(
        WalletAddress::parse("415a523b449890854c8fc460ab602df9f31fe4293f").unwrap().canonical(),
        "TJCnKsPa7y5okkXvQAidZBzqx3QyQ6sxMW"
    );
    // Bitcoin's test network.
    assert_eq!(format_of("mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn"), Err(WalletError::UnknownVersion));
    assert_eq!(format_of("42"), Err(WalletError::Unrecognised));
    let other_hex = "425a523b449890854c8fc460ab602df9f31fe4293f";
    assert!(format_of(other_hex).is_err(), "only 41 is TRON's version");
}

#[test]
fn an_xrp_address_has_its_own_alphabet_and_version() {
    let text = "rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66";
    assert_eq!(format_of(text), Ok(AddressFormat::XrpClassic));
    let changed = text.replacen('7', "8", 1);
    assert_eq!(format_of(&changed), Err(WalletError::Checksum { format: "XRP base58check" }));
    assert_eq!(format_of("r0"), Err(WalletError::Unrecognised));
    assert_eq!(
        base58::parse_xrp("pnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66"),
        Err(WalletError::Unrecognised)
    );
}

#[test]
fn a_bitcoin_hash_is_read_from_bitcoin_s_first_versions_only() {
    assert!(base58::bitcoin_hash("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa").is_some_and(|hash| !hash.1));
    assert!(base58::bitcoin_hash("3NDzzVxiLBUs1WPvVGRfCYDTAD2Ua2PvW4").is_some_and(|hash| hash.1));
    assert_eq!(base58::bitcoin_hash("LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb"), None);
    assert_eq!(base58::bitcoin_hash("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), None);
}

/// An address of ZIP 316's test vectors with a key's hash in it.
#[test]
fn a_unified_address_may_hold_a_transparent_one_and_others_do_not() {
    let unified = "u1yy6w8n3jmjsgj9wvcenr8r5p6h38vyclhmq0wg9kzpxlu46z8v64k5gszr8yfwz4jvrylvvg3g633z02luk85nmsck6d2sex3n5d7kn68hzz5tv4udt9p6sy7pgleeulvglvx2627dff57q9fep5wgdx8m0esx28m0zvuxpmwyazt3jun2rpqw8nu6j2fceqghk55ced66js6k6jxn8y2xtue8f3paqjrk8q6nptnn";
    let part = WalletAddress::parse(unified).unwrap().transparent_part().unwrap();
    assert_eq!(part.format(), AddressFormat::ZcashTransparent);
    assert_eq!(part.transparent_part(), None);
    let segwit = WalletAddress::parse("BC1SW50QGDZ25J").unwrap();
    assert_eq!((segwit.transparent_part(), segwit.display_form()), (None, "bc1sw50qgdz25j".into()));
}

/// 43 letters that begin with b hold 32 bytes, the length of a key, whatever they look like.
#[test]
fn a_solana_key_may_look_like_another_format() {
    let like_segwit = format!("bc1{}", "2".repeat(40));
    assert_eq!(format_of(&like_segwit), Ok(AddressFormat::Solana));
    let shorter = format!("bc1{}", "2".repeat(35));
    assert_eq!(format_of(&shorter), Err(WalletError::Checksum { format: "bech32" }));
    let like_monero = format!("4{}", "2".repeat(43));
    assert_eq!(format_of(&like_monero), Ok(AddressFormat::Solana));
    let like_cash = format!("q{}", "2".repeat(41));
    assert_eq!(format_of(&like_cash), Err(WalletError::Checksum { format: "CashAddr" }));
}

#[test]
fn payment_links_lose_their_scheme_and_query() {
    let address = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    for text in [
        format!("bitcoin:{address}"),
        format!("BITCOIN:{address}?amount=1"),
        format!("litecoin:{address}@1"),
    ] {
        assert_eq!(WalletAddress::parse(&text).unwrap().canonical(), address);
    }
    assert!(WalletAddress::parse(&format!("{address}?amount=1")).is_err(), "no scheme, no query");
    assert!(WalletAddress::parse(&format!("mailto:{address}")).is_err());
}

#[test]
fn the_longest_text_is_still_parsed_and_a_longer_one_is_not() {
    let text = "1".repeat(WalletAddress::LONGEST);
    assert_eq!(format_of(&text), Err(WalletError::Unrecognised));
    assert_eq!(format_of(&format!("{text}1")), Err(WalletError::TooLong));
    assert_eq!(format_of("bitcoin:"), Err(WalletError::Empty));
    assert_eq!(format_of("é"), Err(WalletError::Unrecognised));
}

#[test]
fn a_set_of_chains_lists_its_members() {
    let set = ChainSet::of(&[Chain::Zcash, Chain::Bitcoin]);
    assert_eq!(set.iter().collect::<Vec<_>>(), [Chain::Bitcoin, Chain::Zcash]);
    assert_eq!((set.len(), set.is_empty()), (2, false));
    assert_eq!(set.to_string(), "bitcoin, zcash");
    assert_eq!(serde_json::to_string(&set).unwrap(), r#"["bitcoin","zcash"]"#);
    assert!(ChainSet::default().is_empty() && ChainSet::default().to_string().is_empty());
    assert_eq!(ChainSet::evm().to_string(), "every EVM chain");
    assert_eq!(ChainSet::evm().len(), Chain::ALL.iter().filter(|chain| chain.is_evm()).count());
}

#[test]
fn addresses_are_equal_hashed_and_ordered_by_their_canonical_form() {
    let parsed = |text: &str| WalletAddress::parse(text).unwrap();
    let (first, second) = (
        parsed("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        parsed("3NDzzVxiLBUs1WPvVGRfCYDTAD2Ua2PvW4"),
    );
    assert_ne!(first, second);
    assert_eq!(first.partial_cmp(&second), Some(std::cmp::Ordering::Less));
    let tagged = WalletAddress::parse_with_asset(first.canonical(), &"XBT".parse().unwrap());
    let all: std::collections::HashSet<_> = [first.clone(), second, tagged.unwrap()].into();
    assert_eq!(all.len(), 2, "a tag narrows the chains and leaves the address the same");
    let hash_of = |address: &WalletAddress| {
        use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
        BuildHasherDefault::<DefaultHasher>::default().hash_one(address)
    };
    assert_ne!(hash_of(&first), hash_of(&parsed("3NDzzVxiLBUs1WPvVGRfCYDTAD2Ua2PvW4")));
    assert_eq!(serde_json::to_string(&first).unwrap(), format!("\"{first}\""));
    assert!(serde_json::from_str::<WalletAddress>("\"nonsense\"").is_err());
}

/// Files use the names, and serde writes the same ones.
#[test]
fn chains_and_formats_serialise_under_their_names() {
    for chain in Chain::ALL {
        assert_eq!(serde_json::to_string(&chain).unwrap(), format!("\"{}\"", chain.name()));
        assert_eq!(chain.to_string(), chain.name());
    }
    let format = AddressFormat::SegwitV1Plus;
    assert_eq!(serde_json::to_string(&format).unwrap(), format!("\"{format}\""));
    assert_eq!(format.to_string(), "segwit-v1-plus");
}

#[test]
fn an_asset_tag_names_its_chain_and_is_short_and_plain() {
    for (tag, chain) in [
        ("xbt", Some(Chain::Bitcoin)),
        ("BTC", Some(Chain::Bitcoin)),
        ("BCH", Some(Chain::BitcoinCash)),
        ("BSV", Some(Chain::BitcoinSv)),
        ("BTG", Some(Chain::BitcoinGold)),
        ("LTC", Some(Chain::Litecoin)),
        ("DOGE", Some(Chain::Dogecoin)),
        ("DASH", Some(Chain::Dash)),
        ("ZEC", Some(Chain::Zcash)),
        ("XVG", Some(Chain::Verge)),
        ("XMR", Some(Chain::Monero)),
        ("XRP", Some(Chain::Xrp)),
        ("TRX", Some(Chain::Tron)),
        ("SOL", Some(Chain::Solana)),
        ("ETH", Some(Chain::Ethereum)),
        ("ETC", Some(Chain::EthereumClassic)),
        ("BNB", Some(Chain::BinanceSmartChain)),
        ("ARB", Some(Chain::Arbitrum)),
        ("USDT", None),
    ] {
        assert_eq!(tag.parse::<AssetTag>().unwrap().native_chain(), chain, "{tag}");
    }
    assert_eq!(AssetTag::parse(" usdt ").unwrap().to_string(), "USDT");
    assert!(AssetTag::parse(&"A".repeat(16)).is_ok());
    let long = "A".repeat(17);
    for text in ["", " ", "A-B", "é", long.as_str()] {
        assert!(AssetTag::parse(text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn a_hash_survives_every_format_that_holds_it(hash: [u8; 20], script: bool) {
        let legacy = base58::bitcoin_address(&hash, script);
        prop_assert_eq!(base58::bitcoin_hash(&legacy), Some((hash, script)));
        let cash = cashaddr::write(&hash, script);
        prop_assert_eq!(cashaddr::hash(cash.strip_prefix("bitcoincash:").unwrap()), Ok((hash, script)));
        prop_assert_eq!(lookup_key(&cash), lookup_key(&legacy));
        let zcash = WalletAddress::parse(&base58::zcash_address(&hash, script)).unwrap();
        prop_assert_eq!(zcash.format(), AddressFormat::ZcashTransparent);
        let evm = format!("0x{}", crate::hex::encode(&hash));
        let shown = WalletAddress::parse(&evm).unwrap().display_form();
        let address = WalletAddress::parse(&shown).unwrap();
        prop_assert_eq!(address.canonical(), evm);
    }

    /// CashAddr's checksum detects any change of up to five letters; base58check's misses one in 2^32.
    #[test]
    fn one_changed_letter_is_refused(hash: [u8; 20], script: bool, at in 0..34_usize, by in 1..31_usize) {
        const BASE_32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
        let changed = |text: &str, alphabet: &str| {
            let at = at % text.len();
            let old = alphabet.find(&text[at..=at]).unwrap();
            let new = (old + by) % alphabet.len();
            [&text[..at], &alphabet[new..=new], &text[at + 1..]].concat()
        };
        let cash = cashaddr::write(&hash, script);
        let body = cash.strip_prefix("bitcoincash:").unwrap();
        prop_assert!(cashaddr::hash(&changed(body, BASE_32)).is_err());
        let legacy = base58::bitcoin_address(&hash, script);
        let alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        prop_assert!(base58::parse_bitcoin_alphabet(&changed(&legacy, alphabet)).is_err());
    }
}
