//! The same question gives the same bytes on any number of threads.

use std::fs;

use interdict_chain::{
    asset::Asset,
    exposure::{ExposureRequest, exposure},
    label::{Category, Label},
    ledger::{Ledger, LedgerBuilder},
    links::build_links,
    set::LedgerSet,
    trace::{LinkOrder, Method, Seed, Strategy, TraceRequest, trace},
    transfer::{Position, Transfer, TransferKind},
};

const WALLETS: u64 = 9_000;
const TRANSFERS: u64 = 40_000;

fn name(wallet: u64) -> String {
    format!("0x{:08x}{wallet:032x}", wallet.wrapping_mul(0x9e37_79b1) as u32)
}

/// Transfers between thousands of wallets, enough for every step to be cut into several pieces, in the
/// chain's order or in another one that sorting must undo.
fn transfers(shuffled: bool) -> Vec<Transfer> {
    let mut state = 7u64;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (state >> 33) % limit
    };
    let mut made: Vec<Transfer> = (0..TRANSFERS)
        .map(|at| Transfer {
            position: Position {
                time: at as i64 / 9,
                block: at as u32 / 9 + 1,
                transaction: at as u32 % 9,
                event: 0,
            },
            transaction: format!("0x{at:064x}"),
            initiator: String::new(),
            from: name(if next(4) == 0 { next(20) } else { next(WALLETS) }),
            to: name(if next(4) == 0 { next(20) } else { next(WALLETS) }),
            units: u128::from(1 + next(1_000)),
            kind: TransferKind::External,
        })
        .collect();
    if shuffled {
        for at in (1..made.len()).rev() {
            made.swap(at, next(at as u64 + 1) as usize);
        }
    }
    made
}

/// The ledger's bytes, its tables' bytes, and the answers as JSON.
fn everything(threads: usize, shuffled: bool) -> Vec<Vec<u8>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = LedgerBuilder::new(Asset::native("test", "TST", 0));
        transfers(shuffled).iter().for_each(|transfer| builder.push(transfer).unwrap());
        let path = builder.finish(folder.path()).unwrap();
        build_links(folder.path(), false, &mut |_| ()).unwrap();
        let mut found = vec![fs::read(&path).unwrap()];
        found.extend(LinkOrder::ALL.map(|order| fs::read(order.path_beside(&path)).unwrap()));
        Ledger::open(&path).unwrap().verify().unwrap();
        let mut set = LedgerSet::open(folder.path()).unwrap();
        for wallet in 0..10 {
            set.labels.add(Label {
                address: name(wallet),
                entity: format!("hub{wallet}"),
                category: Category::Exchange,
                valid_from: None,
                valid_to: None,
                authority: None,
                source: "test".to_owned(),
            });
        }
        for method in Method::ALL {
            for strategy in [Strategy::Steps, Strategy::OnePass] {
                let seeds = vec![Seed::Address { address: name(15), since: None }];
                let request = TraceRequest { strategy, ..TraceRequest::new(seeds, method) };
                found.push(serde_json::to_vec(&trace(&set, &request).unwrap()).unwrap());
            }
            let request = ExposureRequest { method, ..ExposureRequest::new(&name(16)) };
            found.push(serde_json::to_vec(&exposure(&set, &request).unwrap()).unwrap());
        }
        found
    })
}

#[test]
fn ledgers_tables_and_answers_are_the_same_on_one_two_and_four_threads() {
    let one = everything(1, false);
    for (threads, shuffled) in [(2, false), (4, false), (1, true), (4, true)] {
        let other = everything(threads, shuffled);
        assert_eq!(one.len(), other.len());
        for (at, (a, b)) in one.iter().zip(&other).enumerate() {
            assert!(a == b, "part {at} differs on {threads} threads, shuffled {shuffled}");
        }
    }
}
