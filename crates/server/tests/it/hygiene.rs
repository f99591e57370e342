//! Ambiguous requests, requests for other hosts, and compressed bodies.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use interdict_server::ServerConfig;
use serde_json::{Value, json};

use crate::client::{Answer, exchange};
use crate::fixture::{server, start};

fn ask(head: &str) -> Option<Answer> {
    let server = server()?;
    Some(exchange(server.address, head.as_bytes()))
}

#[track_caller]
fn status_of(head: &str, status: u16) {
    if let Some(answer) = ask(head) {
        assert_eq!(answer.status, status, "{head}");
    }
}

#[test]
fn a_length_and_an_encoding_or_two_lengths_are_refused() {
    let body = "2\r\n{}\r\n0\r\n\r\n";
    let start = "POST /match/zala HTTP/1.1\r\nHost: localhost\r\n";
    let (length, chunked) = ("Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n");
    status_of(&format!("{start}{length}{chunked}\r\n{body}"), 400);
    status_of(&format!("{start}{chunked}{length}\r\n{body}"), 400);
    status_of(&format!("{start}{length}Content-Length: 3\r\n\r\n{{}} "), 400);
    // The bytes after such a request are not parsed as another request.
    let Some(answer) = ask(&format!(
        "{start}{chunked}{length}\r\n{body}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )) else {
        return;
    };
    assert_eq!(answer.status, 400);
    assert!(!String::from_utf8_lossy(&answer.body).contains("HTTP/1.1"));
    // Chunked encoding alone is accepted.
    status_of(&format!("{start}Connection: close\r\n{chunked}\r\n{body}"), 422);
}

#[test]
fn a_host_is_given_once_and_is_the_servers() {
    let end = "Connection: close\r\n\r\n";
    for (hosts, status) in [
        ("Host: localhost\r\n", 200),
        ("Host: [::1]:9\r\n", 200),
        ("", 400),
        ("Host: localhost\r\nHost: localhost\r\n", 400),
        ("Host: evil.example.org\r\n", 421),
    ] {
        status_of(&format!("GET /healthz HTTP/1.1\r\n{hosts}{end}"), status);
    }
    status_of(&format!("GET http://evil.org/healthz HTTP/1.1\r\nHost: localhost\r\n{end}"), 421);
    let Some(server) = start("hosts", |config| ServerConfig {
        public_url: Some("https://screening.example.org".to_owned()),
        hosts: vec!["inner".to_owned()],
        ..config
    }) else {
        return;
    };
    for host in ["screening.example.org", "inner:80"] {
        let head = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n{end}");
        assert_eq!(exchange(server.address, head.as_bytes()).status, 200, "{host}");
    }
}

#[test]
fn a_hundred_headers_are_enough() {
    let head = |count: usize| {
        let more: String = (0..count - 2).map(|number| format!("X-{number}: 1\r\n")).collect();
        format!("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n")
    };
    status_of(&head(100), 200);
    status_of(&head(101), 431);
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn packed_bodies_are_unpacked_up_to_the_limit() {
    let Some(server) = start("packed", |config| ServerConfig { body_bytes: 100_000, ..config })
    else {
        return;
    };
    let example = json!({ "schema": "Person", "properties": { "name": ["Zakharov"] } });
    let body = json!({ "queries": { "q": example } }).to_string();
    let send = |encoding: &str, body: &[u8]| {
        server.send("POST", "/match/zala", &[("Content-Encoding", encoding)], body)
    };
    send("gzip", &packed(body.as_bytes())).ok();
    send("identity", body.as_bytes()).ok();
    // Forty megabytes of spaces in forty kilobytes.
    let bomb = packed(&vec![b' '; 40 << 20]);
    assert!(bomb.len() < 50_000);
    assert_eq!(send("gzip", &bomb).status, 413);
    assert_eq!(send("gzip", b"not packed at all").status, 400);
    // All members are read, and nothing after them is dropped.
    let (first, second) = body.as_bytes().split_at(30);
    let members = [packed(first), packed(second)].concat();
    send("gzip", &members).ok();
    for rest in [&b"more"[..], &[0; 64], &packed(second)[..12]] {
        let answer = send("gzip", &[&members[..], rest].concat());
        assert_eq!(answer.status, 400, "{rest:?}");
    }
    assert_eq!(send("gzip", &packed(body.as_bytes())[..30]).status, 400);
    for encoding in ["br", "zstd", "gzip, gzip"] {
        assert_eq!(send(encoding, body.as_bytes()).status, 415, "{encoding}");
    }
    let ours = server.send("POST", "/api/v1/screen", &[("Content-Encoding", "br")], b"{}");
    assert_eq!((ours.status, &ours.json()["code"]), (415, &json!("unsupported_encoding")));
}

#[test]
fn a_page_of_another_site_changes_nothing_on_a_server_without_keys() {
    let Some(server) = server() else { return };
    let screen = json!({ "properties": { "name": ["Zakharov"] } }).to_string();
    let send = |path: &str, headers: &[(&str, &str)]| {
        let text = [headers, &[("Content-Type", "text/plain")]].concat();
        server.send("POST", path, &text, screen.as_bytes())
    };
    for headers in [
        &[("Origin", "http://evil.example")][..],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site")],
    ] {
        for path in ["/api/v1/screen", "/api/v1/keys", "/api/v1/webhooks", "/match/zala"] {
            assert_eq!(send(path, headers).status, 403, "{path} {headers:?}");
        }
    }
    assert_ne!(send("/api/v1/screen", &[]).status, 403, "programs send neither header");
    // Reconciliation reads, and its clients are pages.
    let queries = json!({ "q0": { "query": "Zakharov" } });
    let form = crate::fixture::form_encoded("queries", &queries.to_string());
    let headers = [
        ("Origin", "http://127.0.0.1:3333"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    assert_eq!(server.send("POST", "/reconcile/zala", &headers, form.as_bytes()).status, 200);
}

#[test]
fn json_is_only_so_deep() {
    let Some(server) = server() else { return };
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    for path in ["/match/zala", "/api/v1/screen"] {
        let answer = server.send("POST", path, &[], deep.as_bytes());
        assert!(matches!(answer.status, 400 | 422), "{path}: {}", answer.status);
    }
    let rows: Value = json!({ "q0": { "query": "x" } });
    server.form("/reconcile/zala", "queries", &rows).ok();
    let answer = crate::fixture::form_encoded("queries", &deep);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(server.send("POST", "/reconcile/zala", &[kind], answer.as_bytes()).status, 400);
}

#[test]
fn who_does_not_take_the_answer_is_given_up() {
    let Some(server) = start("slow-reader", |config| ServerConfig {
        write_time: Duration::from_millis(500),
        ..config
    }) else {
        return;
    };
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    // More answers than the buffers of the system hold.
    let head = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50);
    let start = Instant::now();
    while stream.write_all(&head).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(30), "the server takes more and more");
    }
    std::thread::sleep(Duration::from_secs(2));
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // Buffered data can be read, and then the connection is closed.
    let mut bytes = vec![0; 1 << 20];
    let end = loop {
        match stream.read(&mut bytes) {
            Ok(0) => break None,
            Ok(_) => {}
            Err(error) => break Some(error.kind()),
        }
    };
    assert!(matches!(end, None | Some(std::io::ErrorKind::ConnectionReset)), "{end:?}");
    server.get("/healthz").ok();
}
