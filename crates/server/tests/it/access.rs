//! Authentication and roles: from the first key on, every request needs one, and a role permits exactly its rights.

use interdict_engine::audit::{
    Change, KeyRequest, MadeKey, Origin, Role, Store, StoreError, StorePlace, Tenant,
};
use interdict_server::{ServerConfig, StoreConfig};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::{Server, folder, start};

struct Guarded {
    server: Server,
    store: Store,
}

impl Guarded {
    fn start(name: &str) -> Option<Self> {
        let place = StorePlace::in_folder(folder(name).join("store"));
        let config = StoreConfig::at(place.clone());
        let server = start(name, |config_of| ServerConfig {
            store: Some(config),
            update_token: Some("test".to_owned()),
            origins: vec!["http://127.0.0.1:3333".to_owned()],
            ..config_of
        })?;
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let store = Store::open(place, random, Timestamp::now()).unwrap();
        Some(Self { server, store })
    }

    fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.change_now(work).unwrap()
    }

    fn key(&self, role: Role) -> MadeKey {
        self.key_of(Tenant::only(), role, None)
    }

    fn key_of(&self, tenant: Tenant, role: Role, expires_at: Option<Timestamp>) -> MadeKey {
        let request = KeyRequest { tenant, name: role.to_string(), role, expires_at };
        let origin = Origin::of("local:test");
        self.change(move |change| change.make_key(request, origin, Timestamp::now()))
    }

    fn send(&self, method: &str, path: &str, key: Option<&str>, body: &Value) -> Answer {
        let bearer = key.map(|key| format!("Bearer {key}"));
        let mut headers = vec![("Content-Type", "application/json")];
        headers.extend(bearer.as_deref().map(|value| ("Authorization", value)));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }
}

const OPEN: [&str; 4] = ["/healthz", "/readyz", "/openapi.json", "/"];

#[test]
fn from_the_first_key_on_everybody_needs_one() {
    let Some(scene) = Guarded::start("first-key") else { return };
    scene.server.get("/catalog").ok();
    let key = scene.key(Role::Screen).key.reveal();
    // The absence of keys is cached for a second.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    for path in ["/catalog", "/search/zala", "/entities/x", "/algorithms", "/reconcile/zala"] {
        let answer = scene.server.get(path);
        answer.fails(401, "a valid key is required");
        assert_eq!(answer.header("www-authenticate"), Some("ApiKey, Bearer"), "{path}");
        let answer = scene.send("GET", path, Some(&key), &Value::Null);
        assert!(matches!(answer.status, 200 | 404), "{path}: {}", answer.status);
    }
    for path in OPEN {
        scene.server.get(path);
        assert_eq!(scene.server.get(path).status, 200, "{path}");
    }
    let updated = scene.server.send("POST", "/updatez?token=test", &[], b"");
    assert_eq!(updated.status, 200);
    let answer = scene.server.get(&format!("/reconcile/zala?api_key={key}"));
    assert_eq!(answer.status, 200);
    let answer = scene.server.get(&format!("/catalog?api_key={key}"));
    assert_eq!(answer.status, 401);
}

