//! Jobs over real connections: every row of a file has a result, and no fault is silent.

use std::io::Read;
use std::time::{Duration, Instant};

use interdict_engine::audit::{Erasure, Origin, Store, StorePlace, Tenant};
use interdict_server::ServerConfig;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::{Server, folder, start_small, start_small_with, update_small};

const CSV: (&str, &str) = ("Content-Type", "text/csv");
const FILE: &str = "id,name,birth date\nc-1,Zacharias Quillfeather,1970-01-02\nc-2,Jane Example,1980-05-05\n\
    c-3,...,\nc-4,Jane Other,1980-13-41\n";

fn lists() -> Vec<Value> {
    let person = |id: &str, name: &str| json!({ "id": id, "schema": "Person", "properties": { "name": [name], "birthDate": ["1970-01-02"] } });
    vec![person("z-1", "Zacharias Quillfeather"), person("z-2", "Ottoline Brambleworth")]
}

fn send(server: Server, query: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    server.send("POST", &format!("/api/v1/jobs?datasets=zulu{query}"), headers, body)
}

fn make(server: Server, query: &str, body: &str) -> String {
    let made = send(server, query, &[CSV], body.as_bytes());
    assert_eq!(made.status, 202, "{}", String::from_utf8_lossy(&made.body));
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), Some(&*format!("/api/v1/jobs/{id}")));
    id
}

