//! Two servers on one PostgreSQL behind a client that asks them in turn: what one writes the other knows, and nothing is
//! lost while one of them is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::served::{Reply, Server, ask, event_of, own_database, screen};
use crate::support::Workplace;

/// Callers at the same time, and the customers that each of them screens in turn.
const CALLERS: usize = 6;
const CUSTOMERS: usize = 8;

struct Pair {
    place: Workplace,
    store: String,
}

impl Pair {
    /// A place for servers on a database of their own; nothing if there is no PostgreSQL.
    fn new(database: &str) -> Option<Self> {
        let store = own_database(database)?;
        Some(Self { place: Workplace::with_builtin_only(), store })
    }

    fn start(&self) -> Server {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--store", &self.store];
        Server::start(&self.place, &arguments)
    }

    fn run(&self, verb: &[&str]) -> String {
        let run = self.place.run(&[verb, &["--store", &self.store]].concat());
        assert_eq!(run.code, 0, "{verb:?}: {}{}", run.stdout, run.stderr);
        run.stdout
    }

    /// The request of each event.
    fn events(&self) -> BTreeMap<u64, String> {
        let read = |line: &str| {
            let event: Value = serde_json::from_str(line).unwrap();
            let request = event["request"].as_str().unwrap_or_default().to_owned();
            (event["seq"].as_u64().unwrap(), request)
        };
        self.run(&["audit", "export"]).lines().map(read).collect()
    }
}

/// Screens customers at the servers in turn until it is over; the request of each acknowledged event.
fn call(
    addresses: [SocketAddr; 2],
    number: &AtomicUsize,
    is_over: &AtomicBool,
) -> Vec<(u64, String)> {
    let mut answered = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let number = number.fetch_add(1, Ordering::Relaxed);
        let (id, customer) =
            (format!("request-{number}"), format!("customer-{}", number % CUSTOMERS));
        // The next server answers what this one does not, as a balancer has it.
        for server in [number % 2, (number + 1) % 2] {
            let reply = screen(addresses[server], &customer, &[("X-Request-Id", &id)]);
            if let Some(seq) = reply.as_ref().and_then(event_of) {
                answered.push((seq, id));
                break;
            }
        }
    }
    answered
}

#[test]
fn under_load_with_a_kill_they_write_one_log_and_one_case_for_each_customer() {
    let Some(pair) = Pair::new("two_servers") else { return };
    let (mut first, second) = (pair.start(), pair.start());
    let addresses = [first.address, second.address];
    let (number, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let answered: Vec<(u64, String)> = std::thread::scope(|scope| {
        let callers: Vec<_> =
            (0..CALLERS).map(|_| scope.spawn(|| call(addresses, &number, &is_over))).collect();
        std::thread::sleep(Duration::from_millis(900));
        first.kill();
        std::thread::sleep(Duration::from_millis(600));
        is_over.store(true, Ordering::Relaxed);
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    assert!(answered.len() > CUSTOMERS, "{answered:?}");
    pair.run(&["audit", "verify"]);
    let events = pair.events();
    let mut seen = BTreeSet::new();
    for (seq, id) in &answered {
        assert!(seen.insert(seq), "two answers name event {seq}");
        assert_eq!(events.get(seq), Some(id), "event {seq}");
    }
    // Whichever server screened a customer first opened the case; all later matches joined it.
    let cases = ask(second.address, "GET", "/api/v1/cases?limit=1000", &[], &Value::Null).unwrap();
    let cases = cases.body["cases"].as_array().unwrap().clone();
    let of_whom: BTreeSet<(&str, &str)> = cases
        .iter()
        .map(|case| (case["customer"].as_str().unwrap(), case["entity"].as_str().unwrap()))
        .collect();
    assert_eq!(of_whom.len(), cases.len(), "{cases:#?}");
    let customers: BTreeSet<&str> = of_whom.iter().map(|(customer, _)| *customer).collect();
    assert_eq!(customers.len(), CUSTOMERS);
}

#[test]
fn a_key_and_a_case_are_the_same_at_both() {
    let Some(pair) = Pair::new("two_servers_shared") else { return };
    let make = |name| {
        let text = pair.run(&["keys", "add", name, "--role", name]);
        text.lines().next().unwrap().to_owned()
    };
    let (admin, analyst) = (make("admin"), make("analyst"));
    let (first, second) = (pair.start(), pair.start());
    let with = |server: &Server, key: &str, method: &str, path: &str, body: Value| -> Reply {
        let key = format!("ApiKey {key}");
        ask(server.address, method, path, &[("Authorization", &key)], &body).unwrap()
    };
    let new = json!({ "name": "short", "role": "screen" });
    let made = with(&first, &admin, "POST", "/api/v1/keys", new);
    assert_eq!(made.status, 201, "{made:?}");
    let (key, id) =
        (made.body["key"].as_str().unwrap(), made.body["record"]["id"].as_str().unwrap());
    let lists = "/api/v1/lists";
    assert_eq!(with(&second, key, "GET", lists, Value::Null).status, 200);
    let path = format!("/api/v1/keys/{id}");
    assert_eq!(with(&first, &admin, "DELETE", &path, Value::Null).status, 200);
    assert_eq!(with(&second, key, "GET", lists, Value::Null).status, 401);

    // A case that was opened at one is moved at the other, and of those who saw the same version one moves it.
    let authorization = format!("ApiKey {analyst}");
    let reply = screen(first.address, "c-1", &[("Authorization", &authorization)]).unwrap();
    assert!(event_of(&reply).is_some(), "{reply:?}");
    let cases = with(&second, &analyst, "GET", "/api/v1/cases", Value::Null);
    let id = cases.body["cases"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/cases/{id}/claim");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let claim = |number: usize| {
            let server = if number.is_multiple_of(2) { first.address } else { second.address };
            let headers = [("Authorization", authorization.as_str()), ("If-Match", "\"1\"")];
            ask(server, "POST", &path, &headers, &json!({})).unwrap().status
        };
        let callers: Vec<_> = (0..8).map(|number| scope.spawn(move || claim(number))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    });
    let count = |status: u16| statuses.iter().filter(|found| **found == status).count();
    assert_eq!((count(200), count(412)), (1, 7), "{statuses:?}");
}