#[test]
fn unknown_expired_and_revoked_keys_are_told_apart_by_nobody() {
    let Some(scene) = Guarded::start("ended-keys") else { return };
    let end = Timestamp::now().checked_add(SignedDuration::from_millis(300)).unwrap();
    let expired = scene.key_of(Tenant::only(), Role::Admin, Some(end));
    let revoked = scene.key(Role::Admin);
    let valid = scene.key(Role::Admin).key.reveal();
    let id = revoked.record.id.clone();
    scene.change(move |change| {
        change.revoke_key(&Tenant::only(), &id, Origin::of("local:test"), Timestamp::now())
    });
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let ask = |key: Option<&str>| scene.send("GET", "/api/v1/lists", key, &Value::Null);
    assert_eq!(ask(Some(&valid)).status, 200);
    let mut bodies = Vec::new();
    let (revoked, expired) = (revoked.key.reveal(), expired.key.reveal());
    for key in [None, Some(""), Some("x"), Some(revoked.as_str()), Some(expired.as_str())] {
        let answer = ask(key);
        assert_eq!(answer.status, 401, "{key:?}");
        let mut body = answer.json();
        body["request_id"] = Value::Null;
        bodies.push(body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
}

#[test]
fn a_role_allows_what_it_allows() {
    let Some(scene) = Guarded::start("roles") else { return };
    let party = json!({
        "party": { "properties": { "name": "Zakharov" } }, "settings": { "datasets": ["zala"] },
    });
    let example = json!({ "schema": "Person", "properties": { "name": ["Zakharov"] } });
    let matching = json!({ "queries": { "q": example } });
    let keys: Vec<(Role, String)> =
        Role::ALL.into_iter().map(|role| (role, scene.key(role).key.reveal())).collect();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    for (method, path, body, allowed) in [
        ("GET", "/catalog", Value::Null, "screen analyst approver admin auditor"),
        ("POST", "/match/zala", matching, "screen analyst approver admin"),
        ("POST", "/api/v1/screen", party, "screen analyst approver admin"),
        ("GET", "/api/v1/audit", Value::Null, "admin auditor"),
        ("GET", "/api/v1/audit/0/proof", Value::Null, "admin auditor"),
        ("GET", "/api/v1/keys", Value::Null, "admin"),
    ] {
        for (role, key) in &keys {
            let answer = scene.send(method, path, Some(key), &body);
            let is_allowed = allowed.split(' ').any(|name| name == role.as_str());
            let expected = if is_allowed { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{role} {method} {path}");
        }
    }
}

#[test]
fn keys_are_made_rotated_and_revoked_over_http_and_each_step_is_an_event() {
    let Some(scene) = Guarded::start("key-life") else { return };
    let admin = scene.key(Role::Admin).key.reveal();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let send = |method, path: &str, body: Value| scene.send(method, path, Some(&admin), &body);
    let made = send("POST", "/api/v1/keys", json!({ "name": "batch", "role": "screen" }));
    assert_eq!(made.status, 201);
    let (key, id) = (made.json()["key"].clone(), made.json()["record"]["id"].clone());
    let (key, id) = (key.as_str().unwrap(), id.as_str().unwrap());
    assert_eq!(scene.send("GET", "/catalog", Some(key), &Value::Null).status, 200);
    let rotated = send("POST", &format!("/api/v1/keys/{id}/rotate"), Value::Null);
    assert_eq!(rotated.status, 201);
    let next = rotated.json()["key"].as_str().unwrap().to_owned();
    for key in [key, &next] {
        assert_eq!(scene.send("GET", "/catalog", Some(key), &Value::Null).status, 200);
    }
    assert_eq!(send("DELETE", &format!("/api/v1/keys/{id}"), Value::Null).status, 200);
    assert_eq!(scene.send("GET", "/catalog", Some(key), &Value::Null).status, 401);
    assert_eq!(send("DELETE", &format!("/api/v1/keys/{id}"), Value::Null).status, 409);
    assert_eq!(send("DELETE", "/api/v1/keys/nobody", Value::Null).status, 404);
    let listed = send("GET", "/api/v1/keys", Value::Null);
    assert_eq!(listed.json()["keys"].as_array().unwrap().len(), 3);
    let secret = key.split('_').nth(2).unwrap();
    assert!(!String::from_utf8_lossy(&listed.body).contains(secret));
    let events = send("GET", "/api/v1/audit", Value::Null).ok();
    let kinds: Vec<&str> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .filter(|kind| *kind != "key.first-used")
        .collect();
    assert_eq!(kinds, ["key.made", "key.made", "key.made", "key.rotated", "key.revoked"]);
    for (body, status) in [
        (json!({ "name": "", "role": "screen" }), 422),
        (json!({ "name": "a\nb", "role": "screen" }), 422),
        (json!({ "name": "x", "role": "root" }), 422),
        (json!({ "name": "x", "role": "screen", "expires_at": "2020-01-01T00:00:00Z" }), 422),
        (json!({ "name": "x", "role": "screen", "other": 1 }), 422),
    ] {
        let answer = send("POST", "/api/v1/keys", body.clone());
        assert_eq!(answer.status, status, "{body}");
    }
    assert_eq!(scene.server.send("POST", "/api/v1/keys", &[], b"{").status, 401);
}

#[test]
fn a_tenant_sees_nothing_of_another() {
    let Some(scene) = Guarded::start("tenants") else { return };
    let other = Tenant::parse("other").unwrap();
    let screen = scene.key(Role::Screen).key.reveal();
    let auditor = scene.key_of(other.clone(), Role::Auditor, None).key.reveal();
    let admin = scene.key_of(other, Role::Admin, None);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let party = json!({
        "party": { "properties": { "name": "Zakharov" } }, "settings": { "datasets": ["zala"] },
    });
    let answer = scene.send("POST", "/api/v1/screen", Some(&screen), &party).ok();
    let seq = answer["audit_event"].as_u64().unwrap();
    for path in [format!("/api/v1/audit/{seq}"), format!("/api/v1/audit/{seq}/proof")] {
        assert_eq!(scene.send("GET", &path, Some(&auditor), &Value::Null).status, 404);
    }
    let replay = format!("/api/v1/audit/{seq}/replay");
    assert_eq!(scene.send("POST", &replay, Some(&auditor), &Value::Null).status, 404);
    let keys = scene.send("GET", "/api/v1/keys", Some(&admin.key.reveal()), &Value::Null).ok();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
}

#[test]
fn work_in_the_background_is_for_its_roles_and_its_tenant() {
    let Some(scene) = Guarded::start("background-roles") else { return };
    let other = Tenant::parse("other").unwrap();
    let keys: Vec<(Role, String)> =
        Role::ALL.into_iter().map(|role| (role, scene.key(role).key.reveal())).collect();
    let stranger = scene.key_of(other, Role::Admin, None).key.reveal();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let key = |role: Role| keys.iter().find(|(known, _)| *known == role).unwrap().1.as_str();
    let admin = Some(key(Role::Admin));
    let settings = json!({ "name": "all", "settings": { "datasets": ["zala"] } });
    let monitor = scene.send("POST", "/api/v1/monitors", admin, &settings).json();
    let monitor = format!("/api/v1/monitors/{}", monitor["id"].as_str().unwrap());
    let webhook = json!({ "url": "https://hooks.example/", "events": ["job.*"] });
    let webhook = scene.send("POST", "/api/v1/webhooks", admin, &webhook).json();
    let webhook = format!("/api/v1/webhooks/{}", webhook["webhook"]["id"].as_str().unwrap());
    let customer = format!("{monitor}/customers/c-1");
    let party = json!({ "properties": { "name": "Nobody Known" } });
    assert_eq!(scene.send("PUT", &customer, Some(key(Role::Screen)), &party).status, 200);
    // An invalid body means that the caller passed authorisation.
    let empty = json!({});
    use Role::{Admin, Analyst, Approver, Auditor, Screen};
    let all = [Screen, Analyst, Approver, Admin, Auditor];
    let screening = [Screen, Analyst, Approver, Admin];
    for (method, path, roles) in [
        ("GET", "/api/v1/jobs", &all[..]),
        ("POST", "/api/v1/jobs", &screening),
        ("GET", "/api/v1/jobs/x", &all),
        ("DELETE", "/api/v1/jobs/x", &screening),
        ("GET", "/api/v1/jobs/x/result", &screening),
        ("GET", "/api/v1/monitors", &all),
        ("POST", "/api/v1/monitors", &[Admin]),
        ("GET", &monitor, &all),
        ("GET", &customer, &screening),
        ("POST", &format!("{monitor}/customers"), &screening),
        ("GET", "/api/v1/webhooks", &[Admin, Auditor]),
        ("POST", "/api/v1/webhooks", &[Admin]),
        ("GET", &format!("{webhook}/deliveries"), &[Admin, Auditor]),
        ("POST", &format!("{webhook}/enable"), &[Admin]),
    ] {
        for (role, key) in &keys {
            let answer = scene.send(method, path, Some(key), &empty);
            let is_refused = answer.status == 403;
            assert_eq!(
                !is_refused,
                roles.contains(role),
                "{method} {path} {role}: {}",
                answer.status
            );
        }
        assert_eq!(scene.send(method, path, None, &empty).status, 401, "{method} {path}");
    }
    for path in [&monitor, &customer, &webhook] {
        for method in ["GET", "DELETE"] {
            let answer = scene.send(method, path, Some(&stranger), &Value::Null);
            assert_eq!(answer.status, 404, "{method} {path}");
        }
    }
    let wrong = scene.send("PATCH", "/api/v1/monitors", admin, &empty);
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("GET, POST")));
    assert_eq!(scene.send("DELETE", &monitor, admin, &Value::Null).status, 200);
}
