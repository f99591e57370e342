//! Webhooks over real connections: messages, signatures, and refused addresses.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use interdict_engine::audit::{KeyRequest, Origin, Role, Store, StorePlace, Tenant};
use interdict_engine::{Config, Engine};
use interdict_model::DatePrefix;
use interdict_server::{ServerConfig, StoreConfig, WebhookRules};
use serde_json::{Value, json};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConnection, StreamOwned};

use crate::fixture::{Server, folder, import_dated, serving, start_small_with, update_small};

/// A received message.
struct Got {
    headers: BTreeMap<String, String>,
    body: String,
}

/// Reads a request and answers it.
fn serve_one(mut stream: impl Read + Write, answer: &str) -> Option<Got> {
    let mut reader = BufReader::new(&mut stream);
    let mut headers = BTreeMap::new();
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    drop(reader);
    stream.write_all(answer.as_bytes()).ok()?;
    stream.flush().ok()?;
    Some(Got { headers, body: String::from_utf8(body).ok()? })
}

/// A receiver that answers with these heads in turn, and then always with the last one.
fn receiver(heads: &'static [&'static str]) -> (SocketAddr, Receiver<Got>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, got) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let head = heads.get(number).or(heads.last()).unwrap();
            let answer = format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n");
            if let Some(one) = serve_one(stream.unwrap(), &answer)
                && sender.send(one).is_err()
            {
                return;
            }
        }
    });
    (address, got)
}

fn next(got: &Receiver<Got>) -> Got {
    got.recv_timeout(Duration::from_secs(30)).expect("a message arrives")
}

fn start(name: &str, webhooks: WebhookRules) -> Server {
    let entity = json!({ "id": "z-1", "schema": "Person", "properties": { "name": ["Zacharias Quillfeather"] } });
    start_small_with(name, &[entity], |config| ServerConfig { webhooks, ..config })
}

fn loopback() -> WebhookRules {
    WebhookRules { loopback_http: true, ..WebhookRules::default() }
}

fn make(server: Server, url: &str, events: &[&str]) -> Value {
    let made = server.post("/api/v1/webhooks", &json!({ "url": url, "events": events }));
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    made.json()
}

/// Opens a case: a customer of this reference matches.
fn match_of(server: Server, customer: &str) {
    let party = json!({ "customer": customer, "properties": { "name": "Zacharias Quillfeather" } });
    let body = json!({ "party": party, "settings": { "datasets": ["zulu"] } });
    assert_eq!(server.post("/api/v1/screen", &body).ok()["verdict"], "match");
}

fn deliveries(server: Server, id: &str) -> Vec<Value> {
    let page = server.get(&format!("/api/v1/webhooks/{id}/deliveries")).ok();
    page["deliveries"].as_array().unwrap().clone()
}

