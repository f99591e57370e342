//! Monitors over real connections: changes of matches are reported once, and no customer is "clear" before it was
//! screened.

use std::time::{Duration, Instant};

use interdict_engine::audit::{Store, StorePlace};
use serde_json::{Value, json};

use crate::client::Answer;
use crate::fixture::{Server, folder, import, start_small, update_small};

fn person(id: &str, name: &str) -> Value {
    json!({ "id": id, "schema": "Person", "properties": { "name": [name], "birthDate": ["1970-01-02"] } })
}

fn put(server: Server, monitor: &str, customer: &str, name: &str) -> Value {
    let body = json!({ "schema": "Person", "properties": { "name": name } }).to_string();
    let path = format!("/api/v1/monitors/{monitor}/customers/{customer}");
    server.send("PUT", &path, &[("Content-Type", "application/json")], body.as_bytes()).ok()
}

fn make(server: Server) -> String {
    let body = json!({ "name": "all", "settings": { "datasets": ["zulu"] } });
    let made = server.post("/api/v1/monitors", &body);
    assert_eq!(made.status, 201, "{}", String::from_utf8_lossy(&made.body));
    made.json()["id"].as_str().unwrap().to_owned()
}

fn get(server: Server, monitor: &str, customer: &str) -> Answer {
    server.get(&format!("/api/v1/monitors/{monitor}/customers/{customer}"))
}

