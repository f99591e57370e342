//! Extension of a table with values of entities.

use serde_json::{Value, json};

use crate::fixture::{ZAKHAROV, server};

#[test]
fn columns_come_in_the_order_asked_with_words_for_codes() {
    let Some(server) = server() else { return };
    let body = json!({ "ids": [ZAKHAROV, "banana"], "properties": [
        { "id": "topics" }, { "id": "country" }, { "id": "birthDate" }, { "id": "wikidataId" },
        { "id": "banana" },
    ] });
    // The dataset is not looked up, as in yente.
    let answer = server.form("/reconcile/banana", "extend", &body).ok();
    let meta: Vec<(&str, &str)> = answer["meta"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["id"].as_str().unwrap(), one["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        meta,
        [
            ("topics", "Topics"),
            ("country", "Country"),
            ("birthDate", "Birth date"),
            ("wikidataId", "Wikidata ID"),
        ]
    );
    let row = &answer["rows"][ZAKHAROV];
    assert_eq!(row["country"], json!([{ "str": "Russia" }]));
    assert_eq!(row["birthDate"], json!([{ "str": "1965-09-21" }]));
    assert_eq!(row["topics"].as_array().unwrap().len(), 3);
    assert!(row["topics"].as_array().unwrap().contains(&json!({ "str": "Sanctioned entity" })));
    assert_eq!(row["wikidataId"], json!([]));
    assert!(row.get("banana").is_none());
    assert_eq!(answer["rows"]["banana"], json!({}));
}

#[test]
fn settings_limit_values_and_leave_codes_as_they_are() {
    let Some(server) = server() else { return };
    let values = |settings: Value| {
        let body = json!({
            "ids": [ZAKHAROV], "properties": [{ "id": "topics", "settings": settings }],
        });
        let answer = server.form("/reconcile/zala", "extend", &body).ok();
        answer["rows"][ZAKHAROV]["topics"].clone()
    };
    assert_eq!(values(json!({ "limit": 1, "render": "raw" })), json!([{ "str": "debarment" }]));
    assert_eq!(values(json!({ "limit": "2" })).as_array().unwrap().len(), 2);
    assert_eq!(values(json!({ "limit": 0 })).as_array().unwrap().len(), 3);
}

#[test]
fn an_extension_that_cannot_be_answered_is_refused() {
    let Some(server) = server() else { return };
    let extend = |body: &Value| server.form("/reconcile/zala", "extend", body);
    let other = json!({ "ids": ["ofac-45937"], "properties": [{ "id": "country" }] });
    extend(&other).fails(400, "Please specify the canonical entity ID, not a referent");
    let broken = server.send("POST", "/reconcile/zala", &[], b"extend=%7B");
    broken.fails(400, "Cannot decode extension request");
    for body in [json!({}), json!({ "ids": [] }), json!({ "ids": [], "properties": [{}] })] {
        let answer = extend(&body);
        answer.fails(400, "FreebaseExtendQuery");
        assert_eq!(answer.json()["errors"][0]["type"], "missing");
    }
    let wide: Vec<Value> = (0..400).map(|n| json!({ "id": n.to_string() })).collect();
    let long: Vec<String> = (0..400).map(|n| n.to_string()).collect();
    assert_eq!(extend(&json!({ "ids": long, "properties": wide })).status, 400);
}

#[test]
fn properties_to_extend_with_are_proposed() {
    let Some(server) = server() else { return };
    let propose = |query: &str| server.get(&format!("/reconcile/banana/extend/property?{query}"));
    let body = propose("type=LegalEntity&limit=5").ok();
    assert_eq!((&body["limit"], &body["type"]), (&json!(5), &json!("LegalEntity")));
    let found = body["properties"].as_array().unwrap();
    let ids: Vec<&str> = found.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5);
    assert!(ids.contains(&"name") && ids.contains(&"country"), "{ids:?}");
    let labels: Vec<&str> = found.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(labels.is_sorted(), "{labels:?}");
    assert!(propose("").ok()["properties"].as_array().unwrap().len() > 10);
    propose("type=Banana").fails(400, "Invalid type: Banana");
}
