//! Limits on the cost of a request.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use interdict_server::ServerConfig;
use serde_json::json;

use crate::fixture::{server, start};

#[test]
fn bodies_have_a_limit_on_size_and_time() {
    let Some(server) = start("limits", |config| ServerConfig {
        body_bytes: 20_000,
        body_time: Duration::from_millis(1_200),
        ..config
    }) else {
        return;
    };
    for path in ["/match/zala", "/reconcile/zala"] {
        let large = vec![b' '; 20_001];
        let text = "the body has more than 20000 bytes, the most that the server takes";
        server.send("POST", path, &[], &large).fails(413, text);
        assert_ne!(server.send("POST", path, &[], &large[..20_000]).status, 413);
        let mut stream = TcpStream::connect(server.address).unwrap();
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{{");
        stream.write_all(head.as_bytes()).unwrap();
        let start = Instant::now();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert!(start.elapsed() < Duration::from_secs(10));
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(answer.contains("did not arrive within"), "{answer}");
    }
}

#[test]
fn an_answer_that_takes_too_long_is_given_up() {
    let Some(server) =
        start("hurry", |config| ServerConfig { request_time: Duration::ZERO, ..config })
    else {
        return;
    };
    let answer = server.get("/search/zala");
    answer.fails(503, "there is no answer within 0 seconds");
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert!(answer.header("traceparent").is_some());
}

#[test]
fn names_of_any_length_are_answered_in_time() {
    let Some(server) = server() else { return };
    for name in ["x".repeat(1 << 20), "ab ".repeat(300_000)] {
        let start = Instant::now();
        let example = json!({ "schema": "Person", "properties": { "name": [name] } });
        let answer = server.post("/match/zala", &json!({ "queries": { "q": example } }));
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        let body = answer.ok();
        let response = &body["responses"]["q"];
        // Truncation is reported.
        assert!(!response["gaps"].as_array().unwrap().is_empty());
    }
}
