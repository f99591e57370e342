//! Properties that every method must have, on random histories, and agreement with slow references.
use crate::support;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use interdict_chain::{
    asset::Asset,
    exposure::{Basis, ExposureRequest, exposure},
    label::{Category, Label},
    ledger::LedgerBuilder,
    links::build_links,
    set::LedgerSet,
    trace::{
        LinkOrder, LinkTable, LinkTableSize, Method, Seed, Strategy as Way, TraceRequest, trace,
    },
    transfer::{Position, Transfer, TransferKind},
};
use num_traits::Signed;
use proptest::prelude::*;
use support::*;

fn with_seeds() -> impl Strategy<Value = (History, BTreeSet<usize>)> {
    histories(6, 50, 30).prop_flat_map(|history| {
        let moving: Vec<usize> =
            (0..history.len()).filter(|at| history[*at].from != history[*at].to).collect();
        let seeds = proptest::sample::subsequence(moving.clone(), 0..=moving.len().min(3));
        (Just(history), seeds.prop_map(|chosen| chosen.into_iter().collect::<BTreeSet<_>>()))
    })
}

fn with_labels() -> impl Strategy<Value = (History, BTreeSet<usize>, usize)> {
    let labelled = proptest::collection::btree_set(0usize..4, 1..3);
    (histories(7, 50, 30), labelled, 4usize..7)
}

fn dated_label(set: &mut LedgerSet, address: usize, from: i64, to: i64) {
    set.labels.add(Label {
        address: name(address),
        entity: format!("entity{address}"),
        category: Category::Sanctioned,
        valid_from: Some(from),
        valid_to: Some(to),
        authority: None,
        source: "test".to_owned(),
    });
}

