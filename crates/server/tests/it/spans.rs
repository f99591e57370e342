//! Spans for a collector of OpenTelemetry.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use interdict_server::ServerConfig;
use serde_json::{Value, json};

use crate::fixture::{start_small, start_small_with};

/// A collector: its address, and the messages that it receives.
fn collector() -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut bytes = Vec::new();
            let mut part = [0; 4_096];
            let (head, body) = loop {
                let count = stream.read(&mut part).unwrap();
                bytes.extend_from_slice(&part[..count]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                if let Ok(body) = serde_json::from_str(body) {
                    break (head.to_owned(), body);
                }
            };
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
                .unwrap();
            sender.send((head, body)).unwrap();
        }
    });
    (address, receiver)
}

#[test]
fn a_request_is_a_span_of_its_callers_trace_without_what_was_asked() {
    let (address, messages) = collector();
    let entity = json!({ "id": "p-1", "schema": "Person", "properties": { "name": ["Ivo Roe"] } });
    let server = start_small_with("spans", &[entity], |config| ServerConfig {
        otlp_endpoint: Some(address),
        ..config
    });
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let path = "/entities/Featherstonehaugh";
    assert_eq!(server.send("GET", path, &[("traceparent", &parent)], b"").status, 404);
    let (head, message) = messages.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(head.starts_with("POST /v1/traces HTTP/1.1"), "{head}");
    assert!(!message.to_string().contains("Featherstonehaugh"), "{message}");
    let resource = &message["resourceSpans"][0];
    assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "interdict");
    let span = &resource["scopeSpans"][0]["spans"][0];
    assert_eq!(span["name"], "GET /entities/{id}");
    assert_eq!(
        (&span["traceId"], &span["parentSpanId"]),
        (&json!(trace), &json!("00f067aa0ba902b7"))
    );
}

#[test]
fn a_collector_that_is_gone_costs_no_answer() {
    let entity = json!({ "id": "p-1", "schema": "Person", "properties": { "name": ["Ivo Roe"] } });
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = start_small_with("spans-gone", std::slice::from_ref(&entity), |config| {
        ServerConfig { otlp_endpoint: Some(format!("http://{gone}")), ..config }
    });
    for _ in 0..20 {
        assert_eq!(server.get("/healthz").status, 200);
    }
    let without = start_small("spans-off", &[entity]);
    assert_eq!(without.get("/healthz").status, 200);
}
