//! `/api/v1`: screening of one party, of several and of lines, wallets, networks, lists, and failures.

use interdict_server::{ServerConfig, StoreConfig};
use serde_json::{Value, json};

use crate::fixture::{Server, ZAKHAROV, folder, server, start, start_small};

fn zakharov() -> Value {
    json!({ "properties": { "name": "Alexander Zakharov" } })
}

#[test]
fn one_party_is_answered_with_what_the_answer_rests_on() {
    let Some(server) = server() else { return };
    let body =
        json!({ "party": zakharov(), "settings": { "datasets": ["zala"], "threshold": 0.8 } });
    let answer = server.post("/api/v1/screen", &body).ok();
    assert_eq!(answer["verdict"], "match");
    assert_eq!(answer["candidates"][0]["entity"]["id"], ZAKHAROV);
    assert_eq!(
        (answer["complete"].clone(), answer["threshold"].clone()),
        (json!(true), json!(0.8))
    );
    assert_eq!(answer["generation"], 3);
    assert_eq!(answer["lists"].as_array().unwrap().len(), 1);
    assert!(answer["matcher"].is_string() && answer["policy"]["algorithm"].is_string());
    // This server records nothing, and its answers name no event.
    assert_eq!(answer.get("audit_event"), None);
}

#[test]
fn a_wrong_party_does_not_fail_the_others_and_never_looks_clear() {
    let Some(server) = server() else { return };
    let body = json!({ "parties": [
        zakharov(),
        { "properties": { "name": "Somebody Who Is Not Listed" } },
        { "properties": { "birthDate": "not a date", "name": "Somebody Else" } },
        { "properties": {} },
        { "properties": { "name": 7 } },
        { "name": "Zakharov" },
        { "schema": "Nonsense", "properties": { "name": "x" } },
    ], "settings": { "datasets": ["zala"] } });
    let answer = server.post("/api/v1/screen", &body).ok();
    let results = answer["results"].as_array().unwrap();
    let statuses: Vec<u64> = results.iter().map(|one| one["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 200, 200, 200, 422, 422, 422]);
    let verdicts: Vec<&str> =
        results[..4].iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["match", "clear", "incomplete", "incomplete"]);
    for failed in &results[4..] {
        assert!(failed.get("candidates").is_none() && failed.get("verdict").is_none(), "{failed}");
    }
    let expected = json!({ "parties": 7, "matched": 1, "clear": 1, "incomplete": 2, "failed": 3, "suppressed": 0 });
    assert_eq!(answer["summary"], expected);
}

fn lines(server: Server, path: &str, body: &str) -> Vec<Value> {
    let kind = [("Content-Type", "application/x-ndjson")];
    let answer = server.send("POST", path, &kind, body.as_bytes());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let text = String::from_utf8(answer.body).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn lines_are_answered_in_their_order_and_a_summary_ends_them() {
    let name = "lines";
    let Some(server) = start(name, |config| {
        let place = interdict_engine::audit::StorePlace::in_folder(folder(name).join("store"));
        ServerConfig { store: Some(StoreConfig::at(place)), ..config }
    }) else {
        return;
    };
    let mut body = String::new();
    for number in 0..150 {
        let party = match number % 3 {
            0 => zakharov(),
            1 => {
                json!({ "customer": format!("c-{number}"), "properties": { "name": "Nobody Of Note" } })
            }
            _ => json!({ "nonsense": number }),
        };
        body.push_str(&format!("{party}\n\n"));
    }
    let answers = lines(server, "/api/v1/screen?datasets=zala&limit=1", body.trim_end());
    assert_eq!(answers.len(), 151);
    for (number, answer) in answers[..150].iter().enumerate() {
        match number % 3 {
            0 => assert_eq!(answer["verdict"], "match"),
            1 => assert_eq!(answer["customer"], format!("c-{number}")),
            _ => assert_eq!(answer["status"], 422),
        }
    }
    let events: Vec<u64> = answers.iter().filter_map(|one| one["audit_event"].as_u64()).collect();
    assert_eq!(events, (0..100).collect::<Vec<u64>>());
    let expected = json!({ "parties": 150, "matched": 50, "clear": 50, "incomplete": 0, "failed": 50, "suppressed": 0 });
    assert_eq!(answers[150]["summary"], expected);
    assert_eq!(lines(server, "/api/v1/screen?datasets=zala", " ").len(), 1);
}

#[test]
fn what_is_wrong_with_all_of_a_request_fails_it() {
    let Some(server) = server() else { return };
    for (body, status, code) in [
        (json!({}), 422, "invalid_values"),
        (json!({ "party": zakharov(), "parties": [] }), 422, "invalid_values"),
        (json!({ "parties": [] }), 422, "invalid_values"),
        (json!({ "party": zakharov(), "typo": 1 }), 422, "invalid_values"),
        (json!({ "party": zakharov(), "settings": { "threshold": 7 } }), 422, "invalid_values"),
        (json!({ "party": zakharov(), "settings": { "limit": 0 } }), 422, "invalid_values"),
        (json!({ "party": zakharov(), "settings": { "algorithm": "x" } }), 422, "invalid_values"),
        (json!({ "party": zakharov(), "settings": { "datasets": ["x"] } }), 404, "not_found"),
        (json!({ "party": { "properties": { "name": 1 } } }), 422, "invalid_values"),
        (json!({ "party": { "customer": "", "properties": {} } }), 503, "lists_unavailable"),
        (
            json!({ "party": { "customer": "", "properties": {} }, "settings": { "datasets": ["zala"] } }),
            422,
            "invalid_values",
        ),
    ] {
        let answer = server.post("/api/v1/screen", &body);
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{body}");
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{body}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"].as_str(), answer.header("x-request-id"));
        assert_eq!(problem["instance"], "/api/v1/screen");
    }
    let answer = server.send("POST", "/api/v1/screen", &[], b"{");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad_request")));
    let answer = server.get("/api/v1/screen");
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    assert_eq!(answer.json()["code"], "method_not_allowed");
    assert_eq!(server.get("/api/v1/nothing").json()["code"], "not_found");
    let kind = [("Content-Type", "application/x-ndjson")];
    let answer = server.send("POST", "/api/v1/screen?datasets=x", &kind, b"{}");
    assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("not_found")));
    // Without a store there is no audit log.
    assert_eq!(server.get("/api/v1/audit").status, 404);
}

