//! Ethereum blocks 15,000,000 to 15,000,004: what logs and traces say, counted and reconciled.
use std::{collections::BTreeMap, fs, path::PathBuf};

use interdict_chain::{
    ledger::Ledger,
    read::{EventKind, LedgerImporter, ReadOptions, read_file, reading_order},
    set::LedgerSet,
    trace::{Method, Seed, TraceRequest, trace},
};

const WETH: &str = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
const USDT: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";

fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("INTERDICT_TEST_DATA");
    if root.is_none() {
        eprintln!("skipped: set INTERDICT_TEST_DATA to the folder that holds chain/eth-blocks");
    }
    root.map(|root| PathBuf::from(root).join("chain/eth-blocks"))
}

fn importer(folder: &std::path::Path) -> LedgerImporter {
    let mut importer = LedgerImporter::new(ReadOptions::new("ethereum", "ETH"));
    // In no helpful order: the reader must find its own.
    let files =
        ["logs.json", "traces.csv", "transactions.csv", "blocks.csv"].map(|f| folder.join(f));
    for path in reading_order(&files, &mut importer).unwrap() {
        read_file(&path, &mut importer).unwrap();
    }
    importer
}

fn named<'a>(ledgers: &'a [Ledger], id: &str) -> &'a Ledger {
    ledgers.iter().find(|l| l.asset().id == id).unwrap()
}

#[test]
fn events_are_recognised_with_the_counts_of_the_chain() {
    let Some(folder) = folder() else { return };
    let importer = importer(&folder);
    eprintln!("{:?} {:?}", importer.events, importer.problems);
    let count = |kind| importer.events.get(&kind).copied().unwrap_or(0);
    assert_eq!(count(EventKind::TokenTransfer), 715);
    assert_eq!(count(EventKind::NonFungibleTransfer), 389);
    assert_eq!(count(EventKind::Deposit), 56);
    assert_eq!(count(EventKind::Withdrawal), 44);
    assert_eq!(count(EventKind::SwapV2), 74);
    assert_eq!(count(EventKind::SwapV3), 49);
}

/// Standard base64 without padding checks, for the expected rows.
fn base64(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|c| *c != b'=').map(value).collect();
    let word = |chunk: &[u8]| {
        chunk.iter().fold(0u32, |sum, d| sum << 6 | u32::from(*d)) << (6 * (4 - chunk.len()))
    };
    digits.chunks(4).flat_map(|chunk| word(chunk).to_be_bytes()[1..chunk.len()].to_vec()).collect()
}

fn hex(text: &str) -> String {
    format!("0x{}", base64(text).iter().map(|b| format!("{b:02x}")).collect::<String>())
}

#[test]
fn decoded_usdt_transfers_are_those_of_the_separate_decoder() {
    let Some(folder) = folder() else { return };
    let ledgers = importer(&folder).finish_in_memory().unwrap();
    let usdt = named(&ledgers, USDT);
    let text = fs::read_to_string(folder.join("USDT_token_transfers.json")).unwrap();
    let mut expected: Vec<(String, String, u128)> = Vec::new();
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let units = u128::from(row["value"].as_u64().unwrap());
        expected.push((
            hex(row["from"].as_str().unwrap()),
            hex(row["to"].as_str().unwrap()),
            units,
        ));
    }
    let mut found: Vec<(String, String, u128)> =
        usdt.transfers().map(|t| (t.from, t.to, t.units)).collect();
    expected.retain(|row| row.2 > 0);
    expected.sort();
    found.sort();
    assert!(expected.len() > 100);
    assert_eq!(found, expected);
}

#[test]
fn every_tokens_account_closes_over_its_wallets() {
    let Some(folder) = folder() else { return };
    let ledgers = importer(&folder).finish_in_memory().unwrap();
    assert!(ledgers.len() > 100, "{} assets", ledgers.len());
    for ledger in &ledgers {
        let mut net: BTreeMap<String, i128> = BTreeMap::new();
        for transfer in ledger.transfers() {
            *net.entry(transfer.from).or_default() -= transfer.units as i128;
            *net.entry(transfer.to).or_default() += transfer.units as i128;
        }
        let missing: u128 = ledger.meta().opening_units.parse().unwrap();
        let mut held = 0u128;
        for (address, net) in net.iter().filter(|(address, _)| *address != "@issue") {
            let balance = ledger.balance(address).unwrap();
            assert!(balance as i128 >= *net, "{address} holds less than it received");
            held += balance;
        }
        let issued = u128::try_from(-net.get("@issue").copied().unwrap_or(0)).unwrap();
        assert_eq!(held, issued + missing, "{}", ledger.asset());
    }
    // Wrapping is one to one: what the contract took in ether it issued in tokens.
    let (eth, weth) = (named(&ledgers, "ETH"), named(&ledgers, WETH));
    let sum = |ledger: &Ledger, fits: &dyn Fn(&interdict_chain::transfer::Transfer) -> bool| {
        ledger.transfers().filter(|t| fits(t)).map(|t| t.units).sum::<u128>()
    };
    use interdict_chain::transfer::TransferKind::{Fee, Unwrap, Wrap};
    assert_eq!(sum(weth, &|t| t.kind == Wrap), sum(eth, &|t| t.to == WETH && t.kind != Fee));
    assert_eq!(sum(weth, &|t| t.kind == Unwrap), sum(eth, &|t| t.from == WETH));
}

#[test]
fn traces_go_through_wraps_and_swaps_and_every_assets_account_closes() {
    let Some(folder) = folder() else { return };
    let ledgers = importer(&folder).finish_in_memory().unwrap();
    let senders: Vec<String> = {
        let eth = named(&ledgers, "ETH");
        let mut senders: Vec<String> =
            eth.transfers().filter(|t| !t.initiator.is_empty()).map(|t| t.initiator).collect();
        senders.sort();
        senders.dedup();
        senders
    };
    let set = LedgerSet { ledgers, ..LedgerSet::default() };
    let (mut converted, mut tried) = (0, 0);
    for address in senders.iter().take(120) {
        for method in [Method::Fifo, Method::Haircut, Method::DirtyFirst] {
            let seed = Seed::Address { address: address.clone(), since: None };
            let request = TraceRequest {
                asset: Some("ETH".to_owned()),
                ..TraceRequest::new(vec![seed], method)
            };
            let Ok(report) = trace(&set, &request) else { continue };
            tried += 1;
            for account in &report.accounts {
                assert!(account.closes, "{address} {method:?} {account:?}");
            }
            converted += usize::from(!report.conversions.is_empty());
        }
    }
    eprintln!("{converted} of {tried} traces went through a conversion");
    assert!(converted > 30, "{converted} of {tried}");
}
