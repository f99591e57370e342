#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "tests")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use super::*;

mod vectors;

fn parsed(text: &str) -> WalletAddress {
    WalletAddress::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"))
}

#[test]
fn each_format_is_recognised_by_its_own_checksum() {
    // Published examples of the formats' own specifications, and addresses of public lists.
    let cases = [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", AddressFormat::P2pkh, Chain::Bitcoin),
        ("3NDzzVxiLBUs1WPvVGRfCYDTAD2Ua2PvW4", AddressFormat::P2sh, Chain::Bitcoin),
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", AddressFormat::SegwitV0, Chain::Bitcoin),
        (
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            AddressFormat::SegwitV1Plus,
            Chain::Bitcoin,
        ),
        ("LNf2JDiuunBz7GMDKFYHN4rq5meXWxiwfb", AddressFormat::P2pkh, Chain::Litecoin),
        ("M8yFL6SFC6TreATegTyuSYkDfDRbisdpT3", AddressFormat::P2sh, Chain::Litecoin),
        ("XnPFsRWTaSgiVauosEwQ6dEitGYXgwznz2", AddressFormat::P2pkh, Chain::Dash),
        ("t1MMXtBrSp1XG38Lx9cePcNUCJj5vdWfUWL", AddressFormat::ZcashTransparent, Chain::Zcash),
        ("GPwg61XoHqQPNmAucFACuQ5H9sGCDv9TpS", AddressFormat::P2pkh, Chain::BitcoinGold),
        ("DFFJhnQNZf8rf67tYnesPu7MuGUpYtzv7Z", AddressFormat::P2pkh, Chain::Verge),
        ("TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre", AddressFormat::Tron, Chain::Tron),
        ("rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66", AddressFormat::XrpClassic, Chain::Xrp),
        ("Vote111111111111111111111111111111111111111", AddressFormat::Solana, Chain::Solana),
        ("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA", AddressFormat::Solana, Chain::Solana),
        (
            "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
            AddressFormat::MoneroSubaddress,
            Chain::Monero,
        ),
        (
            "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
            AddressFormat::CashAddr,
            Chain::BitcoinCash,
        ),
        (
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            AddressFormat::Evm,
            Chain::BinanceSmartChain,
        ),
    ];
    for (text, format, chain) in cases {
        let address = parsed(text);
        assert_eq!((address.format(), address.chains().contains(chain)), (format, true), "{text}");
        assert_eq!(parsed(&address.to_string()), address, "the canonical form reads back");
    }
}

#[test]
fn one_changed_character_is_refused_wherever_there_is_a_checksum() {
    for text in [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre",
        "rnXyVQzgxZe7TR1EPzTkGj2jxH4LMJYh66",
        "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
        "t1MMXtBrSp1XG38Lx9cePcNUCJj5vdWfUWL",
        "49HqitRzdnhYjgTEAhgGpCfsjdTeMbUTU6cyR4JV1R7k2Eej9rGT8JpFiYDa4tZM6RZiFrHmMzgSrhHEqpDYKBe5B2ufNsL",
    ] {
        let original = parsed(text);
        for at in 1..text.len() {
            for letter in ['2', 'q', 'x'] {
                let mut wrong = text.to_owned();
                wrong.replace_range(at..=at, &letter.to_string());
                if wrong != text {
                    assert_ne!(
                        WalletAddress::parse(&wrong).ok(),
                        Some(original.clone()),
                        "{wrong}"
                    );
                    assert!(WalletAddress::parse(&wrong).is_err(), "{wrong} passed");
                }
            }
        }
    }
}

#[test]
fn mixed_case_must_satisfy_eip55_and_the_error_says_so() {
    let right = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let wrong = "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    assert_eq!(WalletAddress::parse(wrong), Err(WalletError::Eip55));
    assert!(parsed(right).is_checksummed());
    for plain in [right.to_lowercase(), right.to_uppercase()] {
        assert_eq!(parsed(&plain), parsed(right));
        assert!(!parsed(&plain).is_checksummed());
    }
    assert_eq!(parsed(&right.to_lowercase()).display_form(), right);
}

#[test]
fn an_evm_listing_holds_on_every_evm_chain_and_on_no_other() {
    let chains = parsed("0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c").chains();
    assert!(Chain::ALL.into_iter().all(|chain| chains.contains(chain) == chain.is_evm()));
    let tagged = WalletAddress::parse_with_asset(
        "0x4f47bc496083c727c5fbe3ce9cdf2b0f6496270c",
        &AssetTag::parse("arb").unwrap(),
    );
    assert_eq!(tagged.unwrap().chains(), ChainSet::evm());
}

#[test]
fn the_asset_tag_narrows_and_never_overrules() {
    let tag = |text| AssetTag::parse(text).unwrap();
    let cash =
        WalletAddress::parse_with_asset("18M8bJWMzWHDBMxoLqjHHAffdRy4SrzkfB", &tag("BCH")).unwrap();
    assert_eq!(
        (cash.format(), cash.chains()),
        (AddressFormat::CashAddr, ChainSet::of(&[Chain::BitcoinCash]))
    );
    assert_eq!(parsed(cash.canonical()), cash);
    let tron =
        WalletAddress::parse_with_asset("TBHTJqAy4DhHhmT3dNceJYNRz4SdLofLre", &tag("XBT")).unwrap();
    assert_eq!(tron.format(), AddressFormat::Tron);
}

