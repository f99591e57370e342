//! Wallets of several addresses, and the paths of what a wallet sent.
use crate::support;

use std::collections::BTreeSet;

use interdict_chain::{
    asset::Asset,
    exposure::{Basis, ExposureReport, ExposureRequest, exposure},
    label::{Category, Label},
    ledger::{UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction},
    set::LedgerSet,
    trace::Method,
    transfer::Position,
};
use proptest::prelude::*;
use support::{Event, histories, label, name, set};

const RULES: [Method; 3] = [Method::Haircut, Method::Fifo, Method::Lifo];

fn asked(set: &LedgerSet, address: usize, basis: Basis, method: Method) -> Option<ExposureReport> {
    let mut request = ExposureRequest::new(&name(address));
    (request.basis, request.method) = (basis, method);
    exposure(set, &request).ok()
}

/// Amounts so large that rounded units do not matter among the shares.
fn large(history: &[Event]) -> Vec<Event> {
    history.iter().map(|event| Event { units: event.units * 1_000_000_000, ..*event }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn paths_of_what_was_sent_explain_nine_tenths_of_each_share(
        history in histories(7, 40, 50), first in 1usize..7, second in 1usize..7
    ) {
        let history = large(&history);
        let mut set = set(&history);
        label(&mut set, first);
        label(&mut set, second);
        for method in RULES {
            let Some(report) = asked(&set, 0, Basis::Sent, method) else { continue };
            for party in &report.entities {
                let whole = party.contribution_value.raw();
                let shown: u128 = party.paths.iter().map(|path| path.value.raw()).sum();
                prop_assert!(shown <= whole + 1_000, "{method:?}: {shown} of {whole}");
                prop_assert!(shown + 1_000 >= whole - whole / 10, "{method:?}: {shown} of {whole}");
                for path in &party.paths {
                    let (start, end) = (&path.steps[0], path.steps.last().unwrap());
                    prop_assert_eq!(&start.address, &name(0));
                    prop_assert!(party.addresses.contains(&end.to));
                    for pair in path.steps.windows(2) {
                        prop_assert_eq!(&pair[0].to, &pair[1].address);
                        prop_assert!(pair[0].time <= pair[1].time);
                    }
                }
            }
        }
    }

    #[test]
    fn what_a_wallet_of_two_addresses_holds_is_what_both_hold(
        history in histories(7, 40, 50), party in 2usize..7
    ) {
        let history = large(&history);
        let mut set = set(&history);
        label(&mut set, party);
        for method in RULES {
            let mut request = ExposureRequest::new(&name(0));
            (request.method, request.together_with) = (method, vec![name(1)]);
            let Ok(both) = exposure(&set, &request) else { continue };
            prop_assert!(both.closes);
            prop_assert_eq!(both.wallet_addresses.len(), 2);
            let (Some(one), Some(other)) =
                (asked(&set, 0, Basis::Balance, method), asked(&set, 1, Basis::Balance, method))
            else { continue };
            prop_assert_eq!(both.total_value.raw(), one.total_value.raw() + other.total_value.raw());
            let of = |report: &ExposureReport| {
                report.entities.iter().map(|e| e.contribution_value.raw()).sum::<u128>()
            };
            let (together, apart) = (of(&both), of(&one) + of(&other));
            prop_assert!(together.abs_diff(apart) <= 1_000, "{method:?}: {together} {apart}");
        }
    }
}

fn spend(
    block: u32,
    hash: &str,
    inputs: &[(&str, u32)],
    outputs: &[(&str, u128)],
) -> UtxoTransaction {
    let input = |(transaction, output): &(&str, u32)| UtxoInput {
        transaction: (*transaction).to_owned(),
        output: *output,
        previous: None,
    };
    let output = |(address, units): &(&str, u128)| UtxoOutput {
        address: (*address).to_owned(),
        units: *units,
    };
    UtxoTransaction {
        position: Position { time: block.into(), block, transaction: 1, event: 0 },
        hash: hash.to_owned(),
        coinbase: inputs.is_empty(),
        inputs: inputs.iter().map(input).collect(),
        outputs: outputs.iter().map(output).collect(),
    }
}

/// A thief pays `a`; `a` and `b` are spent together, pay a shop and get change; the shop pays a market.
fn outputs() -> LedgerSet {
    let mut builder = UtxoBuilder::new(Asset::native("bitcoin", "BTC", 8));
    for transaction in [
        spend(1, "c1", &[], &[("thief", 60), ("b", 40)]),
        spend(2, "t1", &[("c1", 0)], &[("a", 60)]),
        spend(3, "t2", &[("t1", 0), ("c1", 1)], &[("shop", 70), ("b", 20), ("a", 10)]),
        spend(4, "t3", &[("t2", 0)], &[("market", 70)]),
    ] {
        builder.push(transaction).unwrap();
    }
    let ledger = builder.finish_in_memory().unwrap();
    let mut set = LedgerSet { ledgers: vec![ledger], ..LedgerSet::default() };
    for (address, category) in [("thief", Category::Theft), ("market", Category::Exchange)] {
        set.labels.add(Label {
            address: address.to_owned(),
            entity: address.to_owned(),
            category,
            valid_from: None,
            valid_to: None,
            authority: None,
            source: "test".to_owned(),
        });
    }
    set
}

#[test]
fn a_cluster_is_asked_about_as_one_wallet() {
    let set = outputs();
    let ask = |basis, method, with: &[&str]| {
        let mut request = ExposureRequest::new("a");
        request.together_with = with.iter().map(|text| (*text).to_owned()).collect();
        (request.basis, request.method) = (basis, method);
        exposure(&set, &request).unwrap()
    };
    // `a` alone holds 10 of 100 that came from both; the wallet of both holds 30.
    let alone = ask(Basis::Balance, Method::Haircut, &[]);
    assert_eq!((alone.total_value.raw(), alone.entities[0].contribution_value.raw()), (10, 6));
    let both = ask(Basis::Balance, Method::Haircut, &["b"]);
    assert_eq!((both.total_value.raw(), both.entities[0].contribution_value.raw()), (30, 18));
    assert_eq!(both.wallet_addresses, ["a", "b"]);
    // Of 130 received, the change of 30 is the wallet's own.
    let received = ask(Basis::Received, Method::Fifo, &["b"]);
    let own = received.categories.iter().find(|c| c.category == "own").unwrap();
    assert_eq!((received.total_value.raw(), own.contribution_value.raw()), (130, 30));
    assert_eq!(received.entities[0].contribution_value.raw(), 60);
    for method in RULES {
        let sent = ask(Basis::Sent, method, &["b"]);
        assert!(sent.closes);
        let market = &sent.entities[0];
        assert_eq!((market.entity.as_str(), market.contribution_value.raw()), ("market", 70));
        let paths: BTreeSet<Vec<&str>> = market
            .paths
            .iter()
            .map(|p| {
                let starts = p.steps.iter().map(|step| step.address.as_str());
                starts.chain(p.steps.last().map(|step| step.to.as_str())).collect()
            })
            .collect();
        assert!(paths.contains(&vec!["a", "shop", "market"]), "{method:?} {paths:?}");
        assert_eq!(market.paths.iter().map(|p| p.value.raw()).sum::<u128>(), 70, "{method:?}");
    }
    // Those rules are traced forward from the thief. The shop is paid first: dirty-first gives it all 60
    // stolen units, clean-first only the 30 that are left when the 40 others are spent.
    let of = |method| {
        ask(Basis::Balance, method, &["b"])
            .entities
            .first()
            .map_or(0, |e| e.contribution_value.raw())
    };
    assert_eq!((of(Method::DirtyFirst), of(Method::CleanFirst)), (0, 30));
}

#[test]
fn paths_stop_at_the_hops_that_the_question_allows() {
    let events = [(0, 1, 8u128), (1, 2, 8), (2, 3, 8), (0, 3, 8)].map(|(from, to, units)| Event {
        from,
        to,
        units: units * 1_000,
    });
    let mut set = set(&events);
    label(&mut set, 3);
    for (basis, wallet) in [(Basis::Sent, 0), (Basis::Received, 3)] {
        if basis == Basis::Received {
            label(&mut set, 0);
        }
        for method in RULES {
            let mut request = ExposureRequest::new(&name(wallet));
            (request.basis, request.method, request.max_hops) = (basis, method, Some(1));
            let report = exposure(&set, &request).unwrap();
            let party = &report.entities[0];
            let shown: u128 = party.paths.iter().map(|path| path.value.raw()).sum();
            assert_eq!(
                (party.contribution_value.raw(), shown),
                (8_000, 8_000),
                "{basis:?} {method:?}"
            );
        }
    }
}
