//! Metrics and the log: what they contain about requests, and that names of customers are not in them.

use std::time::Duration;

use interdict_engine::audit::{KeyRequest, Origin, Role, Store, StorePlace, Tenant};
use interdict_server::{Log, LogFormat, ServerConfig, StoreConfig};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::{exchange, request};
use crate::fixture::{folder, start};
use crate::log_lines::Lines;

/// A name that occurs nowhere else.
const NAME: &str = "Qwortzblatt";

#[test]
fn metrics_count_by_route_and_name_nobody() {
    let place = StorePlace::in_folder(folder("metrics").join("store"));
    let Some(server) = start("metrics", |config| ServerConfig {
        store: Some(StoreConfig::at(place.clone())),
        ..config
    }) else {
        return;
    };
    let example = json!({ "schema": "Person", "properties": { "name": [NAME] } });
    server.ask("/match/zala", example);
    server.get(&format!("/search/zala?q={NAME}")).ok();
    server.get(&format!("/entities/{NAME}"));
    server.get(&format!("/{NAME}/{NAME}"));
    exchange(server.address, &request(&NAME.to_uppercase(), "/catalog", &[], b""));
    let answer = server.get("/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let text = String::from_utf8(answer.body).unwrap();
    assert!(!text.to_lowercase().contains(&NAME.to_lowercase()), "{text}");
    for line in [
        "interdict_http_requests_total{route=\"/match/{dataset}\",method=\"POST\",status=\"2xx\"} 1",
        "interdict_http_requests_total{route=\"/search/{dataset}\",method=\"GET\",status=\"2xx\"} 1",
        "interdict_http_requests_total{route=\"/entities/{id}\",method=\"GET\",status=\"4xx\"} 1",
        "interdict_http_requests_total{route=\"/catalog\",method=\"OTHER\",status=\"4xx\"} 1",
        "interdict_http_requests_total{route=\"other\",method=\"GET\",status=\"4xx\"} 1",
        "interdict_http_request_duration_seconds_count{route=\"/match/{dataset}\"} 1",
        "interdict_requests_refused_total{reason=\"busy\"} 0",
        "interdict_requests_working 0",
        "interdict_lists_generation 3",
        "interdict_lists_behind 0",
        "interdict_list_stale{dataset=\"zala\"} 0",
        "interdict_store_up 1",
        "interdict_audit_events 1",
        "interdict_audit_commits_failed_total 0",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\nin\n{text}");
    }
    for name in ["interdict_audit_last_commit_timestamp_seconds ", "interdict_build_info{version="]
    {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name}\nin\n{text}");
    }
}

#[test]
fn metrics_need_a_key_with_the_right_and_none_at_their_own_address() {
    let place = StorePlace::in_folder(folder("metrics-key").join("store"));
    let own = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let Some(server) = start("metrics-key", |config| ServerConfig {
        store: Some(StoreConfig::at(place.clone())),
        metrics_listen: Some(own),
        ..config
    }) else {
        return;
    };
    let keys = [Role::Screen, Role::Auditor].map(|role| key(&place, role));
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(server.get("/metrics").status, 401);
    for (key, status) in keys.iter().zip([403, 200]) {
        let bearer = format!("Bearer {key}");
        let answer = server.send("GET", "/metrics", &[("Authorization", &bearer)], b"");
        assert_eq!(answer.status, status);
    }
    assert_eq!(exchange(own, &request("GET", "/metrics", &[], b"")).status, 200);
    assert_eq!(exchange(own, &request("GET", "/catalog", &[], b"")).status, 404);
}

fn key(place: &StorePlace, role: Role) -> String {
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let store = Store::open(place.clone(), random, Timestamp::now()).unwrap();
    let (tenant, name) = (Tenant::only(), role.to_string());
    let request = KeyRequest { tenant, name, role, expires_at: None };
    let now = Timestamp::now();
    let made =
        store.change_now(move |change| change.make_key(request, Origin::of("local:test"), now));
    made.unwrap().key.reveal()
}

