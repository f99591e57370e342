//! Addresses that pass on to an exchange what they get: found within the limits, and not beyond.
use std::{collections::BTreeSet, fs, path::PathBuf};

use interdict_chain::{
    asset::Asset,
    deposit::{DEPOSIT_RULE, DepositRule, deposit_address, deposit_addresses},
    exposure::{Basis, ExposureRequest, exposure},
    label::{Category, Label, LabelSet},
    ledger::{Ledger, LedgerBuilder},
    read::{LedgerImporter, ReadOptions, read_csv},
    set::LedgerSet,
    trace::{Method, Seed, TraceRequest, trace},
    transfer::{Position, Transfer, TransferKind},
};

const HOUR: i64 = 3_600;

fn ledger(rows: &[(i64, &str, &str, u128)]) -> Ledger {
    let mut builder = LedgerBuilder::new(Asset::native("test", "TST", 0));
    for (number, (time, from, to, units)) in rows.iter().enumerate() {
        let transfer = Transfer {
            position: Position { time: *time, event: number as u32, ..Position::default() },
            transaction: format!("t{number}"),
            initiator: String::new(),
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            units: *units,
            kind: TransferKind::External,
        };
        builder.push(&transfer).unwrap();
    }
    builder.finish_in_memory().unwrap()
}

fn label(labels: &mut LabelSet, address: &str, entity: &str, category: Category) {
    labels.add(Label {
        address: address.to_owned(),
        entity: entity.to_owned(),
        category,
        valid_from: None,
        valid_to: None,
        authority: None,
        source: "test".to_owned(),
    });
}

fn exchange() -> LabelSet {
    let mut labels = LabelSet::default();
    label(&mut labels, "hot", "Some Exchange", Category::Exchange);
    label(&mut labels, "cold", "Some Exchange", Category::Exchange);
    label(&mut labels, "other", "Other Exchange", Category::Exchange);
    labels
}

fn found(rows: &[(i64, &str, &str, u128)]) -> Vec<String> {
    let found = deposit_addresses(&ledger(rows), &exchange(), DepositRule::default()).unwrap();
    found.into_iter().map(|deposit| deposit.address).collect()
}

#[test]
fn an_address_that_sweeps_to_one_exchange_is_its_deposit_address_with_figures() {
    let rows = [
        (0, "customer", "deposit", 60),
        (HOUR, "deposit", "hot", 59),
        (5 * HOUR, "customer", "deposit", 40),
        (6 * HOUR, "deposit", "cold", 40),
    ];
    let ledger = ledger(&rows);
    let all = deposit_addresses(&ledger, &exchange(), DepositRule::default()).unwrap();
    let [deposit] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((deposit.address.as_str(), deposit.exchange.as_str()), ("deposit", "Some Exchange"));
    assert_eq!(deposit.wallets, ["cold", "hot"]);
    assert_eq!((deposit.received.raw(), deposit.forwarded.raw()), (100, 99));
    assert_eq!((deposit.senders, deposit.payments, deposit.longest_wait_seconds), (1, 2, HOUR));
    let one = deposit_address(&ledger, &exchange(), DepositRule::default(), "deposit").unwrap();
    assert_eq!(one.as_ref(), Some(deposit));
    assert_eq!(
        deposit_address(&ledger, &exchange(), DepositRule::default(), "customer").unwrap(),
        None
    );
}

#[test]
fn whoever_is_slow_keeps_money_pays_others_or_serves_many_is_no_deposit_address() {
    let day = 24 * HOUR;
    assert_eq!(found(&[(0, "a", "d", 100), (day, "d", "hot", 100)]), ["d"]);
    assert!(found(&[(0, "a", "d", 100), (day + 1, "d", "hot", 100)]).is_empty(), "too slow");
    assert!(found(&[(0, "a", "d", 100), (1, "d", "hot", 94)]).is_empty(), "keeps 6 %");
    assert_eq!(found(&[(0, "a", "d", 100), (1, "d", "hot", 95), (2, "d", "gas", 5)]), ["d"]);
    let pays = [(0, "a", "d", 100), (1, "d", "hot", 98), (2, "d", "x", 1), (3, "d", "y", 1)];
    assert!(found(&pays).is_empty(), "pays two others");
    assert!(found(&[(0, "a", "d", 100), (1, "d", "hot", 90), (2, "d", "x", 10)]).is_empty());
    let both = [(0, "a", "d", 100), (1, "d", "hot", 50), (2, "d", "other", 50)];
    assert!(found(&both).is_empty(), "serves two exchanges");
    assert!(found(&[(1, "d", "hot", 50)]).is_empty(), "where its money is from is not known");
    let names: Vec<String> = (0..21).map(|number| format!("customer{number}")).collect();
    let mut many: Vec<_> = names.iter().map(|name| (0, name.as_str(), "d", 1)).collect();
    many.push((1, "d", "hot", 21));
    assert!(found(&many).is_empty(), "21 senders");
    many.remove(0);
    many.last_mut().unwrap().3 = 20;
    assert_eq!(found(&many), ["d"]);
}