#[test]
fn wallets_networks_and_lists_are_the_documents_of_the_command_line() {
    let Some(server) = server() else { return };
    let wallet = json!({ "address": "0x098B716B8Aaf21512996dC57EB0615e2383E2f96" });
    let answer = server.post("/api/v1/wallets", &wallet).ok();
    assert_eq!(
        (answer["schema"].as_str(), answer["verdict"].as_str()),
        (Some("interdict.wallet"), Some("match"))
    );
    let answer = server.post("/api/v1/wallets", &json!({ "address": "not an address" }));
    assert_eq!((answer.status, answer.json()["code"].as_str()), (422, Some("invalid_values")));
    let answer = server.get(&format!("/api/v1/networks/{ZAKHAROV}?depth=1")).ok();
    assert_eq!(
        (answer["schema"].as_str(), answer["root"].as_str()),
        (Some("interdict.network"), Some(ZAKHAROV))
    );
    assert_eq!(server.get("/api/v1/networks/nobody").status, 404);
    assert_eq!(server.get(&format!("/api/v1/networks/{ZAKHAROV}?depth=x")).status, 422);
    let answer = server.get("/api/v1/lists").ok();
    assert_eq!(answer["schema"], "interdict.lists-status");
    assert_eq!(answer["lists"].as_array().unwrap().len(), 4);
}

