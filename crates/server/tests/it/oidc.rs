//! Sign-in by an OpenID provider over real connections: for each check there is a fault that only this check detects.

use std::collections::BTreeMap;

use interdict_engine::Engine;
use interdict_engine::audit::{EventFilter, Origin, Role, Tenant};
use interdict_server::{OidcConfig, ServeError, ServerConfig, serve};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::start_small_with;
use crate::people::{Browser, Scene};
use crate::provider::{CLIENT, FakeProvider, SECRET};

struct Bank {
    scene: Scene,
    provider: FakeProvider,
}

/// A browser that was redirected to the provider.
struct Sent {
    cookie: String,
    parameters: BTreeMap<String, String>,
}

impl Bank {
    fn start(name: &str) -> Self {
        Self::start_with(name, |config| config)
    }

    fn start_with(name: &str, configure: impl FnOnce(OidcConfig) -> OidcConfig) -> Self {
        let provider = FakeProvider::start();
        let roles = [
            ("aml".to_owned(), vec![Role::Analyst]),
            ("aml-leads".to_owned(), vec![Role::Approver, Role::Auditor]),
        ];
        let config = configure(OidcConfig {
            issuer: provider.issuer(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(SECRET.to_owned()),
            scopes: vec!["profile".to_owned()],
            groups_claim: "groups".to_owned(),
            roles: roles.into_iter().collect(),
            tenant: Tenant::only(),
            acr_values: Vec::new(),
            ca_file: None,
        });
        let entity = json!({ "id": "z-1", "schema": "Person", "properties": { "name": ["Kim"] } });
        let server = start_small_with(name, &[entity], |server| ServerConfig {
            oidc: Some(config),
            ..server
        });
        Self { scene: Scene::beside(name, server), provider }
    }

    fn login(&self, target: &str) -> Sent {
        let answer = self.scene.server.get(target);
        assert_eq!(answer.status, 302);
        let (address, query) = answer.header("location").unwrap().split_once('?').unwrap();
        assert_eq!(address, format!("{}/authorize", self.provider.issuer()));
        let parameters = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Sent { cookie: cookie(&answer, "interdict-login"), parameters }
    }

    fn callback(&self, sent: &Sent, query: &[(&str, &str)]) -> Answer {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        let headers = [("Cookie", sent.cookie.as_str()), ("Sec-Fetch-Site", "cross-site")];
        self.scene.server.send("GET", &format!("/auth/callback?{query}"), &headers, b"")
    }

    /// Goes to the provider, signs in there and returns.
    fn sign_in(&self) -> Answer {
        let sent = self.login("/auth/login?back=/cases");
        let code = self.provider.code(&sent.parameters);
        self.callback(&sent, &[("code", &code), ("state", &sent.parameters["state"])])
    }

    fn browser(&self) -> Browser {
        let answer = self.sign_in();
        assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.header("location"), Some("/cases"));
        let browser = Browser { cookie: cookie(&answer, "interdict"), who: Value::Null };
        let who = self.scene.ask(&browser, "GET", "/api/v1/session", &[], &Value::Null).ok();
        Browser { who, ..browser }
    }

    /// Checks that the sign-in was refused, and returns the reason from the log.
    fn refused(&self, answer: &Answer) -> String {
        answer.fails(403, "nobody was signed in");
        assert!(!answer.headers("set-cookie").any(|set| set.starts_with("interdict=")));
        let all = EventFilter { from: 0, kind: Some("login.refused".to_owned()), limit: 100 };
        let events = self.scene.store.events(&Tenant::only(), &all).unwrap();
        events.last().unwrap().detail["cause"].as_str().unwrap().to_owned()
    }
}

