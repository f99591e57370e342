//! A node of five blocks for tests; it answers what `chain sync` asks of an Ethereum node.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

/// A listed wallet, which pays one ether.
pub(crate) const PAYER: &str = "0x098b716b8aaf21512996dc57eb0615e2383e2f96";
/// The wallet that it pays.
pub(crate) const PAYEE: &str = "0x00000000000000000000000000000000000000bb";
const HEAD: u64 = 5;

fn hash(block: u64) -> String {
    format!("0x{block:064x}")
}

/// Block 2 pays one ether; the others are empty.
fn block(number: u64) -> Value {
    let payment = json!({
        "hash": format!("0x{:064x}", 0xabc), "from": PAYER, "to": PAYEE,
        "value": "0xde0b6b3a7640000", "transactionIndex": "0x0",
    });
    json!({
        "number": format!("0x{number:x}"), "hash": hash(number), "parentHash": hash(number - 1),
        "timestamp": format!("0x{:x}", 1_650_000_000 + number * 12),
        "miner": "0x00000000000000000000000000000000000000aa", "baseFeePerGas": "0x0",
        "transactions": if number == 2 { vec![payment] } else { Vec::new() },
    })
}

fn answer(method: &str, params: &Value) -> Option<Value> {
    let number = |value: &Value| {
        let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
        digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(HEAD)
    };
    Some(match method {
        "eth_blockNumber" => json!(format!("0x{HEAD:x}")),
        "eth_chainId" => json!("0x1"),
        "eth_getBlockByNumber" => block(number(&params[0])),
        "eth_getBlockReceipts" if number(&params[0]) == 2 => json!([{
            "transactionHash": format!("0x{:064x}", 0xabc), "blockHash": hash(2),
            "transactionIndex": "0x0", "gasUsed": "0x0", "effectiveGasPrice": "0x0",
            "status": "0x1", "logs": [],
        }]),
        "eth_getBlockReceipts" | "eth_getLogs" => json!([]),
        _ => return None,
    })
}

/// Starts the node and returns its address.
pub(crate) fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    url
}

fn serve(mut stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line).ok()? > 2 {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok()?;
            }
            line.clear();
        }
        if length == 0 {
            return None;
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let call: Value = serde_json::from_slice(&body).ok()?;
        let reply = match answer(call["method"].as_str()?, &call["params"]) {
            Some(result) => json!({ "jsonrpc": "2.0", "id": call["id"], "result": result }),
            None => json!({ "jsonrpc": "2.0", "id": call["id"],
                "error": { "code": -32601, "message": "no such method" } }),
        };
        let reply = reply.to_string();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", reply.len());
        stream.write_all(format!("{head}{reply}").as_bytes()).ok()?;
    }
}
