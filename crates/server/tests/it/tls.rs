//! TLS, with certificates that are replaced while connections are open.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use interdict_engine::Engine;
use interdict_server::{Log, LogFormat, ServeError, ServerConfig, TlsFiles, serve};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring, version::TLS13,
};

use crate::fixture::{Server, folder, start};
use crate::log_lines::Lines;

type Client = StreamOwned<ClientConnection, TcpStream>;

fn write_pair(folder: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), &pem).unwrap();
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// A connection, if the server has this certificate.
fn connect(address: SocketAddr, trusted: &CertificateDer<'static>) -> Option<Client> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut client = StreamOwned::new(connection, stream);
    ask(&mut client).is_some().then_some(client)
}

/// The head of an answer on a connection that stays open.
fn ask(client: &mut Client) -> Option<String> {
    client.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").ok()?;
    let mut text = String::new();
    while !text.ends_with("{\"status\":\"ok\"}") {
        let mut bytes = [0; 4_096];
        let count = client.read(&mut bytes).ok().filter(|count| *count > 0)?;
        text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }
    Some(text)
}

fn wait_for(address: SocketAddr, trusted: &CertificateDer<'static>) {
    let start = Instant::now();
    while connect(address, trusted).is_none() {
        assert!(start.elapsed() < Duration::from_secs(30), "the certificate is not in use");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn certificates_are_replaced_without_a_dropped_connection() {
    let files = tempfile::tempdir().unwrap();
    let first = write_pair(files.path());
    let tls =
        TlsFiles { certificate: files.path().join("cert.pem"), key: files.path().join("key.pem") };
    let lines = Lines::default();
    let log = Log::to(LogFormat::Json, lines.clone());
    let Some(Server { address }) =
        start("tls", |config| ServerConfig { tls: Some(tls), log, ..config })
    else {
        return;
    };
    let mut open = connect(address, &first).expect("the first certificate");
    let head = ask(&mut open).unwrap();
    assert!(head.contains("\r\nstrict-transport-security: max-age=31536000\r\n"), "{head}");
    let second = write_pair(files.path());
    wait_for(address, &second);
    assert!(connect(address, &first).is_none());
    assert!(ask(&mut open).is_some(), "the connection from before goes on");
    // A certificate without its key, and a file that is no certificate: the previous pair stays.
    for broken in [
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap().cert.pem(),
        "x".to_owned(),
    ] {
        std::fs::write(files.path().join("cert.pem"), broken).unwrap();
        std::thread::sleep(Duration::from_millis(4_500));
        assert!(connect(address, &second).is_some());
    }
    lines.wait_for("\"event\":\"certificate-reloaded\"");
    lines.wait_for("\"event\":\"certificate-reload-failed\",\"cause\":");
    let third = write_pair(files.path());
    wait_for(address, &third);
    // Plain HTTP is not answered.
    let mut plain = TcpStream::connect(address).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    let _ = plain.read_to_end(&mut bytes);
    assert!(!bytes.starts_with(b"HTTP"));
}

/// The first message of a client that speaks at most TLS 1.1.
const TLS_1_1: &[u8] = &[
    0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 0, 0, 2, 0xc0, 0x13, 1, 0,
];

#[test]
fn nothing_before_version_1_2_is_spoken() {
    let files = tempfile::tempdir().unwrap();
    write_pair(files.path());
    let tls =
        TlsFiles { certificate: files.path().join("cert.pem"), key: files.path().join("key.pem") };
    let Some(server) = start("old-tls", |config| ServerConfig { tls: Some(tls), ..config }) else {
        return;
    };
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(TLS_1_1).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    // Nothing, or an alert.
    assert!(bytes.first().is_none_or(|kind| *kind == 0x15), "{bytes:?}");
}

#[test]
fn keys_do_not_travel_in_the_clear() {
    use interdict_engine::audit::{KeyRequest, Origin, Role, Store, StorePlace, Tenant};
    let place = StorePlace::in_folder(folder("clear").join("store"));
    let _ = std::fs::remove_dir_all(folder("clear"));
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let now = jiff::Timestamp::now();
    let config = |listen: &str| ServerConfig {
        store: Some(interdict_server::StoreConfig::at(place.clone())),
        ..ServerConfig::at(listen.parse().unwrap())
    };
    let try_at = |config: ServerConfig| serve(Engine::new(folder("clear")), config, |_, _| {});
    assert!(matches!(try_at(config("0.0.0.0:0")), Err(ServeError::Open(_))));
    let request = KeyRequest {
        tenant: Tenant::only(),
        name: "x".to_owned(),
        role: Role::Screen,
        expires_at: None,
    };
    let store = Store::open(place.clone(), random, now).unwrap();
    store
        .change_now(move |change| change.make_key(request, Origin::of("local:test"), now))
        .unwrap();
    drop(store);
    assert!(matches!(try_at(config("0.0.0.0:0")), Err(ServeError::Plain(_))));
    let nowhere = TlsFiles { certificate: "nowhere.pem".into(), key: "nowhere.pem".into() };
    let broken = ServerConfig { tls: Some(nowhere), ..config("127.0.0.1:0") };
    assert!(matches!(try_at(broken), Err(ServeError::Tls(_))));
}
