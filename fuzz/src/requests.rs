//! Bodies of requests, answered by the routes of a server in this process.

use std::cell::RefCell;
use std::path::Path;
use std::sync::LazyLock;

use interdict_engine::audit::{Role, StorePlace, Tenant};
use interdict_engine::list_files::ColumnMap;
use interdict_engine::{Actor, Config, Engine, ImportRequest};
use interdict_server::fuzzing::{Answer, Service};
use interdict_server::{ProxyUserConfig, ServerConfig, StoreConfig};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::temporary;

/// Inputs per store: the store is in memory, and what the inputs write must not fill it.
const INPUTS: usize = 1_000;
/// The header in which a trusted proxy names a person: only people decide cases.
const PERSON: (&str, &str) = ("x-person", "jane");
/// A property or member that is unknown everywhere.
const UNKNOWN: &str = "zzqx unheard of";

/// The form of a body.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// JSON of `/match`, with queries by key.
    Queries,
    /// A JSON object of our own interface, which refuses unknown members.
    Own,
    /// The same, with parties, whose unknown properties are gaps.
    Parties,
    /// The value of this field of a URL-encoded form.
    Field(&'static str),
    /// Bytes with this content type.
    Other(&'static str),
}

/// Method, path and form of a body, selected by the first byte of an input, from `a` on.
const ROUTES: [(&str, &str, Form); 30] = [
    ("POST", "/match/default", Form::Queries),
    ("POST", "/api/v1/screen", Form::Parties),
    ("POST", "/api/v1/screen", Form::Other("application/x-ndjson")),
    ("POST", "/reconcile/default", Form::Field("queries")),
    ("POST", "/reconcile/default", Form::Field("extend")),
    ("POST", "/reconcile/default", Form::Other("application/x-www-form-urlencoded")),
    ("POST", "/reconcile/default", Form::Other("multipart/form-data; boundary=x")),
    ("POST", "/api/v1/cases/{case}/claim", Form::Own),
    ("POST", "/api/v1/cases/{case}/assign", Form::Own),
    ("POST", "/api/v1/cases/{case}/escalate", Form::Own),
    ("POST", "/api/v1/cases/{case}/propose", Form::Own),
    ("POST", "/api/v1/cases/{case}/approve", Form::Own),
    ("POST", "/api/v1/cases/{case}/send-back", Form::Own),
    ("POST", "/api/v1/cases/{case}/reopen", Form::Own),
    ("POST", "/api/v1/cases/{case}/comments", Form::Own),
    ("POST", "/api/v1/monitors", Form::Own),
    ("PUT", "/api/v1/monitors/{monitor}/customers/c-1", Form::Own),
    ("POST", "/api/v1/monitors/{monitor}/customers", Form::Other("text/csv")),
    ("POST", "/api/v1/monitors/{monitor}/customers", Form::Other("application/x-ndjson")),
    ("POST", "/api/v1/webhooks", Form::Own),
    ("POST", "/api/v1/jobs", Form::Other("text/csv")),
    ("POST", "/api/v1/jobs", Form::Other("application/x-ndjson")),
    ("PUT", "/api/v1/settings/case_reasons", Form::Own),
    ("PUT", "/api/v1/settings/four_eyes", Form::Own),
    ("POST", "/api/v1/keys", Form::Own),
    ("POST", "/api/v1/wallets", Form::Own),
    ("POST", "/api/v1/traces", Form::Own),
    ("POST", "/api/v1/exposures", Form::Own),
    ("POST", "/api/v1/webhooks/{webhook}/rotate", Form::Own),
    ("PUT", "/api/v1/users/{person}/roles", Form::Own),
];

/// A data folder with one list.
static DATA: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = temporary::folder();
    let entities = [
        json!({ "id": "x-1", "schema": "Person", "properties": {
            "name": ["Jane Example"], "birthDate": ["1970-02-03"], "country": ["ru"] } }),
        json!({ "id": "x-2", "schema": "Company", "properties": {
            "name": ["Zorvek Trading OOO"], "innCode": ["7707083893"] } }),
        json!({ "id": "x-3", "schema": "Vessel", "properties": {
            "name": ["HYOK SIN 2"], "imoNumber": ["IMO9187629"] } }),
    ];
    let file = folder.path().join("my_list.json");
    let lines: Vec<String> = entities.iter().map(Value::to_string).collect();
    std::fs::write(&file, lines.join("\n")).expect("the temporary folder can be written");
    let request = ImportRequest {
        dataset: "my_list".parse().expect("a name"),
        files: vec![file],
        columns: ColumnMap::default(),
        dated: None,
        accept_loss: true,
        wait: true,
    };
    let actor = Actor::local("test").expect("a name");
    let session = Engine::new(folder.path()).session(actor, jiff::Timestamp::now());
    session.import(&request).expect("a small list");
    folder
});

