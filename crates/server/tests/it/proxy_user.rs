//! Only a trusted proxy may name people.

use interdict_engine::audit::{Origin, Role, Tenant};
use interdict_server::{ProxyUserConfig, ServerConfig};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::start_small_with;
use crate::people::Scene;

fn start(name: &str, trusted: &str, groups: bool) -> Scene {
    let roles = [("aml".to_owned(), vec![Role::Analyst, Role::Admin])];
    let config = ProxyUserConfig {
        user_header: "X-Forwarded-User".to_owned(),
        groups_header: groups.then(|| "X-Forwarded-Groups".to_owned()),
        roles: roles.into_iter().collect(),
        default_roles: vec![Role::Screen],
        tenant: Tenant::only(),
    };
    let entity = json!({ "id": "z-1", "schema": "Person", "properties": { "name": ["Kim"] } });
    let trusted = trusted.parse().unwrap();
    let server = start_small_with(name, &[entity], |server| ServerConfig {
        proxy_user: Some(config),
        trusted_proxies: vec![trusted],
        ..server
    });
    Scene::beside(name, server)
}

fn ask(scene: &Scene, method: &str, headers: &[(&str, &str)]) -> Answer {
    let (path, body) = match method {
        "POST" => ("/api/v1/keys", json!({ "name": "k", "role": "screen" }).to_string()),
        _ => ("/api/v1/session", String::new()),
    };
    scene.server.send(method, path, headers, body.as_bytes())
}

const JANE: (&str, &str) = ("X-Forwarded-User", "jane@bank.example");
const AML: (&str, &str) = ("X-Forwarded-Groups", "staff, aml");

#[test]
fn a_trusted_proxy_names_a_person_with_the_roles_of_the_groups() {
    let scene = start("proxy-trusted", "127.0.0.1", true);
    let who = ask(&scene, "GET", &[JANE, AML]).ok();
    assert_eq!(who["actor"], "user:proxy/jane@bank.example");
    assert_eq!(who["roles"], json!(["analyst", "admin"]));
    assert_eq!(who["session"], Value::Null);
    // In another letter case it is the same person, who cannot approve their own proposal.
    let again = ask(&scene, "GET", &[("X-Forwarded-User", "Jane@Bank.Example"), AML]).ok();
    assert_eq!(again["actor"], who["actor"]);
    assert_eq!(ask(&scene, "GET", &[]).status, 401, "whom the proxy does not name needs a key");
    assert_eq!(ask(&scene, "GET", &[JANE, ("X-Forwarded-Groups", "staff")]).status, 403);
    assert_eq!(ask(&scene, "GET", &[JANE]).status, 403);
    for unclear in [&[AML][..], &[JANE, JANE, AML], &[("X-Forwarded-User", " "), AML]] {
        assert_eq!(ask(&scene, "GET", unclear).status, 400, "{unclear:?}");
    }
    // The proxy authenticates the browser's requests, so that the CSRF check applies.
    assert_eq!(ask(&scene, "POST", &[JANE, AML]).status, 201);
    let cross = ("Sec-Fetch-Site", "cross-site");
    assert_eq!(ask(&scene, "POST", &[JANE, AML, cross]).status, 403);
    let people = scene.store.people(&Tenant::only()).unwrap();
    assert_eq!(people.len(), 1);
    let id = people[0].id.clone();
    scene.change(move |change| {
        let origin = Origin::of("local:test");
        change.set_disabled(&Tenant::only(), &id, true, origin, Timestamp::now())
    });
    assert_eq!(ask(&scene, "GET", &[JANE, AML]).status, 401);
}

#[test]
fn the_header_of_anybody_else_is_refused_and_not_ignored() {
    let scene = start("proxy-untrusted", "192.0.2.1", true);
    for headers in
        [&[JANE][..], &[JANE, AML], &[AML], &[JANE, AML, ("X-Forwarded-For", "192.0.2.1")]]
    {
        let answer = ask(&scene, "GET", headers);
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    assert!(scene.store.people(&Tenant::only()).unwrap().is_empty());
}

#[test]
fn without_a_header_of_groups_an_admin_gives_the_roles() {
    let scene = start("proxy-roles", "127.0.0.1", false);
    assert_eq!(ask(&scene, "GET", &[JANE]).ok()["roles"], json!(["screen"]));
    let id = scene.store.people(&Tenant::only()).unwrap()[0].id.clone();
    scene.change(move |change| {
        let (origin, now) = (Origin::of("local:test"), Timestamp::now());
        change.change_roles(&Tenant::only(), &id, vec![Role::Auditor], origin, now)
    });
    // Without the configuration the header has no meaning and is ignored.
    assert_eq!(ask(&scene, "GET", &[JANE, AML]).ok()["roles"], json!(["auditor"]));
}
