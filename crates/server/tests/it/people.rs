//! People sign in over real connections, and are persons for the four-eyes rule.

use interdict_engine::audit::{
    Change, KeyRequest, Origin, PasswordHash, Person, PersonRequest, Role, Store, StoreError,
    StorePlace, Tenant,
};
use interdict_server::{Rate, ServerConfig};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::{Server, folder, start_small, start_small_with};

const PASSWORD: &str = "correct horse battery";
const SAME: (&str, &str) = ("Sec-Fetch-Site", "same-origin");

/// A server with a store beside it.
pub(crate) struct Scene {
    pub(crate) server: Server,
    pub(crate) store: Store,
}

/// A person who is signed in.
pub(crate) struct Browser {
    pub(crate) cookie: String,
    pub(crate) who: Value,
}

impl Scene {
    fn start(name: &str) -> Self {
        let entities = [json!({
            "id": "z-1", "schema": "Person",
            "properties": { "name": ["Kim Sang Man"], "topics": ["sanction"] },
        })];
        Self::beside(name, start_small(name, &entities))
    }

    pub(crate) fn beside(name: &str, server: Server) -> Self {
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let place = StorePlace::in_folder(folder(name).join("store"));
        Self { server, store: Store::open(place, random, Timestamp::now()).unwrap() }
    }

    pub(crate) fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.change_now(work).unwrap()
    }

    fn person(&self, name: &str, roles: &[Role]) -> Person {
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let request = PersonRequest {
            tenant: Tenant::only(),
            name: name.to_owned(),
            display_name: format!("{name} Doe"),
            roles: roles.to_vec(),
            password: PasswordHash::make(PASSWORD, random).unwrap(),
        };
        let now = Timestamp::now();
        self.change(move |change| change.make_person(request, Origin::of("local:test"), now))
    }

    fn key(&self, role: Role) -> String {
        let request =
            KeyRequest { tenant: Tenant::only(), name: "test".to_owned(), role, expires_at: None };
        let origin = Origin::of("local:test");
        let made = self.change(move |change| change.make_key(request, origin, Timestamp::now()));
        // The absence of people is cached for a second.
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        made.key.reveal()
    }

    fn try_sign_in(&self, name: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
        let body = json!({ "name": name, "password": password }).to_string();
        self.server.send("POST", "/api/v1/session", headers, body.as_bytes())
    }

    fn sign_in(&self, name: &str) -> Browser {
        let answer = self.try_sign_in(name, PASSWORD, &[SAME]);
        let who = answer.ok();
        Browser { cookie: cookie_of(&answer), who }
    }

    pub(crate) fn ask(
        &self,
        browser: &Browser,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut headers = vec![("Cookie", browser.cookie.as_str())];
        headers.extend(more);
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }
}