const BY_AMOUNT: [Method; 5] =
    [Method::Haircut, Method::Fifo, Method::Lifo, Method::DirtyFirst, Method::CleanFirst];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_method_agrees_with_its_slow_reference_and_conserves_the_seed((history, seeds) in with_seeds()) {
        prop_assume!(!seeds.is_empty());
        let set = set(&history);
        let seeded: u128 = seeds.iter().map(|at| history[*at].units).sum();
        for method in BY_AMOUNT {
            let report = traced(&set, &seeds, method);
            prop_assert!(report.accounts[0].closes, "{method:?} {:?}", report.accounts);
            prop_assert_eq!(report.terminals.iter().map(|t| t.value.raw()).sum::<u128>(), seeded);
            prop_assert_eq!(report.hops.iter().map(|h| h.ended.raw()).sum::<u128>(), seeded);
            let reference = match method {
                Method::Fifo => queue_reference(&history, &seeds, false),
                Method::Lifo => queue_reference(&history, &seeds, true),
                method => mixing_reference(&history, &seeds, method),
            };
            prop_assert_eq!(held(&report), reference, "{:?}", method);
        }
        let poisoned = traced(&set, &seeds, Method::Poison);
        let marked = poison_reference(&history, &seeds);
        let reached: BTreeSet<String> = poisoned.flows.iter().map(|f| f.to.clone()).collect();
        prop_assert_eq!(&reached, &marked);
        for method in BY_AMOUNT {
            prop_assert!(held(&traced(&set, &seeds, method)).keys().all(|address| marked.contains(address)));
        }
    }

    #[test]
    fn what_happens_later_does_not_change_what_was((history, seeds) in with_seeds(), cut in 0usize..50) {
        let cut = cut.min(history.len());
        let early: BTreeSet<usize> = seeds.iter().copied().filter(|at| *at < cut).collect();
        prop_assume!(!early.is_empty());
        let (whole, short) = (set(&history), set(&history[..cut]));
        for method in BY_AMOUNT {
            let request = TraceRequest { until: Some(cut as i64), ..TraceRequest::new(support::seeds(&early), method) };
            prop_assert_eq!(held(&trace(&whole, &request).unwrap()), held(&traced(&short, &early, method)));
        }
    }

    #[test]
    fn queues_scale_split_and_add_up_exactly((history, seeds) in with_seeds(), factor in 2u128..1_000, at in 0usize..50) {
        prop_assume!(!seeds.is_empty());
        for method in [Method::Fifo, Method::Lifo] {
            let whole = held(&traced(&set(&history), &seeds, method));
            let larger: History = history.iter().map(|e| Event { units: e.units * factor, ..*e }).collect();
            let scaled = held(&traced(&set(&larger), &seeds, method));
            let expected: BTreeMap<_, _> = whole.iter().map(|(a, units)| (a.clone(), units * factor)).collect();
            prop_assert_eq!(scaled, expected);
        }
        // Seeds taken one by one add up, except for what one seed takes over from another.
        let whole = traced(&set(&history), &seeds, Method::Fifo);
        let mut sum: BTreeMap<String, u128> = BTreeMap::new();
        let mut taken_over = 0;
        for seed in &seeds {
            let report = traced(&set(&history), &BTreeSet::from([*seed]), Method::Fifo);
            held(&report).into_iter().for_each(|(address, units)| *sum.entry(address).or_default() += units);
            taken_over += report.accounts[0].seeded.raw();
        }
        prop_assert_eq!(taken_over, whole.accounts[0].seeded.raw());
        if whole.residuals.is_empty() {
            prop_assert_eq!(sum, held(&whole));
        }
        // One transfer in two parts, one after the other.
        let at = at.min(history.len() - 1);
        if history[at].units > 1 && seeds.iter().all(|seed| *seed != at) {
            let mut split = history.clone();
            split[at].units = history[at].units / 2;
            split.insert(at + 1, Event { units: history[at].units - history[at].units / 2, ..history[at] });
            let moved: BTreeSet<usize> = seeds.iter().map(|s| if *s > at { s + 1 } else { *s }).collect();
            if history[at].from != history[at].to {
                prop_assert_eq!(held(&traced(&set(&split), &moved, Method::Fifo)), held(&whole));
            }
        }
    }

    #[test]
    fn haircut_is_linear_up_to_one_unit_a_transfer((history, seeds) in with_seeds()) {
        let set = set(&history);
        if seeds.is_empty() {
            return Ok(());
        }
        let whole = traced(&set, &seeds, Method::Haircut);
        if !whole.residuals.is_empty() {
            return Ok(());
        }
        let mut sum: BTreeMap<String, u128> = BTreeMap::new();
        for seed in &seeds {
            let part = held(&traced(&set, &BTreeSet::from([*seed]), Method::Haircut));
            part.into_iter().for_each(|(address, units)| *sum.entry(address).or_default() += units);
        }
        for (address, units) in held(&whole) {
            let apart = sum.get(&address).copied().unwrap_or(0);
            prop_assert!(apart.abs_diff(units) <= history.len() as u128, "{address}: {apart} and {units}");
        }
    }

    #[test]
    fn forward_and_backward_give_the_same_shares((history, labelled, wallet) in with_labels()) {
        let mut set = set(&history);
        labelled.iter().for_each(|address| label(&mut set, *address));
        prop_assume!(set.ledgers[0].holds_address(&name(wallet)));
        let backward = backward_rational(&history, wallet, &labelled);
        let report = exposure(&set, &ExposureRequest::new(&name(wallet))).unwrap();
        prop_assert!(report.closes, "{report:#?}");
        for source in &labelled {
            let forward = forward_rational(&history, *source, &labelled);
            let exact = backward.get(source).cloned().unwrap_or_else(|| rational(0));
            let there = forward.get(wallet).cloned().unwrap_or_else(|| rational(0));
            prop_assert_eq!(&exact, &there, "the two exact operators are adjoint");
            let entity = format!("entity{source}");
            let found = report.entities.iter().find(|e| e.entity == entity).map_or(0, |e| e.contribution_value.raw());
            let drift = (exact - rational(found)).abs();
            prop_assert!(drift <= rational(history.len() as u128), "{entity}: {found} drifts by {drift}");
        }
    }

    #[test]
    fn queues_forward_and_backward_are_the_same_links((history, labelled, wallet) in with_labels()) {
        let mut set = set(&history);
        labelled.iter().for_each(|address| label(&mut set, *address));
        prop_assume!(set.ledgers[0].holds_address(&name(wallet)));
        for method in [Method::Fifo, Method::Lifo] {
            let request = ExposureRequest { method, ..ExposureRequest::new(&name(wallet)) };
            let report = exposure(&set, &request).unwrap();
            prop_assert!(report.closes);
            for source in &labelled {
                let seed = Seed::Address { address: name(*source), since: None };
                let request = TraceRequest { stop_at_any_label: true, ..TraceRequest::new(vec![seed], method) };
                let forward = trace(&set, &request).map(|r| held(&r)).unwrap_or_default();
                let entity = format!("entity{source}");
                let found = report.entities.iter().find(|e| e.entity == entity);
                let backward = found.map_or(0, |e| e.contribution_value.raw());
                prop_assert_eq!(backward, forward.get(&name(wallet)).copied().unwrap_or(0), "{:?}", method);
                if let Some(found) = found {
                    let shown: u128 = found.paths.iter().map(|p| p.value.raw()).sum();
                    prop_assert!(shown * 100 >= backward * 90, "{shown} of {backward} explained");
                    prop_assert_eq!(shown + found.other_paths_value.raw(), backward);
                }
            }
        }
    }

    #[test]
    fn received_and_sent_exposure_add_up((history, labelled, wallet) in with_labels()) {
        let mut set = set(&history);
        labelled.iter().for_each(|address| label(&mut set, *address));
        let all = |fits: &dyn Fn(&Event) -> bool| history.iter().filter(|e| e.from != e.to && fits(e)).map(|e| e.units).sum::<u128>();
        let (received, sent) = (all(&|e| e.to == wallet), all(&|e| e.from == wallet));
        for (basis, whole) in [(Basis::Received, received), (Basis::Sent, sent)] {
            prop_assume!(whole > 0);
            prop_assume!(history.iter().all(|e| e.from != e.to || e.from != wallet));
            for method in [Method::Haircut, Method::Fifo, Method::Lifo] {
                let request = ExposureRequest { basis, method, ..ExposureRequest::new(&name(wallet)) };
                let report = exposure(&set, &request).unwrap();
                prop_assert_eq!(report.total_value.raw(), whole);
                prop_assert!(report.closes);
                let sum: u128 = report.categories.iter().map(|c| c.contribution_value.raw()).sum();
                prop_assert_eq!(sum, whole);
            }
        }
    }

    #[test]
    fn stated_openings_take_the_place_of_unknown_ones((history, _) in with_seeds(), wallet in 0usize..6, units in 1u128..200) {
        let whole = set(&history);
        prop_assume!(whole.ledgers[0].holds_address(&name(wallet)));
        let seed = Seed::Opening { address: name(wallet), units };
        // The same told as a payment from outside before everything else.
        let mut told = vec![Event { from: 90, to: wallet, units }];
        told.extend(&history);
        let told = set(&told);
        for method in BY_AMOUNT {
            let report = trace(&whole, &TraceRequest::new(vec![seed.clone()], method)).unwrap();
            prop_assert!(report.accounts[0].closes);
            prop_assert_eq!(held(&report), held(&traced(&told, &BTreeSet::from([0]), method)), "{:?}", method);
        }
    }

    #[test]
    fn one_step_after_a_fixed_state_clean_first_and_dirty_first_bracket_the_rest(
        before in proptest::collection::vec((any::<bool>(), 1u128..50), 1..12), sent in 1u128..600,
    ) {
        let mut history: History = before.iter().map(|(tainted, units)| Event { from: usize::from(*tainted), to: 2, units: *units }).collect();
        let seeds: BTreeSet<usize> = before.iter().enumerate().filter(|(_, b)| b.0).map(|(at, _)| at).collect();
        prop_assume!(!seeds.is_empty());
        let balance: u128 = before.iter().map(|b| b.1).sum();
        history.push(Event { from: 2, to: 3, units: sent.min(balance) });
        let set = set(&history);
        let moved = |method| held(&traced(&set, &seeds, method)).get(&name(3)).copied().unwrap_or(0);
        let (low, high) = (moved(Method::CleanFirst), moved(Method::DirtyFirst));
        for method in [Method::Haircut, Method::Fifo, Method::Lifo] {
            prop_assert!((low..=high).contains(&moved(method)), "{method:?}: {low} {} {high}", moved(method));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn one_pass_gives_the_same_as_single_steps((history, seeds) in with_seeds()) {
        prop_assume!(!seeds.is_empty());
        let set = set(&history);
        for method in [Method::Haircut, Method::DirtyFirst, Method::CleanFirst] {
            let by = |strategy| {
                let request = TraceRequest { strategy, ..TraceRequest::new(support::seeds(&seeds), method) };
                let report = trace(&set, &request).unwrap();
                let rows = report.terminals.into_iter().map(|t| (t.address, t.outcome, t.value.raw()));
                rows.collect::<BTreeSet<_>>()
            };
            prop_assert_eq!(by(Way::Steps), by(Way::OnePass), "{:?}", method);
        }
    }

    #[test]
    fn one_pass_keeps_when_taint_reached_a_party_whose_label_has_dates(
        (history, labelled, wallet) in with_labels(), from in 1i64..50, days in 1i64..50,
    ) {
        let mut set = set(&history);
        for address in labelled {
            dated_label(&mut set, address, from, from + days);
        }
        prop_assume!(history.iter().any(|e| e.from == wallet && e.to != wallet));
        let sent = |strategy| {
            let request = ExposureRequest { strategy, basis: Basis::Sent, ..ExposureRequest::new(&name(wallet)) };
            let report = exposure(&set, &request).unwrap();
            let rows = report.entities.into_iter().map(|e| (
                e.entity,
                e.contribution_value.raw(),
                e.pre_designation_value.raw(),
                e.post_designation_value.raw(),
                e.after_removal_value.raw(),
            ));
            rows.collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(sent(Way::Steps), sent(Way::OnePass));
        let times = |strategy| {
            let seed = Seed::Address { address: name(wallet), since: None };
            let request = TraceRequest { strategy, stop_at_any_label: true, ..TraceRequest::new(vec![seed], Method::Haircut) };
            let terminals = trace(&set, &request).unwrap().terminals.into_iter();
            let absorbed = terminals.filter(|t| t.outcome == "absorbed");
            absorbed.map(|t| (t.address, t.first_time, t.last_time)).collect::<BTreeSet<_>>()
        };
        prop_assert_eq!(times(Way::Steps), times(Way::OnePass));
    }

    #[test]
    fn one_pass_gives_the_same_exposure_as_single_steps((history, labelled, wallet) in with_labels()) {
        let mut set = set(&history);
        labelled.iter().for_each(|address| label(&mut set, *address));
        prop_assume!(history.iter().any(|e| e.from == wallet && e.to != wallet));
        for basis in [Basis::Balance, Basis::Received, Basis::Sent] {
            let by = |strategy| {
                let request = ExposureRequest { strategy, basis, ..ExposureRequest::new(&name(wallet)) };
                let report = exposure(&set, &request).unwrap();
                assert!(report.closes, "{report:#?}");
                let rows = report.entities.into_iter().map(|e| {
                    (e.entity, e.contribution_value.raw(), e.counterparty_value.raw())
                });
                (rows.collect::<BTreeSet<_>>(), report.unknown_value.raw())
            };
            prop_assert_eq!(by(Way::Steps), by(Way::OnePass), "{:?}", basis);
        }
    }

    #[test]
    fn a_table_of_links_changes_no_answer((history, seeds) in with_seeds(), cut in 1i64..60, factor in amounts()) {
        prop_assume!(!seeds.is_empty());
        let history: History = history.iter().map(|e| Event { units: e.units * factor, ..*e }).collect();
        let (plain, mut linked) = (set(&history), set(&history));
        let folder = tempfile::tempdir().unwrap();
        add_tables(&mut linked, folder.path());
        for method in [Method::Fifo, Method::Lifo] {
            for until in [None, Some(cut)] {
                let request = TraceRequest { until, ..TraceRequest::new(support::seeds(&seeds), method) };
                // A cut may lie before every seed; then both must say so.
                match (trace(&plain, &request), trace(&linked, &request)) {
                    (Ok(without), Ok(with)) => prop_assert_eq!(without, with),
                    (without, with) => prop_assert_eq!(without.is_err(), with.is_err()),
                }
            }
        }
    }

    #[test]
    fn a_table_of_links_changes_no_exposure((history, labelled, wallet) in with_labels(), factor in amounts()) {
        let history: History = history.iter().map(|e| Event { units: e.units * factor, ..*e }).collect();
        let (mut plain, mut linked) = (set(&history), set(&history));
        prop_assume!(plain.ledgers[0].holds_address(&name(wallet)));
        let folder = tempfile::tempdir().unwrap();
        add_tables(&mut linked, folder.path());
        labelled.iter().for_each(|address| label(&mut plain, *address));
        labelled.iter().for_each(|address| label(&mut linked, *address));
        for method in [Method::Fifo, Method::Lifo] {
            for basis in [Basis::Balance, Basis::Received] {
                let request = ExposureRequest { basis, method, ..ExposureRequest::new(&name(wallet)) };
                prop_assert_eq!(exposure(&plain, &request).unwrap(), exposure(&linked, &request).unwrap());
            }
        }
    }

    #[test]
    fn links_are_those_of_a_plain_queue_or_pile_transposed_and_conserved((history, _) in with_seeds(), factor in amounts(), cut in 1usize..50) {
        let history: History = history.iter().map(|e| Event { units: e.units * factor, ..*e }).collect();
        let mut whole = set(&history);
        let mut early = set(&history[..cut.min(history.len())]);
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sizes = add_tables(&mut whole, one.path());
        add_tables(&mut early, two.path());
        for (order, size) in LinkOrder::ALL.into_iter().zip(sizes) {
            let (ledger, table) = (&whole.ledgers[0], &whole.links[&(0, order)]);
            let reference = funding_reference(&history, order == LinkOrder::NewestFirst);
            let mut count = 0;
            for row in 0..history.len() as u32 {
                let funding = table.funding_of(ledger, row).unwrap();
                prop_assert_eq!(&funding, &reference[row as usize], "{:?} row {}", order, row);
                prop_assert_eq!(funding.iter().map(|(_, units)| units).sum::<u128>(), history[row as usize].units);
                count += funding.len() as u64;
                if (row as usize) < early.ledgers[0].meta().transfers as usize {
                    prop_assert_eq!(&early.links[&(0, order)].funding_of(&early.ledgers[0], row).unwrap(), &funding);
                }
                // What a row's units fund is what says that it is funded by them.
                let transposed: Vec<(u32, u128)> = (0..).zip(&reference).flat_map(|(out, funding)| {
                    funding.iter().filter(|(source, _)| *source == Some(row)).map(move |(_, units)| (out, *units))
                }).collect();
                prop_assert_eq!(table.spending_of(ledger, row).unwrap(), transposed, "{:?} row {}", order, row);
            }
            prop_assert_eq!(size.links, count);
            prop_assert!(size.links <= size.bound);
        }
    }
}

/// Amounts that fit 64 bits and amounts that do not.
fn amounts() -> impl Strategy<Value = u128> {
    prop_oneof![Just(1u128), Just(1 << 70)]
}

fn add_tables(set: &mut LedgerSet, folder: &Path) -> Vec<LinkTableSize> {
    let add = |order: LinkOrder| {
        let path = order.path_beside(&folder.join("x.ledger"));
        let size = LinkTable::build(&set.ledgers[0], order, &path).unwrap();
        set.links.insert((0, order), LinkTable::open(&set.ledgers[0], order, &path).unwrap());
        size
    };
    LinkOrder::ALL.into_iter().map(add).collect()
}

#[test]
fn a_table_of_links_of_another_ledger_or_order_is_refused() {
    let event = |units| Event { from: 0, to: 1, units };
    let (mut one, other) = (set(&[event(5)]), set(&[event(6)]));
    let folder = tempfile::tempdir().unwrap();
    add_tables(&mut one, folder.path());
    let [fifo, lifo] =
        LinkOrder::ALL.map(|order| order.path_beside(&folder.path().join("x.ledger")));
    assert!(LinkTable::open(&one.ledgers[0], LinkOrder::OldestFirst, &fifo).is_ok());
    assert!(LinkTable::open(&one.ledgers[0], LinkOrder::OldestFirst, &lifo).is_err());
    assert!(LinkTable::open(&other.ledgers[0], LinkOrder::OldestFirst, &fifo).is_err());
}

#[test]
fn tables_built_beside_ledgers_are_opened_with_them_and_go_when_the_ledger_does() {
    let folder = tempfile::tempdir().unwrap();
    let write = |units| {
        let mut builder = LedgerBuilder::new(Asset::native("test", "TST", 0));
        builder
            .push(&Transfer {
                position: Position::default(),
                transaction: String::new(),
                initiator: String::new(),
                from: "a".to_owned(),
                to: "b".to_owned(),
                units,
                kind: TransferKind::External,
            })
            .unwrap();
        builder.finish(folder.path()).unwrap();
    };
    write(5);
    let made = |anew| build_links(folder.path(), anew, &mut |_| ()).unwrap().ledgers[0].made.len();
    assert_eq!(made(false), 2);
    assert_eq!(made(false), 0, "they are there already");
    assert_eq!(made(true), 2, "unless all are wanted anew");
    assert_eq!(LedgerSet::open(folder.path()).unwrap().links.len(), 2);
    write(6);
    assert_eq!(LedgerSet::open(folder.path()).unwrap().links.len(), 0);
}

#[test]
fn one_pass_tells_what_came_before_during_and_after_a_designation() {
    let event = |units| Event { from: 0, to: 1, units };
    let mut set = set(&[event(1), event(10), event(100), event(1_000), event(10_000)]);
    dated_label(&mut set, 1, 2, 4);
    for strategy in [Way::Steps, Way::OnePass] {
        let basis = Basis::Sent;
        let request = ExposureRequest { strategy, basis, ..ExposureRequest::new(&name(0)) };
        let report = exposure(&set, &request).unwrap();
        let of = &report.entities[0];
        let (before, while_listed) =
            (of.pre_designation_value.raw(), of.post_designation_value.raw());
        assert_eq!((before, while_listed), (1, 110), "{strategy:?}: {of:?}");
        assert_eq!(of.after_removal_value.raw(), 11_000, "{strategy:?}");
    }
}

#[test]
fn all_methods_agree_when_a_whole_balance_is_tainted() {
    let history = vec![
        Event { from: 0, to: 1, units: 100 },
        Event { from: 1, to: 2, units: 60 },
        Event { from: 1, to: 3, units: 40 },
        Event { from: 2, to: 4, units: 10 },
    ];
    let set = set(&history);
    let expected = BTreeMap::from([(name(2), 50), (name(3), 40), (name(4), 10)]);
    for method in BY_AMOUNT {
        assert_eq!(held(&traced(&set, &BTreeSet::from([0]), method)), expected, "{method:?}");
    }
}

#[test]
fn bounds_by_dirty_first_and_clean_first_enclose_the_haircut_share() {
    let history = vec![
        Event { from: 0, to: 1, units: 50 },
        Event { from: 5, to: 1, units: 50 },
        Event { from: 1, to: 2, units: 60 },
    ];
    let mut set = set(&history);
    label(&mut set, 0);
    let share = |method| {
        let request = ExposureRequest { method, ..ExposureRequest::new(&name(2)) };
        let report = exposure(&set, &request).unwrap();
        report.entities.first().map_or(0, |e| e.contribution_value.raw())
    };
    assert_eq!(
        [share(Method::CleanFirst), share(Method::Haircut), share(Method::DirtyFirst)],
        [10, 30, 50]
    );
}
