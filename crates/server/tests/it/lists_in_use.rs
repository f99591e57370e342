//! Lists that change while the server answers, and lists that permit no answer.

use interdict_engine::{Config, PolicyConfig};
use interdict_model::{DatePrefix, Score};
use interdict_server::ServerConfig;
use serde_json::json;

use crate::fixture::{Server, folder, import, import_dated, server, start, start_with};

fn with_token(config: ServerConfig) -> ServerConfig {
    ServerConfig { update_token: Some("test".to_owned()), ..config }
}

fn update(server: Server) -> u16 {
    server.send("POST", "/updatez?token=test", &[], b"").status
}

#[test]
fn without_an_official_list_nothing_is_clear() {
    let Some(server) = server() else { return };
    let text = "no official list is in use, only dprk_cyber, parteispenden, zala, zulu";
    let queries = json!({ "q": { "schema": "Person", "properties": { "name": ["Ivo Roe"] } } });
    let answer = server.post("/match/default", &json!({ "queries": queries }));
    answer.fails(503, text);
    assert_eq!(answer.header("retry-after"), Some("5"));
    let rows = json!({ "q": { "query": "Ivo Roe" } });
    server.form("/reconcile/default", "queries", &rows).fails(503, text);
    // Lists that are named are the caller's choice.
    let named = "/match/default?include_dataset=zala&include_dataset=zulu";
    server.post(named, &json!({ "queries": queries })).ok();
    // A search is no screening: it answers, with the same gap.
    let search = server.get("/search/default?q=roe");
    assert_eq!(search.header("x-interdict-complete"), Some("false"));
    assert_eq!(search.ok()["gaps"][0]["text"], text);
}

#[test]
fn newer_lists_are_in_use_after_an_update_and_the_catalog_says_so() {
    let Some(server) = start("newer", with_token) else { return };
    let tag = server.get("/catalog").header("etag").unwrap().to_owned();
    let file = folder("newer").join("more.json");
    let entity = json!({
        "id": "more-1", "schema": "Person", "properties": { "name": ["Zelda Quux"] },
    });
    std::fs::write(&file, entity.to_string()).unwrap();
    server.get("/search/more?q=quux").fails(404, "No such dataset.");
    import(&folder("newer"), "more", file);
    assert_eq!(update(server), 200);
    assert_eq!(server.get("/search/more?q=quux").ok()["results"][0]["id"], "more-1");
    let example = json!({ "schema": "Person", "properties": { "name": ["Zelda Quux"] } });
    assert_eq!(server.ask("/match/more", example)["total"]["value"], 1);
    let answer = server.send("GET", "/catalog", &[("If-None-Match", &tag)], b"");
    assert_ne!(answer.header("etag"), Some(tag.as_str()));
    assert!(answer.ok()["current"].as_array().unwrap().contains(&json!("more")));
}

#[test]
fn lists_that_cannot_be_opened_again_go_on_answering_and_it_is_said() {
    let Some(server) = start("damaged", with_token) else { return };
    let path = "/match/zala";
    let body = json!({ "queries": { "q": {
        "schema": "Person", "properties": { "name": ["Alexander Zakharov"] },
    } } });
    assert_eq!(server.post(path, &body).header("x-interdict-complete"), Some("true"));
    let current = folder("damaged").join("CURRENT");
    let before = std::fs::read(&current).unwrap();
    std::fs::write(&current, "damaged").unwrap();
    let failed = server.send("POST", "/updatez?token=test", &[], b"");
    assert_eq!((failed.status, failed.json()), (500, json!({ "status": "error" })));
    let answer = server.post(path, &body);
    assert_eq!(answer.header("x-interdict-complete"), Some("false"));
    let response = answer.ok()["responses"]["q"].clone();
    assert_eq!(response["total"]["value"], 1);
    let text = response["gaps"][0]["text"].as_str().unwrap();
    assert!(text.contains("could not be opened"), "{text}");
    std::fs::write(&current, before).unwrap();
    assert_eq!(update(server), 200);
    assert_eq!(server.post(path, &body).header("x-interdict-complete"), Some("true"));
}