fn ended(server: Server, id: &str) -> Value {
    let start = Instant::now();
    loop {
        let job = server.get(&format!("/api/v1/jobs/{id}")).ok();
        if !job["ended_at"].is_null() {
            return job;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{job}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn result(server: Server, id: &str) -> (Vec<Value>, Value) {
    let answer = server.get(&format!("/api/v1/jobs/{id}/result"));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let text = String::from_utf8(answer.body).unwrap();
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.pop().unwrap();
    (lines, last["summary"].clone())
}

fn events(server: Server, kind: &str) -> Vec<Value> {
    let page = server.get(&format!("/api/v1/audit?kind={kind}&limit=1000")).ok();
    page["events"].as_array().unwrap().clone()
}

#[test]
fn every_row_of_a_file_comes_out_with_its_event_and_its_case() {
    let server = start_small("jobs", &lists());
    let id = make(server, "", FILE);
    let job = ended(server, &id);
    assert_eq!(job["state"], "done", "{job}");
    let counts = &job["counts"];
    for (name, count) in [
        ("rows", 4),
        ("rows_screened", 3),
        ("rows_unscreened", 1),
        ("rows_matched", 1),
        ("rows_incomplete", 1),
        ("rows_clear", 1),
        ("matches", 1),
    ] {
        assert_eq!(counts[name], count, "{name} in {counts}");
    }
    let (lines, summary) = result(server, &id);
    assert_eq!(&summary["counts"], counts);
    let rows: Vec<u64> = lines.iter().map(|line| line["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, [1, 2, 3, 4]);
    let matched = &lines[0];
    assert_eq!((&matched["customer"], &matched["verdict"]), (&json!("c-1"), &json!("match")));
    let candidate = &matched["candidates"][0];
    assert_eq!((&candidate["entity"], &candidate["match"]), (&json!("z-1"), &json!(true)));
    let case = candidate["case"].as_str().expect("a customer's match is for a case");
    assert_eq!(server.get(&format!("/api/v1/cases/{case}")).ok()["customer"], "c-1");
    assert_eq!(lines[1]["verdict"], "clear");
    assert_eq!((&lines[2]["status"], &lines[2]["code"]), (&json!(422), &json!("unscreened")));
    assert_eq!(lines[2]["customer"], "c-3", "whoever looks after it finds the customer");
    assert!(lines[2].get("candidates").is_none(), "an empty list would look clear");
    assert_eq!(lines[3]["verdict"], "incomplete", "its birth date was not read");
    // Each screening is an event, which can be replayed.
    let seq = matched["audit_event"].as_u64().unwrap();
    let replay = server.send("POST", &format!("/api/v1/audit/{seq}/replay"), &[], b"").ok();
    assert_eq!(replay["outcome"], "same");
    let end = &events(server, "job.ended")[0]["detail"];
    assert_eq!((&end["job"], &end["counts"]), (&json!(id), counts));
    assert_eq!(end["digest"].as_str().unwrap().len(), 64);
    assert!(end["generation"].is_u64() && end["lists"]["zulu"].is_string());
    assert_eq!(server.get("/api/v1/jobs?state=done").ok()["jobs"][0]["id"], *id);
    let csv = server.get(&format!("/api/v1/jobs/{id}/result?format=csv"));
    let text = String::from_utf8(csv.body).unwrap();
    assert_eq!(text.lines().count(), 5, "{text}");
    assert!(text.contains("\r\n1,c-1,200,match,1,0,z-1,"), "{text}");
}

/// Erases all data of a customer beside the server, as `interdict audit erase` does.
fn erase(name: &str, customer: &'static str) -> Erasure {
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let place = StorePlace::in_folder(folder(name).join("store"));
    let store = Store::open(place, random, jiff::Timestamp::now()).unwrap();
    store
        .change_now(move |change| {
            let (by, now) = (Origin::of("local:test"), jiff::Timestamp::now());
            change.erase(&Tenant::only(), customer, Some("asked for"), by, now)
        })
        .unwrap()
}

#[test]
fn the_row_of_a_customer_who_was_erased_says_so_in_both_forms_of_the_result() {
    let server = start_small("jobs-erased", &lists());
    let id = make(server, "", FILE);
    ended(server, &id);
    for (customer, row) in [("c-1", 0), ("c-3", 2)] {
        assert_eq!(erase("jobs-erased", customer).job_rows, 1, "{customer}");
        let (lines, summary) = result(server, &id);
        assert_eq!(lines.len(), 4, "no row is missing");
        assert_eq!(lines[row]["row"], row + 1);
        assert_eq!((&lines[row]["status"], &lines[row]["code"]), (&json!(410), &json!("erased")));
        let text = lines[row].to_string();
        assert!(!text.contains("clear") && !text.contains("Zacharias"), "{text}");
        assert_eq!(summary["counts"]["rows"], 4);
    }
    let (lines, _) = result(server, &id);
    assert_eq!((&lines[1]["verdict"], &lines[1]["customer"]), (&json!("clear"), &json!("c-2")));
    let csv = server.get(&format!("/api/v1/jobs/{id}/result?format=csv"));
    let text = String::from_utf8(csv.body).unwrap();
    assert!(text.contains("\r\n1,,410,,,,") && !text.contains("c-1"), "{text}");
}

#[test]
fn a_row_whose_customer_was_erased_after_the_file_was_sent_is_not_screened() {
    let server = start_small("jobs-erased-early", &lists());
    let rows = 4_000;
    let file: String = std::iter::once("id,name\n".to_owned())
        .chain((0..rows).map(|row| format!("c-{row},Ottoline Brambleworth {row}\n")))
        .chain(["c-last,Zacharias Quillfeather\n".to_owned()])
        .collect();
    let id = make(server, "&limit=1", &file);
    assert_eq!(erase("jobs-erased-early", "c-last").open_jobs, 1);
    let job = ended(server, &id);
    assert_eq!(
        (&job["counts"]["rows"], &job["counts"]["rows_unscreened"]),
        (&json!(rows + 1), &json!(1))
    );
    let (lines, _) = result(server, &id);
    assert_eq!(lines[rows]["code"], "erased", "{}", lines[rows]);
    assert_eq!(server.get("/api/v1/cases?customer=c-last").ok()["cases"], json!([]));
}

#[test]
fn lines_of_json_are_screened_as_rows_are() {
    let server = start_small("jobs-lines", &lists());
    let body = b"{\"id\": \"c-1\", \"name\": \"Ottoline Brambleworth\"}\nnothing\n";
    let made = send(server, "", &[("Content-Type", "application/x-ndjson")], body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(ended(server, &id)["state"], "done");
    let (lines, _) = result(server, &id);
    assert_eq!((&lines[0]["verdict"], &lines[1]["code"]), (&json!("match"), &json!("unscreened")));
}

/// Decompresses an answer; truncation is an error.
fn unpacked(answer: &Answer) -> String {
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn answers_that_are_streamed_are_whole_when_they_are_packed() {
    let server = start_small("jobs-packed", &lists());
    let id = make(server, "", FILE);
    ended(server, &id);
    let packed = [("Accept-Encoding", "gzip")];
    let result = server.send("GET", &format!("/api/v1/jobs/{id}/result"), &packed, b"");
    let text = unpacked(&result);
    assert!(text.lines().last().unwrap().starts_with("{\"summary\""), "{text}");
    let headers = [("Accept-Encoding", "gzip"), ("Content-Type", "application/x-ndjson")];
    let line = br#"{"properties": {"name": "Jane Example"}}"#;
    let lines = server.send("POST", "/api/v1/screen?datasets=zulu", &headers, line);
    let text = unpacked(&lines);
    assert!(text.lines().last().unwrap().starts_with("{\"summary\""), "{text}");
}

#[test]
fn a_job_with_too_many_unscreened_rows_is_incomplete_and_says_why() {
    let server = start_small("jobs-ceiling", &lists());
    let id = make(server, "&max_unscreened=0", FILE);
    let job = ended(server, &id);
    assert_eq!(job["state"], "incomplete");
    assert_eq!(job["failure"]["code"], "unscreened_rows");
    let (lines, summary) = result(server, &id);
    assert_eq!((lines.len(), &summary["state"]), (4, &json!("incomplete")));
    assert_eq!(events(server, "job.ended")[0]["detail"]["failure"], "unscreened_rows");
}

#[test]
fn a_file_that_cannot_be_read_fails_and_names_no_place_of_the_server() {
    let server = start_small("jobs-unreadable", &lists());
    for (query, body, said) in [
        ("", "shoe size\n7\n", "shoe size"),
        ("&customer=number", FILE, "number"),
        ("&column=nobody=name", FILE, "nobody"),
        ("", "name,birth date\nA,03/04/1965\n", "the parameter `dates`"),
        ("&encoding=windows-1252", "name\nJos\u{e9}\n", "the parameter `encoding`"),
    ] {
        let id = make(server, query, body);
        let job = ended(server, &id);
        assert_eq!(job["state"], "failed", "{job}");
        assert_eq!(job["failure"]["code"], "unreadable_file", "{job}");
        let detail = job["failure"]["detail"].as_str().unwrap();
        assert!(detail.contains(said) && !detail.contains("spool"), "{detail}");
        assert!(!detail.contains("--"), "an option of the command line: {detail}");
        assert_eq!(server.get(&format!("/api/v1/jobs/{id}/result")).status, 409);
    }
}

#[test]
fn what_is_wrong_with_a_request_is_said_before_a_job_is_made() {
    let server = start_small_with("jobs-refused", &lists(), |config| ServerConfig {
        job_bytes: 100,
        ..config
    });
    let asked = |query: &str, headers: &[(&str, &str)], body: &[u8]| {
        send(server, query, headers, body).status
    };
    assert_eq!(asked("", &[("Content-Type", "text/plain")], b"name\nA\n"), 415);
    assert_eq!(asked("", &[], b"name\nA\n"), 415);
    assert_eq!(asked("", &[CSV], b""), 400);
    assert_eq!(asked("", &[CSV], &[b'a'; 101]), 413);
    assert_eq!(asked("&threshold=2", &[CSV], b"name\nA\n"), 422);
    assert_eq!(asked("&dates=often", &[CSV], b"name\nA\n"), 422);
    let other = server.send("POST", "/api/v1/jobs?datasets=none", &[CSV], b"name\nA\n");
    assert_eq!(other.status, 404);
    // A required list is missing.
    assert_eq!(server.send("POST", "/api/v1/jobs", &[CSV], b"name\nA\n").status, 503);
    assert_eq!(server.get("/api/v1/jobs").ok()["jobs"], json!([]));
    assert_eq!(server.get("/api/v1/jobs/none").status, 404);
    assert_eq!(server.get("/api/v1/jobs?state=lost").status, 422);
}

#[test]
fn a_request_that_is_sent_again_makes_no_second_job() {
    let server = start_small("jobs-once", &lists());
    let again = [CSV, ("Idempotency-Key", "\"k-1\"")];
    let first = send(server, "", &again, FILE.as_bytes()).json();
    let second = send(server, "", &again, FILE.as_bytes()).json();
    assert_eq!(first["id"], second["id"]);
    assert_eq!(send(server, "", &again, b"name\nAnother\n").status, 422);
    ended(server, first["id"].as_str().unwrap());
    assert_eq!(server.get("/api/v1/jobs").ok()["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(events(server, "screening").len(), 3, "each row was screened once");
}

#[test]
fn a_job_can_be_cancelled_and_a_result_deleted() {
    let server = start_small("jobs-cancel", &lists());
    let long: String = std::iter::once("id,name\n".to_owned())
        .chain((0..100_000).map(|row| format!("c-{row},Zacharias Quillfeather\n")))
        .collect();
    let id = make(server, "", &long);
    let cancelled = server.send("DELETE", &format!("/api/v1/jobs/{id}"), &[], b"").ok();
    assert_eq!(cancelled["state"], "cancelled");
    assert_eq!(server.get(&format!("/api/v1/jobs/{id}/result")).status, 409);
    let id = make(server, "", FILE);
    assert_eq!(ended(server, &id)["state"], "done");
    let deleted = server.send("DELETE", &format!("/api/v1/jobs/{id}"), &[], b"").ok();
    assert_eq!((&deleted["state"], &deleted["result_until"]), (&json!("done"), &Value::Null));
    assert_eq!(server.get(&format!("/api/v1/jobs/{id}/result")).status, 409);
}

#[test]
fn requests_are_answered_while_a_job_runs_and_the_job_keeps_its_lists() {
    let server = start_small_with("jobs-beside", &lists(), |config| ServerConfig {
        concurrency: 1,
        ..config
    });
    let rows = 3_000;
    let file: String = std::iter::once("name\n".to_owned())
        .chain((0..rows).map(|row| format!("Ottoline Brambleworth {row}\n")))
        .collect();
    let id = make(server, "&limit=1", &file);
    let party = json!({
        "party": { "properties": { "name": "Ottoline Brambleworth" } },
        "settings": { "datasets": ["zulu"] },
    });
    let mut slowest = Duration::ZERO;
    for _ in 0..10 {
        let start = Instant::now();
        assert_eq!(server.post("/api/v1/screen", &party).ok()["verdict"], "match");
        slowest = slowest.max(start.elapsed());
    }
    assert!(slowest < Duration::from_secs(5), "{slowest:?}");
    // The entity is removed from the list while the job runs.
    update_small("jobs-beside", &lists()[..1]);
    let job = ended(server, &id);
    assert_eq!((&job["state"], &job["counts"]["rows_matched"]), (&json!("done"), &json!(rows)));
}

#[test]
fn a_column_that_is_not_used_is_told_with_the_job_and_with_monitored_customers() {
    let server = start_small("jobs-unused", &lists());
    let file = "id,name,Aka-Liste\nc-1,Jane Example,Zacharias Quillfeather\n";
    let id = make(server, "", file);
    assert_eq!(ended(server, &id)["unused_columns"], json!(["Aka-Liste"]));
    let (_, summary) = result(server, &id);
    assert_eq!(summary["unused_columns"], json!(["Aka-Liste"]));
    let monitor = json!({ "name": "all", "settings": { "datasets": ["zulu"] } });
    let made = server.post("/api/v1/monitors", &monitor);
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    let path = format!("/api/v1/monitors/{}/customers", made.json()["id"].as_str().unwrap());
    let report = server.send("POST", &path, &[CSV], file.as_bytes()).ok();
    assert_eq!((&report["changed"], &report["unused_columns"]), (&json!(1), &json!(["Aka-Liste"])));
}