#[test]
fn each_request_has_a_line_that_tells_nothing_of_its_customer() {
    let place = StorePlace::in_folder(folder("log").join("store"));
    let lines = Lines::default();
    let log = Log::to(LogFormat::Json, lines.clone());
    let Some(server) = start("log", |config| ServerConfig {
        store: Some(StoreConfig::at(place.clone())),
        log,
        ..config
    }) else {
        return;
    };
    let key = key(&place, Role::Screen);
    std::thread::sleep(Duration::from_millis(1_100));
    let bearer = format!("Bearer {key}");
    let named = format!("{NAME} & Sons");
    let trace = format!("00-{}-{}-01", "ab".repeat(16), "cd".repeat(8));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
        ("X-Request-Id", "order-7"),
        ("traceparent", &trace),
        ("X-On-Behalf-Of", &named),
        ("User-Agent", &named),
        ("Referer", &named),
        ("Cookie", &named),
    ];
    let example = json!({ "schema": "Person", "properties": { "name": [NAME] } });
    let body = json!({ "queries": { NAME: example } }).to_string();
    let answer = server.send("POST", &format!("/match/zala?x={NAME}"), &headers, body.as_bytes());
    let length = answer.body.len();
    assert_eq!(answer.status, 200);
    for (method, target, body) in [
        ("GET", format!("/entities/{NAME}"), ""),
        ("GET", format!("/search/{NAME}?q={NAME}"), ""),
        ("POST", format!("/{NAME}"), NAME),
        ("POST", "/match/zala".to_owned(), NAME),
        ("POST", "/api/v1/screen".to_owned(), NAME),
        (NAME, "/catalog".to_owned(), ""),
    ] {
        server.send(method, &target, &headers, body.as_bytes());
        server.send(method, &target, &headers[1..], body.as_bytes());
    }
    server.get(&format!("/reconcile/zala?api_key={key}"));
    // An answer without a body is complete, too.
    assert_eq!(server.get("/catalog/").status, 307);
    let found = lines.requests(15);
    assert!(found.iter().all(|line| line["cut"].is_null()), "{found:?}");
    let text = lines.text();
    let secret = key.split('_').nth(2).unwrap();
    assert!(!text.contains(NAME) && !text.contains(secret), "{text}");
    let line = &found[0];
    let expected = [
        ("request_id", json!("order-7")),
        ("trace_id", json!("ab".repeat(16))),
        ("method", json!("POST")),
        ("route", json!("/match/{dataset}")),
        ("status", json!(200)),
        ("key", json!(key.split('_').nth(1).unwrap())),
        ("tenant", json!(Tenant::only().to_string())),
        ("bytes", json!(length)),
        ("level", json!("info")),
        ("cut", Value::Null),
    ];
    for (name, value) in expected {
        assert_eq!(line[name], value, "{name} in {line}");
    }
    assert!(line["duration_ms"].is_number() && line["time"].is_string(), "{line}");
    assert!(found.iter().any(|line| line["method"] == "OTHER"), "{text}");
}

#[test]
fn a_checkpoint_that_cannot_be_written_is_said() {
    let place = StorePlace::in_folder(folder("no-checkpoint").join("store"));
    let lines = Lines::default();
    let log = Log::to(LogFormat::Json, lines.clone());
    let file = tempfile::NamedTempFile::new().unwrap();
    let Some(server) = start("no-checkpoint", |config| ServerConfig {
        store: Some(StoreConfig {
            // A file is not a folder.
            checkpoints: file.path().join("x"),
            checkpoint_time: Duration::from_millis(100),
            ..StoreConfig::at(place.clone())
        }),
        log,
        ..config
    }) else {
        return;
    };
    let example = json!({ "schema": "Person", "properties": { "name": [NAME] } });
    server.ask("/match/zala", example);
    lines.wait_for("\"event\":\"checkpoint-failed\",\"cause\":");
    let metrics = String::from_utf8(server.get("/metrics").body).unwrap();
    let count = metrics.lines().find_map(|line| {
        line.strip_prefix("interdict_audit_checkpoints_failed_total ")?.parse::<u64>().ok()
    });
    assert!(count.unwrap() > 0, "{metrics}");
}

#[test]
fn what_fails_in_the_server_is_said_with_its_cause_and_counted() {
    let place = StorePlace::in_folder(folder("failing").join("store"));
    let lines = Lines::default();
    let log = Log::to(LogFormat::Json, lines.clone());
    let Some(server) = start("failing", |config| ServerConfig {
        store: Some(StoreConfig::at(place.clone())),
        update_token: Some("test".to_owned()),
        log,
        ..config
    }) else {
        return;
    };
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let store = Store::open(place, random, Timestamp::now()).unwrap();
    store.change_now(|change| change.sql()?.execute("DROP TABLE sealed", &[])).unwrap();
    let example = json!({ "schema": "Person", "properties": { "name": [NAME] } });
    let body = json!({ "queries": { "q": example } });
    assert_eq!(server.post("/match/zala", &body).status, 503);
    lines.wait_for("\"event\":\"commit-failed\",\"cause\":");
    std::fs::write(folder("failing").join("CURRENT"), "damaged").unwrap();
    lines.wait_for("\"event\":\"lists-reload-failed\",\"cause\":");
    assert_eq!(server.send("POST", "/updatez?token=test", &[], b"").status, 500);
    let found = lines.requests(2);
    let failed = found.iter().find(|line| line["status"] == 500).unwrap();
    assert!(failed["cause"].as_str().unwrap().contains("CURRENT"), "{failed}");
    assert_eq!(failed["level"], "error");
    let recorded = found.iter().find(|line| line["status"] == 503).unwrap();
    assert!(recorded["cause"].is_string(), "{recorded}");
    assert!(!lines.text().contains(NAME), "{}", lines.text());
    let metrics = String::from_utf8(server.get("/metrics").body).unwrap();
    assert!(metrics.lines().any(|line| line == "interdict_lists_behind 1"), "{metrics}");
    // A sweep in the background may have failed on the missing table, too.
    let failed =
        metrics.lines().find_map(|line| line.strip_prefix("interdict_audit_commits_failed_total "));
    assert!(failed.unwrap().parse::<u64>().unwrap() >= 1, "{metrics}");
}
