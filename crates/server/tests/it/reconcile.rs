//! `/reconcile/{dataset}`: the manifest, queries and suggestions.

use serde_json::{Value, json};

use crate::fixture::{Server, ZAKHAROV, form_encoded, server};

fn results(answer: &Value, key: &str) -> Vec<Value> {
    answer[key]["result"].as_array().unwrap().clone()
}

#[test]
fn the_manifest_says_what_a_client_needs() {
    let Some(server) = server() else { return };
    let manifest = server.get("/reconcile/zala?api_key=s3cret&queries=%7B%7D").ok();
    assert_eq!(manifest["versions"], json!(["0.2"]));
    for space in ["identifierSpace", "schemaSpace"] {
        assert!(manifest[space].as_str().unwrap().starts_with("https://www.opensanctions.org"));
    }
    let base = format!("http://{}/reconcile/zala", server.address);
    for (service, path) in [
        (&manifest["suggest"]["entity"], "/suggest/entity"),
        (&manifest["suggest"]["type"], "/suggest/type"),
        (&manifest["suggest"]["property"], "/suggest/property"),
        (&manifest["extend"]["propose_properties"], "/extend/property"),
    ] {
        assert_eq!(service["service_url"], json!(base));
        let path = format!("{path}?api_key=s3cret&queries=%7B%7D");
        assert_eq!(service["service_path"], json!(path));
    }
    for settings in ["property_settings", "propose_settings"] {
        let settings = &manifest["extend"][settings];
        assert_eq!((&settings[0]["name"], &settings[0]["default"]), (&json!("limit"), &json!(0)));
        assert_eq!(settings[1]["choices"][1]["value"], "raw");
    }
    let preview = &manifest["preview"];
    assert_eq!((&preview["width"], &preview["height"]), (&json!(430), &json!(600)));
    assert!(preview["url"].as_str().unwrap().starts_with(&base));
    assert!(manifest["view"]["url"].as_str().unwrap().contains("{{id}}"));
    assert!(manifest["batchSize"].is_u64() && manifest["documentation"].is_string());
    let types = manifest["defaultTypes"].as_array().unwrap();
    let person = json!({ "id": "Person", "name": "People", "description": "Person" });
    assert!(types.contains(&person), "{types:?}");
    assert!(manifest["name"].as_str().unwrap().to_lowercase().contains("zala"));
    server.get("/reconcile/banana").fails(404, "No such dataset.");
}

#[test]
fn the_host_that_a_caller_names_is_not_repeated() {
    let Some(server) = server() else { return };
    let manifest =
        server.send("GET", "/reconcile/zala", &[("X-Forwarded-Host", "evil.example")], b"");
    assert!(!String::from_utf8(manifest.body).unwrap().contains("evil.example"));
}