#[test]
fn look_up_forgives_letter_case_prefixes_and_the_older_bitcoin_cash_form() {
    let key = lookup_key("18M8bJWMzWHDBMxoLqjHHAffdRy4SrzkfB");
    let cash = WalletAddress::parse_with_asset(
        "18M8bJWMzWHDBMxoLqjHHAffdRy4SrzkfB",
        &AssetTag::parse("BCH").unwrap(),
    );
    let cash = cash.unwrap().canonical().to_owned();
    let bare = cash.strip_prefix("bitcoincash:").unwrap();
    for text in [
        &cash,
        bare,
        &bare.to_uppercase(),
        "18m8bjwmzwhdbmxolqjhhaffdry4srzkfb",
        " 18M8BJWMZWHDBMXOLQJHHAFFDRY4SRZKFB ",
    ] {
        assert_eq!(lookup_key(text), key, "{text}");
    }
    let evm = "0x098b716b8aaf21512996dc57eb0615e2383e2f96";
    for text in [
        "0x098B716B8Aaf21512996dC57EB0615e2383E2f96",
        "0X098b716B8aaf21512996dc57eb0615e2383e2f96",
        "ethereum:0x098b716b8aaf21512996dc57eb0615e2383e2f96@1?value=1",
        "ronin:098b716b8aaf21512996dc57eb0615e2383e2f96",
    ] {
        assert_eq!(lookup_key(text), evm, "{text}");
    }
}

#[test]
fn no_text_panics_and_no_length_is_unbounded() {
    let long = "1".repeat(1_000_000);
    assert_eq!(WalletAddress::parse(&long), Err(WalletError::TooLong));
    assert!(lookup_key(&long).len() <= WalletAddress::LONGEST);
    for text in [
        "",
        " ",
        "0x",
        "1",
        "r",
        "bc1",
        "q",
        "zs1",
        "u1q",
        "bitcoincash:",
        "бит",
        "0xé",
        "4".repeat(95).as_str(),
        "٣",
    ] {
        assert!(WalletAddress::parse(text).is_err(), "{text:?}");
        lookup_key(text);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_answered_and_what_parses_reads_back(text in "[ -~]{0,120}|(0x)?[0-9a-fA-F]{38,42}|[13rTLM][1-9A-HJ-Za-z]{20,60}|.*") {
        if let Ok(address) = WalletAddress::parse(&text) {
            proptest::prop_assert_eq!(WalletAddress::parse(address.canonical()), Ok(address.clone()));
            proptest::prop_assert_eq!(lookup_key(&text), lookup_key(address.canonical()));
        }
        proptest::prop_assert_eq!(lookup_key(&text), lookup_key(&text));
    }
}

fn listed_addresses() -> Option<Vec<(String, String)>> {
    let Some(root) = std::env::var_os("INTERDICT_TEST_DATA") else {
        eprintln!("skipped: set INTERDICT_TEST_DATA to the folder that holds chain/ofac-addresses");
        return None;
    };
    let folder = PathBuf::from(root).join("chain/ofac-addresses");
    let mut rows = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let asset = name.strip_prefix("sanctioned_addresses_").unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        rows.extend(
            text.lines()
                .filter(|l| !l.trim().is_empty())
                .map(|l| (asset.clone(), l.trim().to_owned())),
        );
    }
    Some(rows)
}

#[test]
fn the_published_list_classifies_by_format_and_not_by_tag() {
    let Some(rows) = listed_addresses() else { return };
    assert_eq!(rows.len(), 654);
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut checksummed_eth = 0;
    for (asset, text) in &rows {
        let kind = match WalletAddress::parse(text) {
            Ok(address) => {
                checksummed_eth += usize::from(asset == "ETH" && address.is_checksummed());
                let tagged =
                    WalletAddress::parse_with_asset(text, &AssetTag::parse(asset).unwrap())
                        .unwrap();
                assert_eq!(lookup_key(tagged.canonical()), lookup_key(text));
                address.format().name().to_owned()
            }
            Err(why) => format!("unreadable: {why}"),
        };
        *counts.entry((asset.clone(), kind)).or_default() += 1;
    }
    let count = |asset: &str, kind: &str| {
        counts.get(&(asset.to_owned(), kind.to_owned())).copied().unwrap_or(0)
    };
    let expected = [
        ("XBT", "p2pkh", 196),
        ("XBT", "p2sh", 158),
        ("XBT", "segwit-v0", 80),
        ("XBT", "tron", 1),
        ("USDT", "evm", 8),
        ("USDT", "tron", 11),
        ("BCH", "cash-addr", 6),
        ("BCH", "p2pkh", 1),
        ("ETH", "evm", 152),
        ("ZEC", "zcash-transparent", 3),
        ("TRX", "tron", 6),
        ("XRP", "xrp-classic", 1),
    ];
    for (asset, kind, expected) in expected {
        assert_eq!(count(asset, kind), expected, "{asset} {kind}: {counts:#?}");
    }
    assert_eq!(count("USDT", "p2pkh") + count("USDT", "p2sh") + count("USDT", "segwit-v0"), 7);
    assert_eq!(checksummed_eth, 115);
    let unreadable: Vec<_> =
        counts.iter().filter(|((_, kind), _)| kind.starts_with("unreadable")).collect();
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert_eq!(unreadable[0].0.0, "XMR");
}
