//! The life of a case over HTTP. A header names the caller here: authentication is not part of these handlers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use interdict_engine::Engine;
use interdict_engine::audit::{
    CustomerHit, CustomerScreening, EventDraft, EventFilter, Fingerprint, JudgedField, Origin,
    Store, StorePlace, Tenant,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::app::App;
use crate::config::{ServerConfig, StoreConfig};
use crate::router::router_of_persons;

/// A server without lists, with cases that the tests open.
struct Office {
    router: Router,
    store: Arc<Store>,
    _folder: TempDir,
}

struct Answer {
    status: StatusCode,
    tag: Option<String>,
    body: Value,
}

impl Answer {
    #[track_caller]
    fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    #[track_caller]
    fn fails(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), &self.body["code"]),
            (status, &json!(code)),
            "{}",
            self.body
        );
        assert!(self.body["request_id"].is_string() && self.body["detail"].is_string());
    }
}

impl Office {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = StorePlace::in_folder(folder.path());
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let store = Arc::new(Store::open(place.clone(), random, Timestamp::now()).unwrap());
        let listen = "127.0.0.1:0".parse().unwrap();
        let config =
            ServerConfig { store: Some(StoreConfig::at(place)), ..ServerConfig::at(listen) };
        let app = Arc::new(App::new(Engine::new("nowhere"), config, Some(Arc::clone(&store))));
        Self { router: router_of_persons(app), store, _folder: folder }
    }

    /// A customer matches an entity: returns the case, and the entry of the allow-list that suppresses the match, if
    /// any.
    fn screen(&self, customer: &str, is_exact: bool) -> (String, Option<String>) {
        let mut record = Fingerprint::default();
        record.add(JudgedField::Names, "an entity");
        let hit = CustomerHit {
            ids: vec!["e-1".to_owned()],
            caption: "An entity".to_owned(),
            score: 0.9,
            is_exact,
            record,
        };
        let screening = CustomerScreening {
            reference: customer.to_owned(),
            data: Fingerprint::default(),
            matcher: "1".to_owned(),
            hits: vec![hit],
            delisted: Vec::new(),
            keep_until: Timestamp::MAX,
        };
        let draft = EventDraft {
            tenant: Tenant::only(),
            at: Timestamp::now(),
            kind: "screening".to_owned(),
            origin: Origin::of("service:test"),
            detail: json!({}),
            sealed: None,
        };
        let recorded = self
            .store
            .change_now(move |change| change.record_customer_screening(draft, &screening))
            .unwrap();
        (recorded.marks[0].case.clone(), recorded.marks[0].suppressed_by.clone())
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = request.body(body).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status();
            let tag = response.headers().get(header::ETAG);
            let tag = tag.map(|tag| tag.to_str().unwrap().to_owned());
            let bytes = response.into_body().collect().await.unwrap().to_bytes();
            let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
            Answer { status, tag, body }
        })
    }

    fn get(&self, actor: &str, path: &str) -> Answer {
        self.ask("GET", path, &[("x-actor", actor)], &Value::Null)
    }

    /// Moves a case regardless of its version.
    fn does(&self, actor: &str, case: &str, step: &str, body: Value) -> Answer {
        let path = format!("/api/v1/cases/{case}/{step}");
        self.ask("POST", &path, &[("x-actor", actor), ("if-match", "*")], &body)
    }

    fn proposed(&self, customer: &str, is_exact: bool) -> String {
        let (case, _) = self.screen(customer, is_exact);
        self.does("user:ann", &case, "claim", Value::Null).ok();
        self.does("user:ann", &case, "propose", false_positive()).ok();
        case
    }
}

fn false_positive() -> Value {
    json!({ "disposition": "false_positive", "reason": "name_only", "text": "Another Ann." })
}