/// The cookie that a browser returns: name and value.
fn cookie_of(answer: &Answer) -> String {
    let set = answer.header("set-cookie").unwrap();
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

#[test]
fn who_signed_in_is_known_until_they_sign_out() {
    let scene = Scene::start("people-sign-in");
    scene.person("jane", &[Role::Analyst]);
    scene.key(Role::Screen);
    let path = "/api/v1/session";
    assert_eq!(scene.server.get(path).status, 401);
    let browser = scene.sign_in("jane");
    assert_eq!(browser.who["actor"], "user:jane");
    let who = scene.ask(&browser, "GET", path, &[], &Value::Null).ok();
    assert_eq!(who, browser.who);
    assert_eq!((&who["display_name"], &who["roles"]), (&json!("jane Doe"), &json!(["analyst"])));
    assert_eq!(who["rights"], json!(["read", "screen", "read_cases", "work_on_cases"]));
    assert_eq!(scene.ask(&browser, "GET", "/api/v1/cases", &[], &Value::Null).status, 200);
    assert_eq!(scene.ask(&browser, "GET", "/api/v1/users", &[], &Value::Null).status, 403);
    // A key in the same request takes precedence over the cookie.
    let key = format!("Bearer {}", scene.key(Role::Admin));
    let both = [("Authorization", key.as_str())];
    assert_eq!(scene.ask(&browser, "GET", "/api/v1/users", &both, &Value::Null).status, 200);
    let who = scene.ask(&browser, "GET", path, &both, &Value::Null).ok();
    assert_eq!(who["roles"], json!(["admin"]));
    let wrong = [("Authorization", "Bearer x")];
    assert_eq!(scene.ask(&browser, "GET", path, &wrong, &Value::Null).status, 401);
    let out = scene.ask(&browser, "DELETE", path, &[SAME], &Value::Null);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(out.ok(), json!({ "status": "ok" }));
    assert_eq!(scene.ask(&browser, "GET", path, &[], &Value::Null).status, 401);
    let no_session = scene.ask(&browser, "DELETE", path, &[both[0], SAME], &Value::Null);
    assert_eq!(no_session.status, 404);
}

#[test]
fn a_wrong_password_an_unknown_name_and_a_disabled_account_are_told_apart_by_nobody() {
    let scene = Scene::start("people-refused");
    scene.person("jane", &[Role::Analyst]);
    let joe = scene.person("joe", &[Role::Analyst]).id;
    let browser = scene.sign_in("joe");
    scene.change(move |change| {
        let now = Timestamp::now();
        change.set_disabled(&Tenant::only(), &joe, true, Origin::of("local:test"), now)
    });
    assert_eq!(scene.ask(&browser, "GET", "/api/v1/session", &[], &Value::Null).status, 401);
    let told = |name: &str, password: &str| {
        let answer = scene.try_sign_in(name, password, &[]);
        assert_eq!(answer.status, 401);
        assert!(answer.header("set-cookie").is_none());
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("request_id");
        body
    };
    let wrong = told("jane", "another password");
    assert_eq!(wrong["code"], "wrong_password");
    assert_eq!(told("nobody", PASSWORD), wrong);
    assert_eq!(told("joe", PASSWORD), wrong);
    // From the fifth failure on there is a delay, for the correct password, too.
    (0..4).for_each(|_| drop(told("jane", "another password")));
    let later = scene.try_sign_in("jane", PASSWORD, &[]);
    assert_eq!((later.status, later.json()["code"].as_str()), (429, Some("rate_limited")));
    let seconds: u64 = later.header("retry-after").unwrap().parse().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(seconds));
    scene.sign_in("jane");
}

#[test]
fn an_address_that_fails_often_waits_whatever_names_it_tries() {
    let scene = Scene::start("people-address");
    scene.person("jane", &[Role::Analyst]);
    let statuses: Vec<u16> = (0..40)
        .map(|number| scene.try_sign_in(&format!("n{number}"), "a wrong password", &[]).status)
        .collect();
    assert_eq!(statuses[..30], [401; 30]);
    assert!(statuses[30..].contains(&429), "{statuses:?}");
}

