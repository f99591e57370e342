//! Wallets, traces and exposures: the documents of the command line, recorded before they are answered.

use interdict_engine::tracing::{ImportOptions, ReadOptions};
use interdict_engine::{Actor, Engine};
use interdict_model::Sha256Digest;
use interdict_server::{ChainFiles, ServerConfig};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fixture::{Server, folder, start_small, start_small_with};

/// A thief sends what they stole to the wallet of a listed party and to a friend, who had money of their own.
const TRANSFERS: &str = "\
time,tx,from,to,asset,amount
2024-01-01T00:00:00Z,t0,bank,friend,BTC,10
2024-01-02T00:00:00Z,t1,victim,thief,BTC,10
2024-01-03T00:00:00Z,t2,thief,friend,BTC,4
2024-01-04T00:00:00Z,t3,thief,12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S,BTC,6
";
const LISTED: &str = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S";

fn with_transfers(name: &str) -> Server {
    with_transfers_and(name, ChainFiles::default())
}

/// The same, with files of labels and bridge links.
fn with_transfers_and(name: &str, chain: ChainFiles) -> Server {
    let listed = json!({
        "id": "w-1", "schema": "CryptoWallet", "properties": {
            "publicKey": [LISTED], "holder": ["p-1"], "currency": ["BTC"],
        },
    });
    let holder = json!({
        "id": "p-1", "schema": "Person",
        "properties": { "name": ["Ivo Maris Roe"], "topics": ["sanction"] },
    });
    let server =
        start_small_with(name, &[holder, listed], |config| ServerConfig { chain, ..config });
    let file = folder(name).join("transfers.csv");
    std::fs::write(&file, TRANSFERS).unwrap();
    let options = ImportOptions { read: ReadOptions::new("bitcoin", "BTC"), replace: false };
    let engine = Engine::new(folder(name));
    let session = engine.session(Actor::local("test").unwrap(), Timestamp::now());
    session.import_transfers(&[file], &options, Box::new(|_| {})).unwrap();
    server
}

#[test]
fn a_trace_and_an_exposure_add_up_and_name_the_listed_party() {
    let server = with_transfers("ledgers");
    let answer = server.post("/api/v1/traces", &json!({ "from": ["thief"], "method": "fifo" }));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let trace = answer.json();
    assert_eq!(trace["schema"], "interdict.trace");
    let held: Vec<(&str, &str)> = trace["terminals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["address"].as_str().unwrap(), t["value"]["amount"].as_str().unwrap()))
        .collect();
    assert_eq!(held.len(), 2, "{trace:#}");
    assert!(held.contains(&(LISTED, "6")) && held.contains(&("friend", "4")), "{held:?}");
    let exposure =
        server.post("/api/v1/exposures", &json!({ "address": "thief", "basis": "sent" })).ok();
    assert_eq!(exposure["schema"], "interdict.exposure");
    assert_eq!(exposure["verdict"], "match");
    let short = json!({ "from": ["thief"], "max_transfers": 1 });
    let answer = server.post("/api/v1/traces", &short);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (422, Some("invalid_values")));
}

#[test]
fn the_label_packs_of_the_server_are_behind_every_answer() {
    let packs = tempfile::tempdir().unwrap();
    let pack = packs.path().join("exchanges.csv");
    let labels = format!(
        "address,entity,category\nfriend,Quilva Exchange,exchange\n{LISTED},Quilva Exchange,exchange\n"
    );
    std::fs::write(&pack, labels).unwrap();
    let chain = ChainFiles { labels: vec![pack], ..ChainFiles::default() };
    let server = with_transfers_and("ledgers-labels", chain);
    for (path, body) in [
        ("/api/v1/traces", json!({ "from": ["thief"] })),
        ("/api/v1/exposures", json!({ "address": "thief", "basis": "sent" })),
        ("/api/v1/wallets", json!({ "address": LISTED })),
    ] {
        let text = server.post(path, &body).ok().to_string();
        assert!(text.contains("Quilva Exchange"), "{path}: {text}");
        assert!(!text.contains(packs.path().to_str().unwrap()), "{path} shows a folder: {text}");
    }
    // A caller cannot name files.
    let named = json!({ "from": ["thief"], "labels": ["/etc/passwd"] });
    assert_eq!(server.post("/api/v1/traces", &named).status, 422);
}

