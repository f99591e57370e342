//! `POST /match/{dataset}`: results and their form.

use serde_json::{Value, json};

use crate::fixture::{ZAKHAROV, server};

fn zakharov() -> Value {
    json!({ "schema": "Person", "properties": {
        "name": ["Aleksandr Zacharov"], "birthDate": ["1965-09-21"], "nationality": ["Russia"],
    } })
}

fn ids(response: &Value) -> Vec<&str> {
    let results = response["results"].as_array().unwrap();
    results.iter().map(|result| result["id"].as_str().unwrap()).collect()
}

#[test]
fn an_answer_has_the_shape_that_clients_read() {
    let Some(server) = server() else { return };
    let answer = server.post("/match/zala", &json!({ "queries": { "q1": zakharov() } }));
    assert_eq!(answer.header("x-batch-size"), Some("1"));
    assert_eq!(answer.header("x-interdict-complete"), Some("true"));
    let body = answer.ok();
    assert_eq!(body["limit"], 5);
    let response = &body["responses"]["q1"];
    assert_eq!(response["status"], 200);
    assert_eq!(response["total"], json!({ "value": 1, "relation": "eq" }));
    assert!(response.get("gaps").is_none());
    let best = &response["results"][0];
    let mut keys: Vec<&String> = best.as_object().unwrap().keys().collect();
    keys.sort();
    let expected = [
        "caption",
        "datasets",
        "explanations",
        "first_seen",
        "id",
        "last_change",
        "last_seen",
        "match",
        "properties",
        "referents",
        "schema",
        "score",
        "target",
    ];
    assert_eq!(keys, expected);
    assert_eq!(best["id"], ZAKHAROV);
    assert_eq!(best["caption"], "Alexander Vyacheslavovich ZAKHAROV");
    assert_eq!((&best["match"], &best["target"]), (&json!(true), &json!(true)));
    assert_eq!(best["datasets"], json!(["zala"]));
    assert_eq!(best["first_seen"], "2023-07-19T18:02:43");
    assert!(best["score"].as_f64().unwrap() > 0.9);
    assert!(best["referents"].as_array().unwrap().contains(&json!("ofac-45937")));
    for explanation in best["explanations"].as_object().unwrap().values() {
        assert!(explanation["score"].is_number() && explanation["detail"].is_string());
        assert!(explanation.get("query").is_some() && explanation.get("candidate").is_some());
    }
    assert_eq!(best["explanations"]["name_match"]["query"], "Aleksandr Zacharov");
}

#[test]
fn the_echo_has_the_values_that_were_read_and_the_id_of_the_caller() {
    let Some(server) = server() else { return };
    let echo = |example: Value| server.ask("/match/zala", example)["query"].clone();
    assert_eq!(
        echo(json!({ "id": "mine", "schema": "Person", "properties": {
            "name": "Ivo Roe", "birthDate": [1965], "country": ["Russia"], "gender": ["M"],
            "shoeSize": ["43"], "alias": [null, true],
        } })),
        json!({ "id": "mine", "schema": "Person", "properties": {
            "name": ["Ivo Roe"], "birthDate": ["1965"], "country": ["ru"], "gender": ["male"],
            "alias": ["true"],
        } })
    );
    let vague = echo(json!({ "schema": "Person", "properties": { "birthDate": "12 March 1965" } }));
    assert_eq!((&vague["properties"], &vague["id"]), (&json!({}), &Value::Null));
    let wrong = json!({ "schema": "Person", "properties": {
        "name": ["Ivo Roe"], "birthDate": ["32/13/1980"],
    } });
    let response = server.ask("/match/zala", wrong);
    assert!(response["query"]["properties"].get("birthDate").is_none());
    assert_eq!(response["gaps"][0]["code"], "field_unread");
    assert!(response["gaps"][0]["text"].as_str().unwrap().starts_with("birthDate: "));
}

