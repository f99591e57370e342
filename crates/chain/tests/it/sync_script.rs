//! A node that lags, refuses large ranges, changes its mind and lies: scripted, without a network.
use interdict_chain::{
    read::ReadOptions,
    set::LedgerSet,
    sync::{Node, NodeError, NodeKind, SyncError, SyncOptions, sync},
};
use serde_json::{Value, json};

const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
const TOKEN: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";

/// A chain of blocks with one token transfer each. `fork` is the block from which hashes differ.
struct Script {
    head: u32,
    fork: Option<u32>,
    widest: u32,
    lie: Option<&'static str>,
    asked_ranges: Vec<u32>,
}

impl Script {
    fn new(head: u32) -> Self {
        Self { head, fork: None, widest: 1_000, lie: None, asked_ranges: Vec::new() }
    }

    fn hash(&self, block: u32) -> String {
        let fork = self.fork.is_some_and(|fork| block >= fork);
        format!("0x{}{block:08x}", if fork { "f" } else { "a" }.repeat(56))
    }

    fn block(&self, number: u32) -> Value {
        let shown = if self.lie == Some("other block") { number + 1 } else { number };
        json!({
            "number": format!("0x{shown:x}"), "hash": self.hash(number), "timestamp": format!("0x{:x}", 1_650_000_000 + number * 12),
            "parentHash": if number == 0 { self.hash(0) } else { self.hash(number - 1) },
            "miner": "0x00000000000000000000000000000000000000aa", "baseFeePerGas": "0x1",
            "transactions": [{ "hash": format!("0x{number:064x}"), "from": "0x00000000000000000000000000000000000000bb", "to": TOKEN, "value": "0x0" }],
        })
    }

    fn log(&self, number: u32) -> Value {
        let place = if self.lie == Some("outside") { number + 500 } else { number };
        let hash =
            if self.lie == Some("other hash") { self.hash(number + 1) } else { self.hash(number) };
        json!({
            "blockNumber": format!("0x{place:x}"), "blockHash": hash, "transactionIndex": "0x0", "logIndex": "0x0",
            "transactionHash": format!("0x{number:064x}"), "address": TOKEN,
            "topics": [TRANSFER, format!("0x{:0>64}", "bb"), format!("0x{:0>64}", "cc")], "data": format!("0x{:064x}", 10),
        })
    }
}

fn hex(value: &Value) -> u32 {
    u32::from_str_radix(value.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

impl Node for Script {
    fn call(&mut self, method: &str, params: Value) -> Result<Value, NodeError> {
        let refuse = |message: &str| {
            Err(NodeError::Refused {
                method: method.to_owned(),
                code: -32000,
                message: message.to_owned(),
            })
        };
        match method {
            "eth_blockNumber" => Ok(json!(format!("0x{:x}", self.head))),
            "eth_getBlockByNumber" => Ok(self.block(hex(&params[0]))),
            "eth_getBlockReceipts" if self.lie == Some("no receipts") => Ok(json!([])),
            "eth_getBlockReceipts" => {
                let number = hex(&params[0]);
                Ok(
                    json!([{ "blockHash": self.hash(number), "gasUsed": "0x64", "effectiveGasPrice": "0x3", "status": "0x1" }]),
                )
            }
            "eth_getLogs" => {
                let (from, to) = (hex(&params[0]["fromBlock"]), hex(&params[0]["toBlock"]));
                self.asked_ranges.push(to - from + 1);
                if to - from + 1 > self.widest {
                    return refuse("query returned more than 10000 results");
                }
                Ok((from..=to).map(|number| self.log(number)).collect())
            }
            _ => refuse("the method does not exist"),
        }
    }
}

fn options() -> SyncOptions {
    let mut options = SyncOptions::new(ReadOptions::new("ethereum", "ETH"), NodeKind::Evm);
    (options.from_block, options.confirmations, options.segment) = (1, 5, 20);
    options
}

fn received(folder: &std::path::Path) -> Option<u128> {
    let set = LedgerSet::open(folder).unwrap();
    let usdt = set.ledgers.iter().find(|l| l.asset().symbol == "USDT").unwrap();
    usdt.balance("0x00000000000000000000000000000000000000cc")
}

#[test]
fn ranges_shrink_when_refused_and_the_sync_resumes_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let mut node = Script::new(105);
    node.widest = 7;
    let report = sync(&mut node, &options(), folder.path()).unwrap();
    assert_eq!((report.blocks, report.to_block), (100, Some(100)));
    assert!(report.ranges_halved > 0 && node.asked_ranges.iter().any(|range| *range <= 7));
    assert!(report.notes.iter().any(|note| note.contains("does not trace")), "{:?}", report.notes);
    assert_eq!(received(folder.path()), Some(1_000));
    let fees = LedgerSet::open(folder.path()).unwrap();
    let eth = fees.ledgers.iter().find(|l| l.asset().symbol == "ETH").unwrap();
    assert_eq!(
        (eth.balance("@burnt"), eth.balance("0x00000000000000000000000000000000000000aa")),
        (Some(10_000), Some(20_000))
    );
    // A node that lags behind what is stored changes nothing.
    node.head = 90;
    assert!(sync(&mut node, &options(), folder.path()).is_ok());
    node.head = 125;
    let more = sync(&mut node, &options(), folder.path()).unwrap();
    assert_eq!(more.to_block, Some(120));
    assert_eq!(received(folder.path()), Some(1_200));
}

#[test]
fn blocks_that_the_chain_no_longer_has_are_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut node = Script::new(105);
    sync(&mut node, &options(), folder.path()).unwrap();
    node.fork = Some(70);
    let report = sync(&mut node, &options(), folder.path()).unwrap();
    assert_eq!((report.blocks_dropped, report.blocks), (40, 40));
    assert_eq!(received(folder.path()), Some(1_000));
}

#[test]
fn a_node_that_contradicts_itself_is_not_believed_and_nothing_is_stored() {
    for lie in ["other block", "outside", "other hash", "no receipts"] {
        let folder = tempfile::tempdir().unwrap();
        let mut node = Script::new(50);
        node.lie = Some(lie);
        let why = sync(&mut node, &options(), folder.path()).unwrap_err();
        assert!(matches!(why, SyncError::Contradiction { .. }), "{lie}: {why}");
        assert!(LedgerSet::open(folder.path()).unwrap().ledgers.is_empty());
    }
}