#[test]
fn a_page_of_another_site_changes_nothing() {
    let scene = Scene::start("people-csrf");
    scene.person("root", &[Role::Admin]);
    let browser = scene.sign_in("root");
    let new = json!({ "name": "from a page", "role": "screen" });
    let make = |headers: &[(&str, &str)]| {
        scene.ask(&browser, "POST", "/api/v1/keys", headers, &new).status
    };
    let token = browser.who["session"]["csrf_token"].as_str().unwrap();
    for headers in [
        &[][..],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Origin", "https://evil.example"), ("X-CSRF-Token", token)],
        &[("X-CSRF-Token", "x")],
    ] {
        assert_eq!(make(headers), 403, "{headers:?}");
    }
    for headers in [&[SAME][..], &[("Origin", "http://localhost")], &[("X-CSRF-Token", token)]] {
        assert_eq!(make(headers), 201, "{headers:?}");
    }
    // The token is that of one session.
    let other = scene.sign_in("root");
    let token = other.who["session"]["csrf_token"].as_str().unwrap();
    assert_eq!(make(&[("X-CSRF-Token", token)]), 403);
    // Another site cannot start a session either (login CSRF).
    let origin = ("Origin", "https://evil.example");
    assert_eq!(scene.try_sign_in("root", PASSWORD, &[origin]).status, 403);
    // Every unsafe method is protected.
    assert_eq!(scene.ask(&browser, "DELETE", "/api/v1/session", &[], &Value::Null).status, 403);
    let path = "/api/v1/settings/four_eyes";
    let off = json!({ "value": "off" });
    assert_eq!(scene.ask(&browser, "PUT", path, &[], &off).status, 403);
    // Safe methods are not.
    let read = scene.ask(&browser, "GET", "/api/v1/keys", &[("Origin", "null")], &Value::Null);
    assert_eq!(read.status, 200);
}

#[test]
fn admins_keep_accounts_and_nobody_changes_their_own_roles() {
    let scene = Scene::start("people-accounts");
    let root = scene.person("root", &[Role::Admin]);
    let browser = scene.sign_in("root");
    let send =
        |method: &str, path: &str, body: Value| scene.ask(&browser, method, path, &[SAME], &body);
    let new = json!({ "name": "jane", "roles": ["analyst"], "password": PASSWORD });
    let made = send("POST", "/api/v1/users", new.clone());
    assert_eq!(made.status, 201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert!(made.json().get("password").is_none());
    assert_eq!(send("POST", "/api/v1/users", new).status, 409);
    for wrong in [
        json!({ "name": "Joe", "roles": ["analyst"], "password": PASSWORD }),
        json!({ "name": "joe", "roles": [], "password": PASSWORD }),
        json!({ "name": "joe", "roles": ["root"], "password": PASSWORD }),
        json!({ "name": "joe", "roles": ["analyst"], "password": "short" }),
        json!({ "name": "joe", "roles": ["analyst"] }),
    ] {
        assert_eq!(send("POST", "/api/v1/users", wrong.clone()).status, 422, "{wrong}");
    }
    let jane = scene.sign_in("jane");
    let roles = |id: &str| format!("/api/v1/users/{id}/roles");
    let own = send("PUT", &roles(&root.id), json!({ "roles": ["admin", "approver"] }));
    assert_eq!(own.status, 409);
    let changed = send("PUT", &roles(&id), json!({ "roles": ["auditor"] })).ok();
    assert_eq!(changed["roles"], json!(["auditor"]));
    let audit = |browser: &Browser| {
        scene.ask(browser, "GET", "/api/v1/audit?kind=user.roles-changed", &[], &Value::Null)
    };
    let events = audit(&jane).ok();
    assert_eq!(events["events"][0]["actor"], "user:root");
    assert_eq!(events["events"][0]["detail"]["old"], json!(["analyst"]));
    let other = json!({ "password": "another long password" });
    send("PUT", &format!("/api/v1/users/{id}/password"), other).ok();
    assert_eq!(audit(&jane).status, 401, "sessions end with the password");
    let path = format!("/api/v1/users/{id}/disable");
    assert!(send("POST", &path, Value::Null).ok()["disabled_at"].is_string());
    assert_eq!(send("POST", &path, Value::Null).status, 409);
    assert_eq!(scene.try_sign_in("jane", "another long password", &[]).status, 401);
    send("POST", &format!("/api/v1/users/{id}/enable"), Value::Null).ok();
    let answer = scene.try_sign_in("jane", "another long password", &[SAME]);
    let jane = Browser { cookie: cookie_of(&answer), who: answer.ok() };
    let own = |password: &str| {
        let body = json!({ "password": password, "new_password": "a third long password" });
        scene.ask(&jane, "PUT", "/api/v1/session/password", &[SAME], &body)
    };
    assert_eq!(own("a wrong password").status, 401);
    let changed = own("another long password");
    let after = Browser { cookie: cookie_of(&changed), who: changed.ok() };
    assert_eq!(audit(&jane).status, 401);
    assert_eq!(audit(&after).status, 200);
    assert_eq!(send("PUT", &roles("x"), json!({ "roles": ["auditor"] })).status, 404);
}

#[test]
fn two_persons_close_a_case_and_one_in_two_sessions_does_not() {
    let scene = Scene::start("people-four-eyes");
    scene.person("jane", &[Role::Analyst, Role::Approver]);
    scene.person("joe", &[Role::Approver]);
    let (jane, again, joe) = (scene.sign_in("jane"), scene.sign_in("jane"), scene.sign_in("joe"));
    let party = json!({ "settings": { "datasets": ["zulu"] }, "party": {
        "customer": "c-1", "schema": "Person", "properties": { "name": ["Kim Sang Man"] },
    } });
    let found = scene.ask(&jane, "POST", "/api/v1/screen", &[SAME], &party).ok();
    let case = found["candidates"][0]["case"].as_str().unwrap().to_owned();
    let step = |browser: &Browser, step: &str, body: Value| {
        let path = format!("/api/v1/cases/{case}");
        let seen = scene.ask(browser, "GET", &path, &[], &Value::Null);
        let headers = [SAME, ("If-Match", seen.header("etag").unwrap())];
        scene.ask(browser, "POST", &format!("{path}/{step}"), &headers, &body)
    };
    step(&jane, "claim", Value::Null).ok();
    let decision = json!({ "disposition": "false_positive", "reason": "name_only" });
    let proposed = step(&jane, "propose", decision).ok();
    assert_eq!(proposed["proposal"]["by"], "user:jane");
    for browser in [&jane, &again] {
        let refused = step(browser, "approve", Value::Null);
        assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("same_person")));
    }
    let key = format!("Bearer {}", scene.key(Role::Approver));
    let path = format!("/api/v1/cases/{case}/approve");
    let headers = [("Authorization", key.as_str()), ("If-Match", "\"3\"")];
    let refused = scene.server.send("POST", &path, &headers, b"");
    assert_eq!((refused.status, &refused.json()["code"]), (403, &json!("not_a_person")));
    let closed = step(&joe, "approve", Value::Null).ok();
    assert_eq!((&closed["state"], &closed["approvals"]), (&json!("closed"), &json!(["user:joe"])));
}

