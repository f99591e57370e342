//! Cases and the allow-list over HTTP, from the screening that opens a case to each end of an entry.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::{Server, start_small, update_small};

/// A server with a key for each role.
struct Bank {
    server: Server,
    name: &'static str,
    keys: Vec<(&'static str, String)>,
}

const ROLES: [&str; 5] = ["admin", "screen", "analyst", "approver", "auditor"];

fn entity(id: &str, name: &str) -> Value {
    json!({
        "id": id, "schema": "Person",
        "properties": { "name": [name], "birthDate": ["1970-01-02"], "passportNumber": ["P1234567"] },
    })
}

fn lists() -> Vec<Value> {
    vec![entity("z-1", "Zacharias Quillfeather"), entity("z-2", "Ottoline Brambleworth")]
}

/// Names the list, since there is no official one.
fn asked(mut body: Value) -> Value {
    body["settings"] = json!({ "datasets": ["zulu"] });
    body
}

impl Bank {
    fn open(name: &'static str) -> Self {
        let server = start_small(name, &lists());
        let mut bank = Self { server, name, keys: Vec::new() };
        for role in ROLES {
            let body = json!({ "name": role, "role": role });
            let made = bank.ask("admin", "POST", "/api/v1/keys", None, &body);
            assert_eq!(made.status, 201);
            bank.keys.push((role, made.json()["key"].as_str().unwrap().to_owned()));
        }
        crate::client::wait_for_first_key();
        bank
    }

    fn ask(&self, role: &str, method: &str, path: &str, tag: Option<&str>, body: &Value) -> Answer {
        let key = self.keys.iter().find(|(known, _)| *known == role);
        let key = key.map(|(_, key)| format!("Bearer {key}"));
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(key.as_ref().map(|key| ("Authorization", key.as_str())));
        headers.extend(tag.map(|tag| ("If-Match", tag)));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }

    fn get(&self, role: &str, path: &str) -> Answer {
        self.ask(role, "GET", path, None, &Value::Null)
    }

    fn does(&self, role: &str, case: &str, step: &str, body: Value) -> Answer {
        self.ask(role, "POST", &format!("/api/v1/cases/{case}/{step}"), Some("*"), &body)
    }

    /// Screens a customer with the name of the first entity.
    fn screen(&self, properties: &Value) -> Value {
        let party = json!({ "customer": "c-1", "schema": "Person", "properties": properties });
        let answer =
            self.ask("screen", "POST", "/api/v1/screen", None, &asked(json!({ "party": party })));
        answer.ok()
    }

    fn four_eyes_off(&self) {
        let value = json!({ "value": "off" });
        self.ask("admin", "PUT", "/api/v1/settings/four_eyes", None, &value).ok();
    }

    /// A customer whose match is suppressed until a moment; returns the case and the entry.
    fn allow(&self, until: Option<Timestamp>) -> (String, String) {
        self.four_eyes_off();
        let case = self.screen(&customer())["candidates"][0]["case"].as_str().unwrap().to_owned();
        self.does("analyst", &case, "claim", Value::Null).ok();
        let mut decision = json!({ "disposition": "false_positive", "reason": "name_only" });
        if let Some(until) = until {
            decision["allow_until"] = json!(until);
        }
        self.does("analyst", &case, "propose", decision).ok();
        assert_eq!(self.does("approver", &case, "approve", Value::Null).ok()["state"], "closed");
        let entries = self.get("analyst", "/api/v1/allow-list?live=true").ok();
        (case, entries["entries"][0]["id"].as_str().unwrap().to_owned())
    }

