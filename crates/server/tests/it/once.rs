//! Requests with the same `Idempotency-Key` are carried out once, and no secret is stored for them.

use interdict_engine::audit::{EventFilter, KeyRequest, Origin, Role, Tenant};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::{Server, start_small};
use crate::people::Scene;

/// An administrator with a server.
struct Admin {
    scene: Scene,
    bearer: String,
}

impl Admin {
    fn start(name: &str) -> Self {
        let entity = json!({
            "id": "z-1", "schema": "Person", "properties": { "name": ["Zacharias Quillfeather"] },
        });
        let scene = Scene::beside(name, start_small(name, &[entity]));
        let request = KeyRequest {
            tenant: Tenant::only(),
            name: "admin".to_owned(),
            role: Role::Admin,
            expires_at: None,
        };
        let made = scene.change(move |change| {
            change.make_key(request, Origin::of("local:test"), Timestamp::now())
        });
        crate::client::wait_for_first_key();
        Self { scene, bearer: format!("Bearer {}", made.key.reveal()) }
    }

    fn server(&self) -> Server {
        self.scene.server
    }

    fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [
            ("Authorization", self.bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key),
        ];
        self.server().send("POST", path, &headers, body.to_string().as_bytes())
    }

    fn count(&self, kind: &str) -> usize {
        let filter = EventFilter { from: 0, kind: Some(kind.to_owned()), limit: 100 };
        self.scene.store.events(&Tenant::only(), &filter).unwrap().len()
    }

    /// The stored answers and requests.
    fn kept(&self) -> String {
        let select = "SELECT request, body FROM answers";
        let rows = self.scene.store.read(|sql| sql.query(select, &[])).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        rows.iter().map(|row| text(row.bytes(0).unwrap()) + &text(row.bytes(1).unwrap())).collect()
    }
}

/// A repeated request is answered with the id, without the secret.
fn check_made_before(again: &Answer, id: &str) {
    assert_eq!(again.status, 409);
    let problem = again.json();
    assert_eq!((&problem["code"], &problem["id"]), (&json!("made_before"), &json!(id)));
    assert!(problem["detail"].as_str().unwrap().contains(id), "{problem}");
    assert!(!problem.to_string().contains("idk_") && !problem.to_string().contains("whsec_"));
}

#[test]
fn keys_and_webhooks_are_made_once_and_their_secrets_are_shown_once() {
    let admin = Admin::start("once-secrets");
    let body = json!({ "name": "reader", "role": "screen" });
    let made = admin.post("/api/v1/keys", "k-1", &body);
    assert_eq!(made.status, 201);
    let (id, secret) = (made.json()["record"]["id"].clone(), made.json()["key"].clone());
    let (id, secret) = (id.as_str().unwrap(), secret.as_str().unwrap());
    check_made_before(&admin.post("/api/v1/keys", "k-1", &body), id);
    assert_eq!(admin.count("key.made"), 2, "the admin's and this one");
    let other = json!({ "name": "other", "role": "screen" });
    assert_eq!(admin.post("/api/v1/keys", "k-1", &other).status, 422);
    let rotate = format!("/api/v1/keys/{id}/rotate");
    let next = admin.post(&rotate, "k-2", &json!({}));
    assert_eq!(next.status, 201, "{}", String::from_utf8_lossy(&next.body));
    check_made_before(
        &admin.post(&rotate, "k-2", &json!({})),
        next.json()["record"]["id"].as_str().unwrap(),
    );
    assert_eq!(admin.count("key.rotated"), 1);

    let body = json!({ "url": "https://hooks.bank.example/in", "events": ["case.*"] });
    let made = admin.post("/api/v1/webhooks", "w-1", &body);
    assert_eq!(made.status, 201);
    let webhook = made.json()["webhook"]["id"].as_str().unwrap().to_owned();
    check_made_before(&admin.post("/api/v1/webhooks", "w-1", &body), &webhook);
    let rotate = format!("/api/v1/webhooks/{webhook}/rotate");
    let shown = admin.post(&rotate, "w-2", &json!({})).ok();
    check_made_before(&admin.post(&rotate, "w-2", &json!({})), &webhook);
    assert_eq!((admin.count("webhook.made"), admin.count("webhook.rotated")), (1, 1));
    let kept = admin.kept();
    assert!(kept.contains(id) && kept.contains(&webhook), "{kept}");
    for secret in [secret.split('_').nth(2).unwrap(), shown["secret"].as_str().unwrap()] {
        assert!(!kept.contains(secret), "{kept}");
    }
}

#[test]
fn an_account_is_made_once_and_its_password_is_not_kept() {
    let admin = Admin::start("once-users");
    let body = json!({ "name": "jane", "roles": ["analyst"], "password": "correct horse battery" });
    let made = admin.post("/api/v1/users", "u-1", &body);
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    let again = admin.post("/api/v1/users", "u-1", &body);
    assert_eq!((again.status, again.json()), (201, made.json()));
    assert_eq!(admin.post("/api/v1/users", "u-2", &body).status, 409, "the name is taken");
    let other =
        json!({ "name": "jane", "roles": ["analyst"], "password": "another horse battery" });
    assert_eq!(admin.post("/api/v1/users", "u-1", &other).status, 422);
    assert!(!admin.kept().contains("horse"));
}

#[test]
fn a_screening_with_a_case_is_recorded_once_and_answered_again_as_it_was() {
    let admin = Admin::start("once-screen");
    let party = json!({ "customer": "c-1", "properties": { "name": "Zacharias Quillfeather" } });
    let body = json!({ "party": party, "settings": { "datasets": ["zulu"] } });
    let first = admin.post("/api/v1/screen", "s-1", &body).ok();
    assert_eq!(first["verdict"], "match");
    assert!(first["candidates"][0]["case"].is_string() && first["audit_event"].is_u64());
    assert_eq!(admin.post("/api/v1/screen", "s-1", &body).ok(), first);
    assert_eq!((admin.count("screening"), admin.count("case.opened")), (1, 1));
    assert_eq!(admin.count("case.joined"), 0);
    let several = json!({ "parties": [party], "settings": { "datasets": ["zulu"] } });
    assert_eq!(admin.post("/api/v1/screen", "s-1", &several).status, 422);
    let second = admin.post("/api/v1/screen", "s-2", &several).ok();
    assert_eq!(admin.post("/api/v1/screen", "s-2", &several).ok(), second);
    assert_eq!(admin.count("screening"), 2);
    let headers = [
        ("Authorization", admin.bearer.as_str()),
        ("Content-Type", "application/x-ndjson"),
        ("Idempotency-Key", "s-3"),
    ];
    let lines =
        admin.server().send("POST", "/api/v1/screen", &headers, party.to_string().as_bytes());
    assert_eq!(lines.status, 400);
}
