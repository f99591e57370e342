//! All of Bitcoin 2009: every method against a slow, separately written reference that works on
//! transactions and outputs and knows nothing of ledgers.
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    fs,
    path::PathBuf,
};

use interdict_chain::{
    asset::Asset,
    ledger::{UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction},
    set::LedgerSet,
    trace::{Method, Seed, TraceRequest, trace},
    transfer::{FEES, Position},
};

#[derive(Debug, Default, Clone)]
struct Plain {
    block: u32,
    /// Making transaction and output number.
    inputs: Vec<(usize, usize)>,
    outputs: Vec<(String, u128)>,
}

fn rows(folder: &std::path::Path, file: &str) -> Vec<Vec<u128>> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let number = |field: &str| field.parse().unwrap_or(u128::MAX);
    text.lines().skip(1).map(|line| line.split(',').map(number).collect()).collect()
}

fn chain() -> Option<Vec<Plain>> {
    let Some(root) = std::env::var_os("INTERDICT_TEST_DATA") else {
        eprintln!("skipped: set INTERDICT_TEST_DATA to the folder that holds chain/btc-2009");
        return None;
    };
    let folder = PathBuf::from(root).join("chain/btc-2009");
    let mut chain: Vec<Plain> = Vec::new();
    for row in rows(&folder, "tx_height.csv") {
        assert_eq!(row[0], chain.len() as u128, "transactions are numbered without a gap");
        chain.push(Plain { block: row[1] as u32, ..Plain::default() });
    }
    let mut place: HashMap<u128, (usize, usize)> = HashMap::new();
    for row in rows(&folder, "tx_output.csv") {
        let transaction = &mut chain[row[1] as usize];
        place.insert(row[0], (row[1] as usize, transaction.outputs.len()));
        transaction.outputs.push((format!("address{}", row[2]), row[3]));
    }
    // An input names the output that it spends by that output's number, and the making transaction.
    for row in rows(&folder, "tx_input.csv") {
        let spent = place[&row[0]];
        assert_eq!(spent.0 as u128, row[4]);
        chain[row[1] as usize].inputs.push(spent);
    }
    Some(chain)
}

fn set(chain: &[Plain]) -> LedgerSet {
    let mut builder = UtxoBuilder::new(Asset::native("bitcoin", "BTC", 8));
    for (at, plain) in chain.iter().enumerate() {
        let transaction = UtxoTransaction {
            position: Position {
                time: i64::from(plain.block),
                block: plain.block,
                transaction: at as u32,
                event: 0,
            },
            hash: format!("transaction{at}"),
            coinbase: plain.inputs.is_empty(),
            inputs: plain
                .inputs
                .iter()
                .map(|(made, output)| UtxoInput {
                    transaction: format!("transaction{made}"),
                    output: *output as u32,
                    previous: None,
                })
                .collect(),
            outputs: plain
                .outputs
                .iter()
                .map(|(address, units)| UtxoOutput { address: address.clone(), units: *units })
                .collect(),
        };
        builder.push(transaction).unwrap();
    }
    LedgerSet { ledgers: vec![builder.finish_in_memory().unwrap()], ..LedgerSet::default() }
}

/// An output's content: runs of tainted and other units in order.
type Content = Vec<(bool, u128)>;

fn taken(queue: &mut VecDeque<(bool, u128)>, mut units: u128) -> Content {
    let mut got = Content::new();
    while units > 0 {
        let (tainted, held) = queue.pop_front().expect("inputs cover outputs");
        let used = held.min(units);
        units -= used;
        got.push((tainted, used));
        if held > used {
            queue.push_front((tainted, held - used));
        }
    }
    got
}

fn tainted(content: &[(bool, u128)]) -> u128 {
    content.iter().filter(|run| run.0).map(|run| run.1).sum()
}

/// What one transaction makes of its inputs' contents: each output's content, the fee's last.
fn through(method: Method, inputs: Vec<Content>, outputs: &[u128]) -> Vec<Content> {
    let (whole, dirty) = (
        inputs.iter().flatten().map(|run| run.1).sum::<u128>(),
        inputs.iter().map(|content| tainted(content)).sum::<u128>(),
    );
    let split = |dirty: u128, units: u128| vec![(true, dirty), (false, units - dirty)];
    let (mut rest, mut rest_dirty) = (whole, dirty);
    let mut order: Vec<usize> = (0..outputs.len()).collect();
    if method == Method::Tiho {
        // The fee stays last; of two equal outputs the earlier one is filled first.
        order[..outputs.len() - 1].sort_by_key(|at| std::cmp::Reverse(outputs[*at]));
    }
    let mut queue: VecDeque<(bool, u128)> = match method {
        Method::Lifo => {
            inputs.into_iter().rev().flat_map(|content| content.into_iter().rev()).collect()
        }
        _ => inputs.into_iter().flatten().collect(),
    };
    let mut made = vec![Content::new(); outputs.len()];
    for at in order {
        let units = outputs[at];
        made[at] = match method {
            Method::Fifo | Method::Lifo => taken(&mut queue, units),
            Method::Poison => split(if dirty > 0 { units } else { 0 }, units),
            Method::Haircut => split((rest_dirty * units).checked_div(rest).unwrap_or(0), units),
            Method::DirtyFirst | Method::Tiho => split(rest_dirty.min(units), units),
            Method::CleanFirst => split(units.saturating_sub(rest - rest_dirty), units),
        };
        rest -= units;
        if method != Method::Poison {
            rest_dirty -= tainted(&made[at]);
        }
    }
    made
}

