//! The two syntaxes of a search.

use crate::fixture::{Server, form_encoded, server};

fn target(query: &str, more: &str) -> String {
    format!("/search/zala?{}{more}", form_encoded("q", query))
}

#[track_caller]
fn total(server: Server, query: &str) -> u64 {
    server.get(&target(query, "")).ok()["total"]["value"].as_u64().unwrap()
}

#[test]
fn words_operators_phrases_and_patterns_are_understood() {
    let Some(server) = server() else { return };
    let one = |query: &str| assert!(total(server, query) > 0, "{query}");
    for query in [
        "zakharov",
        "ZAKHAROV alexander",
        "zakharov AND alexander",
        "alexander || nobody",
        "+zakharov -nobody",
        "(zakharov OR nobody) AND izhevsk",
        "\"alexander vyacheslavovich\"",
        "\"alexander zakharov\"~3",
        "zakhar*",
        "za?harov",
        "*kharov",
        "zakharof~",
        "zakharof~1",
        "caption:alexander*",
        "topics:(sanction OR crime)",
        "properties.birthDate:[1960-01-01 TO *]",
        "last_change:{2026-01-01 TO 2027-01-01}",
        "/zakh.rov/",
        "zakharov^2",
        "_exists_:properties.birthDate",
        "schema:Person",
        "entity_id:NK-aU5ybkbRFJucf8YMwsJvDw",
        "referents:ofac-45937",
        "countries:ru",
        "genders:male",
        "NOT nobody",
        "target:true",
    ] {
        one(query);
    }
    for query in [
        "nothinglikeit",
        "zakharov AND nothinglikeit",
        "zakharov NOT zakharov",
        "banana:x",
        "zakharof",
        "properties.birthDate:banana",
        "countries:russia",
    ] {
        assert_eq!(total(server, query), 0, "{query}");
    }
    assert_eq!(total(server, "_exists_:properties.birthDate"), 6);
    assert_eq!(total(server, "properties.birthDate:[1986-01-01 TO 1988-12-31]"), 3);
}

#[test]
fn faults_of_the_syntax_are_named_and_the_simple_one_has_none() {
    let Some(server) = server() else { return };
    for query in ["invalid/query", "\"open", "(open", "zakharov AND", "name:", "a)", "[a TO", "*:"]
    {
        let answer = server.get(&target(query, ""));
        assert_eq!(answer.status, 400, "{query}");
        let body = answer.json();
        assert!(body["detail"].as_str().unwrap().starts_with("Search error: "), "{body}");
        server.get(&target(query, "&simple=true")).ok();
    }
    let simple = |query: &str| {
        server.get(&target(query, "&simple=true")).ok()["total"]["value"].as_u64().unwrap()
    };
    for query in [
        "zakharov + alexander",
        "nobody | zakharov",
        "zakharov -nobody",
        "zakhar*",
        "zakharof~1",
        "\"alexander vyacheslavovich\"",
        "(zakharov | nobody)",
    ] {
        assert!(simple(query) > 0, "{query}");
    }
    assert_eq!(simple("zakharov -zakharov"), 0);
}

#[test]
fn a_bare_tilde_is_a_distance_when_asked_for() {
    let Some(server) = server() else { return };
    for more in ["", "&fuzzy=true"] {
        assert!(server.get(&target("zakharow~", more)).ok()["total"]["value"].as_u64() > Some(0));
    }
}

#[test]
fn a_query_that_would_cost_too_much_is_refused() {
    let Some(server) = server() else { return };
    let deep = format!("{}x{}", "(".repeat(2_000), ")".repeat(2_000));
    for query in [deep, "x ".repeat(5_000)] {
        let answer = server.get(&target(&query, ""));
        assert_eq!(answer.status, 400);
        assert!(answer.json()["detail"].as_str().unwrap().starts_with("Search error: "));
    }
}
