//! A server that is killed at random moments under load loses nothing that it acknowledged.
//!
//! `INTERDICT_TEST_KILLS` sets how often each kind of store is killed; a few times suffice to see that the test works.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::served::{Server, event_of, own_database, screen};
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

/// Lets a server screen one party, and ends it; the number of the event.
pub(crate) fn screen_once(place: &Workplace) -> u64 {
    let server = Server::start(place, &["serve", "--listen", "127.0.0.1:0"]);
    let reply = screen(server.address, "c-1", &[]);
    reply.as_ref().and_then(event_of).expect("the party is screened")
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
            let reply = screen(address, "c-1", &[("X-Request-Id", &id)]);
            let Some(seq) = reply.as_ref().and_then(event_of) else { continue };
            acknowledged.push((seq, id));
        }
        acknowledged
    }

    /// One life of the server, which ends with a kill.
    fn round(&mut self, number: u32) {
        let mut server = self.start();
        let (address, is_over) = (server.address, AtomicBool::new(false));
        let acknowledged: Vec<(u64, String)> = std::thread::scope(|scope| {
            let callers: Vec<_> =
                (0..CALLERS).map(|_| scope.spawn(|| self.call(address, &is_over))).collect();
            // Another moment each time, and lists that change in between.
            if number % 2 == 1 {
                let list = if number % 4 == 1 { WATCH } else { WATCH_LATER };
                let file = self.place.file("watch.csv", list);
                let run = self.place.run(&["lists", "import", "watch", &file, "--accept-loss"]);
                assert!(run.code == 0 || run.code == 3, "{}", run.stderr);
            }
            std::thread::sleep(Duration::from_millis(u64::from(number) * 37 % 300 + 40));
            server.kill();
            is_over.store(true, Ordering::Relaxed);
            callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
        });
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

#[test]
fn nothing_that_was_acknowledged_is_lost_with_postgresql() {
    if let Some(store) = own_database("kills") {
        kill_often(Some(store));
    }
}