/// Waits until the newest message to a webhook is in a state.
fn wait(server: Server, id: &str, is_there: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        if let Some(one) = deliveries(server, id).first().filter(|one| is_there(one)) {
            return one.clone();
        }
        assert!(start.elapsed() < Duration::from_secs(40), "{:?}", deliveries(server, id));
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_stale_list_and_a_key_that_ends_soon_are_recorded_by_the_server() {
    let name = "webhooks-notices";
    let path = folder(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    let text = "[lists.old]\nformat = \"ftm\"\nurls = [\"https://example.org/old.json\"]\n\
        stale_after_days = 3\n";
    std::fs::write(path.join("interdict.toml"), text).unwrap();
    let config = Config::read(&path.join("interdict.toml")).unwrap();
    let entity =
        json!({ "id": "o-1", "schema": "Person", "properties": { "name": ["Zelda Quux"] } });
    std::fs::write(path.join("old.json"), entity.to_string()).unwrap();
    let dated = DatePrefix::new(2026, Some(1), Some(2)).ok();
    import_dated(&path, "old", path.join("old.json"), dated);
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let place = StorePlace::in_folder(path.join("store"));
    let now = jiff::Timestamp::now();
    let store = Store::open(place.clone(), random, now).unwrap();
    let request = KeyRequest {
        tenant: Tenant::only(),
        name: "reader".to_owned(),
        role: Role::Auditor,
        expires_at: now.checked_add(jiff::SignedDuration::from_hours(24)).ok(),
    };
    let by = Origin::of("local:test");
    let made = store.change_now(move |change| change.make_key(request, by, now)).unwrap();
    let engine = Engine::new(&path).with_config(config);
    let server =
        serving(engine, |config| ServerConfig { store: Some(StoreConfig::at(place)), ..config });
    let bearer = format!("Bearer {}", made.key.reveal());
    let start = Instant::now();
    for (kind, member, value) in
        [("list.stale", "dataset", json!("old")), ("key.expiring", "key", json!(made.record.id))]
    {
        loop {
            let target = format!("/api/v1/audit?kind={kind}");
            let page = server.send("GET", &target, &[("Authorization", &bearer)], b"").ok();
            if let Some(event) = page["events"].as_array().unwrap().first() {
                assert_eq!(event["detail"][member], value, "{event}");
                break;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "{kind} is not recorded");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn a_message_arrives_signed_with_ids_alone_and_is_sent_again_until_it_is_taken() {
    let (address, got) =
        receiver(&["500 No", "302 Found\r\nLocation: http://127.0.0.1:1/", "204 Yes"]);
    let server = start("webhooks", loopback());
    let made = make(server, &format!("http://{address}/in?a=1"), &["case.opened"]);
    let id = made["webhook"]["id"].as_str().unwrap();
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_"));
    assert!(!server.get("/api/v1/webhooks").ok().to_string().contains("whsec_"));
    match_of(server, "c-1");
    let first = next(&got);
    let second = next(&got);
    assert_eq!(first.headers["webhook-id"], second.headers["webhook-id"]);
    assert_eq!(first.body, second.body);
    let body: Value = serde_json::from_str(&first.body).unwrap();
    assert_eq!(body["type"], "case.opened");
    assert!(body["data"]["case"].is_string() && body["data"]["event"].is_u64());
    assert!(!first.body.contains("c-1") && !first.body.contains("z-1"), "{}", first.body);
    assert!(first.headers["webhook-signature"].starts_with("v1,"));
    assert_eq!(first.headers["host"], address.to_string());
    let seconds: i64 = first.headers["webhook-timestamp"].parse().unwrap();
    assert!((jiff::Timestamp::now().as_second() - seconds).abs() < 300);
    // A redirect is no success, and is not followed: the third attempt would be in five minutes.
    let waiting = wait(server, id, |one| one["attempts"] == 2 && one["status"] == 302);
    assert_eq!((&waiting["state"], &waiting["failure"]), (&json!("waiting"), &json!("status")));
    assert!(!server.get(&format!("/api/v1/webhooks/{id}")).ok()["failing_since"].is_null());
}

#[test]
fn a_receiver_that_is_gone_is_switched_off_and_what_was_given_up_can_be_sent_again() {
    let (address, got) = receiver(&["410 Gone", "200 Yes"]);
    let server = start("webhooks-gone", loopback());
    let id = make(server, &format!("http://{address}/"), &["case.*"])["webhook"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    match_of(server, "c-1");
    next(&got);
    let dead = wait(server, &id, |one| one["state"] == "dead");
    let path = format!("/api/v1/webhooks/{id}");
    assert_eq!(server.get(&path).ok()["disabled"], "gone");
    let message = dead["id"].as_str().unwrap();
    let resend = format!("{path}/deliveries/{message}/resend");
    assert_eq!(server.send("POST", &resend, &[], b"").status, 409);
    assert_eq!(
        server.send("POST", &format!("{path}/enable"), &[], b"").ok()["disabled"],
        Value::Null
    );
    server.send("POST", &resend, &[], b"").ok();
    assert_eq!(next(&got).headers["webhook-id"], message);
    wait(server, &id, |one| one["state"] == "done");
    let kinds = server.get("/api/v1/audit?limit=1000").ok().to_string();
    for kind in ["webhook.made", "webhook.disabled", "webhook.enabled", "webhook.sent-again"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    let page = server.get(&format!("{path}/deliveries?state=dead")).ok();
    assert_eq!(page["deliveries"], json!([]));
    assert_eq!(
        server.send("POST", &format!("{path}/disable"), &[], b"").ok()["disabled"],
        "disabled"
    );
    assert_eq!(server.send("DELETE", &path, &[], b"").ok()["id"], *id);
    assert_eq!(server.get(&path).status, 404);
}

#[test]
fn messages_go_over_tls_to_receivers_that_are_vouched_for_and_to_no_other() {
    let files = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let authority = files.path().join("ca.pem");
    std::fs::write(&authority, made.cert.pem()).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(made.cert.pem().as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(made.signing_key.serialize_pem().as_bytes()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, got) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let stream = StreamOwned::new(connection, stream.unwrap());
            if let Some(one) = serve_one(stream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") {
                let _ = sender.send(one);
            }
        }
    });
    let networks = || vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    let url = format!("https://localhost:{port}/");
    let trusting = WebhookRules {
        networks: networks(),
        certificates: Some(authority),
        ..WebhookRules::default()
    };
    let server = start("webhooks-tls", trusting);
    let id = make(server, &url, &["case.*"])["webhook"]["id"].as_str().unwrap().to_owned();
    match_of(server, "c-1");
    assert!(next(&got).headers.contains_key("webhook-signature"));
    wait(server, &id, |one| one["state"] == "done");

    let server = start(
        "webhooks-tls-other",
        WebhookRules { networks: networks(), ..WebhookRules::default() },
    );
    let id = make(server, &url, &["case.*"])["webhook"]["id"].as_str().unwrap().to_owned();
    match_of(server, "c-1");
    let failed = wait(server, &id, |one| one["attempts"] == 1 && one["failure"].is_string());
    assert_eq!(failed["failure"], "no_tls");
    assert!(got.try_recv().is_err(), "something was sent");
}

#[test]
fn nothing_is_sent_into_the_network_of_the_server() {
    // The name resolves to this machine, which its text does not show.
    let (address, got) = receiver(&["200 Yes"]);
    let server = start("webhooks-inner", WebhookRules::default());
    for url in [
        format!("http://{address}/"),
        format!("https://{address}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://[::ffff:127.0.0.1]/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "https://name:password@hooks.example/".to_owned(),
    ] {
        let made = server.post("/api/v1/webhooks", &json!({ "url": url, "events": ["*"] }));
        assert_eq!(made.status, 422, "{url}");
    }
    let unknown = json!({ "url": "https://hooks.example/", "events": ["all"] });
    assert_eq!(server.post("/api/v1/webhooks", &unknown).status, 422);
    let url = format!("https://localhost:{}/", address.port());
    let id = make(server, &url, &["case.*"])["webhook"]["id"].as_str().unwrap().to_owned();
    match_of(server, "c-1");
    let failed = wait(server, &id, |one| one["attempts"] == 1 && one["failure"].is_string());
    assert_eq!(
        (&failed["failure"], &failed["state"]),
        (&json!("refused_address"), &json!("waiting"))
    );
    assert!(got.try_recv().is_err(), "something was sent");
}

#[test]
fn a_change_of_the_lists_a_job_and_a_monitored_match_are_told() {
    let name = "webhooks-kinds";
    let (address, got) = receiver(&["200 Yes"]);
    let server = start(name, loopback());
    make(server, &format!("http://{address}/"), &["list.updated", "job.ended", "match.*"]);
    let monitor = json!({ "name": "all", "settings": { "datasets": ["zulu"] } });
    let monitor =
        server.post("/api/v1/monitors", &monitor).json()["id"].as_str().unwrap().to_owned();
    let customer = json!({ "properties": { "name": "Ottoline Brambleworth" } }).to_string();
    let json = [("Content-Type", "application/json")];
    let path = format!("/api/v1/monitors/{monitor}/customers/c-1");
    server.send("PUT", &path, &json, customer.as_bytes()).ok();
    let csv = [("Content-Type", "text/csv")];
    server.send("POST", "/api/v1/jobs?datasets=zulu", &csv, b"name\nJane Example\n");
    let told = |got: &Receiver<Got>| -> Value { serde_json::from_str(&next(got).body).unwrap() };
    let job = told(&got);
    assert_eq!((&job["type"], &job["data"]["state"]), (&json!("job.ended"), &json!("done")));
    let entity = json!({ "id": "z-2", "schema": "Person", "properties": { "name": ["Ottoline Brambleworth"] } });
    // The server must have recorded the previous lists.
    std::thread::sleep(Duration::from_millis(2_500));
    update_small(name, &[entity]);
    let mut kinds = [told(&got), told(&got)];
    kinds.sort_by_key(|one| one["type"].to_string());
    assert_eq!(
        (&kinds[0]["type"], &kinds[0]["data"]["datasets"]),
        (&json!("list.updated"), &json!(["zulu"]))
    );
    assert_eq!(
        (&kinds[1]["type"], &kinds[1]["data"]["monitor"]),
        (&json!("match.new"), &json!(monitor))
    );
    assert!(kinds[1]["data"]["case"].is_string());
}