#[test]
fn two_people_close_a_case_and_the_match_is_suppressed_from_then_on() {
    let office = Office::open();
    let case = office.proposed("c-1", false);
    office.does("user:ann", &case, "approve", Value::Null).fails(403, "same_person");
    office.does("service:key", &case, "approve", Value::Null).fails(403, "not_a_person");
    let closed = office.does("user:bob", &case, "approve", Value::Null).ok();
    assert_eq!((&closed["state"], &closed["approvals"]), (&json!("closed"), &json!(["user:bob"])));
    let entries = office.get("user:ann", "/api/v1/allow-list?customer=c-1&live=true").ok();
    let entry = entries["entries"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(entries["entries"][0]["by_two"], false);
    assert_eq!(office.screen("c-1", false).1, Some(entry.clone()));
    let path = format!("/api/v1/allow-list/{entry}/revoke");
    let revoke = |body| office.ask("POST", &path, &[("x-actor", "user:ann")], &body);
    revoke(json!({})).fails(422, "invalid_values");
    assert_eq!(revoke(json!({ "text": "A doubt." })).ok()["end_cause"], "revoked");
    revoke(json!({ "text": "A doubt." })).fails(409, "refused");
    assert_eq!(office.screen("c-1", false).1, None);
    let full = office.get("user:bob", &format!("/api/v1/cases/{case}")).ok();
    assert_eq!(full["state"], "open");
    let kinds: Vec<&str> = full["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    let end = kinds.iter().position(|kind| *kind == "allow.ended").unwrap();
    assert_eq!(kinds[end..], ["allow.ended", "case.reopened", "screening", "case.joined"]);
    let proposed =
        full["history"].as_array().unwrap().iter().find(|one| one["kind"] == "case.proposed");
    assert_eq!(proposed.unwrap()["entry"]["text"], "Another Ann.");
}

#[test]
fn an_exact_match_needs_two_who_approve() {
    let office = Office::open();
    let case = office.proposed("c-1", true);
    let once = office.does("user:bob", &case, "approve", Value::Null).ok();
    assert_eq!((&once["state"], &once["exact"]), (&json!("proposed"), &json!(true)));
    office.does("user:bob", &case, "approve", Value::Null).fails(409, "approved_before");
    office.does("user:ann", &case, "approve", Value::Null).fails(403, "same_person");
    assert_eq!(office.does("user:eve", &case, "approve", Value::Null).ok()["state"], "closed");
    assert!(office.screen("c-1", true).1.is_some());
}

#[test]
fn what_a_key_proposed_for_somebody_is_not_approved_by_them() {
    let office = Office::open();
    let (case, _) = office.screen("c-1", false);
    office.does("service:key", &case, "claim", Value::Null).ok();
    let headers = [("x-actor", "service:key"), ("if-match", "*"), ("x-on-behalf-of", "Bob")];
    office.ask("POST", &format!("/api/v1/cases/{case}/propose"), &headers, &false_positive()).ok();
    office.does("user:bob", &case, "approve", Value::Null).fails(403, "same_person");
    office.does("user:eve", &case, "approve", Value::Null).ok();
}

#[test]
fn a_write_names_the_version_that_was_read() {
    let office = Office::open();
    let (case, _) = office.screen("c-1", false);
    let path = format!("/api/v1/cases/{case}");
    let read = office.get("user:ann", &path);
    assert_eq!(read.tag.as_deref(), Some("\"1\""));
    let claim = |actor, tag: Option<&str>| {
        let mut headers = vec![("x-actor", actor)];
        headers.extend(tag.map(|tag| ("if-match", tag)));
        office.ask("POST", &format!("{path}/claim"), &headers, &Value::Null)
    };
    claim("user:ann", None).fails(428, "no_version");
    claim("user:ann", Some("1")).fails(400, "bad_request");
    let claimed = claim("user:ann", Some("\"1\""));
    assert_eq!(claimed.tag.as_deref(), Some("\"2\""));
    claim("user:bob", Some("\"1\"")).fails(412, "changed");
    claim("user:bob", Some("\"2\"")).fails(409, "claimed_by_another");
    let taken = office.does("user:bob", &case, "assign", json!({ "assignee": "user:bob" })).ok();
    assert_eq!(taken["claim"]["actor"], "user:bob");
    for path in ["assign", "escalate", "propose", "approve", "send-back", "reopen", "comments"] {
        let path = format!("/api/v1/cases/{case}/{path}");
        office.ask("POST", &path, &[("x-actor", "user:ann")], &json!({})).fails(428, "no_version");
    }
}

#[test]
fn a_move_that_is_sent_again_is_made_once() {
    let office = Office::open();
    let (case, _) = office.screen("c-1", false);
    let comment = |actor, tag, key, text| {
        let path = format!("/api/v1/cases/{case}/comments");
        let headers = [("x-actor", actor), ("if-match", tag), ("idempotency-key", key)];
        office.ask("POST", &path, &headers, &json!({ "text": text }))
    };
    let first = comment("user:ann", "\"1\"", "\"k\"", "once");
    // The request names an old version, because the first attempt already raised it.
    let again = comment("user:ann", "\"1\"", "k", "once");
    assert_eq!((again.tag, again.body), (Some("\"2\"".to_owned()), first.ok()));
    comment("user:ann", "*", "k", "another").fails(422, "invalid_values");
    // A key belongs to its caller: the same one of another caller is another request.
    assert_eq!(comment("user:bob", "*", "k", "once").ok()["version"], 3);
    comment("user:ann", "*", "", "once").fails(400, "bad_request");
    let full = office.get("user:ann", &format!("/api/v1/cases/{case}")).ok();
    assert_eq!(full["version"], 3);
}

#[test]
fn moves_that_a_state_does_not_allow_say_so() {
    let office = Office::open();
    let case = office.proposed("c-1", false);
    office.does("user:ann", &case, "claim", Value::Null).fails(409, "case_state");
    office.does("user:ann", &case, "reopen", json!({ "text": "x" })).fails(409, "case_state");
    office
        .does("user:bob", &case, "send-back", json!({ "text": " " }))
        .fails(422, "invalid_values");
    let back = office.does("user:bob", &case, "send-back", json!({ "text": "Which Ann?" })).ok();
    assert_eq!((&back["state"], &back["claim"]["actor"]), (&json!("assigned"), &json!("user:ann")));
    office.does("user:ann", &case, "escalate", Value::Null).ok();
    office.does("user:ann", &case, "propose", false_positive()).fails(409, "not_claimed");
}

#[test]
fn values_have_limits() {
    let office = Office::open();
    let (case, _) = office.screen("c-1", false);
    office.does("user:ann", &case, "claim", json!({ "minutes": 10_080 })).ok();
    let far = Timestamp::now().checked_add(jiff::SignedDuration::from_hours(24 * 732)).unwrap();
    let with = |name: &str, value: Value| {
        let mut body = false_positive();
        body[name] = value;
        body
    };
    for (step, body) in [
        ("claim", json!({ "minutes": 0 })),
        ("claim", json!({ "minutes": 10_081 })),
        ("claim", json!({ "minute": 1 })),
        ("assign", json!({ "assignee": "ann" })),
        ("assign", json!({ "assignee": "local:ann" })),
        ("assign", json!({ "assignee": "user:" })),
        ("assign", json!({})),
        ("propose", with("reason", json!("a_hunch"))),
        ("propose", with("reason", json!("true_match"))),
        ("propose", json!({ "disposition": "inconclusive", "reason": "other" })),
        ("propose", with("allow_until", json!("2020-01-01T00:00:00Z"))),
        ("propose", with("allow_until", json!(far))),
        ("reopen", json!({})),
        ("comments", json!({})),
        ("comments", json!({ "text": "x".repeat(10_001) })),
        ("comments", json!({ "file": { "name": "../x", "content": "eA==" } })),
        ("comments", json!({ "file": { "name": "", "content": "eA==" } })),
        ("comments", json!({ "file": { "name": "x", "content": "?" } })),
        ("comments", json!({ "file": { "name": "x", "content": "" } })),
        ("comments", json!({ "file": { "name": "x", "content": "AAAA".repeat(349_526) } })),
    ] {
        office.does("user:ann", &case, step, body).fails(422, "invalid_values");
    }
    let file = json!({ "file": { "name": "scan.pdf", "content": "AP9zY2Fu" } });
    office.does("user:ann", &case, "comments", file).ok();
    let full = office.get("user:ann", &format!("/api/v1/cases/{case}")).ok();
    let last = full["history"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["entry"]["file"]["size"], 6);
    let file = office.get("user:ann", &format!("/api/v1/cases/{case}/files/{}", last["seq"]));
    assert_eq!(file.status, StatusCode::OK);
    office.get("user:ann", &format!("/api/v1/cases/{case}/files/0")).fails(404, "not_found");
}

#[test]
fn another_tenant_sees_nothing() {
    let office = Office::open();
    let case = office.proposed("c-1", false);
    office.does("user:bob", &case, "approve", Value::Null).ok();
    let entry = office.get("user:ann", "/api/v1/allow-list").ok()["entries"][0]["id"].clone();
    let strange = [("x-actor", "user:eve"), ("x-tenant", "stranger"), ("if-match", "*")];
    let ask = |method, path: &str, body: Value| office.ask(method, path, &strange, &body);
    ask("GET", &format!("/api/v1/cases/{case}"), Value::Null).fails(404, "not_found");
    let note = json!({ "text": "x" });
    for step in ["claim", "escalate", "approve", "send-back", "reopen", "comments"] {
        let body = if step == "claim" { json!({}) } else { note.clone() };
        ask("POST", &format!("/api/v1/cases/{case}/{step}"), body).fails(404, "not_found");
    }
    let revoke = format!("/api/v1/allow-list/{}/revoke", entry.as_str().unwrap());
    ask("POST", &revoke, note).fails(404, "not_found");
    assert_eq!(ask("GET", "/api/v1/cases", Value::Null).ok()["cases"], json!([]));
    assert_eq!(ask("GET", "/api/v1/allow-list", Value::Null).ok()["entries"], json!([]));
}

#[test]
fn reading_a_case_is_recorded_and_reading_none_is_not() {
    let office = Office::open();
    let (case, _) = office.screen("c-1", false);
    office.get("user:ann", &format!("/api/v1/cases/{case}")).ok();
    office.get("user:ann", "/api/v1/cases/none").fails(404, "not_found");
    let filter = EventFilter { from: 0, kind: Some("case.read".to_owned()), limit: 9 };
    let events = office.store.events(&Tenant::only(), &filter).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (&*events[0].origin.actor, &events[0].detail),
        ("user:ann", &json!({ "case": case }))
    );
}

#[test]
fn cases_are_listed_by_filters_and_page_by_page() {
    let office = Office::open();
    for customer in ["c-1", "c-2", "c-3"] {
        office.screen(customer, false);
    }
    let (two, _) = office.screen("c-2", false);
    office.does("user:ann", &two, "claim", Value::Null).ok();
    let customers = |query: &str| {
        let page = office.get("user:ann", &format!("/api/v1/cases?{query}")).ok();
        let cases = page["cases"].as_array().unwrap().iter();
        let customers: Vec<&str> = cases.map(|case| case["customer"].as_str().unwrap()).collect();
        (customers.join(" "), page["next_cursor"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(customers("").0, "c-1 c-2 c-3");
    assert_eq!(customers("state=open").0, "c-1 c-3");
    assert_eq!(customers("state=assigned&assignee=user:ann").0, "c-2");
    assert_eq!(customers("customer=c-3&entity=e-1").0, "c-3");
    assert_eq!(customers("entity=e-2").0, "");
    let (first, next) = customers("limit=2");
    assert_eq!(first, "c-1 c-2");
    assert_eq!(customers(&format!("limit=2&cursor={next}")), ("c-3".to_owned(), String::new()));
    office.get("user:ann", "/api/v1/cases?state=new").fails(422, "invalid_values");
    office.get("user:ann", "/api/v1/cases?cursor=x").fails(400, "bad_request");
    office.get("user:ann", "/api/v1/cases?limit=1001").fails(422, "invalid_values");
}

#[test]
fn settings_are_changed_by_name_and_recorded() {
    let office = Office::open();
    let put = |name: &str, value: Value| {
        let path = format!("/api/v1/settings/{name}");
        office.ask("PUT", &path, &[("x-actor", "user:root")], &json!({ "value": value }))
    };
    assert_eq!(office.get("user:ann", "/api/v1/settings").ok()["four_eyes"], "on");
    put("four_eyes", json!("maybe")).fails(422, "invalid_values");
    put("eyes", json!("off")).fails(404, "not_found");
    assert_eq!(put("four_eyes", json!("off")).ok()["four_eyes"], "off");
    let case = office.proposed("c-1", false);
    assert_eq!(office.does("user:ann", &case, "approve", Value::Null).ok()["state"], "closed");
}