#[test]
fn what_the_configuration_says_holds_unless_the_request_says_otherwise() {
    let policy = PolicyConfig {
        threshold: Some(Score::new(0.99).unwrap()),
        required: vec!["zala".parse().unwrap()],
        ..PolicyConfig::default()
    };
    let mut config = Config::default();
    config.policy = policy;
    let Some(server) = start_with("configured", config, |config| config) else { return };
    let ask = |query: &str| {
        // The configuration names the required lists, so that no official one is needed.
        let example =
            json!({ "schema": "Person", "properties": { "name": ["Alexander Zakharov"] } });
        server.ask(&format!("/match/default{query}"), example)["total"]["value"].clone()
    };
    assert_eq!(
        (ask(""), ask("?threshold=0.7"), ask("?algorithm=logic-v1")),
        (json!(0), json!(1), json!(0))
    );
}

#[test]
fn a_list_that_is_required_and_missing_is_no_answer() {
    let policy = PolicyConfig {
        required: vec!["un_sc_sanctions".parse().unwrap()],
        ..PolicyConfig::default()
    };
    let mut config = Config::default();
    config.policy = policy;
    let Some(server) = start_with("missing", config, |config| config) else { return };
    let queries = json!({ "q": { "schema": "Person", "properties": { "name": ["Ivo Roe"] } } });
    for path in [
        "/match/default",
        "/match/un_sc_sanctions",
        "/match/default?include_dataset=zala&include_dataset=un_sc_sanctions",
    ] {
        let answer = server.post(path, &json!({ "queries": queries }));
        assert_eq!(answer.status, 503, "{path}");
        let text = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(text.contains("un_sc_sanctions"), "{text}");
    }
    assert_eq!(server.get("/catalog").ok()["index_stale"], true);
    assert_eq!(server.get("/readyz").status, 200);
    let search = server.get("/search/default?q=zakharov");
    assert_eq!(search.header("x-interdict-complete"), Some("false"));
}

#[test]
fn a_list_that_is_stale_is_said_with_each_answer_or_refused() {
    for refuse_stale in [false, true] {
        let name = format!("stale-{refuse_stale}");
        let file =
            std::env::temp_dir().join(format!("interdict-{name}-{}.toml", std::process::id()));
        let text = "[lists.old]\nformat = \"ftm\"\nurls = [\"https://example.org/old.json\"]\n\
            stale_after_days = 3\n";
        std::fs::write(&file, text).unwrap();
        let config = Config::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let configure = |config| ServerConfig { refuse_stale, ..with_token(config) };
        let Some(server) = start_with(&name, config, configure) else { return };
        let entity = json!({
            "id": "old-1", "schema": "Person", "properties": { "name": ["Zelda Quux"] },
        });
        let export = folder(&name).join("old.json");
        std::fs::write(&export, entity.to_string()).unwrap();
        import_dated(&folder(&name), "old", export, DatePrefix::new(2026, Some(1), Some(2)).ok());
        assert_eq!(update(server), 200);
        let example = json!({ "schema": "Person", "properties": { "name": ["Nobody Atall"] } });
        let answer = server.post("/match/old", &json!({ "queries": { "q": example } }));
        if refuse_stale {
            assert_eq!(answer.status, 503);
            assert!(answer.json()["detail"].as_str().unwrap().contains("stale"));
            continue;
        }
        assert_eq!(answer.header("x-interdict-complete"), Some("false"));
        assert_eq!(answer.header("x-interdict-stale"), Some("true"));
        assert_eq!(answer.ok()["responses"]["q"]["gaps"][0]["code"], "list_stale");
        assert_eq!(server.get("/catalog").ok()["index_stale"], true);
        assert_eq!(server.get("/readyz").status, 200);
    }
}
