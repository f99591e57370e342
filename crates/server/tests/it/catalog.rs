//! `/catalog`, `/algorithms`, health and updates.

use serde_json::{Value, json};

use crate::fixture::server;

const DATASET_KEYS: [&str; 27] = [
    "category",
    "children",
    "coverage",
    "delta_url",
    "deprecated",
    "deprecation",
    "description",
    "entities_url",
    "entity_count",
    "index_current",
    "index_version",
    "last_export",
    "license",
    "load",
    "name",
    "namespace",
    "publisher",
    "resources",
    "summary",
    "tags",
    "thing_count",
    "title",
    "updated_at",
    "url",
    "version",
    "age_days",
    "stale",
];

fn dataset(catalog: &Value, name: &str) -> Value {
    let datasets = catalog["datasets"].as_array().unwrap();
    datasets.iter().find(|dataset| dataset["name"] == name).cloned().unwrap_or_default()
}

#[test]
fn the_catalog_lists_what_is_loaded_and_a_collection_of_all() {
    let Some(server) = server() else { return };
    let catalog = server.get("/catalog").ok();
    assert_eq!(catalog, server.get("/manifest").ok());
    let zala = dataset(&catalog, "zala");
    for key in DATASET_KEYS {
        assert!(zala.get(key).is_some(), "{key}");
    }
    assert_eq!((&zala["entity_count"], &zala["load"]), (&json!(91), &json!(true)));
    assert_eq!((&zala["index_current"], &zala["deprecated"]), (&json!(true), &json!(false)));
    assert_eq!(zala["version"], zala["index_version"]);
    let version = zala["index_version"].as_str().unwrap();
    assert!(version.len() == 14 && version.bytes().all(|b| b.is_ascii_digit()), "{version}");
    let all = dataset(&catalog, "default");
    assert_eq!((&all["load"], &all["index_current"]), (&json!(false), &json!(false)));
    let names = |value: &Value, name: &str| value.as_array().unwrap().contains(&json!(name));
    for name in ["zala", "parteispenden", "zulu"] {
        assert!(names(&all["children"], name) && names(&catalog["current"], name), "{name}");
    }
    assert_eq!((&catalog["outdated"], &catalog["index_stale"]), (&json!([]), &json!(false)));
}

#[test]
fn the_catalog_is_not_sent_again_to_those_who_have_it() {
    let Some(server) = server() else { return };
    let first = server.get("/catalog");
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    for known in [tag.clone(), format!("\"x\", {tag}"), "*".to_owned()] {
        let answer = server.send("GET", "/catalog", &[("If-None-Match", &known)], b"");
        assert_eq!((answer.status, answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    for other in [format!("W/{tag}"), "\"x\"".to_owned(), String::new()] {
        let answer = server.send("GET", "/catalog", &[("If-None-Match", &other)], b"");
        assert_eq!(answer.status, 200, "{other}");
    }
    assert_eq!(server.get("/manifest").header("etag"), Some(tag.as_str()));
}

#[test]
fn the_names_that_clients_send_are_listed_in_the_order_of_yente() {
    let Some(server) = server() else { return };
    let body = server.get("/algorithms").ok();
    assert_eq!((&body["default"], &body["best"]), (&json!("best"), &json!("logic-v2")));
    let algorithms = body["algorithms"].as_array().unwrap();
    let names: Vec<&str> = algorithms.iter().map(|one| one["name"].as_str().unwrap()).collect();
    let expected =
        ["logic-v2", "ofac", "name-based", "name-qualified", "logic-v1", "regression-v1"];
    assert_eq!(names[..6], expected);
    for one in algorithms {
        assert!(one["description"].is_string() && one["features"].is_object());
        assert_eq!(one["docs"]["name"], one["name"]);
        assert!(one["docs"]["config"].is_object() && one["docs"]["features"].is_object());
        for feature in one["docs"]["features"].as_object().unwrap().values() {
            assert!(feature["description"].is_string() && feature["coefficient"].is_number());
        }
    }
    let setting = &algorithms[0]["docs"]["config"]["nm_number_mismatch"];
    assert_eq!(setting["type"], "float");
    assert_eq!(algorithms[1]["docs"]["config"], json!({}));
}

#[test]
fn the_server_says_that_it_is_there_and_ready() {
    let Some(server) = server() else { return };
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.get(path).ok(), json!({ "status": "ok" }));
    }
}

#[test]
fn an_update_needs_the_token() {
    let Some(server) = server() else { return };
    let post = |path: &str| server.send("POST", path, &[], b"");
    for path in ["/updatez", "/updatez?token=", "/updatez?token=tes", "/updatez?token=testy"] {
        post(path).fails(403, "Invalid token.");
    }
    assert_eq!(post("/updatez?token=test&sync=true").ok(), json!({ "status": "ok" }));
    post("/updatez?token=test&sync=maybe").is_invalid("bool_parsing", "query.sync");
    server.get("/updatez?token=test").fails(405, "Method Not Allowed");
}