/// A server with a case, a monitor and a webhook.
struct Server {
    service: Service,
    /// The ids by which `{NAME}` in a path is replaced.
    ids: Vec<(&'static str, String)>,
    inputs: usize,
    _folder: TempDir,
}

thread_local! {
    static SERVER: RefCell<Option<Server>> = const { RefCell::new(None) };
}

/// Sends the bytes after the first one as a body to the route that the first one selects. No answer is a 5xx, unknown
/// members are refused, and unknown properties are named in the gaps.
pub fn body(bytes: &[u8]) {
    let Some((which, body)) = bytes.split_first() else { return };
    let (method, path, form) = ROUTES[usize::from(which.wrapping_sub(b'a')) % ROUTES.len()];
    SERVER.with_borrow_mut(|server| {
        if server.as_ref().is_none_or(|server| server.inputs >= INPUTS) {
            // Close the previous store first.
            *server = None;
            *server = Some(Server::open());
        }
        let Some(server) = server else { return };
        server.inputs += 1;
        server.tried(method, &server.target(path), form, body);
    });
}

impl Server {
    fn open() -> Self {
        let folder = temporary::folder();
        let service = service(folder.path());
        let mut server = Self { service, ids: Vec::new(), inputs: 0, _folder: folder };
        let customer = json!({ "party": {
            "customer": "c-1", "schema": "Person", "properties": { "name": ["Jane Example"] } } });
        server.made("/api/v1/screen", &customer);
        let cases = server.json("GET", "/api/v1/cases", b"");
        let person = server.json("GET", "/api/v1/users", b"");
        let monitor = server.made("/api/v1/monitors", &json!({ "name": "all" }));
        let webhook = json!({ "url": "https://hooks.example/in", "events": ["*"] });
        let webhook = server.made("/api/v1/webhooks", &webhook);
        for (name, document, place) in [
            ("{case}", cases, "/cases/0/id"),
            ("{person}", person, "/users/0/id"),
            ("{monitor}", monitor, "/id"),
            ("{webhook}", webhook, "/webhook/id"),
        ] {
            let id = document.pointer(place).and_then(Value::as_str);
            let id = id.unwrap_or_else(|| panic!("no {place} in {document}"));
            server.ids.push((name, id.to_owned()));
        }
        server
    }

    fn target(&self, path: &str) -> String {
        self.ids.iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id))
    }

    fn made(&self, target: &str, body: &Value) -> Value {
        self.json("POST", target, body.to_string().as_bytes())
    }

    fn json(&self, method: &str, target: &str, body: &[u8]) -> Value {
        let answer = self.send(method, target, "application/json", body);
        let text = String::from_utf8_lossy(&answer.body);
        assert!(answer.status < 300, "{method} {target}: {} {text}", answer.status);
        serde_json::from_str(&text).expect("JSON")
    }

    /// Sends a body; the answer must not be a 5xx.
    fn send(&self, method: &str, target: &str, kind: &str, body: &[u8]) -> Answer {
        let headers = [PERSON, ("content-type", kind), ("if-match", "*")];
        let answer = self.service.send(method, target, &headers, body).expect("a plain request");
        assert!(
            answer.status < 500,
            "{method} {target}: {} {}",
            answer.status,
            String::from_utf8_lossy(&answer.body)
        );
        answer
    }

    fn tried(&self, method: &str, target: &str, form: Form, body: &[u8]) {
        let (kind, encoded) = match form {
            Form::Field(name) => ("application/x-www-form-urlencoded", encoded(name, body)),
            Form::Other(kind) => (kind, body.to_vec()),
            _ => ("application/json", body.to_vec()),
        };
        let answer = self.send(method, target, kind, &encoded);
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else { return };
        // Only a successful screening has gaps.
        let is_answered = answer.status == 200;
        match form {
            Form::Own => self.refuses_unknown_members(method, target, object),
            Form::Parties if is_answered => {
                self.reports_unknown_properties(target, form, object.clone());
                self.refuses_unknown_members(method, target, object);
            }
            Form::Queries if is_answered => self.reports_unknown_properties(target, form, object),
            _ => {}
        }
    }

    /// An unknown member is refused, whatever else is in the body.
    fn refuses_unknown_members(&self, method: &str, target: &str, mut body: Map<String, Value>) {
        body.insert(UNKNOWN.to_owned(), json!(1));
        let body = Value::Object(body).to_string();
        let answer = self.send(method, target, "application/json", body.as_bytes());
        assert!(answer.status >= 400, "{target} accepts an unknown member: {body}");
    }

    /// An unknown property is named in the gaps of each party that has it.
    fn reports_unknown_properties(&self, target: &str, form: Form, mut body: Map<String, Value>) {
        let mut has_unknown = Vec::new();
        for party in parties(form, &mut body) {
            let properties = party.get_mut("properties").and_then(Value::as_object_mut);
            has_unknown.push(properties.is_some());
            if let Some(properties) = properties {
                properties.insert(UNKNOWN.to_owned(), json!(["x"]));
            }
        }
        let body = Value::Object(body).to_string();
        let answer = self.send("POST", target, "application/json", body.as_bytes());
        if answer.status != 200 {
            return;
        }
        let answer: Value = serde_json::from_slice(&answer.body).expect("JSON");
        let answers: Vec<&Value> = answers(form, &answer).collect();
        assert_eq!(answers.len(), has_unknown.len(), "an answer for each party: {body} {answer}");
        for (one, _) in answers.iter().zip(has_unknown).filter(|(_, has_unknown)| *has_unknown) {
            assert!(reports_unknown(one), "an unknown property is not reported: {body} {one}");
        }
    }
}