/// Waits until the monitor satisfies a condition.
fn wait(server: Server, monitor: &str, is_there: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let found = server.get(&format!("/api/v1/monitors/{monitor}")).ok();
        if is_there(&found) {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{found}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_current(monitor: &Value) -> bool {
    monitor["current"] == true
}

/// Changes the lists, and waits until the monitor has processed them.
fn update(server: Server, name: &str, monitor: &str, entities: &[Value]) {
    let before = server.get(&format!("/api/v1/monitors/{monitor}")).ok()["generation"].as_u64();
    update_small(name, entities);
    wait(server, monitor, |now| is_current(now) && now["generation"].as_u64() > before);
}

fn events(server: Server, kind: &str) -> Vec<Value> {
    let page = server.get(&format!("/api/v1/audit?kind={kind}&limit=1000")).ok();
    page["events"].as_array().unwrap().clone()
}

#[test]
fn a_change_of_the_lists_is_told_of_the_customers_it_concerns_and_of_no_other() {
    let name = "monitors";
    let server = start_small(name, &[person("z-1", "Zacharias Quillfeather")]);
    let id = make(server);
    let first = put(server, &id, "c-1", "Zacharias Quillfeather");
    assert_eq!((&first["waiting"], &first["verdict"]), (&json!(true), &Value::Null));
    put(server, &id, "c-2", "Ottoline Brambleworth");
    put(server, &id, "c-3", "Jane Example");
    wait(server, &id, is_current);
    let c_1 = get(server, &id, "c-1").ok();
    assert_eq!((&c_1["verdict"], &c_1["matches"][0]["entity"]), (&json!("match"), &json!("z-1")));
    let case = c_1["matches"][0]["case"].as_str().unwrap();
    assert_eq!(server.get(&format!("/api/v1/cases/{case}")).ok()["customer"], "c-1");
    assert_eq!(get(server, &id, "c-2").ok()["verdict"], "clear");
    assert_eq!(events(server, "match.new").len(), 1);
    let screened = events(server, "screening").len();
    assert_eq!(screened, 3);

    // One match is new, one is gone.
    update(server, name, &id, &[person("z-2", "Ottoline Brambleworth")]);
    assert_eq!(get(server, &id, "c-1").ok()["verdict"], "clear");
    let c_2 = get(server, &id, "c-2").ok();
    assert_eq!((&c_2["verdict"], &c_2["matches"][0]["entity"]), (&json!("match"), &json!("z-2")));
    assert_eq!(events(server, "match.new").len(), 2);
    let gone = events(server, "match.gone");
    assert_eq!((gone.len(), gone[0]["detail"]["case"].as_str()), (1, Some(case)));
    assert_eq!(events(server, "screening").len(), screened + 2, "the third was not touched");
    let swept = events(server, "monitor.swept");
    let counts = &swept.last().unwrap()["detail"]["counts"];
    assert_eq!(
        (&counts["customers"], &counts["screened"], &counts["new"], &counts["gone"]),
        (&json!(3), &json!(2), &json!(1), &json!(1))
    );

    // The record of a match has changed.
    let mut changed = person("z-2", "Ottoline Brambleworth");
    changed["properties"]["nationality"] = json!(["fr"]);
    update(server, name, &id, &[changed]);
    assert_eq!(events(server, "match.changed").len(), 1);
    assert_eq!(events(server, "match.new").len(), 2);
    let text = serde_json::to_string(&events(server, "match.new")).unwrap();
    assert!(!text.contains("c-2") && !text.contains("z-2"), "{text}");
}

#[test]
fn sweeps_find_what_screening_everybody_finds() {
    let name = "monitors-same";
    let names = [
        "Zacharias Quillfeather",
        "Zacharias Quilfeather",
        "Ottoline Brambleworth",
        "O. Brambleworth",
        "Brambleworth Ottoline",
        "Jane Example",
        "Quillfeather Zachary",
        "Ivo Maris Roe",
        "Ivo Roe",
    ];
    let versions: [&[&str]; 4] = [
        &["Zacharias Quillfeather"],
        &["Ottoline Brambleworth", "Ivo Maris Roe"],
        &["Zachary Quillfeather", "Ottoline Brambleworth"],
        &["Ivo Roe"],
    ];
    let list = |names: &[&str]| -> Vec<Value> {
        let entity =
            |(place, name): (usize, &&str)| person(&format!("z-{place}-{}", name.len()), name);
        names.iter().enumerate().map(entity).collect()
    };
    let server = start_small(name, &list(versions[0]));
    let id = make(server);
    for (number, name) in names.iter().enumerate() {
        put(server, &id, &format!("c-{number}"), name);
    }
    wait(server, &id, is_current);
    for version in &versions[1..] {
        update(server, name, &id, &list(version));
        for (number, name) in names.iter().enumerate() {
            let told = get(server, &id, &format!("c-{number}")).ok();
            let party = json!({
                "party": { "schema": "Person", "properties": { "name": name } },
                "settings": { "datasets": ["zulu"], "limit": 100 },
            });
            let full = server.post("/api/v1/screen", &party).ok();
            assert_eq!(told["verdict"], full["verdict"], "{name} {version:?}");
            let pairs = |list: &Value, entity: fn(&Value) -> Value| -> Vec<(String, String)> {
                let one = |one: &Value| (entity(one).to_string(), one["score"].to_string());
                list.as_array().unwrap().iter().map(one).collect()
            };
            let matches: Vec<Value> = full["candidates"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|one| one["match"] == true)
                .cloned()
                .collect();
            assert_eq!(
                pairs(&told["matches"], |one| one["entity"].clone()),
                pairs(&json!(matches), |one| one["entity"]["id"].clone()),
                "{name} {version:?}"
            );
        }
    }
}

#[test]
fn customers_come_from_files_and_what_was_not_read_is_never_clear() {
    let server = start_small("monitors-file", &[person("z-1", "Zacharias Quillfeather")]);
    let id = make(server);
    let file = "id,name,birth date\nc-1,Zacharias Quillfeather,1970-01-02\nc-2,Jane Example,1980-13-41\n\
        c-3,...,\n,Nobody Known,\n";
    let path = format!("/api/v1/monitors/{id}/customers");
    let csv = [("Content-Type", "text/csv")];
    let report = server.send("POST", &path, &csv, file.as_bytes()).ok();
    assert_eq!(
        (&report["rows"], &report["changed"], &report["failed"]),
        (&json!(4), &json!(2), &json!(2))
    );
    let rows: Vec<&Value> =
        report["faults"].as_array().unwrap().iter().map(|fault| &fault["row"]).collect();
    assert_eq!(rows, [&json!(3), &json!(4)]);
    wait(server, &id, is_current);
    assert_eq!(get(server, &id, "c-1").ok()["verdict"], "match");
    let unread = get(server, &id, "c-2").ok();
    assert_eq!((&unread["verdict"], &unread["matches"]), (&json!("incomplete"), &json!([])));
    assert_eq!(get(server, &id, "c-3").status, 404);
    // The same file again changes nothing.
    assert_eq!(server.send("POST", &path, &csv, file.as_bytes()).ok()["changed"], 0);
    let page = server.get(&format!("{path}?limit=1")).ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    let rest = server.get(&format!("{path}?cursor={cursor}")).ok();
    assert_eq!(rest["next_cursor"], Value::Null);
    let mut both =
        [&page, &rest].map(|page| page["customers"][0]["customer"].as_str().unwrap().to_owned());
    both.sort();
    assert_eq!(both, ["c-1", "c-2"]);
    assert_eq!(server.send("POST", &path, &csv, b"shoe size\n7\n").status, 422);
    assert_eq!(server.send("POST", &path, &[], b"name\nA\n").status, 415);
}

#[test]
fn rows_with_one_reference_are_one_customer_with_all_of_their_names() {
    let server = start_small("monitors-rows", &[person("z-1", "Zacharias Quillfeather")]);
    let id = make(server);
    let file = "id,name\nc-1,Zacharias Quillfeather\nc-2,Jane Example\nc-1,Other Name\nc-2,Zacharias Quillfeather\n";
    let path = format!("/api/v1/monitors/{id}/customers");
    let report = server.send("POST", &path, &[("Content-Type", "text/csv")], file.as_bytes()).ok();
    assert_eq!(
        (&report["rows"], &report["changed"], &report["failed"]),
        (&json!(4), &json!(2), &json!(0))
    );
    wait(server, &id, is_current);
    for customer in ["c-1", "c-2"] {
        assert_eq!(get(server, &id, customer).ok()["verdict"], "match", "{customer}");
    }
}

#[test]
fn monitors_and_customers_are_removed_and_wrong_ones_are_refused() {
    let server = start_small("monitors-refused", &[person("z-1", "Zacharias Quillfeather")]);
    let id = make(server);
    put(server, &id, "c%2F1", "Jane Example");
    wait(server, &id, is_current);
    assert_eq!(get(server, &id, "c%2F1").ok()["customer"], "c/1");
    assert_eq!(get(server, "none", "c-1").status, 404);
    let json = [("Content-Type", "application/json")];
    let send =
        |method: &str, path: &str, body: &str| server.send(method, path, &json, body.as_bytes());
    let path = format!("/api/v1/monitors/{id}/customers/c-9");
    assert_eq!(send("PUT", &path, "{}").status, 422);
    assert_eq!(
        send("PUT", &path, r#"{"customer": "c-8", "properties": {"name": "A"}}"#).status,
        422
    );
    let long = "x".repeat(201);
    let long = format!("/api/v1/monitors/{id}/customers/{long}");
    assert_eq!(send("PUT", &long, r#"{"properties": {"name": "A"}}"#).status, 422);
    for body in [
        r#"{"name": ""}"#,
        r#"{"name": "a", "settings": {"threshold": 2, "datasets": ["zulu"]}}"#,
        r#"{"name": "a", "settings": {"schema": "Nobody", "datasets": ["zulu"]}}"#,
    ] {
        assert_eq!(send("POST", "/api/v1/monitors", body).status, 422, "{body}");
    }
    let customer = format!("/api/v1/monitors/{id}/customers/c%2F1");
    assert_eq!(send("DELETE", &customer, "").ok()["customer"], "c/1");
    assert_eq!(send("DELETE", &customer, "").status, 404);
    assert_eq!(send("DELETE", &format!("/api/v1/monitors/{id}"), "").ok()["id"], *id);
    assert_eq!(server.get("/api/v1/monitors").ok()["monitors"], json!([]));
}

#[test]
fn a_listing_that_began_since_the_day_of_the_last_sweep_is_told_though_no_list_changed() {
    let name = "monitors-day";
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let list = format!(
        "id,name,valid_from\nz-1,Zacharias Quillfeather,{today}\nz-2,Jane Other,2020-01-01\n"
    );
    let server = start_small(name, &[person("z-9", "Somebody Else")]);
    let file = folder(name).join("dated.csv");
    std::fs::write(&file, list).unwrap();
    import(&folder(name), "dated", file);
    let body = json!({ "name": "all", "settings": { "datasets": ["dated"] } });
    let made = wait_for_list(server, &body);
    for (customer, name) in [("c-1", "Zacharias Quillfeather"), ("c-2", "Ottoline Brambleworth")] {
        put(server, &made, customer, name);
    }
    wait(server, &made, is_current);
    assert_eq!(events(server, "match.new").len(), 1);
    let screened = events(server, "screening").len();
    // As if the last sweep had been before the designation came into force.
    let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
    let place = StorePlace::in_folder(folder(name).join("store"));
    let store = Store::open(place, random, jiff::Timestamp::now()).unwrap();
    store
        .change_now(|change| {
            change.sql()?.execute("UPDATE monitor_customers SET matches = '[]'", &[])?;
            change.sql()?.execute("UPDATE monitors SET day = '2020-06-01'", &[])
        })
        .unwrap();
    assert_eq!(server.get(&format!("/api/v1/monitors/{made}")).ok()["current"], false);
    let swept = wait(server, &made, is_current);
    assert_eq!(swept["day"], *today);
    assert_eq!(events(server, "match.new").len(), 2);
    assert_eq!(events(server, "screening").len(), screened + 1, "nobody else was looked at");
    let last = events(server, "monitor.swept").last().unwrap()["detail"].clone();
    assert_eq!((&last["from_day"], &last["day"]), (&json!("2020-06-01"), &json!(today)));
    assert_eq!(last["counts"]["changed_entities"], 1);
}

/// Creates a monitor as soon as the server has loaded its list.
fn wait_for_list(server: Server, body: &Value) -> String {
    let start = Instant::now();
    loop {
        let made = server.post("/api/v1/monitors", body);
        if made.status == 201 {
            return made.json()["id"].as_str().unwrap().to_owned();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{}", made.status);
        std::thread::sleep(Duration::from_millis(50));
    }
}