#[test]
fn keys_stay_in_the_order_of_the_request() {
    let Some(server) = server() else { return };
    let one = r#"{"schema": "Person", "properties": {"name": ["Nobody Atall"]}}"#;
    let body = format!(r#"{{"queries": {{"z": {one}, "a": {one}, "m": {one}}}}}"#);
    let answer = server.send("POST", "/match/zala", &[], body.as_bytes());
    assert_eq!((answer.status, answer.header("x-batch-size")), (200, Some("3")));
    let text = String::from_utf8(answer.body).unwrap();
    let place = |key: &str| text.find(&format!("\"{key}\":{{\"status\"")).unwrap();
    assert!(place("z") < place("a") && place("a") < place("m"), "{text}");
}

#[test]
fn nothing_to_ask_for_is_no_result_and_is_said_not_to_be_clear() {
    let Some(server) = server() else { return };
    for properties in [json!({}), json!({ "shoeSize": ["43"] }), json!({ "name": [""] })] {
        let example = json!({ "schema": "Person", "properties": properties });
        let answer = server.post("/match/zala", &json!({ "queries": { "q": example } }));
        assert_eq!(answer.header("x-interdict-complete"), Some("false"));
        let response = answer.ok()["responses"]["q"].clone();
        assert_eq!((&response["status"], &response["results"]), (&json!(200), &json!([])));
        assert_eq!(response["total"]["value"], 0);
        assert!(!response["gaps"].as_array().unwrap().is_empty());
    }
}

#[test]
fn limits_cut_results_and_not_the_total() {
    let Some(server) = server() else { return };
    let family = || json!({ "schema": "Person", "properties": { "name": ["Zakharov"] } });
    let ask = |query: &str| server.ask(&format!("/match/zala?{query}"), family());
    let all = ask("threshold=0.3&limit=500");
    let total = all["total"]["value"].as_u64().unwrap();
    assert!(total > 2, "{total}");
    assert_eq!(all["results"].as_array().unwrap().len() as u64, total);
    for query in ["threshold=0.3&limit=1", "threshold=0.3&cutoff=0.1&limit=1"] {
        let one = ask(query);
        assert_eq!(ids(&one), [ids(&all)[0]], "{query}");
        assert_eq!(one["total"]["value"], total, "{query}");
    }
    let none = ask("threshold=0.3&limit=0");
    assert_eq!((&none["results"], &none["total"]["value"]), (&json!([]), &json!(total)));
    let path = "/match/zala?threshold=0.3&limit=-2";
    let answer = server.post(path, &json!({ "queries": { "q": family() } })).ok();
    assert_eq!(answer["limit"], -2);
    assert_eq!(answer["responses"]["q"]["results"], json!([]));
}

#[test]
fn results_below_the_threshold_come_only_with_a_lower_cutoff() {
    let Some(server) = server() else { return };
    let example = || json!({ "schema": "Person", "properties": { "name": ["Zakharov"] } });
    let high = server.ask("/match/zala?threshold=0.99", example());
    assert_eq!(high["total"]["value"], 0);
    let shown = server.ask("/match/zala?threshold=0.99&cutoff=0.2&limit=100", example());
    assert_eq!(shown["total"]["value"], 0);
    let results = shown["results"].as_array().unwrap();
    assert!(results.len() > 2);
    let scores: Vec<f64> = results.iter().map(|one| one["score"].as_f64().unwrap()).collect();
    assert!(scores.iter().all(|score| *score > 0.2 && *score < 0.99));
    assert!(scores.is_sorted_by(|left, right| left >= right), "{scores:?}");
    assert!(results.iter().all(|one| one["match"] == false));
}

#[test]
fn names_of_yentes_own_tests_are_found() {
    let Some(server) = server() else { return };
    let person = |name: &str, other: &str| json!({ "schema": "Person", "properties": { "name": [name, other] } });
    let joined = server.ask("/match/zala", person("alexandervyacheslavovichzakharov", "foo bar"));
    assert_eq!(ids(&joined), [ZAKHAROV]);
    assert_eq!(joined["results"][0]["match"], true);
    let misspelt = json!({ "schema": "Person", "properties": { "name": ["Aiexandvr Zakharom"] } });
    let found = server.ask("/match/zala?threshold=0.2", misspelt);
    assert!(ids(&found).contains(&ZAKHAROV), "{:?}", ids(&found));
}

#[test]
fn every_name_of_an_algorithm_is_answered() {
    let Some(server) = server() else { return };
    for name in [
        "best",
        "logic-v2",
        "logic-v1",
        "name-based",
        "name-qualified",
        "regression-v1",
        "ofac",
        "Best",
        "%20LOGIC-V2%20",
    ] {
        let found = server.ask(&format!("/match/zala?algorithm={name}"), zakharov());
        assert!(ids(&found).contains(&ZAKHAROV), "{name}");
    }
}

#[test]
fn lists_are_included_and_excluded() {
    let Some(server) = server() else { return };
    for (query, is_found) in [
        ("include_dataset=zala", true),
        ("include_dataset=parteispenden", false),
        ("include_dataset=zala&include_dataset=banana", true),
        ("include_dataset=banana", false),
        ("exclude_dataset=zala", false),
        ("exclude_dataset=parteispenden", true),
        ("include_dataset=zala&exclude_dataset=zala", false),
    ] {
        let target = format!("/match/zala?{query}");
        let answer = server.post(&target, &json!({ "queries": { "q": zakharov() } }));
        let is_complete = !query.contains("banana") && is_found;
        let said = if is_complete { "true" } else { "false" };
        assert_eq!(answer.header("x-interdict-complete"), Some(said), "{query}");
        let response = &answer.ok()["responses"]["q"];
        assert_eq!(ids(response).contains(&ZAKHAROV), is_found, "{query}");
        assert_eq!(response.get("gaps").is_none(), is_complete, "{query}");
    }
}

#[test]
fn filters_leave_out_what_they_say_and_the_total_follows() {
    let Some(server) = server() else { return };
    for (query, total) in [
        ("exclude_schema=Person", 0),
        ("exclude_schema=LegalEntity&exclude_schema=Nonsense", 1),
        ("topics=sanction", 1),
        ("topics=crime&topics=debarment", 1),
        ("topics=crime", 0),
        ("changed_since=2026-04-24", 1),
        ("changed_since=2026-04-24T10:57:01", 0),
        ("exclude_entity_ids=ofac-45937", 0),
        ("exclude_entity_ids=NK-aU5ybkbRFJucf8YMwsJvDw", 0),
        ("exclude_entity_ids=NK-other", 1),
    ] {
        let response = server.ask(&format!("/match/zala?{query}"), zakharov());
        assert_eq!(response["total"]["value"], total, "{query}");
        assert_eq!(ids(&response).len(), total, "{query}");
    }
}

#[test]
fn similar_names_are_found_in_the_line_of_a_schema_and_equal_ones_in_all() {
    let Some(server) = server() else { return };
    for (schema, is_found) in [
        ("Person", true),
        ("LegalEntity", true),
        ("Thing", true),
        ("Company", false),
        ("Organization", false),
        ("Vessel", false),
    ] {
        let is_found_as = |name: &str| {
            let properties = json!({ "name": [name] });
            let example = json!({ "schema": schema, "properties": properties });
            ids(&server.ask("/match/zala", example)).contains(&ZAKHAROV)
        };
        assert_eq!(is_found_as("Aleksander Vyacheslavovich Zakharow"), is_found, "{schema}");
        assert!(is_found_as("Alexander Vyacheslavovich Zakharov"), "{schema}");
    }
}

#[test]
fn what_clients_add_to_a_body_is_read_or_ignored() {
    let Some(server) = server() else { return };
    let send = |extra: Value| {
        let mut body = json!({ "queries": { "q": zakharov() } });
        for (key, value) in extra.as_object().unwrap() {
            body[key] = value.clone();
        }
        let answer = server.post("/match/zala?fuzzy=false&partition=true", &body).ok();
        ids(&answer["responses"]["q"]).len()
    };
    assert_eq!(send(json!({ "weights": {}, "config": {} })), 1);
    assert_eq!(send(json!({ "weights": { "no_such_feature": -7 } })), 1);
    assert_eq!(send(json!({ "config": { "nm_number_mismatch": 0.5 } })), 1);
    assert_eq!(send(json!({ "params": { "include_datasets": ["zala"] } })), 1);
    assert_eq!(send(json!({ "params": { "exclude_datasets": ["zala"] } })), 0);
    assert_eq!(send(json!({ "params": { "exclude_entity_ids": ["ofac-45937"] } })), 0);
}
