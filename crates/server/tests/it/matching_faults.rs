//! `POST /match/{dataset}`: refused requests and their messages.

use serde_json::{Value, json};

use crate::fixture::server;

fn person() -> Value {
    json!({ "schema": "Person", "properties": { "name": ["Ivo Roe"] } })
}

fn body() -> Value {
    json!({ "queries": { "q": person() } })
}

#[test]
fn parameters_are_checked_before_the_dataset_is_looked_up() {
    let Some(server) = server() else { return };
    server.post("/match/banana", &body()).fails(404, "No such dataset.");
    let long = (0..51).map(|n| format!("exclude_entity_ids=x{n}")).collect::<Vec<_>>().join("&");
    for (query, kind, place) in [
        ("limit=501", "less_than_equal", "query.limit"),
        ("limit=x", "int_parsing", "query.limit"),
        ("threshold=high", "float_parsing", "query.threshold"),
        ("cutoff=x", "float_parsing", "query.cutoff"),
        ("changed_since=yesterday", "string_pattern_mismatch", "query.changed_since"),
        (long.as_str(), "too_long", "query.exclude_entity_ids"),
    ] {
        server.post(&format!("/match/banana?{query}"), &body()).is_invalid(kind, place);
    }
    let fault = server.post("/match/zala?limit=501", &body());
    let fault = fault.is_invalid("less_than_equal", "query.limit");
    assert_eq!(fault["ctx"], json!({ "le": 500 }));
    assert_eq!(fault["input"], "501");
}

#[test]
fn bodies_are_checked_down_to_the_value() {
    let Some(server) = server() else { return };
    let q = |query: Value| json!({ "queries": { "q": query } });
    for (body, kind, place) in [
        (json!({}), "missing", "body.queries"),
        (json!([]), "model_attributes_type", "body"),
        (q(Value::Null), "dict_type", "body.queries.q"),
        (q(json!({ "properties": {} })), "missing", "body.queries.q.schema"),
        (q(json!({ "schema": "Person" })), "missing", "body.queries.q.properties"),
        (q(json!({ "schema": 7, "properties": {} })), "string_type", "body.queries.q.schema"),
        (
            q(json!({ "schema": "Person", "properties": { "name": 7 } })),
            "list_type",
            "body.queries.q.properties.name",
        ),
        (
            q(json!({ "schema": "Person", "properties": { "name": null } })),
            "list_type",
            "body.queries.q.properties.name",
        ),
        (
            q(json!({ "schema": "Person", "properties": { "name": [["x"]] } })),
            "string_type",
            "body.queries.q.properties.name",
        ),
    ] {
        server.post("/match/zala", &body).is_invalid(kind, place);
    }
    let broken = server.send("POST", "/match/zala", &[], b"{\"queries\": x}");
    broken.is_invalid("json_invalid", "body.12");
}

#[test]
fn a_body_is_json_unless_it_says_otherwise() {
    let Some(server) = server() else { return };
    let text = body().to_string();
    let send =
        |headers: &[(&str, &str)]| server.send("POST", "/match/zala", headers, text.as_bytes());
    send(&[]).ok();
    for kind in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        send(&[("Content-Type", kind)]).ok();
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        send(&[("Content-Type", kind)]).is_invalid("model_attributes_type", "body");
    }
    let invalid = server.send("POST", "/match/zala", &[], b"{\"queries\": \"\xff\"}");
    invalid.fails(400, "There was an error parsing the body");
    server.send("POST", "/match/zala", &[], b"").is_invalid("missing", "body");
}

#[test]
fn one_query_that_cannot_be_asked_fails_the_batch() {
    let Some(server) = server() else { return };
    let with = |schema: &str| {
        let other = json!({ "schema": schema, "properties": { "name": ["x"] } });
        server.post("/match/zala", &json!({ "queries": { "a": person(), "b": other } }))
    };
    with("Foo").fails(400, "Cannot parse example entity: Unknown schema: 'Foo'");
    let text = "Cannot parse example entity: Non-matchable schema for query: Sanction";
    with("Sanction").fails(400, text);
    server.post("/match/zala", &json!({ "queries": {} })).fails(400, "No queries provided.");
    let many: serde_json::Map<String, Value> =
        (0..101).map(|n| (n.to_string(), person())).collect();
    let many = server.post("/match/zala", &json!({ "queries": many }));
    many.fails(400, "Too many queries in one batch (limit: 100)");
}

#[test]
fn unknown_algorithms_and_settings_are_refused() {
    let Some(server) = server() else { return };
    let unknown = server.post("/match/zala?algorithm=neural-net", &body());
    unknown.fails(400, "Invalid algorithm: neural-net");
    let with = json!({ "queries": { "q": person() }, "config": { "invalid_option": 1 } });
    let text = "Invalid configuration parameter: invalid_option for algorithm logic-v2";
    server.post("/match/zala", &with).fails(400, text);
}