fn service(folder: &Path) -> Service {
    let listen = "127.0.0.1:8080".parse().expect("an address");
    let config = ServerConfig {
        concurrency: 1,
        store: Some(StoreConfig::at(StorePlace::in_folder(folder))),
        trusted_proxies: vec!["127.0.0.1".parse().expect("an address")],
        proxy_user: Some(ProxyUserConfig {
            user_header: PERSON.0.to_owned(),
            groups_header: None,
            roles: Default::default(),
            default_roles: vec![Role::Analyst, Role::Approver, Role::Admin, Role::Auditor],
            tenant: Tenant::only(),
        }),
        ..ServerConfig::at(listen)
    };
    // Without an official list, an answer needs a list that is named or required.
    let mut lists = Config::default();
    lists.policy.required.push("my_list".parse().expect("a name"));
    let engine = Engine::new(DATA.path()).with_config(lists);
    Service::open(engine, config).expect("a server opens")
}

/// The parties of a body.
fn parties(form: Form, body: &mut Map<String, Value>) -> Vec<&mut Value> {
    if form == Form::Queries {
        let queries = body.get_mut("queries").and_then(Value::as_object_mut);
        return queries.map(|queries| queries.values_mut().collect()).unwrap_or_default();
    }
    let is_many = body.get("parties").is_some_and(Value::is_array);
    match is_many {
        true => body["parties"].as_array_mut().map(|all| all.iter_mut().collect()),
        false => body.get_mut("party").map(|party| vec![party]),
    }
    .unwrap_or_default()
}

/// The answers to the parties.
fn answers(form: Form, answer: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    let many = match form {
        Form::Queries => answer.get("responses").and_then(Value::as_object),
        _ => None,
    };
    match (many, answer.get("results").and_then(Value::as_array)) {
        (Some(responses), _) => Box::new(responses.values()),
        (None, Some(results)) => Box::new(results.iter()),
        (None, None) => Box::new(std::iter::once(answer)),
    }
}

/// Whether an answer names the unknown property in a gap, or the party was not screened at all.
fn reports_unknown(answer: &Value) -> bool {
    let gaps = answer.get("gaps").and_then(Value::as_array);
    let is_reported = |gap: &Value| {
        let text = gap["text"].as_str().unwrap_or_default();
        text.starts_with(UNKNOWN) || gap["code"] == "row_unscreened"
    };
    let is_failed = answer["status"].as_u64().is_some_and(|status| status >= 400);
    is_failed || gaps.is_some_and(|gaps| gaps.iter().any(is_reported))
}

/// A form with one field.
fn encoded(name: &str, value: &[u8]) -> Vec<u8> {
    let mut form = format!("{name}=");
    for byte in value {
        form.push_str(&format!("%{byte:02X}"));
    }
    form.into_bytes()
}
