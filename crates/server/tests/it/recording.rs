//! Screenings are recorded before they are answered, and can be proven and replayed.

use interdict_engine::audit::{EventFilter, Proof, Store, StorePlace, Tenant, VerifyingKey};
use interdict_server::StoreConfig;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::fixture::{Server, ZAKHAROV, folder, start};

fn recorded(name: &str) -> Option<Server> {
    start(name, |config| {
        let store = StoreConfig::at(place(name));
        interdict_server::ServerConfig { store: Some(store), ..config }
    })
}

fn place(name: &str) -> StorePlace {
    StorePlace::in_folder(folder(name).join("store"))
}

fn open(name: &str) -> Store {
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    Store::open(place(name), random, Timestamp::now()).unwrap()
}

fn zakharov() -> Value {
    json!({ "schema": "Person", "properties": { "name": ["Alexander Zakharov"] } })
}

#[test]
fn each_query_of_a_batch_is_an_event_that_the_answer_names() {
    let Some(server) = recorded("recording") else { return };
    let one = json!({ "queries": { "a": zakharov() } });
    let answer = server.post("/match/zala", &one);
    assert_eq!((answer.status, answer.header("x-interdict-audit")), (200, Some("0")));
    let three = json!({ "queries": { "a": zakharov(), "b": zakharov(), "c": zakharov() } });
    let answer = server.post("/match/zala", &three);
    assert_eq!(answer.header("x-interdict-audit"), Some("1-3"));
    let row = json!({ "q0": { "query": "Zakharov" } });
    let answer = server.form("/reconcile/zala", "queries", &row);
    assert_eq!((answer.status, answer.header("x-interdict-audit")), (200, Some("4")));
    let events = server.get("/api/v1/audit?limit=2").ok();
    let seqs: Vec<u64> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["seq"].as_u64().unwrap())
        .collect();
    assert_eq!((seqs, events["next_cursor"].as_str()), (vec![0, 1], Some("2")));
    let rest = server.get("/api/v1/audit?cursor=2&kind=screening").ok();
    assert_eq!(rest["events"].as_array().unwrap().len(), 3);
    assert_eq!(rest["next_cursor"], Value::Null);
    let event = &events["events"][1];
    assert_eq!(event["kind"], "screening");
    assert_eq!(event["actor"], "local:server");
    assert_eq!(event["address"], "127.0.0.1");
    let detail = &event["detail"];
    assert_eq!(detail["generation"], 3);
    assert_eq!(detail["threshold"], 0.7);
    assert_eq!(detail["lists"].as_object().unwrap().keys().collect::<Vec<_>>(), ["zala"]);
    // The name is personal data: the event has a commitment to it and does not contain it.
    assert!(!event.to_string().contains("Zakharov") && event["commitment"].is_string());
}

#[test]
fn an_event_is_proven_without_the_server_and_screened_again() {
    let Some(server) = recorded("replayed") else { return };
    server.post("/match/zala", &json!({ "queries": { "a": zakharov() } })).ok();
    let proof = server.get("/api/v1/audit/0/proof").ok();
    let proof: Proof = serde_json::from_value(proof).unwrap();
    let kept = std::fs::read_to_string(place("replayed").folder.join("audit.pub")).unwrap();
    let key: VerifyingKey = kept.trim().parse().unwrap();
    let verified = proof.verify(&key).unwrap();
    assert_eq!((verified.size, verified.event.seq), (1, 0));
    let forged = Proof { event: proof.event.replace("\"matches\":1", "\"matches\":0"), ..proof };
    assert!(forged.verify(&key).is_err());
    let replay = server.send("POST", "/api/v1/audit/0/replay", &[], b"").ok();
    assert_eq!(replay["outcome"], "same");
    assert_eq!(replay["recorded"][0]["id"], ZAKHAROV);
    assert_eq!(replay["recorded"], replay["replayed"]);
    let note = server.get("/api/v1/audit/checkpoint");
    assert_eq!(note.header("content-type"), Some("text/plain; charset=utf-8"));
    let note = String::from_utf8(note.body).unwrap();
    assert_eq!(open("replayed").check_log(&[note]).unwrap().agreeing, [1]);
    assert_eq!(server.get("/api/v1/audit/7").status, 404);
    let problem = server.get("/api/v1/audit/7").json();
    assert_eq!(
        (problem["code"].as_str(), problem["status"].as_u64()),
        (Some("not_found"), Some(404))
    );
}

#[test]
fn a_changed_record_is_not_screened_again_as_if_it_were_the_one_of_then() {
    let Some(server) = recorded("changed") else { return };
    for name in ["Alexander Zakharov", "Somebody Else"] {
        let query = json!({ "schema": "Person", "properties": { "name": [name] } });
        server.post("/match/zala", &json!({ "queries": { "a": query } })).ok();
    }
    let other = "(SELECT data FROM sealed WHERE seq = 1)";
    open("changed")
        .change_now(move |change| {
            let sql = format!("UPDATE sealed SET data = {other} WHERE seq = 0");
            change.sql()?.execute(&sql, &[])
        })
        .unwrap();
    let answer = server.send("POST", "/api/v1/audit/0/replay", &[], b"");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("refused")));
    assert_eq!(server.send("POST", "/api/v1/audit/1/replay", &[], b"").ok()["outcome"], "same");
}

#[test]
fn an_answer_that_cannot_be_recorded_does_not_leave() {
    let Some(server) = recorded("unrecorded") else { return };
    let body = json!({ "queries": { "a": zakharov() } });
    let party = json!({ "properties": { "name": "Zakharov" } });
    server.post("/match/zala", &body).ok();
    open("unrecorded")
        .change_now(|change| change.sql()?.execute("DROP TABLE sealed", &[]))
        .unwrap();
    let answer = server.post("/match/zala", &body);
    answer.fails(503, "what was asked cannot be recorded now");
    assert_eq!(answer.header("retry-after"), Some("5"));
    let answer = server
        .post("/api/v1/screen", &json!({ "party": party, "settings": { "datasets": ["zala"] } }));
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("store_unavailable")));
    // None of them is in the log, and requests that need no record still answer.
    assert_eq!(open("unrecorded").head().unwrap().size(), 1);
    server.get("/search/zala?q=zakharov").ok();
}

#[test]
fn the_generation_that_events_name_is_pinned() {
    let Some(_) = recorded("pinned") else { return };
    assert!(folder("pinned").join("generations/3.pinned").exists());
}

#[test]
fn who_acts_on_whose_behalf_is_recorded_as_claimed() {
    let Some(server) = recorded("behalf") else { return };
    let body = json!({ "queries": { "a": zakharov() } }).to_string();
    let kind = ("Content-Type", "application/json");
    let named = [kind, ("X-On-Behalf-Of", "jane@example.org"), ("X-Request-Id", "order-7")];
    assert_eq!(server.send("POST", "/match/zala", &named, body.as_bytes()).status, 200);
    let all = EventFilter { from: 0, kind: None, limit: 10 };
    let events = open("behalf").events(&Tenant::only(), &all).unwrap();
    assert_eq!(events[0].origin.on_behalf_of.as_deref(), Some("jane@example.org"));
    assert_eq!(events[0].origin.request.as_deref(), Some("order-7"));
    let long = "x".repeat(255);
    for name in ["", "a\tb", long.as_str()] {
        let named = [kind, ("X-On-Behalf-Of", name)];
        assert_eq!(server.send("POST", "/match/zala", &named, body.as_bytes()).status, 400);
    }
}