    /// Waits until an entry has ended, and returns the case.
    fn ended(&self, case: &str, cause: &str) -> Value {
        let start = Instant::now();
        loop {
            let ended = self.get("analyst", "/api/v1/allow-list?live=false").ok();
            if ended["entries"][0]["ended_at"].is_string() {
                assert_eq!(ended["entries"][0]["end_cause"], cause);
                break;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{ended}");
            std::thread::sleep(Duration::from_millis(200));
        }
        let full = self.get("auditor", &format!("/api/v1/cases/{case}")).ok();
        assert_eq!(full["state"], "open");
        let history = full["history"].as_array().unwrap();
        let reopened = history.iter().find(|one| one["kind"] == "case.reopened").unwrap();
        assert_eq!(reopened["detail"]["cause"], cause);
        reopened["entry"].clone()
    }

    /// Waits until the server has loaded the changed list.
    fn update(&self, entities: &[Value]) {
        let version = || self.get("screen", "/api/v1/lists").ok().to_string();
        let generation = || {
            let text = version();
            text.split("\"generation\":")
                .nth(1)
                .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>())
        };
        let before = generation();
        update_small(self.name, entities);
        let start = Instant::now();
        while generation() == before {
            assert!(start.elapsed() < Duration::from_secs(30));
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn customer() -> Value {
    json!({ "name": "Zacharias Quillfeather", "country": "fr" })
}

#[test]
fn a_screening_opens_a_case_which_its_roles_move_and_keys_alone_do_not_close() {
    let bank = Bank::open("cases-life");
    let result = bank.screen(&customer());
    assert_eq!(
        (&result["verdict"], &result["matches"], &result["suppressed"]),
        (&json!("match"), &json!(1), &json!(0))
    );
    let case = result["candidates"][0]["case"].as_str().unwrap().to_owned();
    assert_eq!(bank.screen(&customer())["candidates"][0]["case"], case);
    let path = format!("/api/v1/cases/{case}");
    let read = bank.get("analyst", &path);
    assert_eq!(read.header("etag"), Some("\"1\""));
    assert_eq!(read.header("cache-control"), Some("no-store"));
    let full = read.ok();
    assert_eq!(
        (&full["customer"], &full["entity"], &full["exact"]),
        (&json!("c-1"), &json!("z-1"), &json!(false))
    );
    assert_eq!(full["history"][0]["seq"], result["audit_event"]);
    let claim = |tag| bank.ask("analyst", "POST", &format!("{path}/claim"), tag, &Value::Null);
    assert_eq!(claim(None).json()["code"], "no_version");
    assert_eq!(claim(Some("\"9\"")).json()["code"], "changed");
    let claimed = claim(Some("\"1\""));
    assert_eq!((claimed.status, claimed.header("etag")), (200, Some("\"2\"")));
    let decision = json!({ "disposition": "false_positive", "reason": "name_only" });
    bank.does("analyst", &case, "propose", decision).ok();
    let refused = bank.does("approver", &case, "approve", Value::Null);
    assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("not_a_person")));
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    bank.does("approver", &case, "send-back", json!({ "text": "By a person, please." })).ok();
}

#[test]
fn each_role_has_its_rights_on_cases() {
    let bank = Bank::open("cases-roles");
    let case = bank.screen(&customer())["candidates"][0]["case"].as_str().unwrap().to_owned();
    let may = |role: &str, method: &str, path: &str| {
        // Without a version: callers with the right get 428 or 422, and nothing changes.
        let body = if method == "GET" { Value::Null } else { json!({}) };
        bank.ask(role, method, path, None, &body).status != 403
    };
    let of = |method: &str, path: &str| -> Vec<&str> {
        ROLES.into_iter().filter(|role| may(role, method, path)).collect()
    };
    let path = format!("/api/v1/cases/{case}");
    for read in ["/api/v1/cases", &path, &format!("{path}/files/0"), "/api/v1/allow-list"] {
        assert_eq!(of("GET", read), ["analyst", "approver", "auditor"], "{read}");
    }
    for step in ["claim", "assign", "escalate", "propose", "reopen", "comments"] {
        assert_eq!(of("POST", &format!("{path}/{step}")), ["analyst", "approver"], "{step}");
    }
    assert_eq!(of("POST", "/api/v1/allow-list/x/revoke"), ["analyst", "approver"]);
    for step in ["approve", "send-back"] {
        assert_eq!(of("POST", &format!("{path}/{step}")), ["approver"], "{step}");
    }
    assert_eq!(of("GET", "/api/v1/settings"), ROLES);
    assert_eq!(of("PUT", "/api/v1/settings/four_eyes"), ["admin"]);
}

#[test]
fn a_suppressed_match_stays_a_match_until_the_customer_changes() {
    let bank = Bank::open("cases-customer");
    let (case, entry) = bank.allow(None);
    let result = bank.screen(&customer());
    assert_eq!(
        (&result["verdict"], &result["matches"], &result["suppressed"]),
        (&json!("match"), &json!(1), &json!(1))
    );
    let candidate = &result["candidates"][0];
    assert_eq!(
        (
            &candidate["match"],
            &candidate["suppressed"],
            &candidate["suppressed_by"],
            &candidate["case"]
        ),
        (&json!(true), &json!(true), &json!(entry), &json!(case)),
    );
    let event = bank.get("auditor", &format!("/api/v1/audit/{}", result["audit_event"])).ok();
    assert_eq!(
        (&event["detail"]["suppressed"], &event["detail"]["matches"]),
        (&json!(1), &json!(1))
    );
    // A recorded screening can be replayed.
    let replay = format!("/api/v1/audit/{}/replay", result["audit_event"]);
    assert_eq!(bank.ask("auditor", "POST", &replay, None, &Value::Null).ok()["outcome"], "same");
    // For several parties the summary has the count; so does that of lines.
    let party = json!({ "customer": "c-1", "schema": "Person", "properties": customer() });
    let both = json!({ "parties": [party, { "schema": "Person", "properties": customer() }] });
    let answer = bank.ask("screen", "POST", "/api/v1/screen", None, &asked(both)).ok();
    assert_eq!(
        (&answer["summary"]["matched"], &answer["summary"]["suppressed"]),
        (&json!(2), &json!(1))
    );
    // Without a customer there is no case, and nothing is suppressed.
    let unknown = &answer["results"][1];
    assert!(unknown["candidates"][0].get("case").is_none());
    assert_eq!(unknown["suppressed"], 0);
    assert_eq!(unknown["audit_event"], answer["results"][0]["audit_event"].as_u64().unwrap() + 1);
    let changed = bank.screen(&json!({ "name": "Zacharias Quillfeather", "country": "de" }));
    assert_eq!(
        (&changed["suppressed"], &changed["candidates"][0]["case"]),
        (&json!(0), &json!(case))
    );
    let shown = bank.ended(&case, "customer_changed");
    let expected = json!([{ "field": "countries", "gone": ["fr"], "new": ["de"] }]);
    assert_eq!(shown["customer_differences"], expected);
}

#[test]
fn an_exact_number_is_not_suppressed_by_keys() {
    let bank = Bank::open("cases-exact");
    bank.four_eyes_off();
    let exact = json!({ "name": "Zacharias Quillfeather", "passportNumber": "P1234567" });
    let case = bank.screen(&exact)["candidates"][0]["case"].as_str().unwrap().to_owned();
    assert_eq!(bank.get("analyst", &format!("/api/v1/cases/{case}")).ok()["exact"], true);
    bank.does("analyst", &case, "claim", Value::Null).ok();
    let decision = json!({ "disposition": "false_positive", "reason": "name_only" });
    bank.does("analyst", &case, "propose", decision).ok();
    bank.does("approver", &case, "approve", Value::Null).ok();
    assert_eq!(bank.get("analyst", "/api/v1/allow-list").ok()["entries"], json!([]));
    assert_eq!(bank.screen(&exact)["suppressed"], 0);
    assert_eq!(bank.get("analyst", &format!("/api/v1/cases/{case}")).ok()["state"], "open");
}

#[test]
fn a_change_of_the_record_ends_an_entry() {
    let bank = Bank::open("cases-record");
    let (case, entry) = bank.allow(None);
    let mut changed = lists();
    changed[0]["properties"]["notes"] = json!(["A note that changes nothing."]);
    bank.update(&changed);
    assert_eq!(bank.screen(&customer())["candidates"][0]["suppressed_by"], entry);
    changed[0]["properties"]["birthDate"] = json!(["1971"]);
    bank.update(&changed);
    assert_eq!(bank.screen(&customer())["suppressed"], 0);
    let shown = bank.ended(&case, "record_changed");
    let expected = json!([{ "field": "birth_dates", "gone": ["1970-01-02"], "new": ["1971"] }]);
    assert_eq!(shown["record_differences"], expected);
}

#[test]
fn an_entry_ends_when_its_entity_is_delisted_at_its_date_and_when_it_is_revoked() {
    let bank = Bank::open("cases-delisted");
    let (case, _) = bank.allow(None);
    bank.update(&lists()[1..]);
    // A screening without the match ends it at once.
    assert_eq!(bank.screen(&customer())["matches"], 0);
    bank.ended(&case, "delisted");

    let bank = Bank::open("cases-delisted-unasked");
    let (case, _) = bank.allow(None);
    bank.update(&lists()[1..]);
    bank.ended(&case, "delisted");

    let bank = Bank::open("cases-date");
    let soon = Timestamp::now().checked_add(SignedDuration::from_secs(4)).unwrap();
    let (case, entry) = bank.allow(Some(soon));
    assert_eq!(bank.screen(&customer())["candidates"][0]["suppressed_by"], entry);
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(bank.screen(&customer())["suppressed"], 0);
    bank.ended(&case, "date");

    let bank = Bank::open("cases-revoked");
    let (case, entry) = bank.allow(None);
    let path = format!("/api/v1/allow-list/{entry}/revoke");
    bank.ask("analyst", "POST", &path, None, &json!({ "text": "A doubt." })).ok();
    assert_eq!(bank.screen(&customer())["suppressed"], 0);
    assert_eq!(bank.ended(&case, "revoked")["text"], "A doubt.");
}
