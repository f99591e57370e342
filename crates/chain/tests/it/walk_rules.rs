//! The rules of building and following that decide amounts: duplicates, the smallest amount followed,
//! and taint that returns to its seed.
use interdict_chain::{
    asset::Asset,
    ledger::{Ledger, LedgerBuilder},
    set::LedgerSet,
    trace::{Method, Seed, Strategy, TraceReport, TraceRequest, trace},
    transfer::{Position, Transfer, TransferKind},
};

fn transfer(time: i64, hash: &str, parties: (&str, &str), units: u128) -> Transfer {
    Transfer {
        position: Position { time, ..Position::default() },
        transaction: hash.to_owned(),
        initiator: String::new(),
        from: parties.0.to_owned(),
        to: parties.1.to_owned(),
        units,
        kind: TransferKind::External,
    }
}

fn ledger(transfers: &[Transfer]) -> Ledger {
    let mut builder = LedgerBuilder::new(Asset::native("test", "TST", 0));
    transfers.iter().for_each(|transfer| builder.push(transfer).unwrap());
    builder.finish_in_memory().unwrap()
}

fn set(transfers: &[Transfer]) -> LedgerSet {
    LedgerSet { ledgers: vec![ledger(transfers)], ..LedgerSet::default() }
}

/// Every method that follows amounts, stepwise and in one pass where it can be.
fn requests(seed: &Seed) -> Vec<TraceRequest> {
    let methods = [
        Method::Haircut,
        Method::Fifo,
        Method::Lifo,
        Method::DirtyFirst,
        Method::CleanFirst,
        Method::Tiho,
    ];
    let strategies = [Strategy::Steps, Strategy::OnePass];
    let request = |method, strategy| TraceRequest {
        strategy,
        ..TraceRequest::new(vec![seed.clone()], method)
    };
    methods.iter().flat_map(|m| strategies.map(|strategy| request(*m, strategy))).collect()
}

/// Address, outcome and units of every ending, in the order of addresses.
fn endings(report: &TraceReport) -> Vec<(&str, &str, u128)> {
    let ending = |t: &'_ interdict_chain::trace::Terminal| t.value.raw();
    let mut endings: Vec<_> = report
        .terminals
        .iter()
        .map(|t| (t.address.as_str(), t.outcome.as_str(), ending(t)))
        .collect();
    endings.sort_unstable();
    endings
}

#[test]
fn an_equal_row_of_the_same_transaction_and_position_is_counted_once() {
    let first = transfer(1, "0xaa", ("a", "b"), 10);
    let ledger = ledger(&[first.clone(), first.clone(), first]);
    assert_eq!(ledger.meta().transfers, 1);
    assert_eq!(ledger.meta().left_out.duplicate, 2);
    assert_eq!(ledger.balance("b"), Some(10));
}

#[test]
fn rows_that_differ_in_anything_are_no_duplicates() {
    let first = transfer(1, "0xaa", ("a", "b"), 10);
    let mut other_event = first.clone();
    other_event.position.event = 1;
    let rows = [
        first.clone(),
        transfer(1, "0xaa", ("a", "b"), 11),
        transfer(1, "0xaa", ("a", "c"), 10),
        transfer(1, "0xbb", ("a", "b"), 10),
        other_event,
        Transfer { kind: TransferKind::Fee, ..first },
    ];
    let ledger = ledger(&rows);
    assert_eq!(ledger.meta().transfers, 6);
    assert_eq!(ledger.meta().left_out.duplicate, 0);
}

#[test]
fn a_duplicate_is_found_behind_other_rows_at_its_position() {
    let first = transfer(1, "0xaa", ("a", "b"), 10);
    let between = transfer(1, "0xaa", ("c", "d"), 7);
    let ledger = ledger(&[first.clone(), between, first]);
    assert_eq!(ledger.meta().transfers, 2);
    assert_eq!(ledger.meta().left_out.duplicate, 1);
}

#[test]
fn equal_rows_without_a_transaction_hash_stay_apart() {
    let row = transfer(1, "", ("a", "b"), 10);
    let ledger = ledger(&[row.clone(), row]);
    assert_eq!(ledger.meta().transfers, 2);
    assert_eq!(ledger.balance("b"), Some(20));
}

#[test]
fn amounts_below_the_limit_are_not_followed_and_the_limit_itself_is() {
    let set = set(&[
        transfer(1, "0x01", ("thief", "small"), 9),
        transfer(2, "0x02", ("thief", "large"), 10),
        transfer(3, "0x03", ("small", "end"), 9),
        transfer(4, "0x04", ("large", "end"), 10),
    ]);
    let seed = Seed::Address { address: "thief".to_owned(), since: None };
    for mut request in requests(&seed) {
        request.limits.min_units = 10;
        let report = trace(&set, &request).unwrap();
        let expected = [("end", "held", 10), ("small", "below-min-amount", 9)];
        assert_eq!(endings(&report), expected, "{:?} {:?}", request.method, request.strategy);
        assert_eq!(report.residuals.len(), 1);
        assert!(report.accounts[0].closes);
    }
}

#[test]
fn taint_that_returns_to_a_seeded_address_ends_there() {
    let set = set(&[
        transfer(1, "0x01", ("thief", "friend"), 10),
        transfer(2, "0x02", ("friend", "thief"), 6),
        transfer(3, "0x03", ("friend", "shop"), 4),
    ]);
    let seed = Seed::Address { address: "thief".to_owned(), since: None };
    for request in requests(&seed) {
        let report = trace(&set, &request).unwrap();
        let expected = [("shop", "held", 4), ("thief", "back-at-seed", 6)];
        assert_eq!(endings(&report), expected, "{:?} {:?}", request.method, request.strategy);
        assert!(report.accounts[0].closes);
    }
}

#[test]
fn taint_that_returns_before_the_seeds_span_begins_is_held() {
    let set = set(&[
        transfer(1, "0x01", ("other", "thief"), 5),
        transfer(5, "0x02", ("thief", "friend"), 10),
        transfer(6, "0x03", ("friend", "thief"), 10),
    ]);
    let seed = Seed::Transaction { hash: "0x02".to_owned(), from: None };
    for request in requests(&seed) {
        let report = trace(&set, &request).unwrap();
        assert_eq!(endings(&report), [("thief", "held", 10)], "{:?}", request.method);
    }
}