#[test]
fn what_pays_a_labelled_deposit_address_is_a_customer_and_no_deposit_address() {
    // Packs label deposit addresses as the exchange, too: `hot` here behaves as one of them.
    let rows = [(0, "bank", "customer", 10), (1, "customer", "hot", 10), (2, "hot", "cold", 10)];
    assert!(found(&rows).is_empty());
}

#[test]
fn with_the_rule_a_trace_ends_at_the_exchange_and_names_the_rule() {
    let ledger = ledger(&[(0, "thief", "d", 100), (HOUR, "d", "hot", 99)]);
    let mut set = LedgerSet { ledgers: vec![ledger], labels: exchange(), ..LedgerSet::default() };
    let seed = Seed::Address { address: "thief".to_owned(), since: None };
    let request = TraceRequest::new(vec![seed], Method::Fifo);
    let plain = trace(&set, &request).unwrap();
    assert_eq!(plain.terminals[0].address, "hot", "without it, the trace goes one hop further");
    for deposit in deposit_addresses(&set.ledgers[0], &set.labels, DepositRule::default()).unwrap()
    {
        set.labels.add(deposit.label());
    }
    let report = trace(&set, &request).unwrap();
    let [end] = report.terminals.as_slice() else { panic!("{:?}", report.terminals) };
    assert_eq!((end.address.as_str(), end.outcome.as_str()), ("d", "absorbed"));
    assert_eq!(end.entity.as_deref(), Some("Some Exchange"));
    assert_eq!(end.label_source.as_deref(), Some(DEPOSIT_RULE));
    let mut request = ExposureRequest::new("thief");
    request.basis = Basis::Sent;
    let sent = exposure(&set, &request).unwrap();
    assert_eq!((sent.entities[0].min_number_of_hops, &*sent.entities[0].addresses[0]), (1, "d"));
    // Asked a second time, the rule does not take its own labels for an exchange's wallets.
    let again = deposit_addresses(&set.ledgers[0], &set.labels, DepositRule::default()).unwrap();
    assert!(again.is_empty(), "{again:?}");
}

/// In the phishing case experts named three deposit addresses of two exchanges by hand. Given nothing
/// but the two exchanges' collecting wallets, the rule finds all three.
#[test]
fn the_deposit_addresses_that_experts_named_are_found() {
    let Some(root) = std::env::var_os("INTERDICT_TEST_DATA") else {
        eprintln!("skipped: set INTERDICT_TEST_DATA to the folder that holds chain/mftracer");
        return;
    };
    let path = PathBuf::from(root).join("chain/mftracer/txphish.csv");
    let text = fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut plain, mut named) = ("time,tx,from,to,amount\n".to_owned(), BTreeSet::new());
    let mut labels = LabelSet::default();
    for row in reader.records().map(Result::unwrap) {
        let field = |at: usize| row.get(at).unwrap();
        plain.push_str(&[field(0), field(2), field(3), field(5), field(7)].join(","));
        plain.push('\n');
        for (address, name) in [(field(3), field(4)), (field(5), field(6))] {
            if name.contains("_Deposit_") {
                named.insert(address.to_owned());
            } else if ["KuCoin 17", "eXch"].contains(&name) {
                label(&mut labels, address, name, Category::Exchange);
            }
        }
    }
    let mut options = ReadOptions::new("ethereum", "USD");
    options.decimals = Some(2);
    let mut importer = LedgerImporter::new(options);
    read_csv(plain.as_bytes(), "txphish.csv", &mut importer).unwrap();
    let ledger = importer.finish_in_memory().unwrap().remove(0);
    let found = deposit_addresses(&ledger, &labels, DepositRule::default()).unwrap();
    let found: BTreeSet<String> = found.into_iter().map(|deposit| deposit.address).collect();
    assert_eq!(named.len(), 3);
    assert!(named.is_subset(&found), "{named:?} {found:?}");
}
