//! A damaged ledger file gives errors, and never a panic.
use interdict_chain::{
    asset::Asset,
    cluster::cluster,
    deposit::{DepositRule, deposit_addresses},
    exposure::{Basis, ExposureRequest, exposure},
    label::{Category, Label},
    ledger::{
        Ledger, LedgerBuilder, LedgerError, UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction,
        without_checksums,
    },
    set::LedgerSet,
    trace::{
        Limits, LinkOrder, LinkTable, Method, Seed, Strategy, TraceError, TraceRequest, trace,
    },
    transfer::{Position, Transfer, TransferKind},
};
use std::{fs, path::Path};

/// Wallets w0 to w5 that pay each other; amounts above 64 bits when `wide`.
fn accounts(folder: &Path, wide: bool) -> std::path::PathBuf {
    let mut builder = LedgerBuilder::new(Asset::native("test", "TST", 0));
    for at in 0..24u32 {
        let (from, to) = (at % 5, (at * 3 + 1) % 6);
        builder
            .push(&Transfer {
                position: Position { time: i64::from(at), block: at / 3, ..Position::default() },
                transaction: format!("0x{:064x}", at / 2),
                initiator: format!("w{from}"),
                from: format!("w{from}"),
                to: format!("w{to}"),
                units: u128::from(at * 7 + 3) << if wide { 70 } else { 0 },
                kind: TransferKind::External,
            })
            .unwrap();
    }
    builder.finish(folder).unwrap()
}

fn outputs(folder: &Path) -> std::path::PathBuf {
    let mut builder = UtxoBuilder::new(Asset::native("bitcoin", "BTC", 8));
    let hash = |block: u32, number: u32| format!("{block:032x}{number:032x}");
    for block in 1..6u32 {
        let coinbase = UtxoTransaction {
            position: Position { time: block.into(), block, transaction: 0, event: 0 },
            hash: hash(block, 0),
            coinbase: true,
            inputs: Vec::new(),
            outputs: vec![UtxoOutput { address: format!("m{block}"), units: 50 }],
        };
        builder.push(coinbase).unwrap();
        if block > 1 {
            let input = UtxoInput { transaction: hash(block - 1, 0), output: 0, previous: None };
            let output = |name: &str, units| UtxoOutput { address: name.to_owned(), units };
            let spend = UtxoTransaction {
                position: Position { time: block.into(), block, transaction: 1, event: 0 },
                hash: hash(block, 1),
                coinbase: false,
                inputs: vec![input],
                outputs: vec![output("shop", 30), output("change", 19)],
            };
            builder.push(spend).unwrap();
        }
    }
    builder.finish(folder).unwrap()
}

fn label(set: &mut LedgerSet, address: &str, category: Category) {
    set.labels.add(Label {
        address: address.to_owned(),
        entity: format!("owner of {address}"),
        category,
        valid_from: None,
        valid_to: None,
        authority: None,
        source: "test".to_owned(),
    });
}

/// The strategies that make a difference for a method: FIFO, LIFO, poison and TIHO have one only.
fn strategies(method: Method) -> &'static [Strategy] {
    match method {
        Method::Haircut | Method::DirtyFirst | Method::CleanFirst => {
            &[Strategy::Steps, Strategy::OnePass]
        }
        _ => &[Strategy::Steps],
    }
}

fn traces(set: &LedgerSet, seed: &str) -> Vec<Result<(), TraceError>> {
    let mut results = Vec::new();
    for method in Method::ALL {
        for strategy in strategies(method) {
            let seed = Seed::Address { address: seed.to_owned(), since: None };
            let request = TraceRequest {
                limits: Limits { max_events: 200, ..Limits::default() },
                strategy: *strategy,
                ..TraceRequest::new(vec![seed], method)
            };
            results.push(trace(set, &request).map(|_| ()));
        }
    }
    results
}

fn exposures(set: &LedgerSet, wallet: &str) -> Vec<Result<(), TraceError>> {
    let mut results = Vec::new();
    for basis in [Basis::Balance, Basis::Received, Basis::Sent] {
        for method in [Method::Haircut, Method::Fifo, Method::Lifo, Method::DirtyFirst] {
            for strategy in strategies(method) {
                let request = ExposureRequest {
                    basis,
                    method,
                    strategy: *strategy,
                    max_events: 200,
                    ..ExposureRequest::new(wallet)
                };
                results.push(exposure(set, &request).map(|_| ()));
            }
        }
    }
    results
}

/// Asks everything that can be asked of the ledgers of a folder. What comes back does not matter.
fn ask_everything(folder: &Path, parties: (&str, &str)) -> Result<(), LedgerError> {
    let mut set = LedgerSet::open(folder)?;
    label(&mut set, parties.0, Category::Sanctioned);
    label(&mut set, "w4", Category::Exchange);
    let _ = (traces(&set, parties.0), exposures(&set, parties.1));
    for ledger in &set.ledgers {
        let _ = ledger.verify();
        let _ = cluster(ledger, parties.0, 100);
        let _ = deposit_addresses(ledger, &set.labels, DepositRule::default());
        let _ = UtxoBuilder::resume(ledger);
        let _ = ledger.transfers().count();
    }
    Ok(())
}

