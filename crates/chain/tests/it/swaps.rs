//! What a swap is, and what it is not.
use interdict_chain::{
    asset::Asset,
    ledger::{Ledger, LedgerBuilder},
    set::LedgerSet,
    trace::{Method, Seed, TraceReport, TraceRequest, trace},
    transfer::{FEES, Position, Transfer, TransferKind},
};

/// Transfers of one asset: block, transaction, sender of the transaction, from, to, amount.
fn ledger(asset: Asset, rows: &[(u32, &str, &str, &str, &str, u128)]) -> Ledger {
    let mut builder = LedgerBuilder::new(asset);
    for (event, (block, hash, initiator, from, to, units)) in rows.iter().enumerate() {
        let kind = if *to == FEES { TransferKind::Fee } else { TransferKind::External };
        let transfer = Transfer {
            position: Position {
                time: i64::from(*block),
                block: *block,
                transaction: 0,
                event: event as u32,
            },
            transaction: (*hash).to_owned(),
            initiator: (*initiator).to_owned(),
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            units: *units,
            kind,
        };
        builder.push(&transfer).unwrap();
    }
    builder.finish_in_memory().unwrap()
}

fn set() -> LedgerSet {
    let coin = ledger(
        Asset::native("ethereum", "ETH", 0),
        &[
            (1, "0x01", "trader", "trader", "pool", 100),
            (1, "0x01", "trader", "trader", FEES, 7),
            (2, "0x02", "claimer", "claimer", FEES, 5),
        ],
    );
    let token = ledger(
        Asset::token("ethereum", "0xdd", "USD", 0),
        &[
            (1, "0x01", "trader", "pool", "trader", 3_000),
            (2, "0x02", "claimer", "airdrop", "claimer", 50),
        ],
    );
    LedgerSet { ledgers: vec![coin, token], ..LedgerSet::default() }
}

fn traced(set: &LedgerSet, address: &str, method: Method) -> TraceReport {
    let seed = Seed::Address { address: address.to_owned(), since: None };
    let asset = Some("ETH".to_owned());
    trace(set, &TraceRequest { asset, ..TraceRequest::new(vec![seed], method) }).unwrap()
}

#[test]
fn the_fee_of_a_swap_buys_nothing_and_the_rest_goes_on_as_what_was_received() {
    let set = set();
    for method in [Method::Fifo, Method::Lifo, Method::Haircut, Method::DirtyFirst] {
        let report = traced(&set, "trader", method);
        let [swap] = report.conversions.as_slice() else { panic!("{:?}", report.conversions) };
        assert_eq!((swap.gave.raw(), swap.received.raw()), (100, 3_000), "{method:?}");
        assert_eq!((swap.gave_to.as_str(), swap.address.as_str()), ("pool", "trader"));
        assert!(!swap.unpriced, "the fee is no second asset given");
        let fees = report.residuals.iter().find(|r| r.name == "fees").unwrap();
        assert_eq!(fees.value.raw(), 7, "{method:?}");
        assert!(report.accounts.iter().all(|account| account.closes));
    }
}

#[test]
fn whoever_pays_a_fee_only_has_bought_nothing() {
    let report = traced(&set(), "claimer", Method::Fifo);
    assert_eq!(report.conversions, []);
    assert_eq!(report.terminals.len(), 1, "{:?}", report.terminals);
    assert_eq!(
        (report.terminals[0].outcome.as_str(), report.terminals[0].value.raw()),
        ("fees", 5)
    );
}
