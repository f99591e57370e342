//! Movements between chains by links, and addresses joined by their common inputs.
use interdict_chain::{
    asset::Asset,
    bridge::read_bridge_csv,
    cluster::{ClusterError, cluster},
    label::{Category, Label},
    ledger::{LedgerBuilder, UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction},
    set::LedgerSet,
    trace::{Method, Seed, TraceRequest, trace},
    transfer::{Position, Transfer, TransferKind},
};

fn chain(name: &str, rows: &[(i64, &str, &str, &str, u128)]) -> interdict_chain::ledger::Ledger {
    let mut builder = LedgerBuilder::new(Asset::native(name, "COIN", 0));
    for (time, hash, from, to, units) in rows {
        builder
            .push(&Transfer {
                position: Position { time: *time, ..Position::default() },
                transaction: (*hash).to_owned(),
                initiator: String::new(),
                from: (*from).to_owned(),
                to: (*to).to_owned(),
                units: *units,
                kind: TransferKind::External,
            })
            .unwrap();
    }
    builder.finish_in_memory().unwrap()
}

#[test]
fn value_crosses_a_bridge_by_its_link_and_ends_there_without_one() {
    let first = chain(
        "one",
        &[
            (1, "t1", "thief", "mule", 100),
            (2, "t2", "mule", "bridge", 80),
            (3, "t3", "mule", "bridge", 20),
        ],
    );
    let second = chain("two", &[(5, "u1", "pool", "mule2", 79), (6, "u2", "mule2", "shop", 50)]);
    let mut set = LedgerSet { ledgers: vec![first, second], ..LedgerSet::default() };
    set.labels.add(Label {
        address: "bridge".to_owned(),
        entity: "Some Bridge".to_owned(),
        category: Category::Bridge,
        valid_from: None,
        valid_to: None,
        authority: None,
        source: "test".to_owned(),
    });
    let links = "source_chain,source_transaction,destination_chain,destination_transaction,method,confidence\none,t2,two,u1,event-id,99\n";
    set.bridges = read_bridge_csv(links.as_bytes()).unwrap();
    let seed = Seed::Transaction { hash: "t1".to_owned(), from: None };
    for method in [Method::Fifo, Method::Haircut, Method::DirtyFirst] {
        let mut request = TraceRequest {
            asset: Some("one:COIN".to_owned()),
            ..TraceRequest::new(vec![seed.clone()], method)
        };
        let report = trace(&set, &request).unwrap();
        assert!(report.accounts.iter().all(|a| a.closes), "{:?}", report.accounts);
        let at = |address: &str| {
            report
                .terminals
                .iter()
                .filter(|t| t.address == address)
                .map(|t| t.value.raw())
                .sum::<u128>()
        };
        assert_eq!((at("bridge"), at("shop"), at("mule2")), (20, 50, 29), "{method:?}");
        assert_eq!(report.conversions[0].bridge_confidence, Some(99));
        request.least_bridge_confidence = 100;
        let strict = trace(&set, &request).unwrap();
        assert_eq!(
            strict.terminals.iter().find(|t| t.address == "bridge").unwrap().value.raw(),
            100
        );
    }
    assert!(read_bridge_csv(b"source_chain\none\n").is_err());
    assert!(read_bridge_csv(links.replace("99", "101").as_bytes()).is_err());
}

fn spend(
    block: u32,
    hash: &str,
    inputs: &[(&str, u32)],
    outputs: &[(&str, u128)],
) -> UtxoTransaction {
    UtxoTransaction {
        position: Position { time: block.into(), block, transaction: 1, event: 0 },
        hash: hash.to_owned(),
        coinbase: inputs.is_empty(),
        inputs: inputs
            .iter()
            .map(|(t, o)| UtxoInput { transaction: (*t).to_owned(), output: *o, previous: None })
            .collect(),
        outputs: outputs
            .iter()
            .map(|(a, u)| UtxoOutput { address: (*a).to_owned(), units: *u })
            .collect(),
    }
}

#[test]
fn common_inputs_join_addresses_with_the_transaction_that_proves_it_and_coinjoins_do_not() {
    let mut builder = UtxoBuilder::new(Asset::native("bitcoin", "BTC", 8));
    for transaction in [
        spend(1, "c1", &[], &[("a", 50), ("b", 50), ("c", 50), ("d", 70), ("e", 70)]),
        spend(2, "t1", &[("c1", 0), ("c1", 1)], &[("shop", 90), ("b", 10)]),
        spend(3, "t2", &[("t1", 1), ("c1", 2)], &[("shop", 60)]),
        // Two equal outputs for two people, and their change.
        spend(4, "mix", &[("c1", 3), ("t2", 0), ("c1", 4)], &[("x", 80), ("y", 80), ("z", 25)]),
    ] {
        builder.push(transaction).unwrap();
    }
    let ledger = builder.finish_in_memory().unwrap();
    let report = cluster(&ledger, "a", 100).unwrap();
    let members: Vec<_> =
        report.members.iter().map(|m| (m.address.as_str(), m.transaction.as_deref())).collect();
    assert_eq!(members, [("a", None), ("b", Some("t1")), ("c", Some("t2"))]);
    let other = cluster(&ledger, "d", 100).unwrap();
    assert_eq!((other.members.len(), other.coinjoins_left_out), (1, 1));
    assert!(!cluster(&ledger, "a", 2).unwrap().complete);
    let account = chain("one", &[(1, "t", "a", "b", 1)]);
    assert!(matches!(cluster(&account, "a", 10), Err(ClusterError::AccountChain)));
}