/// Writes variants of a file, each with one byte changed: in one bit or in all, by turns. The step is
/// no multiple of a column's width, so that every byte of a number is changed somewhere. The file has no
/// checksums, so that the checks behind them are reached, as in a large ledger.
fn with_bytes_changed(path: &Path, step: usize, mut then: impl FnMut()) {
    let whole = without_checksums(&fs::read(path).unwrap()).unwrap();
    let places = (0..whole.len()).step_by(step);
    for (at, change) in places.zip([0x01, 0x80, 0xff].into_iter().cycle()) {
        let mut damaged = whole.clone();
        damaged[at] ^= change;
        fs::write(path, &damaged).unwrap();
        then();
    }
    fs::write(path, &whole).unwrap();
}

#[test]
fn no_changed_byte_of_an_account_ledger_makes_any_question_panic() {
    for wide in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = accounts(folder.path(), wide);
        with_bytes_changed(&path, 13, || {
            let _ = ask_everything(folder.path(), ("w1", "w5"));
        });
    }
}

#[test]
fn no_changed_byte_of_a_utxo_ledger_makes_any_question_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = outputs(folder.path());
    with_bytes_changed(&path, 17, || {
        let _ = ask_everything(folder.path(), ("m1", "shop"));
    });
}

#[test]
fn no_changed_byte_of_a_link_table_makes_any_question_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = accounts(folder.path(), false);
    let ledger = Ledger::open(&path).unwrap();
    for order in LinkOrder::ALL {
        let table = order.path_beside(&path);
        LinkTable::build(&ledger, order, &table).unwrap();
        with_bytes_changed(&table, 7, || {
            let set = LedgerSet::open(folder.path()).unwrap();
            let _ = (traces(&set, "w1"), exposures(&set, "w5"));
        });
    }
}

#[test]
fn a_changed_bit_of_a_ledger_or_table_of_links_is_found_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = accounts(folder.path(), true);
    let ledger = Ledger::open(&path).unwrap();
    let table = LinkOrder::NewestFirst.path_beside(&path);
    LinkTable::build(&ledger, LinkOrder::NewestFirst, &table).unwrap();
    let good = [fs::read(&path).unwrap(), fs::read(&table).unwrap()];
    let copy = folder.path().join("copy");
    let opens = |is_table: bool| match is_table {
        true => LinkTable::open(&ledger, LinkOrder::NewestFirst, &copy).is_ok(),
        false => Ledger::open(&copy).is_ok(),
    };
    for (is_table, bytes) in [false, true].into_iter().zip(&good) {
        fs::write(&copy, bytes).unwrap();
        assert!(opens(is_table));
        for at in (0..bytes.len()).step_by(3) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            fs::write(&copy, damaged).unwrap();
            assert!(!opens(is_table), "byte {at} of {}", bytes.len());
        }
    }
}

#[test]
fn a_ledger_without_checksums_opens() {
    let folder = tempfile::tempdir().unwrap();
    let path = outputs(folder.path());
    fs::write(&path, without_checksums(&fs::read(&path).unwrap()).unwrap()).unwrap();
    assert!(Ledger::open(&path).unwrap().verify().is_ok());
}

#[test]
fn a_cut_ledger_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = accounts(folder.path(), false);
    let whole = fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(3) {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(Ledger::open(&path).is_err(), "cut to {length} bytes");
    }
}

#[test]
fn a_row_that_points_outside_the_ledger_fails_the_trace() {
    let folder = tempfile::tempdir().unwrap();
    let path = accounts(folder.path(), false);
    let mut bytes = without_checksums(&fs::read(&path).unwrap()).unwrap();
    // The column is the run of receivers' slots; the pattern does not occur elsewhere.
    let set = LedgerSet::open(folder.path()).unwrap();
    let names: Vec<String> = set.ledgers[0].transfers().map(|t| t.to).collect();
    let mut sorted = names.clone();
    sorted.extend(set.ledgers[0].transfers().map(|t| t.from));
    sorted.push("@issue".to_owned());
    sorted.sort();
    sorted.dedup();
    let slot = |name: &String| u32::try_from(sorted.binary_search(name).unwrap()).unwrap();
    let column: Vec<u8> = names.iter().flat_map(|name| slot(name).to_le_bytes()).collect();
    let place = bytes.windows(column.len()).position(|window| window == column).unwrap();
    drop(set);
    bytes[place..place + 4].copy_from_slice(&4_000_000_000u32.to_le_bytes());
    fs::write(&path, &bytes).unwrap();
    let set = LedgerSet::open(folder.path()).unwrap();
    let failed = traces(&set, "w0");
    let damaged = |result: &Result<(), TraceError>| {
        matches!(result, Err(TraceError::Ledger(LedgerError::Damaged(_))))
    };
    assert!(failed.iter().all(damaged), "{failed:?}");
}
