//! A server that is killed at random moments under load loses nothing that it acknowledged.
//!
//! `INTERDICT_TEST_KILLS` sets how often each kind of store is killed; a few times suffice to see that the test works.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::support::{WATCH, WATCH_LATER, Workplace};

/// Callers at the same time.
const CALLERS: usize = 6;

pub(crate) struct Scene {
    pub(crate) place: Workplace,
    store: Option<String>,
    /// The number of each acknowledged event, with the id of its request.
    acknowledged: BTreeMap<u64, String>,
    requests: AtomicU64,
}

/// A running server, killed at the latest when the test ends.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    fn start(place: &Workplace, arguments: &[&str]) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("interdict"))
            .env("INTERDICT_DATA_DIR", place.data_dir())
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().strip_prefix("listening at http://").map(str::to_owned))
            .expect("the server starts");
        // Somebody has to read what else it says.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: address.parse().unwrap() }
    }
}

/// Lets a server screen one party, and ends it; the number of the event.
pub(crate) fn screen_once(place: &Workplace) -> u64 {
    let server = Server::start(place, &["serve", "--listen", "127.0.0.1:0"]);
    screen(server.address, "one").expect("the party is screened")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Scene {
    pub(crate) fn new(store: Option<String>) -> Self {
        let place = Workplace::with_builtin_only();
        Self { place, store, acknowledged: BTreeMap::new(), requests: AtomicU64::new(0) }
    }

    pub(crate) fn arguments<'a>(&'a self, verb: &[&'a str]) -> Vec<&'a str> {
        let store = self.store.iter().flat_map(|store| ["--store", store.as_str()]);
        verb.iter().copied().chain(store).collect()
    }

    pub(crate) fn start(&self) -> Server {
        Server::start(&self.place, &self.arguments(&["serve", "--listen", "127.0.0.1:0"]))
    }

    /// Asks until the server is gone, and returns what was acknowledged.
    fn call(&self, address: SocketAddr, is_over: &AtomicBool) -> Vec<(u64, String)> {
        let mut acknowledged = Vec::new();
        while !is_over.load(Ordering::Relaxed) {
            let id = format!("request-{}", self.requests.fetch_add(1, Ordering::Relaxed));
            let Some(seq) = screen(address, &id) else { continue };
            acknowledged.push((seq, id));
        }
        acknowledged
    }

    /// One life of the server, which ends with a kill.
    fn round(&mut self, number: u32) {
        let mut server = self.start();
        let is_over = AtomicBool::new(false);
        let acknowledged: Vec<(u64, String)> = std::thread::scope(|scope| {
            let callers: Vec<_> =
                (0..CALLERS).map(|_| scope.spawn(|| self.call(server.address, &is_over))).collect();
            // Another moment each time, and lists that change in between.
            if number % 2 == 1 {
                let list = if number % 4 == 1 { WATCH } else { WATCH_LATER };
                let file = self.place.file("watch.csv", list);
                let run = self.place.run(&["lists", "import", "watch", &file, "--accept-loss"]);
                assert!(run.code == 0 || run.code == 3, "{}", run.stderr);
            }
            std::thread::sleep(Duration::from_millis(u64::from(number) * 37 % 300 + 40));
            server.child.kill().unwrap();
            is_over.store(true, Ordering::Relaxed);
            callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
        });
        server.child.wait().unwrap();
        for (seq, id) in acknowledged {
            let before = self.acknowledged.insert(seq, id);
            assert_eq!(before, None, "two answers name event {seq}");
        }
    }

    /// Every acknowledged event is there with its request, and the log is sound.
    pub(crate) fn check(&self) {
        let report = self.place.run(&self.arguments(&["audit", "verify", "--format", "json"]));
        assert_eq!(report.code, 0, "{}{}", report.stdout, report.stderr);
        let export = self.place.run(&self.arguments(&["audit", "export"]));
        let events: BTreeMap<u64, String> = export
            .stdout
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .map(|event| {
                let request = event["request"].as_str().unwrap_or_default().to_owned();
                (event["seq"].as_u64().unwrap(), request)
            })
            .collect();
        for (seq, id) in &self.acknowledged {
            assert_eq!(events.get(seq), Some(id), "event {seq}");
        }
    }

    /// Screening again finds the same, with the lists of then.
    fn replay(&self) {
        let step = (self.acknowledged.len() / 3).max(1);
        for seq in self.acknowledged.keys().step_by(step) {
            let seq = seq.to_string();
            let run = self.place.run(&self.arguments(&["audit", "replay", &seq]));
            assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        }
    }
}

/// Screens one party; the number of its event, or nothing if there was no whole answer.
fn screen(address: SocketAddr, id: &str) -> Option<u64> {
    let body = r#"{"party": {"customer": "c-1", "properties": {"name": "Park Jin Hyok"}},
        "settings": {"datasets": ["dprk_cyber"]}}"#;
    let request = format!(
        "POST /api/v1/screen HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: {id}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    if !head.starts_with("HTTP/1.1 200 ") {
        return None;
    }
    let body: Value = serde_json::from_str(body).ok()?;
    assert_eq!(body["verdict"], "match");
    Some(body["audit_event"].as_u64().expect("an answer names its event"))
}

fn kills() -> u32 {
    let wanted = std::env::var("INTERDICT_TEST_KILLS").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(5)
}

fn kill_often(store: Option<String>) {
    let mut scene = Scene::new(store);
    for number in 0..kills() {
        scene.round(number);
        if number % 10 == 0 {
            scene.check();
        }
    }
    scene.check();
    scene.replay();
    let count = scene.acknowledged.len();
    assert!(count > 0, "no answer came before a kill");
    println!("{} kills, {count} acknowledged events", kills());
}

#[test]
fn nothing_that_was_acknowledged_is_lost_with_sqlite() {
    kill_often(None);
}

/// A database of its own, if a server is at hand.
pub(crate) fn postgres_store(name: &str) -> Option<String> {
    let server = std::env::var("INTERDICT_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    let Some(server) = server else {
        println!("skipped: kills with PostgreSQL (INTERDICT_TEST_POSTGRES names no server)");
        return None;
    };
    let name = format!("{name}_{}", std::process::id());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    Some(server.replace("/postgres?", &format!("/{name}?")))
}

#[test]
fn nothing_that_was_acknowledged_is_lost_with_postgresql() {
    if let Some(store) = postgres_store("kill") {
        kill_often(Some(store));
    }
}