#[test]
fn what_was_asked_is_recorded_beside_the_event_with_a_digest_of_the_answer() {
    let server = with_transfers("ledgers-recorded");
    for (seq, (path, body)) in [
        ("/api/v1/wallets", json!({ "address": LISTED })),
        ("/api/v1/traces", json!({ "from": [LISTED, "thief"] })),
        ("/api/v1/exposures", json!({ "address": LISTED, "basis": "received" })),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = server.post(path, &body);
        assert_eq!(answer.status, 200, "{path} {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.header("x-interdict-audit"), Some(&*seq.to_string()), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-interdict-complete"), Some("false"));
        let event = server.get(&format!("/api/v1/audit/{seq}")).ok();
        let kind = path.trim_start_matches("/api/v1/").trim_end_matches('s');
        assert_eq!(event["kind"], kind);
        assert!(!event.to_string().contains(LISTED), "{event}");
        assert_eq!(event["detail"]["lists"].as_object().unwrap().len(), 2, "{event}");
        let verdict = if kind == "trace" { Value::Null } else { json!("match") };
        assert_eq!(event["detail"]["verdict"], verdict);
        let sealed = sealed("ledgers-recorded", seq);
        assert_eq!(sealed["query"], body);
        assert_eq!(sealed["answer_sha256"], Sha256Digest::of(&answer.body).to_string());
    }
}

/// The personal data beside an event.
fn sealed(name: &str, seq: usize) -> Value {
    let place = interdict_engine::audit::StorePlace::in_folder(folder(name).join("store"));
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let store = interdict_engine::audit::Store::open(place, random, Timestamp::now()).unwrap();
    let tenant = interdict_engine::audit::Tenant::only();
    let recorded = store.recorded(&tenant, u64::try_from(seq).unwrap()).unwrap();
    serde_json::from_slice(&recorded.sealed.unwrap().1).unwrap()
}

#[test]
fn a_question_that_cannot_be_answered_is_the_fault_of_its_caller() {
    let server = with_transfers("ledgers-faults");
    for (path, body) in [
        ("/api/v1/wallets", json!({ "address": "no address" })),
        ("/api/v1/wallets", json!({ "address": LISTED, "labels": ["/etc/passwd"] })),
        ("/api/v1/traces", json!({ "from": [] })),
        ("/api/v1/traces", json!({ "from": ["nobody"] })),
        ("/api/v1/traces", json!({ "from": ["thief"], "method": "guess" })),
        ("/api/v1/traces", json!({ "from": ["thief"], "asset": "ETH" })),
        ("/api/v1/traces", json!({ "from": ["thief"], "since": "soon" })),
        ("/api/v1/traces", json!({ "from": ["thief"], "stop_at": ["dragons"] })),
        ("/api/v1/traces", json!({ "from": ["thief"], "min_amount": "much" })),
        ("/api/v1/traces", json!({ "from": ["thief"], "openings": ["thief"] })),
        ("/api/v1/traces", json!({ "from": ["thief"], "max_transfers": 5_000_001 })),
        ("/api/v1/traces", json!({ "from": vec!["thief"; 1_001] })),
        ("/api/v1/exposures", json!({ "address": "no address" })),
        ("/api/v1/exposures", json!({ "address": "thief", "basis": "dreams" })),
        ("/api/v1/exposures", json!({ "address": "thief", "path_coverage": 101 })),
        ("/api/v1/exposures", json!({ "address": "thief", "basis": "sent", "method": "poison" })),
        ("/api/v1/exposures", json!({ "address": "thief", "clusters": true })),
    ] {
        let answer = server.post(path, &body);
        let problem = answer.json();
        assert_eq!(
            (answer.status, problem["code"].as_str()),
            (422, Some("invalid_values")),
            "{path} {body} {problem}"
        );
    }
}

#[test]
fn without_ledgers_there_is_nothing_to_trace_and_without_an_official_list_no_wallet_is_clear() {
    let holder = json!({ "id": "p-1", "schema": "Person", "properties": { "name": ["Ivo Roe"] } });
    let server = start_small("no-ledgers", &[holder]);
    let answer = server.post("/api/v1/traces", &json!({ "from": [LISTED] }));
    assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not_found")));
    assert_eq!(server.post("/api/v1/exposures", &json!({ "address": LISTED })).status, 404);
    // Without an official list, a wallet on no list is not "clear".
    let answer = server.post("/api/v1/wallets", &json!({ "address": LISTED }));
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("lists_unavailable")));
}
