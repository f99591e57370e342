//! A server that is killed while it screens a file or sweeps a monitor loses nothing and records nothing twice: the same
//! server after a restart, or another server, continues.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve_crash::Scene;
use crate::served::{exchange, own_database};
use crate::support::{WATCH, WATCH_LATER};

const ROWS: usize = 2_000;
/// Kills in the middle of the job. Each costs the rest of a lease.
const KILLS: usize = 2;

/// Sends a request, with a file in CSV as its body if it has one; status and body of the answer.
fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let (status, _, body) = exchange(address, method, path, &[("Content-Type", "text/csv")], body)?;
    Some((status, body))
}

fn job(address: SocketAddr, path: &str) -> Value {
    let (status, body) = ask(address, "GET", path, "").expect("the server answers");
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

/// Waits until something is true of the job.
fn wait(address: SocketAddr, path: &str, is_there: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let found = job(address, path);
        if is_there(&found) {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "{found}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A file in which each tenth customer is listed.
fn customers(rows: usize) -> String {
    let mut file = "id,name\n".to_owned();
    for row in 1..=rows {
        let name = if row % 10 == 0 { "Park Jin Hyok" } else { "Jane Example" };
        file.push_str(&format!("c-{row},{name}\n"));
    }
    file
}

/// Sends a file, and returns the address of its job.
fn make(address: SocketAddr) -> String {
    let path = "/api/v1/jobs?datasets=dprk_cyber&limit=1";
    let (status, body) = ask(address, "POST", path, &customers(ROWS)).unwrap();
    assert_eq!(status, 202, "{body}");
    let made: Value = serde_json::from_str(&body).unwrap();
    format!("/api/v1/jobs/{}", made["id"].as_str().unwrap())
}

/// Waits until more rows were screened than before, and returns how many. The job must not have ended.
fn wait_for_rows(address: SocketAddr, path: &str, before: u64) -> u64 {
    let found = wait(address, path, |job| {
        job["counts"]["rows"].as_u64().unwrap() > before || !job["ended_at"].is_null()
    });
    assert!(found["ended_at"].is_null(), "it ended before it was killed: {found}");
    found["counts"]["rows"].as_u64().unwrap()
}

/// How many events of each kind there are.
fn counts(scene: &Scene) -> BTreeMap<String, usize> {
    let export = scene.place.run(&scene.arguments(&["audit", "export"]));
    let mut counts = BTreeMap::new();
    for line in export.stdout.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        *counts.entry(event["kind"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// Each row is in the result once, in order, with an event of its own.
fn check_result(address: SocketAddr, path: &str) {
    let done = wait(address, path, |job| !job["ended_at"].is_null());
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(
        (&done["counts"]["rows"], &done["counts"]["rows_matched"]),
        (&ROWS.into(), &(ROWS / 10).into())
    );
    let (status, text) = ask(address, "GET", &format!("{path}/result"), "").unwrap();
    assert_eq!(status, 200);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (summary, lines) = lines.split_last().unwrap();
    assert_eq!(summary["summary"]["counts"], done["counts"]);
    assert_eq!(lines.len(), ROWS);
    let mut last = None;
    for (line, row) in lines.iter().zip(1..) {
        let customer = format!("c-{row}");
        assert_eq!(
            (line["row"].as_u64(), line["customer"].as_str()),
            (Some(row), Some(&*customer))
        );
        let event = line["audit_event"].as_u64();
        assert!(event > last, "{line}");
        last = event;
    }
}

fn check_events(scene: &Scene) -> BTreeMap<String, usize> {
    let counts = counts(scene);
    assert_eq!(counts["screening"], ROWS, "no row was recorded twice, and none was left out");
    assert_eq!((counts["job.started"], counts["job.ended"]), (1, 1));
    assert_eq!(counts["case.opened"], ROWS / 10);
    scene.check();
    counts
}

/// Other lists are in use from now on.
fn import(scene: &Scene, list: &str) {
    let file = scene.place.file("watch.csv", list);
    let run = scene.place.run(&["lists", "import", "watch", &file, "--accept-loss"]);
    assert!(run.code == 0 || run.code == 3, "{}", run.stderr);
}

fn kill_in_the_middle(store: Option<String>) {
    let scene = Scene::new(store);
    import(&scene, WATCH);
    let mut server = scene.start();
    let path = make(server.address);
    let mut rows = 0;
    for _ in 0..KILLS {
        rows = wait_for_rows(server.address, &path, rows);
        server.kill();
        // The job keeps using the version of the lists that it started with.
        import(&scene, WATCH_LATER);
        server = scene.start();
    }
    check_result(server.address, &path);
    drop(server);
    assert_eq!(check_events(&scene)["job.resumed"], KILLS);
}

#[test]
fn a_job_survives_kills_with_sqlite() {
    kill_in_the_middle(None);
}

#[test]
fn a_job_survives_kills_with_postgresql() {
    if let Some(store) = own_database("kill_job") {
        kill_in_the_middle(Some(store));
    }
}

#[test]
fn another_server_goes_on_with_a_job() {
    let Some(store) = own_database("kill_job_of_two") else { return };
    let scene = Scene::new(Some(store));
    let mut servers = vec![scene.start()];
    let path = make(servers[0].address);
    wait_for_rows(servers[0].address, &path, 0);
    // It is there while the first one still has the job.
    servers.push(scene.start());
    std::thread::sleep(Duration::from_millis(300));
    servers[0].kill();
    check_result(servers[1].address, &path);
    drop(servers);
    assert_eq!(check_events(&scene)["job.resumed"], 1);
}

/// Sends customers to a monitor, kills its server in the middle, and looks whether each was told of once.
fn kill_a_sweep(store: Option<String>) {
    const CUSTOMERS: usize = 1_500;
    let scene = Scene::new(store);
    let mut server = scene.start();
    let settings = r#"{"name": "all", "settings": {"datasets": ["dprk_cyber"]}}"#;
    let (status, body) = ask(server.address, "POST", "/api/v1/monitors", settings).unwrap();
    assert_eq!(status, 201, "{body}");
    let made: Value = serde_json::from_str(&body).unwrap();
    let path = format!("/api/v1/monitors/{}", made["id"].as_str().unwrap());
    let (status, body) =
        ask(server.address, "POST", &format!("{path}/customers"), &customers(CUSTOMERS)).unwrap();
    assert_eq!(status, 200, "{body}");
    for _ in 0..KILLS {
        let before = job(server.address, &path)["waiting"].as_u64().unwrap();
        let found =
            wait(server.address, &path, |found| found["waiting"].as_u64().unwrap() < before);
        assert_ne!(found["waiting"], 0, "it ended before it was killed");
        server.kill();
        server = scene.start();
    }
    let found = wait(server.address, &path, |found| found["current"] == true);
    assert_eq!(
        (&found["customers"], &found["matched"]),
        (&CUSTOMERS.into(), &(CUSTOMERS / 10).into())
    );
    drop(server);
    let counts = counts(&scene);
    assert_eq!((counts["screening"], counts["match.new"]), (CUSTOMERS, CUSTOMERS / 10));
    assert_eq!((counts["case.opened"], counts["monitor.swept"]), (CUSTOMERS / 10, 1));
    assert!(!counts.contains_key("match.gone") && !counts.contains_key("match.changed"));
    scene.check();
}

#[test]
fn a_sweep_survives_kills_with_sqlite() {
    kill_a_sweep(None);
}

#[test]
fn a_sweep_survives_kills_with_postgresql() {
    if let Some(store) = own_database("kill_sweep") {
        kill_a_sweep(Some(store));
    }
}

#[test]
fn a_server_on_postgresql_ends_in_order() {
    let Some(store) = own_database("ended_in_order") else { return };
    let scene = Scene::new(Some(store));
    let mut server = scene.start();
    assert_eq!(job(server.address, "/api/v1/jobs")["jobs"], serde_json::json!([]));
    let id = server.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let status = server.child.wait().unwrap();
    assert!(status.success(), "{status}");
}
