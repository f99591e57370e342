//! Ledgers of outputs that later files are added to.
use std::{fs, path::Path};

use interdict_chain::{
    asset::Asset,
    import::{ImportError, ImportOptions, import},
    ledger::{Ledger, LedgerError, UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction},
    read::{ReadError, ReadOptions},
    sync::{Node, NodeError, NodeKind, SyncOptions, sync_watched},
    transfer::{BURNT, Position},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A chain of blocks, made of choices: which unspent outputs are spent, and how the value is cut.
fn blocks(choices: &[Vec<(u8, u8, u8)>]) -> Vec<Vec<UtxoTransaction>> {
    let mut unspent: Vec<(String, u32, u128)> = Vec::new();
    let mut blocks = Vec::new();
    for (number, transactions) in choices.iter().enumerate() {
        let block = number as u32 + 1;
        let mut made = Vec::new();
        let mut fees = 0;
        for (at, (spent, cuts, rest)) in transactions.iter().enumerate() {
            if unspent.is_empty() {
                break;
            }
            let count = 1 + usize::from(*spent) % unspent.len().min(3);
            let first = usize::from(*rest) % (unspent.len() - count + 1);
            let inputs: Vec<_> = unspent.drain(first..first + count).collect();
            let total: u128 = inputs.iter().map(|(.., units)| units).sum();
            let fee = total.min(u128::from(*rest) % 3);
            let hash = format!("{block:08x}{at:08x}");
            let parts = 1 + u128::from(*cuts) % 4;
            let outputs: Vec<UtxoOutput> = (0..parts)
                .map(|part| {
                    // Every so often nothing is paid, or what is paid can never be spent.
                    let units = if part == 0 { total - fee } else { 0 };
                    let owner = (u128::from(*cuts) + part) % 5;
                    let burnt = part == 2 && *rest % 2 == 0;
                    let address = if burnt { BURNT.to_owned() } else { format!("owner{owner}") };
                    UtxoOutput { address, units }
                })
                .collect();
            for (at, output) in outputs.iter().enumerate().filter(|(_, o)| o.address != BURNT) {
                unspent.push((hash.clone(), at as u32, output.units));
            }
            fees += fee;
            let input = |(transaction, output, _): (String, u32, u128)| UtxoInput {
                transaction,
                output,
                previous: None,
            };
            made.push(transaction(
                block,
                at as u32 + 1,
                hash,
                inputs.into_iter().map(input),
                outputs,
            ));
        }
        let hash = format!("{block:08x}ffffffff");
        let outputs =
            vec![UtxoOutput { address: format!("miner{}", number % 3), units: 50 + fees }];
        unspent.push((hash.clone(), 0, 50 + fees));
        made.insert(0, transaction(block, 0, hash, [], outputs));
        blocks.push(made);
    }
    blocks
}

fn transaction(
    block: u32,
    place: u32,
    hash: String,
    inputs: impl IntoIterator<Item = UtxoInput>,
    outputs: Vec<UtxoOutput>,
) -> UtxoTransaction {
    let inputs: Vec<UtxoInput> = inputs.into_iter().collect();
    UtxoTransaction {
        position: Position { time: i64::from(block) * 600, block, transaction: place, event: 0 },
        hash,
        coinbase: inputs.is_empty(),
        inputs,
        outputs,
    }
}

fn coin() -> Asset {
    Asset::native("bitcoin", "BTC", 8)
}

fn push_all(builder: &mut UtxoBuilder, blocks: &[Vec<UtxoTransaction>]) {
    for transaction in blocks.iter().flatten() {
        builder.push(transaction.clone()).unwrap();
    }
}

fn bytes(builder: UtxoBuilder) -> (Vec<u8>, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let path = builder.finish(folder.path()).unwrap();
    let bytes = fs::read(&path).unwrap();
    (bytes, Ledger::open(&path).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_ledger_that_goes_on_is_byte_for_byte_the_ledger_read_at_once(
        choices in proptest::collection::vec(proptest::collection::vec(any::<(u8, u8, u8)>(), 0..4), 2..14),
        cuts in proptest::collection::vec(1usize..13, 1..3),
    ) {
        let blocks = blocks(&choices);
        let mut whole = UtxoBuilder::new(coin());
        push_all(&mut whole, &blocks);
        let (expected, ledger) = bytes(whole);
        prop_assert!(ledger.verify().is_ok());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.min(&(blocks.len() - 1)).to_owned()).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let mut builder = UtxoBuilder::new(coin());
        let mut start = 0;
        for cut in cuts {
            push_all(&mut builder, &blocks[start..cut]);
            let (_, ledger) = bytes(builder);
            builder = UtxoBuilder::resume(&ledger).unwrap().unwrap();
            start = cut;
        }
        push_all(&mut builder, &blocks[start..]);
        prop_assert!(bytes(builder).0 == expected, "the files differ");
    }
}

#[test]
fn a_block_that_the_ledger_has_closed_is_refused() {
    let blocks = blocks(&[vec![], vec![(0, 1, 1)], vec![(1, 2, 2)]]);
    let mut builder = UtxoBuilder::new(coin());
    push_all(&mut builder, &blocks[..2]);
    let (_, ledger) = bytes(builder);
    let mut next = UtxoBuilder::resume(&ledger).unwrap().unwrap();
    let again = next.push(blocks[1][0].clone());
    assert!(
        matches!(&again, Err(LedgerError::Unbalanced { reason, .. }) if reason.contains("ends")),
        "{again:?}"
    );
    assert!(next.push(blocks[2][0].clone()).is_ok());
}

fn line(transaction: &UtxoTransaction) -> String {
    let inputs: Vec<_> = transaction
        .inputs
        .iter()
        .map(|i| serde_json::json!({ "spent_transaction_hash": i.transaction, "spent_output_index": i.output }))
        .collect();
    let outputs: Vec<_> = (0..)
        .zip(&transaction.outputs)
        .map(|(n, o): (u32, _)| {
            let kind = if o.address == BURNT { "nulldata" } else { "pubkeyhash" };
            serde_json::json!({ "index": n, "addresses": [o.address], "value": o.units as u64, "type": kind })
        })
        .collect();
    let line = serde_json::json!({
        "hash": transaction.hash, "block_number": transaction.position.block,
        "block_timestamp": transaction.position.time, "index": transaction.position.transaction,
        "is_coinbase": transaction.coinbase, "inputs": inputs, "outputs": outputs,
    });
    format!("{line}\n")
}

fn file(folder: &Path, name: &str, blocks: &[Vec<UtxoTransaction>]) -> std::path::PathBuf {
    let path = folder.join(name);
    fs::write(&path, blocks.iter().flatten().map(line).collect::<String>()).unwrap();
    path
}

#[test]
fn a_later_file_is_added_and_one_out_of_order_changes_nothing() {
    let blocks = blocks(&vec![vec![(1, 1, 2), (2, 3, 1)]; 9]);
    let folder = tempfile::tempdir().unwrap();
    let files = [&blocks[..3], &blocks[3..6], &blocks[6..]];
    let names = ["a.jsonl", "b.jsonl", "c.jsonl"];
    let paths: Vec<_> =
        files.iter().zip(names).map(|(blocks, name)| file(folder.path(), name, blocks)).collect();
    let options = ImportOptions { read: ReadOptions::new("bitcoin", "BTC"), replace: false };
    let ledgers = |name: &str| folder.path().join(name);
    import(&paths, &options, &ledgers("whole")).unwrap();
    let parts = ledgers("parts");
    for path in &paths[..2] {
        import(std::slice::from_ref(path), &options, &parts).unwrap();
    }
    let stored = || fs::read(parts.join("bitcoin.btc.ledger")).unwrap();
    let before = stored();
    let twice = import(&paths[1..2], &options, &parts).unwrap_err();
    assert!(matches!(twice, ImportError::Read(ReadError::AlreadyThere { .. })), "{twice}");
    let same = file(folder.path(), "d.jsonl", &blocks[5..7]);
    let late = import(&[same], &options, &parts).unwrap_err();
    assert!(
        matches!(late, ImportError::Read(ReadError::NotAfter { block: 6, last: 6, .. })),
        "{late}"
    );
    assert!(stored() == before, "what failed changes nothing");
    import(&paths[2..], &options, &parts).unwrap();
    assert!(stored() == fs::read(ledgers("whole").join("bitcoin.btc.ledger")).unwrap());
    let accounts = folder.path().join("accounts.csv");
    fs::write(&accounts, "time,tx,from,to,amount\n2024-01-01,t,a,b,1\n").unwrap();
    let mixed = import(std::slice::from_ref(&accounts), &options, &parts).unwrap_err();
    assert!(matches!(mixed, ImportError::CannotAdd(_)), "{mixed}");
    let other = ledgers("accounts");
    import(&[accounts], &options, &other).unwrap();
    let mixed = import(&paths[..1], &options, &other).unwrap_err();
    assert!(matches!(mixed, ImportError::Read(ReadError::CannotAdd(_))), "{mixed}");
}

/// A node that has these blocks.
struct Script(Vec<Vec<UtxoTransaction>>);

impl Node for Script {
    fn call(&mut self, method: &str, params: Value) -> Result<Value, NodeError> {
        let number = |hash: &Value| {
            usize::from_str_radix(hash.as_str().unwrap().trim_start_matches('h'), 16).unwrap()
        };
        Ok(match method {
            "getblockcount" => json!(self.0.len()),
            "getblockhash" => json!(format!("h{:08x}", params[0].as_u64().unwrap())),
            "getblock" => {
                let height = number(&params[0]);
                let output = |(n, o): (usize, &UtxoOutput)| {
                    let kind = if o.address == BURNT { "nulldata" } else { "pubkeyhash" };
                    let script = json!({ "address": o.address, "type": kind });
                    json!({ "n": n, "value": o.units as f64 / 1e8, "scriptPubKey": script })
                };
                let input = |i: &UtxoInput| json!({ "txid": i.transaction, "vout": i.output });
                let transaction = |t: &UtxoTransaction| {
                    let mut vin: Vec<Value> = t.inputs.iter().map(input).collect();
                    if t.coinbase {
                        vin.push(json!({ "coinbase": "00" }));
                    }
                    let vout: Vec<Value> = t.outputs.iter().enumerate().map(output).collect();
                    json!({ "txid": t.hash, "vin": vin, "vout": vout })
                };
                let list: Vec<Value> = self.0[height - 1].iter().map(transaction).collect();
                json!({
                    "height": height, "time": height * 600, "tx": list,
                    "previousblockhash": format!("h{:08x}", height - 1),
                })
            }
            _ => {
                let message = "no such method".to_owned();
                return Err(NodeError::Refused {
                    method: method.to_owned(),
                    code: -32601,
                    message,
                });
            }
        })
    }
}

#[test]
fn blocks_of_a_node_are_fetched_in_several_segments_and_runs() {
    let blocks = blocks(&vec![vec![(1, 1, 2), (2, 3, 1)]; 7]);
    let folder = tempfile::tempdir().unwrap();
    let mut options = SyncOptions::new(ReadOptions::new("bitcoin", "BTC"), NodeKind::Outputs);
    (options.from_block, options.confirmations, options.segment) = (1, 0, 2);
    let mut node = Script(blocks.clone());
    let mut seen = Vec::new();
    for last in [3, 7] {
        options.to_block = Some(last);
        sync_watched(&mut node, &options, folder.path(), &mut |p| {
            seen.push((p.from_block, p.to_block, p.blocks));
        })
        .unwrap();
    }
    let first = [(1, 3, 1), (1, 3, 2), (1, 3, 3)];
    let second = [(4, 7, 1), (4, 7, 2), (4, 7, 3), (4, 7, 4)];
    assert_eq!(seen, [&first[..], &second].concat());
    let synced = Ledger::open(&folder.path().join("bitcoin.btc.ledger")).unwrap();
    let mut whole = UtxoBuilder::new(coin());
    push_all(&mut whole, &blocks);
    let (_, expected) = bytes(whole);
    for owner in ["owner0", "owner1", "owner2", "owner3", "owner4", "miner0", "miner1", "miner2"] {
        assert_eq!(synced.balance(owner), expected.balance(owner), "{owner}");
    }
    assert_eq!(synced.transfers().count(), expected.transfers().count());
}
