//! Rate limits.

use std::time::Duration;

use interdict_engine::audit::{KeyRequest, Origin, Role, Store, StorePlace, Tenant};
use interdict_server::{Rate, ServerConfig, StoreConfig};
use jiff::Timestamp;
use serde_json::Value;

use crate::client::Answer;
use crate::fixture::{folder, start};

#[track_caller]
fn is_refused(answer: &Answer, policy: &str) {
    assert_eq!(answer.status, 429, "{}", String::from_utf8_lossy(&answer.body));
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3_600).contains(&seconds), "{seconds}");
    let limit = format!("\"{policy}\";q=");
    assert!(answer.header("ratelimit-policy").unwrap().starts_with(&limit));
    assert!(answer.header("ratelimit").unwrap().starts_with(&format!("\"{policy}\";r=0;t=")));
}

#[test]
fn an_address_that_asks_too_often_waits_and_probes_do_not() {
    let Some(server) = start("address-rate", |config| ServerConfig {
        address_rate: Some(Rate { count: 3, seconds: 3_600 }),
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..config
    }) else {
        return;
    };
    for left in ["2", "1", "0"] {
        let answer = server.get("/algorithms");
        answer.ok();
        let said = answer.header("ratelimit").unwrap().to_owned();
        assert!(said.starts_with(&format!("\"address\";r={left};t=")), "{said}");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"address\";q=3;w=3600"));
    }
    is_refused(&server.get("/algorithms"), "address");
    let problem = server.get("/api/v1/lists");
    is_refused(&problem, "address");
    assert_eq!(problem.json()["code"], "rate_limited");
    server.get("/healthz").ok();
    server.get("/readyz").ok();
    // Behind a trusted proxy, each caller has its own limit.
    let other = [("X-Forwarded-For", "192.0.2.7")];
    server.send("GET", "/algorithms", &other, b"").ok();
    let metrics = server.send("GET", "/metrics", &other, b"");
    let text = String::from_utf8(metrics.body).unwrap();
    let line = "interdict_requests_refused_total{reason=\"address_rate\"} 2";
    assert!(text.lines().any(|known| known == line), "{text}");
}

#[test]
fn a_key_has_its_own_limit_and_wrong_keys_a_strict_one() {
    let place = StorePlace::in_folder(folder("key-rate").join("store"));
    let Some(server) = start("key-rate", |config| ServerConfig {
        store: Some(StoreConfig::at(place.clone())),
        key_rate: Some(Rate { count: 2, seconds: 3_600 }),
        failed_key_rate: Rate { count: 3, seconds: 3_600 },
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..config
    }) else {
        return;
    };
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let store = Store::open(place, random, Timestamp::now()).unwrap();
    let keys = ["one", "other"].map(|name| {
        let (tenant, role) = (Tenant::only(), Role::Screen);
        let request = KeyRequest { tenant, name: name.to_owned(), role, expires_at: None };
        let now = Timestamp::now();
        let made =
            store.change_now(move |change| change.make_key(request, Origin::of("local:test"), now));
        format!("Bearer {}", made.unwrap().key.reveal())
    });
    std::thread::sleep(Duration::from_millis(1_100));
    let ask = |key: &str, address: &str| {
        let headers = [("Authorization", key), ("X-Forwarded-For", address)];
        server.send("GET", "/algorithms", &headers, b"")
    };
    for _ in 0..2 {
        assert!(ask(&keys[0], "192.0.2.1").header("ratelimit").unwrap().starts_with("\"key\""));
    }
    is_refused(&ask(&keys[0], "192.0.2.1"), "key");
    is_refused(&ask(&keys[0], "192.0.2.2"), "key");
    assert_eq!(ask(&keys[1], "192.0.2.1").status, 200);
    for _ in 0..3 {
        assert_eq!(ask("Bearer idk_wrong", "192.0.2.3").status, 401);
    }
    // A correct key is refused, too: otherwise guessing could continue.
    is_refused(&ask("Bearer idk_wrong", "192.0.2.3"), "failed-keys");
    is_refused(&ask(&keys[1], "192.0.2.3"), "failed-keys");
    // A request without a key guesses nothing.
    for _ in 0..4 {
        let none = [("X-Forwarded-For", "192.0.2.4")];
        assert_eq!(server.send("GET", "/algorithms", &none, b"").status, 401);
    }
    assert_eq!(ask(&keys[1], "192.0.2.4").status, 200);
}

#[test]
fn no_limit_is_set_and_none_is_said_unless_it_is_configured() {
    let Some(server) = crate::fixture::server() else { return };
    let answer = server.get("/algorithms");
    assert_eq!((answer.status, answer.header("ratelimit")), (200, None));
    let described = server.get("/openapi.json").ok();
    let responses = &described["paths"]["/match/{dataset}"]["post"]["responses"];
    for status in ["415", "421", "429", "431"] {
        assert_ne!(responses[status], Value::Null, "{status}");
    }
    assert!(responses["429"]["headers"]["Retry-After"].is_object());
}
