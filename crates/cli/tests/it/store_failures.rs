//! A disk that is full and a database that is gone: requests fail with 503, and what was acknowledged is kept.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::served::{Reply, Server, event_of, screen};
use crate::support::Workplace;

/// Screens until a request is not answered with 200. What was acknowledged before, and that answer.
fn until_refused(server: &Server, most: usize) -> (Vec<u64>, Reply) {
    let mut acknowledged = Vec::new();
    for number in 0..most {
        let reply = screen(server.address, &format!("c-{number}"), &[]).expect("an answer");
        match event_of(&reply) {
            Some(seq) => acknowledged.push(seq),
            None => return (acknowledged, reply),
        }
    }
    panic!("{most} requests were answered although the disk is full");
}

#[track_caller]
fn assert_refused(reply: &Reply) {
    assert_eq!(reply.status, 503, "{reply:?}");
    assert_eq!(reply.body["code"], "store_unavailable");
    assert!(reply.head.contains("retry-after:"), "{}", reply.head);
    // The answer itself is not given.
    assert!(reply.body.get("verdict").is_none(), "{reply:?}");
}

/// The log is sound and holds each of the events.
fn check(place: &Workplace, arguments: &[&str], acknowledged: &[u64]) {
    let run = place.run(&[&["audit", "verify"], arguments].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let export = place.run(&[&["audit", "export"], arguments].concat()).stdout;
    let kept: Vec<u64> = export
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|event| event["seq"].as_u64().unwrap())
        .collect();
    for seq in acknowledged {
        assert!(kept.contains(seq), "event {seq} of {kept:?}");
    }
}

#[test]
fn a_full_disk_is_a_503_and_what_was_acknowledged_is_kept() {
    let place = Workplace::with_builtin_only();
    // No file may grow beyond this: the system says so to whoever writes, as it does when a disk is full.
    let blocks = 1_200;
    let program = assert_cmd::cargo::cargo_bin!("interdict").display().to_string();
    let script =
        format!("trap '' XFSZ; ulimit -f {blocks}; exec {program} serve --listen 127.0.0.1:0");
    let mut command = Command::new("bash");
    command.args(["-c", &script]);
    let server = Server::run(&place, command);
    let (acknowledged, reply) = until_refused(&server, 5_000);
    assert!(!acknowledged.is_empty());
    assert_refused(&reply);
    // The disk stays full: later requests are refused as well.
    let again = screen(server.address, "c-again", &[]).unwrap();
    assert_refused(&again);
    drop(server);
    check(&place, &[], &acknowledged);
    // With room again, screenings are recorded again.
    let server = Server::start(&place, &["serve", "--listen", "127.0.0.1:0"]);
    let reply = screen(server.address, "c-1", &[]).unwrap();
    let seq = event_of(&reply).expect("there is room again");
    assert!(acknowledged.iter().all(|known| *known < seq));
}

/// A PostgreSQL server of its own.
struct Database {
    folder: PathBuf,
    url: String,
}

impl Database {
    /// Nothing, with a line on stdout, if none can be started.
    fn start(folder: PathBuf) -> Option<Self> {
        let output = script(&["start"], &folder).output().ok()?;
        if !output.status.success() {
            println!("skipped: a database that is killed (no PostgreSQL could be started)");
            return None;
        }
        let url = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        Some(Self { folder, url })
    }

    fn control(&self, verb: &str) {
        let output = script(&[verb], &self.folder).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = script(&["stop"], &self.folder).output();
    }
}

fn script(verb: &[&str], folder: &Path) -> Command {
    let mut command = Command::new("bash");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.ci/postgres");
    command.arg(path).args(verb).arg(folder);
    command
}

#[cfg(feature = "postgres")]
#[test]
fn a_database_that_is_killed_is_a_503_until_it_is_back_and_nothing_is_lost() {
    let place = Workplace::with_builtin_only();
    // Sockets have short paths.
    let folder = std::env::temp_dir().join(format!("interdict-db-{}", std::process::id()));
    let Some(database) = Database::start(folder) else { return };
    let store = ["--store", database.url.as_str()];
    let server =
        Server::start(&place, &[&["serve", "--listen", "127.0.0.1:0"], &store[..]].concat());
    let mut acknowledged = Vec::new();
    for _ in 0..3 {
        for number in 0..20 {
            let reply = screen(server.address, &format!("c-{number}"), &[]).unwrap();
            acknowledged.push(event_of(&reply).expect("the database is there"));
        }
        database.control("kill");
        for _ in 0..3 {
            assert_refused(&screen(server.address, "c-gone", &[]).unwrap());
        }
        database.control("resume");
        // The server finds the way back by itself.
        let start = Instant::now();
        let reply = loop {
            let reply = screen(server.address, "c-back", &[]).unwrap();
            if reply.status == 200 || start.elapsed() > Duration::from_secs(20) {
                break reply;
            }
            assert_refused(&reply);
            std::thread::sleep(Duration::from_millis(100));
        };
        acknowledged.push(event_of(&reply).expect("the database is back"));
    }
    let seqs: std::collections::BTreeSet<u64> = acknowledged.iter().copied().collect();
    assert_eq!(seqs.len(), acknowledged.len());
    check(&place, &store, &acknowledged);
}