#[test]
fn sessions_that_ended_do_not_keep_the_keys_of_their_address_out() {
    let scene = Scene::start("people-ended");
    let key = format!("Bearer {}", scene.key(Role::Screen));
    let ended = format!("interdict={}", "0".repeat(52));
    let ask =
        |cookie: &str| scene.server.send("GET", "/catalog", &[("Cookie", cookie)], b"").status;
    assert!((0..40).all(|_| ask(&ended) == 401));
    let known = [("Authorization", key.as_str())];
    assert_eq!(scene.server.send("GET", "/catalog", &known, b"").status, 200);
    // An unknown session counts as a wrong key.
    assert!((0..40).any(|_| ask("interdict=x") == 429));
}

#[test]
fn a_person_has_the_limit_of_a_key() {
    let entity = json!({ "id": "z-1", "schema": "Person", "properties": { "name": ["Kim"] } });
    let server = start_small_with("people-rate", &[entity], |config| ServerConfig {
        key_rate: Some(Rate { count: 3, seconds: 600 }),
        ..config
    });
    let scene = Scene::beside("people-rate", server);
    scene.person("jane", &[Role::Screen]);
    let browser = scene.sign_in("jane");
    let statuses: Vec<u16> = (0..4)
        .map(|_| scene.ask(&browser, "GET", "/api/v1/session", &[], &Value::Null).status)
        .collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
}
