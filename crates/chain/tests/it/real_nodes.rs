//! Real nodes: anvil for accounts, litecoind on regtest for outputs. `crates/chain/scripts/fetch-nodes` gets both.
use std::{
    collections::BTreeMap,
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use interdict_chain::{
    read::ReadOptions,
    set::LedgerSet,
    sync::{HttpNode, Node, NodeKind, SyncOptions, reconcile_evm, sync},
    trace::{Method, Seed, TraceRequest, trace},
};
use serde_json::{Value, json};

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(variable: &str) -> Option<std::ffi::OsString> {
    let path = std::env::var_os(variable);
    if path.is_none() {
        eprintln!(
            "skipped: set {variable} to a node's program; crates/chain/scripts/fetch-nodes gets one"
        );
    }
    path
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn until_answers(node: &mut HttpNode, method: &str) {
    for _ in 0..100 {
        if node.call(method, json!([])).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("the node did not start");
}

struct Evm {
    node: HttpNode,
    accounts: Vec<String>,
    methods: Value,
}

impl Evm {
    fn send(&mut self, from: usize, to: Option<&str>, value: u128, data: &str) -> Value {
        let mut transaction = json!({ "from": self.accounts[from], "value": format!("0x{value:x}"), "data": format!("0x{data}"), "gas": "0x2dc6c0" });
        if let Some(to) = to {
            transaction["to"] = json!(to);
        }
        let hash = self.node.call("eth_sendTransaction", json!([transaction])).unwrap();
        // The node mines at once, and yet a moment later.
        for _ in 0..200 {
            let receipt = self.node.call("eth_getTransactionReceipt", json!([hash])).unwrap();
            if !receipt.is_null() {
                return receipt;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the transaction was not mined");
    }

    fn deploy(&mut self, name: &str, arguments: &str) -> String {
        let code = format!("{}{arguments}", self.methods[name]["bytecode"].as_str().unwrap());
        let receipt = self.send(0, None, 0, &code);
        assert_eq!(receipt["status"], "0x1");
        receipt["contractAddress"].as_str().unwrap().to_owned()
    }

    fn data(&self, contract: &str, method: &str, words: &[String]) -> String {
        format!("{}{}", self.methods[contract]["methods"][method].as_str().unwrap(), words.concat())
    }
}

fn word(value: u128) -> String {
    format!("{value:064x}")
}

fn address_word(address: &str) -> String {
    format!("{:0>64}", address.trim_start_matches("0x"))
}

const ETH: u128 = 1_000_000_000_000_000_000;

#[test]
fn a_synced_evm_node_reconciles_with_its_own_balances() {
    let Some(anvil) = program("INTERDICT_ANVIL") else { return };
    let port = free_port();
    let child = Command::new(anvil)
        .args(["--port", &port.to_string(), "--silent", "--accounts", "6"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _running = Running(child);
    let mut node = HttpNode::new(&format!("http://127.0.0.1:{port}"), Duration::from_secs(20));
    until_answers(&mut node, "eth_blockNumber");
    let accounts = node.call("eth_accounts", json!([])).unwrap();
    let accounts: Vec<String> =
        accounts.as_array().unwrap().iter().map(|a| a.as_str().unwrap().to_lowercase()).collect();
    let methods: Value =
        serde_json::from_str(include_str!("../../testdata/contracts/contracts.json")).unwrap();
    let mut evm = Evm { node, accounts, methods };

    let token = evm.deploy("Token", &word(1_000_000));
    let wrapper = evm.deploy("Wrapper", "");
    let forwarder = evm.deploy("Forwarder", "");
    let accounts = evm.accounts.clone();
    evm.send(0, Some(&accounts[1]), 5 * ETH, "");
    let deposit = evm.data("Wrapper", "deposit()", &[]);
    evm.send(1, Some(&wrapper), 3 * ETH, &deposit);
    let pass_on = evm.data(
        "Wrapper",
        "transfer(address,uint256)",
        &[address_word(&accounts[2]), word(2 * ETH)],
    );
    evm.send(1, Some(&wrapper), 0, &pass_on);
    let withdraw = evm.data("Wrapper", "withdraw(uint256)", &[word(ETH)]);
    evm.send(2, Some(&wrapper), 0, &withdraw);
    let pay =
        evm.data("Token", "transfer(address,uint256)", &[address_word(&accounts[3]), word(777)]);
    evm.send(0, Some(&token), 0, &pay);
    let burn = evm.data("Token", "burn(uint256)", &[word(7)]);
    evm.send(3, Some(&token), 0, &burn);
    let forward = evm.data("Forwarder", "forward(address)", &[address_word(&accounts[4])]);
    evm.send(3, Some(&forwarder), 2 * ETH, &forward);
    let failing = evm.data("Forwarder", "tryFailing(address)", &[address_word(&accounts[4])]);
    evm.send(3, Some(&forwarder), ETH, &failing);
    let failed = evm.data("Forwarder", "failing(address)", &[address_word(&accounts[4])]);
    assert_eq!(evm.send(3, Some(&forwarder), ETH, &failed)["status"], "0x0");

    let folder = tempfile::tempdir().unwrap();
    let mut options = SyncOptions::new(ReadOptions::new("anvil", "ETH"), NodeKind::Evm);
    (options.from_block, options.confirmations, options.segment) = (1, 0, 4);
    options.wrappers = vec![wrapper.clone()];
    let report = sync(&mut evm.node, &options, folder.path()).unwrap();
    assert!(report.notes.is_empty(), "{:?}", report.notes);
    assert_eq!(report.to_block, Some(report.head));
    let set = LedgerSet::open(folder.path()).unwrap();
    assert_eq!(set.ledgers.len(), 3);
    let mut addresses = evm.accounts.clone();
    addresses.extend([token.clone(), wrapper.clone(), forwarder.clone()]);
    addresses.push("0x0000000000000000000000000000000000000000".to_owned());
    let rows = reconcile_evm(&mut evm.node, &set, &addresses, (1, report.head)).unwrap();
    assert!(rows.len() >= 12 && rows.iter().all(|row| row.equal), "{rows:#?}");

    // The wrap is followed: what account 1 was sent and wrapped ends as wrapped coins of account 2.
    let seed = Seed::Address { address: accounts[0].clone(), since: None };
    let request = TraceRequest {
        asset: Some("ETH".to_owned()),
        ..TraceRequest::new(vec![seed], Method::DirtyFirst)
    };
    let traced = trace(&set, &request).unwrap();
    assert!(traced.accounts.iter().all(|a| a.closes), "{:?}", traced.accounts);
    assert!(!traced.conversions.is_empty());
    let at_second = traced.terminals.iter().find(|t| t.address == accounts[2] && t.asset != "ETH");
    assert_eq!(at_second.unwrap().value.raw(), ETH);

    // A second run goes on where the first stopped, and finds the chain re-organised.
    let snapshot = evm.node.call("evm_snapshot", json!([])).unwrap();
    evm.send(0, Some(&accounts[5]), ETH, "");
    let more = sync(&mut evm.node, &options, folder.path()).unwrap();
    assert_eq!(more.blocks, 1);
    evm.node.call("evm_revert", json!([snapshot])).unwrap();
    evm.send(0, Some(&accounts[5]), 2 * ETH, "");
    evm.send(0, Some(&accounts[5]), 3 * ETH, "");
    let again = sync(&mut evm.node, &options, folder.path()).unwrap();
    assert!(again.blocks_dropped >= 1 && again.to_block == Some(again.head));
    let set = LedgerSet::open(folder.path()).unwrap();
    let rows = reconcile_evm(&mut evm.node, &set, &addresses, (1, again.head)).unwrap();
    assert!(rows.iter().all(|row| row.equal), "{rows:#?}");
}

fn coins(value: &Value) -> u128 {
    (value.as_f64().unwrap() * 1e8).round() as u128
}

#[test]
fn a_synced_output_node_reconciles_with_its_own_unspent_outputs() {
    let Some(litecoind) = program("INTERDICT_LITECOIND") else { return };
    let data = tempfile::tempdir().unwrap();
    let port = free_port();
    let child = Command::new(litecoind)
        .args([
            "-regtest",
            "-server",
            "-listen=0",
            "-txindex",
            "-fallbackfee=0.001",
            "-rpcuser=u",
            "-rpcpassword=p",
        ])
        .args([format!("-datadir={}", data.path().display()), format!("-rpcport={port}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let _running = Running(child);
    let mut node = HttpNode::new(&format!("http://u:p@127.0.0.1:{port}"), Duration::from_secs(30));
    until_answers(&mut node, "getblockcount");
    node.call("createwallet", json!(["w"])).unwrap();
    let address = |node: &mut HttpNode| {
        node.call("getnewaddress", json!(["", "bech32"])).unwrap().as_str().unwrap().to_owned()
    };
    let (miner, shop, friend) = (address(&mut node), address(&mut node), address(&mut node));
    node.call("generatetoaddress", json!([110, miner])).unwrap();
    let first = node.call("sendtoaddress", json!([shop, 12.345])).unwrap();
    node.call("generatetoaddress", json!([1, miner])).unwrap();
    node.call("sendmany", json!(["", { friend.clone(): 3.5, shop.clone(): 1.25 }])).unwrap();
    node.call("generatetoaddress", json!([3, miner])).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let mut options =
        SyncOptions::new(ReadOptions::new("litecoin-regtest", "LTC"), NodeKind::Outputs);
    (options.confirmations, options.segment) = (0, 40);
    // The first block's output can never be spent and no node lists it.
    options.from_block = 1;
    let report = sync(&mut node, &options, folder.path()).unwrap();
    let problems = &report.import.as_ref().unwrap().problems;
    assert!(problems.counts.is_empty(), "{problems:?}");
    let set = LedgerSet::open(folder.path()).unwrap();
    let mut expected: BTreeMap<String, u128> = BTreeMap::new();
    for output in node.call("listunspent", json!([0])).unwrap().as_array().unwrap() {
        *expected.entry(output["address"].as_str().unwrap().to_owned()).or_default() +=
            coins(&output["amount"]);
    }
    // Coins too young to spend are not listed as unspent; the miner's are compared through the chain's sum.
    for (address, units) in expected.iter().filter(|(address, _)| **address != miner) {
        assert_eq!(set.ledgers[0].balance(address), Some(*units), "{address}");
    }
    let sum = node.call("gettxoutsetinfo", json!([])).unwrap();
    let wallets: std::collections::BTreeSet<String> = set.ledgers[0]
        .transfers()
        .flat_map(|t| [t.from, t.to])
        .filter(|a| !a.starts_with('@'))
        .collect();
    let held: u128 = wallets.iter().map(|a| set.ledgers[0].balance(a).unwrap()).sum();
    assert_eq!(
        held,
        coins(&sum["total_amount"]),
        "all wallets together hold what the node says exists"
    );

    let seed = Seed::Transaction { hash: first.as_str().unwrap().to_owned(), from: None };
    for method in Method::ALL.into_iter().filter(|m| *m != Method::Poison) {
        let traced = trace(&set, &TraceRequest::new(vec![seed.clone()], method)).unwrap();
        assert!(traced.accounts[0].closes, "{method:?}");
    }
}