#[test]
fn a_preview_is_a_page_that_may_be_framed() {
    let Some(server) = server() else { return };
    let page = server.get(&format!("/reconcile/zala/preview?id={ZAKHAROV}"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors *"));
    let text = String::from_utf8(page.body).unwrap();
    assert!(text.contains("ZAKHAROV") && !text.contains("src="), "{text}");
    server.get("/reconcile/zala/preview?id=banana").fails(404, "No such entity!");
}

#[test]
fn rows_are_matched() {
    let Some(server) = server() else { return };
    let queries = json!({
        "q0": { "query": "Alexander Zakharov", "type": "Person", "limit": 3, "properties": [
            { "pid": "Person:birthDate", "v": "1965-09-21" },
            { "pid": "Thing:country", "v": { "id": "ru", "name": "Russia" } },
            { "pid": "banana", "v": "x" } ] },
        "q1": { "query": "Nobody Atall", "type": ["Person"], "type_strict": "should" },
        "q2": { "query": "LLC CST" },
    });
    let answer = server.form("/reconcile/zala", "queries", &queries);
    assert_eq!(answer.header("x-batch-size"), Some("3"));
    let body = answer.ok();
    let best = &results(&body, "q0")[0];
    assert_eq!((&best["id"], &best["match"]), (&json!(ZAKHAROV), &json!(true)));
    assert_eq!(best["name"], "Alexander Vyacheslavovich ZAKHAROV");
    assert_eq!(best["description"], "Person");
    assert_eq!(best["type"][0]["id"], "Person");
    let score = best["score"].as_f64().unwrap();
    assert!((0.7..=1.0).contains(&score), "{score}");
    assert_eq!(results(&body, "q1"), [] as [Value; 0]);
    assert_eq!(results(&body, "q2")[0]["id"], "NK-abdzbEBkqyT29GyREbiURZ");
    let later = server.form("/reconcile/zala?changed_since=2027-01-01", "queries", &queries).ok();
    assert_eq!(results(&later, "q0"), [] as [Value; 0]);
}

#[test]
fn forms_may_have_parts() {
    let Some(server) = server() else { return };
    let queries = json!({ "q0": { "query": "Alexander Zakharov" } });
    let body = format!(
        "--cut\r\nContent-Disposition: form-data; name=\"queries\"\r\n\r\n{queries}\r\n--cut--\r\n"
    );
    let kind = [("Content-Type", "multipart/form-data; boundary=cut")];
    let answer = server.send("POST", "/reconcile/zala", &kind, body.as_bytes()).ok();
    assert_eq!(results(&answer, "q0")[0]["id"], ZAKHAROV);
    let broken = server.send("POST", "/reconcile/zala", &kind, b"--cu");
    assert_eq!(broken.status, 400);
}

#[test]
fn forms_that_cannot_be_read_are_refused() {
    let Some(server) = server() else { return };
    let text = "No queries or extend request provided.";
    server.send("POST", "/reconcile/zala", &[], b"").fails(400, text);
    server.send("POST", "/reconcile/zala", &[], b"queries=&extend=%20").fails(400, text);
    let many: serde_json::Map<String, Value> =
        (0..101).map(|n| (n.to_string(), json!({ "query": "x" }))).collect();
    let many = server.form("/reconcile/zala", "queries", &json!(many));
    many.fails(400, "Too many queries in one batch (limit: 100)");
    for queries in [json!([]), json!({ "q": 7 }), json!({ "q": { "query": "x", "limit": "y" } })] {
        let answer = server.form("/reconcile/zala", "queries", &queries);
        answer.fails(400, "RootModel[dict[str, FreebaseReconQuery]]");
        let fault = &answer.json()["errors"][0];
        for key in ["type", "loc", "msg", "input", "url"] {
            assert!(fault.get(key).is_some(), "{key} in {fault}");
        }
    }
    let queries = json!({ "q": { "query": "x" } });
    server.form("/reconcile/banana", "queries", &queries).fails(404, "No such dataset.");
    let unknown = server.form("/reconcile/zala?algorithm=neural-net", "queries", &queries);
    unknown.fails(400, "Invalid algorithm: neural-net");
}

fn suggested(server: Server, what: &str, prefix: &str) -> Vec<Value> {
    let path = format!("/reconcile/zala/suggest/{what}?{}", form_encoded("prefix", prefix));
    let body = server.get(&path).ok();
    assert_eq!((&body["code"], &body["status"]), (&json!("/api/status/ok"), &json!("200 OK")));
    assert_eq!(body["prefix"], prefix);
    body["result"].as_array().unwrap().clone()
}

#[test]
fn names_types_and_properties_are_completed() {
    let Some(server) = server() else { return };
    let people = suggested(server, "entity", "aleksandr zak");
    assert_eq!(people[0]["id"], ZAKHAROV);
    assert!(people[0]["name"].as_str().unwrap().to_lowercase().contains("aleksandr"));
    assert_eq!(people[0]["type"][0]["id"], "Person");
    let types = suggested(server, "type", "organ");
    let ids = |found: &[Value]| -> Vec<String> {
        found.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&types), ["Organization"]);
    let properties = ids(&suggested(server, "property", "country"));
    assert!(properties.len() <= 5);
    for id in ["LegalEntity:mainCountry", "Thing:country"] {
        assert!(properties.contains(&id.to_owned()), "{properties:?}");
    }
    for what in ["entity", "type", "property"] {
        assert_eq!(suggested(server, what, ""), [] as [Value; 0], "{what}");
        let unknown = server.get(&format!("/reconcile/banana/suggest/{what}?prefix=x"));
        unknown.fails(404, "No such dataset.");
    }
    let path = "/reconcile/zala/suggest/entity?prefix=zakh&limit=1";
    assert_eq!(server.get(path).ok()["result"].as_array().unwrap().len(), 1);
    let path = "/reconcile/banana/suggest/entity?prefix=zakh&limit=501";
    server.get(path).is_invalid("less_than_equal", "query.limit");
}
