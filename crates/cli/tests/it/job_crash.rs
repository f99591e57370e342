//! A server that is killed while it screens a file loses no row and records none twice: the next one goes on.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::serve_crash::Scene;

const ROWS: usize = 2_000;
/// Kills in the middle of the job. Each costs the rest of a lease.
const KILLS: u32 = 2;

/// Sends a request; status and body of the answer.
fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: identity\r\n\
         Content-Type: text/csv\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    Some((status, if is_chunked { unchunked(body) } else { body.to_owned() }))
}

fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, more)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        body.push_str(&more[..size]);
        rest = &more[size + 2..];
    }
    body
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

fn kill_in_the_middle(store: Option<String>) {
    let scene = Scene::new(store);
    let mut file = "id,name\n".to_owned();
    for row in 1..=ROWS {
        let name = if row % 10 == 0 { "Park Jin Hyok" } else { "Jane Example" };
        file.push_str(&format!("c-{row},{name}\n"));
    }
    let mut server = scene.start();
    let path = "/api/v1/jobs?datasets=dprk_cyber&limit=1";
    let (status, body) = ask(server.address, "POST", path, &file).unwrap();
    assert_eq!(status, 202, "{body}");
    let made: Value = serde_json::from_str(&body).unwrap();
    let path = format!("/api/v1/jobs/{}", made["id"].as_str().unwrap());
    let mut rows = 0;
    for _ in 0..KILLS {
        let found = wait(server.address, &path, |job| {
            job["counts"]["rows"].as_u64().unwrap() > rows || !job["ended_at"].is_null()
        });
        rows = found["counts"]["rows"].as_u64().unwrap();
        assert!(found["ended_at"].is_null(), "it ended before it was killed: {found}");
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        server = scene.start();
    }
    let done = wait(server.address, &path, |job| !job["ended_at"].is_null());
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(done["counts"]["rows"], ROWS);
    assert_eq!(done["counts"]["rows_matched"], ROWS / 10);
    let (status, text) = ask(server.address, "GET", &format!("{path}/result"), "").unwrap();
    assert_eq!(status, 200);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (summary, lines) = lines.split_last().unwrap();
    assert_eq!(summary["summary"]["counts"], done["counts"]);
    // Each row once, in order, each with an event of its own.
    assert_eq!(lines.len(), ROWS);
    let mut last = None;
    for (line, row) in lines.iter().zip(1..) {
        assert_eq!(
            (line["row"].as_u64(), line["customer"].as_str()),
            (Some(row), Some(&*format!("c-{row}")))
        );
        let event = line["audit_event"].as_u64();
        assert!(event > last, "{line}");
        last = event;
    }
    drop(server);
    let export = scene.place.run(&scene.arguments(&["audit", "export"]));
    let kinds: Vec<String> = export
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["kind"].as_str().unwrap().to_owned()
        })
        .collect();
    let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
    assert_eq!(count("screening"), ROWS, "no row was recorded twice, and none was left out");
    assert_eq!((count("job.started"), count("job.ended")), (1, 1));
    assert_eq!(count("job.resumed"), KILLS as usize);
    assert_eq!(count("case.opened"), ROWS / 10);
    scene.check();
}

#[test]
fn a_job_survives_kills_with_sqlite() {
    kill_in_the_middle(None);
}

#[test]
fn a_job_survives_kills_with_postgresql() {
    let Some(store) = crate::serve_crash::postgres_store("kill_job") else { return };
    kill_in_the_middle(Some(store));
}