#[test]
fn nothing_of_a_party_is_dropped_unseen() {
    let entity =
        json!({ "id": "p-1", "schema": "Person", "properties": { "name": ["Ivo Maris Roe"] } });
    let server = start_small("own-dropped", &[entity]);
    let screen = |properties: Value| {
        let party = json!({ "properties": properties });
        let body = json!({ "party": party, "settings": { "datasets": ["zulu"] } });
        server.post("/api/v1/screen", &body).ok()
    };
    assert_eq!(screen(json!({ "name": "Jane Quimby" }))["verdict"], "clear");
    // Another spelling of a property is read, and an unknown one is reported.
    for name in ["alias", "aliases", "Alias", "previous_name"] {
        let answer = screen(json!({ "name": "Jane Quimby", name: "Ivo Maris Roe" }));
        assert_eq!(answer["verdict"], "match", "{name}");
    }
    let answer = screen(json!({ "name": "Jane Quimby", "x-alias": "Ivo Maris Roe" }));
    assert_eq!(
        (&answer["verdict"], &answer["gaps"][0]["code"]),
        (&json!("incomplete"), &json!("field_unread"))
    );
    let example =
        json!({ "schema": "Person", "properties": { "name": ["Jane Quimby"], "xalias": ["Ivo"] } });
    let answer = server.post("/match/zulu", &json!({ "queries": { "q": example } }));
    assert_eq!(answer.header("x-interdict-complete"), Some("false"));
    // A duplicate key.
    let twice = r#"{"properties":{"name":"Ivo Maris Roe","name":"Jane Quimby"}}"#;
    let json_type = [("Content-Type", "application/json")];
    let lines_type = [("Content-Type", "application/x-ndjson")];
    let one = format!(r#"{{"party":{twice},"settings":{{"datasets":["zulu"]}}}}"#);
    let answer = server.send("POST", "/api/v1/screen", &json_type, one.as_bytes());
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("bad_request")));
    let lines = server.send("POST", "/api/v1/screen?datasets=zulu", &lines_type, twice.as_bytes());
    let text = String::from_utf8(lines.body).unwrap();
    assert!(text.contains("stands twice") && text.contains(r#""failed":1"#), "{text}");
    let queries = format!(r#"{{"queries":{{"q":{{"schema":"Person",{}}}}}"#, &twice[1..]);
    let answer = server.send("POST", "/match/zulu", &json_type, queries.as_bytes());
    assert_eq!(answer.status, 400, "{}", String::from_utf8_lossy(&answer.body));
    // A misspelt parameter is refused, since it would otherwise be ignored.
    for path in ["/api/v1/screen?treshold=1", "/api/v1/audit?kinds=x", "/api/v1/cases?sate=open"] {
        let method = if path.contains("screen") { "POST" } else { "GET" };
        let answer = server.send(method, path, &json_type, b"{\"party\":{\"properties\":{}}}");
        assert_eq!(answer.status, 422, "{path}");
    }
}

#[test]
fn an_array_in_the_place_of_an_object_is_refused_with_its_place() {
    let entity = json!({ "id": "z-1", "schema": "Person", "properties": { "name": ["A B"] } });
    let server = crate::fixture::start_small("strict-bodies", &[entity]);
    for (path, body, place) in [
        ("/api/v1/screen", json!([{}, { "properties": { "name": "A" } }]), "expected an object"),
        ("/api/v1/screen", json!({ "party": ["Person"] }), "/party: "),
        (
            "/api/v1/screen",
            json!({ "party": { "properties": { "name": "A" } }, "settings": [["zulu"]] }),
            "/settings: ",
        ),
        ("/api/v1/keys", json!(["reader", "screen"]), "expected an object"),
        ("/api/v1/monitors", json!({ "name": "a", "settings": [0.8] }), "/settings: "),
        ("/api/v1/webhooks", json!(["https://hooks.example/", ["*"]]), "expected an object"),
        ("/api/v1/users", json!(["jane", "Jane", ["analyst"], "a long password"]), "expected an"),
    ] {
        let answer = server.post(path, &body);
        let problem = answer.json();
        assert_eq!((answer.status, &problem["code"]), (422, &json!("invalid_values")), "{path}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(place) && detail.contains("sequence"), "{path}: {detail}");
    }
    let parties = json!({ "parties": [["Person"], { "properties": { "name": "A B" } }], "settings": { "datasets": ["zulu"] } });
    let results = server.post("/api/v1/screen", &parties).ok()["results"].clone();
    assert_eq!((&results[0]["status"], &results[1]["verdict"]), (&json!(422), &json!("match")));
}
