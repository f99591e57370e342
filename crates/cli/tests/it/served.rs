//! Servers as processes of their own, and callers of them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Workplace;

/// A running server, killed at the latest when the test ends.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the program, and waits until it listens.
    pub(crate) fn start(place: &Workplace, arguments: &[&str]) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("interdict"));
        command.args(arguments);
        Self::run(place, command)
    }

    /// Starts a command that becomes the program, and waits until it listens.
    pub(crate) fn run(place: &Workplace, mut command: Command) -> Self {
        command.env("INTERDICT_DATA_DIR", place.data_dir()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .find_map(|line| line.unwrap().strip_prefix("listening at http://").map(str::to_owned))
            .expect("the server starts");
        // Somebody has to read what else it says.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: address.parse().unwrap() }
    }

    /// Ends it at once, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer: its status, its head and its body, which is null if it is no JSON.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Sends a request with a body of JSON; nothing if there was no whole answer.
pub(crate) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Option<Reply> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let headers = [&[("Content-Type", "application/json")], headers].concat();
    let (status, head, body) = exchange(address, method, path, &headers, &body)?;
    let body = serde_json::from_str(&body).unwrap_or_default();
    Some(Reply { status, head, body })
}

/// Sends a request; status, head in lower case, and body of the answer. Nothing if there was no whole one.
pub(crate) fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<(u16, String, String)> {
    let headers: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept-Encoding: identity\r\n\
         {headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let head = head.to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let body = match length {
        Some(length) if length.parse() == Ok(body.len()) => body.to_owned(),
        Some(_) => return None,
        None => unchunked(body)?,
    };
    Some((status, head, body))
}

/// A body that was sent in chunks; nothing if the last one is missing.
fn unchunked(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, more) = rest.split_once("\r\n")?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.push_str(more.get(..size)?);
        rest = more.get(size + 2..)?;
    }
}

/// Screens a customer who is listed; nothing if there was no whole answer.
pub(crate) fn screen(
    address: SocketAddr,
    customer: &str,
    headers: &[(&str, &str)],
) -> Option<Reply> {
    let body = json!({
        "party": { "customer": customer, "properties": { "name": "Park Jin Hyok" } },
        "settings": { "datasets": ["dprk_cyber"] },
    });
    ask(address, "POST", "/api/v1/screen", headers, &body)
}

/// The number of the event of a screening that was acknowledged.
pub(crate) fn event_of(reply: &Reply) -> Option<u64> {
    if reply.status != 200 {
        return None;
    }
    assert_eq!(reply.body["verdict"], "match");
    Some(reply.body["audit_event"].as_u64().expect("an answer names its event"))
}

/// The address of a new database on the server for tests; nothing, with a line on stdout, if there is none.
pub(crate) fn own_database(name: &str) -> Option<String> {
    let server = std::env::var("INTERDICT_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    let Some(server) = server else {
        println!("skipped: {name} (INTERDICT_TEST_POSTGRES names no server)");
        return None;
    };
    let name = format!("{name}_{}", std::process::id());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    Some(server.replace("/postgres?", &format!("/{name}?")))
}
