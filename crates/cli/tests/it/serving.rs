//! `serve` as a process: its settings and where they come from, and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::Workplace;

fn command(place: &Workplace) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("interdict"));
    command.env("INTERDICT_DATA_DIR", place.data_dir()).env_remove("INTERDICT_CONFIG");
    command
}

fn shown(place: &Workplace, environment: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = command(place);
    command.envs(environment.iter().copied()).args(["config", "show"]).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_argument_counts_before_the_environment_and_that_before_the_file() {
    let place = Workplace::new();
    place.configure(
        "[server]\nlisten = \"127.0.0.1:1\"\nkey_rate = 7\nmax_body = 3\nupdate_token = \"SECRET-1\"\n\
         store = \"postgresql://somebody:SECRET-2@nowhere/x\"\nrefuse_stale = true\n",
    );
    let environment = [("INTERDICT_KEY_RATE", "8"), ("INTERDICT_MAX_BODY", "4")];
    let text = shown(&place, &environment, &["--max-body", "5", "--refuse-stale=false"]);
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "listen 127.0.0.1:1 (file)",
        "key_rate 8 (environment)",
        "max_body 5 (flag)",
        "failed_keys 30 (default)",
        "refuse_stale false (flag)",
        "update_token (set) (file)",
        "store postgresql://nowhere/x (file)",
        "public_url - (default)",
    ] {
        assert!(text.lines().any(|known| words(known) == line), "{line} in\n{text}");
    }
    assert!(!text.contains("SECRET"), "{text}");
}

#[test]
fn a_setting_that_is_unknown_or_impossible_stops_everything() {
    let place = Workplace::new();
    place.configure("[server]\nlisten = \"127.0.0.1:1\"\nkey_rat = 7\n");
    let run = place.run(&["config", "show"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("line 3") && run.stderr.contains("key_rat"), "{}", run.stderr);
    place.configure("[server]\ntls_cert = \"cert.pem\"\n");
    let run = place.run(&["serve"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("tls_key"), "{}", run.stderr);
    place.configure("");
    // Without a key, and then without TLS, no other machine is answered.
    let run = place.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(run.code == 2 && run.stderr.contains("keys add"), "{}", run.stderr);
    assert_eq!(place.run(&["keys", "add", "x", "--role", "screen"]).code, 0);
    let run = place.run(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(run.code == 2 && run.stderr.contains("--insecure-http"), "{}", run.stderr);
}

/// A process that does not outlive its test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ask(address: &str, path: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(unix)]
#[test]
fn the_end_is_said_first_and_the_head_of_the_log_is_kept_last() {
    let place = Workplace::with_builtin_only();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--drain-seconds", "3", "--log", "json"];
    let mut child = Process(command(&place).args(serve).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(child.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address =
        lines.find_map(|line| Some(line.strip_prefix("listening at http://")?.to_owned()));
    let address = address.unwrap();
    assert!(ask(&address, "/readyz").unwrap().starts_with("HTTP/1.1 200"));
    // Something for the log of events: a screening.
    let body =
        r#"{"queries": {"q": {"schema": "Person", "properties": {"name": ["Kim Sang-man"]}}}}"#;
    let mut stream = TcpStream::connect(&address).unwrap();
    let length = body.len();
    let head = format!(
        "POST /match/dprk_cyber HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let process = child.0.id().to_string();
    // SIGHUP reads files again, and ends nothing.
    assert!(Command::new("kill").args(["-HUP", &process]).status().unwrap().success());
    assert!(ask(&address, "/readyz").unwrap().starts_with("HTTP/1.1 200"));
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    let start = Instant::now();
    // Not ready, and still answering.
    while !ask(&address, "/readyz").unwrap().starts_with("HTTP/1.1 503") {
        assert!(start.elapsed() < Duration::from_secs(2));
    }
    assert!(ask(&address, "/healthz").unwrap().starts_with("HTTP/1.1 200"));
    assert!(child.0.wait().unwrap().success());
    let checkpoint = place.data_dir().join("store/checkpoints/000000000001.checkpoint");
    assert!(checkpoint.exists(), "{checkpoint:?}");
    let log: Vec<String> = lines.collect();
    let text = log.join("\n");
    for part in ["\"event\":\"started\"", "\"route\":\"/match/{dataset}\"", "\"event\":\"ending\""]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(log.last().unwrap().contains("\"event\":\"ended\""), "{text}");
    assert!(!text.contains("Kim"), "{text}");
}
