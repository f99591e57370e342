//! `mcp` as the clients of language models use it: a conversation over standard input and output, and HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::Workplace;

/// A client that started the program.
struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: u64,
}

fn command(place: &Workplace) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("interdict"));
    command.env("INTERDICT_DATA_DIR", place.data_dir()).env_remove("INTERDICT_CONFIG").arg("mcp");
    command
}

impl Client {
    fn start(place: &Workplace) -> Self {
        let mut command = command(place);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut client = Self { child, input, output, next: 1 };
        let hello = client.ask(
            "initialize",
            json!({
                "protocolVersion": "2025-06-18", "capabilities": {},
                "clientInfo": { "name": "test", "version": "0" },
            }),
        );
        assert_eq!(hello["result"]["serverInfo"]["name"], "interdict");
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.input.as_mut().unwrap(), "{message}").unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.next;
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// The answer of a tool.
    fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert_eq!(answer["result"]["isError"], false, "{answer}");
        answer["result"]["structuredContent"].clone()
    }

    /// What a tool says when it does not answer.
    fn failure(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_tool_says_that_it_only_reads_and_answers_as_the_command_line_does() {
    let place = Workplace::with_builtin_only();
    let mut client = Client::start(&place);
    let tools = client.ask("tools/list", json!({}))["result"]["tools"].clone();
    let names: Vec<&str> =
        tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["screen", "entity", "network", "wallet"]);
    for tool in tools.as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["annotations"]["openWorldHint"], false, "{tool}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
    }
    let party = json!({ "schema": "Person", "properties": { "name": ["Kim Sang-man"] } });
    let answer = client.call("screen", party);
    assert_eq!(answer["verdict"], "match");
    let printed = place.json(&["screen", "Kim Sang-man", "-s", "Person"]);
    for member in ["candidates", "generation", "lists", "matches", "policy", "query"] {
        assert_eq!(answer["screen"][member], printed[member], "{member}");
    }
    let id = "ofac-43377";
    let record = client.call("entity", json!({ "id": id }));
    assert_eq!(record["records"], place.json(&["entity", id])["records"]);
    let network = client.call("network", json!({ "id": id, "depth": 2 }));
    assert_eq!(network["links"], place.json(&["network", id, "--depth", "2"])["links"]);
    let wallet = json!({ "address": "0x098B716B8Aaf21512996dC57EB0615e2383E2f96" });
    assert_eq!(client.call("wallet", wallet)["verdict"], "match");
}

#[test]
fn what_was_not_screened_is_never_clear() {
    let place = Workplace::new();
    let mut client = Client::start(&place);
    // No official list is in use.
    let nobody = json!({ "properties": { "name": ["Wilhelmina Featherstonehaugh"] } });
    let answer = client.call("screen", nobody);
    assert_eq!(answer["verdict"], "incomplete");
    assert_eq!(answer["gaps"][0]["code"], "no_official_list");
    // Nothing that could be searched for.
    let answer = client.call("screen", json!({ "properties": { "name": ["???"] } }));
    assert_eq!((answer["verdict"].as_str(), &answer["screen"]), (Some("incomplete"), &Value::Null));
    // A birth date that cannot be read.
    let unread = json!({
        "properties": { "name": ["Wilhelmina Featherstonehaugh"], "birthDate": ["soon"] },
        "datasets": ["dprk_cyber"],
    });
    let answer = client.call("screen", unread);
    assert_eq!(answer["verdict"], "incomplete");
    let codes: Vec<&str> = answer["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| gap["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"field_unread"), "{codes:?}");
}

#[test]
fn wrong_arguments_are_told_to_the_caller_and_the_conversation_goes_on() {
    let place = Workplace::with_builtin_only();
    let mut client = Client::start(&place);
    let named = |extra: Value| {
        let mut call = json!({ "properties": { "name": ["Kim"] } });
        call.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        call
    };
    for (tool, arguments, part) in [
        ("screen", json!({}), "properties"),
        ("screen", named(json!({ "schema": "Dragon" })), "Dragon"),
        ("screen", named(json!({ "threshold": 7 })), "threshold"),
        ("screen", named(json!({ "limit": 0 })), "limit"),
        ("screen", named(json!({ "limit": 51 })), "limit"),
        ("screen", named(json!({ "datasets": ["no such list"] })), "datasets"),
        ("screen", named(json!({ "datasets": ["nothing"] })), "nothing"),
        ("screen", named(json!({ "exhaustive": true })), "exhaustive"),
        ("screen", json!({ "properties": { "name": vec!["x"; 201] } }), "200 values"),
        ("screen", json!({ "properties": { "name": ["x".repeat(2_001)] } }), "2000 bytes"),
        ("entity", json!({ "id": "nobody-1" }), "nobody-1"),
        ("network", json!({ "id": "nobody-1" }), "nobody-1"),
        ("network", json!({ "id": "ofac-43377", "depth": 5 }), "depth"),
        ("wallet", json!({ "address": "no address" }), "no address"),
    ] {
        let text = client.failure(tool, arguments);
        assert!(text.contains(part), "{tool}: {text}");
    }
    let unknown = client.ask("tools/call", json!({ "name": "erase", "arguments": {} }));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    assert_eq!(client.call("entity", json!({ "id": "ofac-43377" }))["schema"], "interdict.entity");
}

#[test]
fn newer_lists_are_used_without_a_restart_and_the_end_of_input_is_the_end() {
    let place = Workplace::with_builtin_only();
    let mut client = Client::start(&place);
    let jane = json!({ "properties": { "name": ["Ivo Maris Roe"] }, "datasets": ["watch"] });
    assert!(client.failure("screen", jane.clone()).contains("watch"));
    let list = place.file("watch.csv", crate::support::WATCH);
    assert_eq!(place.run(&["lists", "import", "watch", &list]).code, 0);
    assert_eq!(client.call("screen", jane)["verdict"], "match");
    client.input = None;
    assert_eq!(client.child.wait().unwrap().code(), Some(0));
}

#[test]
fn over_http_pages_of_browsers_and_other_machines_are_refused() {
    let place = Workplace::with_builtin_only();
    let run = place.run(&["mcp", "--http", "0.0.0.0:0"]);
    assert!(run.code == 2 && run.stderr.contains("127.0.0.1"), "{}", run.stderr);
    let mut child = command(&place)
        .args(["--http", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().split("http://").last().unwrap().trim_end_matches("/mcp").to_owned();
    let ask = |headers: &str| {
        let call = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "entity", "arguments": { "id": "ofac-43377" } },
        })
        .to_string();
        let mut stream = TcpStream::connect(&address).unwrap();
        let length = call.len();
        let head = format!(
            "POST /mcp HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
             Connection: close\r\nContent-Length: {length}\r\n{headers}\r\n\r\n"
        );
        stream.write_all((head + &call).as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let answer = ask(&format!("Host: {address}"));
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("ofac-43377"), "{answer}");
    for headers in [
        format!("Host: {address}\r\nOrigin: http://pages.example"),
        format!("Host: {address}\r\nOrigin: null"),
        "Host: pages.example".to_owned(),
    ] {
        let answer = ask(&headers);
        assert!(answer.starts_with("HTTP/1.1 403") && !answer.contains("ofac"), "{answer}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