/// Tainted units per address at the end, and in fees that no coinbase of the data paid out again.
fn reference(chain: &[Plain], seed: usize, method: Method) -> BTreeMap<String, u128> {
    let mut contents: HashMap<(usize, usize), Content> = HashMap::new();
    let mut order: Vec<usize> = (0..chain.len()).collect();
    order.sort_by_key(|at| (chain[*at].block, chain[*at].inputs.is_empty(), *at));
    // Taint in fees ends there, and the coinbase pays the fees out as clean.
    let mut parked = 0;
    let mut fees_of_block = (0, 0);
    for at in order {
        let plain = &chain[at];
        let mut outputs: Vec<u128> = plain.outputs.iter().map(|o| o.1).collect();
        if fees_of_block.0 != plain.block {
            fees_of_block = (plain.block, 0);
        }
        let made: u128 = outputs.iter().sum();
        let mut inputs: Vec<Content> = Vec::new();
        if plain.inputs.is_empty() {
            let claimed = fees_of_block.1.min(made);
            inputs.push(vec![(false, made - claimed)]);
            inputs.push(vec![(false, claimed)]);
        }
        inputs.extend(plain.inputs.iter().map(|spent| contents.remove(spent).unwrap()));
        let fee = inputs.iter().flatten().map(|run| run.1).sum::<u128>() - made;
        outputs.push(fee);
        let mut results = through(method, inputs, &outputs);
        let paid = results.pop().unwrap();
        fees_of_block.1 += fee;
        parked += tainted(&paid);
        for (number, content) in results.into_iter().enumerate() {
            let content = if at == seed { vec![(true, outputs[number])] } else { content };
            contents.insert((at, number), content);
        }
    }
    let mut sums: BTreeMap<String, u128> = BTreeMap::new();
    for ((at, number), content) in contents {
        *sums.entry(chain[at].outputs[number].0.clone()).or_default() += tainted(&content);
    }
    *sums.entry(FEES.to_owned()).or_default() += parked;
    sums.retain(|_, units| *units > 0);
    sums
}

/// A reference run over the part of the chain that a seed can reach, so that thousands are affordable.
fn reachable(chain: &[Plain], seed: usize) -> Vec<usize> {
    let mut reached = vec![false; chain.len()];
    reached[seed] = true;
    for at in 0..chain.len() {
        if chain[at].inputs.iter().any(|(made, _)| reached[*made]) {
            reached[at] = true;
        }
    }
    (0..chain.len()).filter(|at| reached[*at]).collect()
}

#[test]
fn all_methods_agree_with_the_slow_reference_over_thousands_of_seeds() {
    let Some(chain) = chain() else { return };
    let set = set(&chain);
    // Transactions whose outputs were spent by one that was itself spent: there taint can mix.
    let spent_by = |made: &dyn Fn(usize) -> bool| -> HashSet<usize> {
        let fits = (0..chain.len()).filter(|at| made(*at));
        fits.flat_map(|at| chain[at].inputs.iter().map(|(made, _)| *made)).collect()
    };
    let spent = spent_by(&|_| true);
    let twice = spent_by(&|at| spent.contains(&at));
    let mut spending: Vec<usize> = twice.into_iter().collect();
    spending.sort_unstable();
    let mut state = 2009u64;
    let mut next = |limit: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    let (mut compared, mut moved) = (0, 0);
    for round in 0..2_000 {
        // Nine in ten seeds are transactions whose outputs were spent in the data.
        let seed = if round % 10 == 0 { next(chain.len()) } else { spending[next(spending.len())] };
        let keep = reachable(&chain, seed);
        for method in Method::ALL {
            let found = traced(&set, seed, method);
            let expected = reference_from(&chain, &keep, seed, method);
            assert_eq!(found, expected, "seed {seed}, {method:?}");
            compared += 1;
            moved += usize::from(expected.len() > 1);
        }
    }
    eprintln!("{compared} comparisons, {moved} of them with taint in more than one place");
    assert!(compared >= 2_000 && moved > 1_500);
}

fn traced(set: &LedgerSet, seed: usize, method: Method) -> BTreeMap<String, u128> {
    let seed = Seed::Transaction { hash: format!("transaction{seed}"), from: None };
    let report = trace(set, &TraceRequest::new(vec![seed], method)).unwrap();
    if method != Method::Poison {
        assert!(report.accounts[0].closes);
    }
    let mut sums = BTreeMap::new();
    for terminal in report.terminals.iter().filter(|t| t.outcome == "held" || t.outcome == "fees") {
        *sums.entry(terminal.address.clone()).or_default() += terminal.value.raw();
    }

    sums
}

/// The reference over the reachable transactions alone: whatever else they spend is not tainted.
fn reference_from(
    chain: &[Plain],
    keep: &[usize],
    seed: usize,
    method: Method,
) -> BTreeMap<String, u128> {
    let mut small: Vec<Plain> = Vec::new();
    let mut number: HashMap<usize, usize> = HashMap::new();
    for at in keep {
        let mut plain = chain[*at].clone();
        plain.inputs.clear();
        for (made, output) in &chain[*at].inputs {
            let made = *number.entry(*made).or_insert_with(|| {
                // Not reached: stands in as a making of its own, in a block before all others.
                small.push(Plain {
                    block: 0,
                    inputs: Vec::new(),
                    outputs: chain[*made].outputs.clone(),
                });
                small.len() - 1
            });
            plain.inputs.push((made, *output));
        }
        number.insert(*at, small.len());
        small.push(plain);
    }
    reference(&small, number[&seed], method)
}