fn cookie(answer: &Answer, name: &str) -> String {
    let start = format!("{name}=");
    let set = answer.headers("set-cookie").find(|set| set.starts_with(&start)).unwrap();
    assert!(set.contains("; HttpOnly; SameSite=Lax"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

#[test]
fn a_person_of_the_provider_is_known_by_the_subject_with_the_roles_of_the_groups() {
    let bank = Bank::start("oidc-sign-in");
    // Authentication is required from the start.
    assert_eq!(bank.scene.server.get("/catalog").status, 401);
    let browser = bank.browser();
    assert_eq!(browser.who["actor"], "user:oidc/248289761001");
    assert_eq!(
        (&browser.who["display_name"], &browser.who["roles"]),
        (&json!("Jane Doe"), &json!(["analyst"]))
    );
    bank.provider.conduct().claims = json!({ "groups": ["aml", "aml-leads"] });
    assert_eq!(bank.browser().who["roles"], json!(["analyst", "approver", "auditor"]));
    // Roles that no group gives any more are lost at once, also in open sessions.
    bank.provider.conduct().claims = json!({ "groups": "aml-leads" });
    bank.browser();
    let who = bank.scene.ask(&browser, "GET", "/api/v1/session", &[], &Value::Null).ok();
    assert_eq!(who["roles"], json!(["approver", "auditor"]));
    let path = "/auth/logout";
    let out =
        |headers: &[(&str, &str)]| bank.scene.ask(&browser, "POST", path, headers, &Value::Null);
    assert_eq!(out(&[("Origin", "https://evil.example")]).status, 403);
    let answer = out(&[("Sec-Fetch-Site", "same-origin")]);
    assert_eq!(answer.status, 303);
    let end =
        format!("{}/end?client_id=interdict&post_logout_redirect_uri=", bank.provider.issuer());
    assert!(answer.header("location").unwrap().starts_with(&end));
    let who = bank.scene.ask(&browser, "GET", "/api/v1/session", &[], &Value::Null);
    assert_eq!(who.status, 401);
}

#[test]
fn each_lie_of_a_token_is_found() {
    let now = Timestamp::now().as_second();
    let bank = Bank::start_with("oidc-lies", |config| OidcConfig {
        acr_values: vec!["mfa".to_owned()],
        ..config
    });
    let right = json!({ "acr": "mfa" });
    let es256 = json!({ "alg": "ES256", "kid": "first" });
    for (name, value, header, cause) in [
        ("iss", json!("https://evil.example"), &es256, "of another issuer"),
        ("aud", json!("other"), &es256, "for another client"),
        ("nonce", json!("other"), &es256, "another sign-in"),
        ("exp", json!(now - 100), &es256, "expired"),
        ("iat", json!(now - 3_600), &es256, "not made now"),
        ("sub", json!(""), &es256, "names nobody"),
        ("sub", json!("a\nb"), &es256, "cannot be a name"),
        ("acr", json!("pwd"), &es256, "as is demanded"),
        ("groups", json!(["staff"]), &es256, "no group"),
        ("groups", json!({}), &es256, "no group"),
        ("acr", json!("mfa"), &json!({ "alg": "none", "kid": "first" }), "algorithm"),
        ("acr", json!("mfa"), &json!({ "alg": "HS256", "kid": "first" }), "algorithm"),
        ("acr", json!("mfa"), &json!({ "alg": "ES256", "kid": "other" }), "none of the provider"),
    ] {
        let mut claims = right.clone();
        claims[name] = value;
        {
            let mut conduct = bank.provider.conduct();
            (conduct.claims, conduct.header) = (claims, header.clone());
        }
        let found = bank.refused(&bank.sign_in());
        assert!(found.contains(cause), "{name}: {found}");
    }
    {
        let mut conduct = bank.provider.conduct();
        (conduct.claims, conduct.header) = (right, es256);
    }
    assert_eq!(bank.browser().who["actor"], "user:oidc/248289761001");
}

#[test]
fn a_new_key_of_the_provider_is_asked_for_once() {
    let bank = Bank::start("oidc-keys");
    bank.browser();
    bank.browser();
    assert_eq!(bank.provider.conduct().asked_for_keys, 1);
    bank.provider.rotate();
    bank.browser();
    assert_eq!(bank.provider.conduct().asked_for_keys, 2);
    // Unknown key ids do not cause a request to the provider each.
    bank.provider.rotate();
    bank.provider.conduct().header = json!({ "alg": "ES256", "kid": "third" });
    let found = bank.refused(&bank.sign_in());
    assert!(found.contains("none of the provider"), "{found}");
    assert_eq!(bank.provider.conduct().asked_for_keys, 2);
}

#[test]
fn the_way_back_belongs_to_the_browser_that_went() {
    let bank = Bank::start("oidc-state");
    let sent = bank.login("/auth/login");
    let other = bank.login("/auth/login");
    let code = || bank.provider.code(&sent.parameters);
    let state = sent.parameters["state"].as_str();
    let nobody = Sent { cookie: "a=b".to_owned(), parameters: BTreeMap::new() };
    let forged = Sent { cookie: format!("{}x", sent.cookie), parameters: BTreeMap::new() };
    for (browser, query, cause) in [
        (&nobody, vec![("code", code()), ("state", state.to_owned())], "no sign-in"),
        (&forged, vec![("code", code()), ("state", state.to_owned())], "no sign-in"),
        (&other, vec![("code", code()), ("state", state.to_owned())], "another sign-in"),
        (&sent, vec![("code", code())], "another sign-in"),
        (&sent, vec![("state", state.to_owned())], "no code"),
        (
            &sent,
            vec![("state", state.to_owned()), ("error", "access_denied".to_owned())],
            "provider refused",
        ),
        (
            &sent,
            vec![
                ("code", code()),
                ("state", state.to_owned()),
                ("iss", "https://evil.example".to_owned()),
            ],
            "another provider",
        ),
        (&sent, vec![("code", "guessed".to_owned()), ("state", state.to_owned())], "take the code"),
        // A code that was requested with another verifier.
        (
            &sent,
            vec![("code", bank.provider.code(&other.parameters)), ("state", state.to_owned())],
            "take the code",
        ),
    ] {
        let query: Vec<(&str, &str)> =
            query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let found = bank.refused(&bank.callback(browser, &query));
        assert!(found.contains(cause), "{query:?}: {found}");
    }
    let code = code();
    let query = [("code", code.as_str()), ("state", state), ("iss", &bank.provider.issuer())];
    assert_eq!(bank.callback(&sent, &query).status, 303);
    let again = bank.refused(&bank.callback(&sent, &query));
    assert!(again.contains("take the code"), "{again}");
    // The browser is redirected to a path of this server only.
    let sent = bank.login("/auth/login?back=https://evil.example");
    let code = bank.provider.code(&sent.parameters);
    let back = bank.callback(&sent, &[("code", &code), ("state", &sent.parameters["state"])]);
    assert_eq!(back.header("location"), Some("/"));
}

#[test]
fn groups_are_asked_for_if_the_token_names_none_and_are_those_of_the_person() {
    let bank = Bank::start("oidc-userinfo");
    {
        let mut conduct = bank.provider.conduct();
        conduct.claims = json!({ "groups": null });
        conduct.userinfo = Some(json!({ "sub": "248289761001", "groups": ["aml-leads"] }));
    }
    assert_eq!(bank.browser().who["roles"], json!(["approver", "auditor"]));
    bank.provider.conduct().userinfo = Some(json!({ "sub": "another", "groups": ["aml-leads"] }));
    let found = bank.refused(&bank.sign_in());
    assert!(found.contains("another one"), "{found}");
}

#[test]
fn an_account_that_is_disabled_here_stays_out() {
    let bank = Bank::start("oidc-disabled");
    let browser = bank.browser();
    let people = bank.scene.store.people(&Tenant::only()).unwrap();
    let id = people[0].id.clone();
    bank.scene.change(move |change| {
        let origin = Origin::of("local:test");
        change.set_disabled(&Tenant::only(), &id, true, origin, Timestamp::now())
    });
    let who = bank.scene.ask(&browser, "GET", "/api/v1/session", &[], &Value::Null);
    assert_eq!(who.status, 401);
    let found = bank.refused(&bank.sign_in());
    assert!(found.contains("disabled"), "{found}");
}

#[test]
fn a_provider_that_does_not_answer_is_no_way_in_and_no_crash() {
    let bank = Bank::start_with("oidc-down", |config| OidcConfig {
        issuer: "http://127.0.0.1:9".to_owned(),
        ..config
    });
    assert_eq!(bank.scene.server.get("/auth/login").status, 503);
    let bank = Bank::start_with("oidc-issuer", |config| OidcConfig {
        issuer: format!("{}/", config.issuer),
        ..config
    });
    assert_eq!(
        bank.scene.server.get("/auth/login").status,
        503,
        "its description names another issuer"
    );
}

#[test]
fn a_server_that_could_not_know_anybody_does_not_start() {
    let config = |issuer: &str| OidcConfig {
        issuer: issuer.to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        scopes: Vec::new(),
        groups_claim: "groups".to_owned(),
        roles: [("aml".to_owned(), vec![Role::Analyst])].into_iter().collect(),
        tenant: Tenant::only(),
        acr_values: Vec::new(),
        ca_file: None,
    };
    let start = |oidc: OidcConfig| {
        let at = ServerConfig::at("127.0.0.1:0".parse().unwrap());
        let server = ServerConfig { oidc: Some(oidc), ..at };
        serve(Engine::new("nowhere"), server, |_, _| panic!("it listens")).unwrap_err()
    };
    assert!(matches!(start(config("http://id.example")), ServeError::PlainProvider));
    assert!(matches!(start(config("http://127.0.0.1.id.example")), ServeError::PlainProvider));
    assert!(matches!(start(config("https://id.example")), ServeError::NoStore));
    let missing = OidcConfig { ca_file: Some("nowhere".into()), ..config("https://id.example") };
    assert!(matches!(start(missing), ServeError::Provider(_)));
}
