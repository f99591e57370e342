//! What all answers have in common.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::json;

use crate::fixture::{ORIGIN, ZAKHAROV, server};

#[test]
fn unknown_addresses_and_methods_are_refused_in_json() {
    let Some(server) = server() else { return };
    for path in ["/statements", "/docs", "/match", "/search", "/entities/a/b/c/d", "/nothing"] {
        server.get(path).fails(404, "Not Found");
    }
    for (method, path, allow) in [
        ("GET", "/match/zala", "POST"),
        ("POST", "/search/zala", "GET"),
        ("DELETE", "/catalog", "GET"),
        ("GET", "/updatez", "POST"),
        ("PUT", "/reconcile/zala", "GET, POST"),
        ("HEAD", "/healthz", "GET"),
        ("HEAD", "/match/zala", "POST"),
    ] {
        let answer = server.send(method, path, &[], b"");
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{method} {path}");
        if method == "HEAD" {
            assert!(answer.body.is_empty());
        } else {
            answer.fails(405, "Method Not Allowed");
        }
    }
    assert_eq!(server.send("HEAD", "/nothing", &[], b"").status, 404);
}

#[test]
fn a_slash_at_the_end_leads_to_the_address_without_it() {
    let Some(server) = server() else { return };
    for (path, location) in [
        ("/search/zala/?q=x&limit=3", "/search/zala?q=x&limit=3"),
        ("/healthz/", "/healthz"),
        ("//example.org/", "/example.org"),
    ] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("location")), (307, Some(location)));
    }
    assert_eq!(server.send("POST", "/match/zala/", &[], b"{}").status, 307);
}

#[test]
fn a_long_address_is_refused_with_the_body_of_yente() {
    let Some(server) = server() else { return };
    let answer = server.get(&format!("/search/zala?q={}", "x".repeat(60_000)));
    assert_eq!((answer.status, answer.json()), (414, json!({ "detail": "Request URI too long" })));
    assert_eq!(server.get(&format!("/healthz?q={}", "x".repeat(59_000))).status, 200);
    // A URL beyond the limit of the HTTP library gives the same status without a body.
    assert_eq!(server.get(&format!("/search/zala?q={}", "x".repeat(70_000))).status, 414);
}

#[test]
fn answers_are_compressed_on_request_small_ones_too() {
    let Some(server) = server() else { return };
    for path in ["/healthz", "/catalog", "/nothing"] {
        let plain = server.get(path);
        assert_eq!(plain.header("content-encoding"), None);
        let packed = server.send("GET", path, &[("Accept-Encoding", "gzip")], b"");
        assert_eq!(packed.header("content-encoding"), Some("gzip"), "{path}");
        let mut body = Vec::new();
        GzDecoder::new(packed.body.as_slice()).read_to_end(&mut body).unwrap();
        assert_eq!(body, plain.body, "{path}");
    }
}

#[test]
fn a_trace_goes_on_and_every_answer_has_one() {
    let Some(server) = server() else { return };
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let parent = format!("00-{trace}-b7ad6b7169203331-01");
    let sent = [("traceparent", parent.as_str()), ("tracestate", "a=1"), ("x-request-id", "r-7")];
    let answer = server.send("GET", "/healthz", &sent, b"");
    let next = answer.header("traceparent").unwrap();
    assert!(next.starts_with(&format!("00-{trace}-")) && next != parent, "{next}");
    assert_eq!(answer.header("tracestate"), Some("a=1"));
    assert_eq!(answer.header("x-request-id"), Some("r-7"));
    for path in ["/healthz", "/nothing", "/search/banana", "/search/zala/"] {
        let answer = server.get(path);
        assert_eq!(answer.header("traceparent").unwrap().len(), 55, "{path}");
        assert!(answer.header("tracestate").is_some(), "{path}");
    }
}

#[test]
fn unknown_parameters_are_ignored_and_booleans_have_many_words() {
    let Some(server) = server() else { return };
    server.get("/search/zala?partition=true&api_key=x&fuzzy=ON&simple=f&target=T").ok();
    for (word, is_nested) in [
        ("true", true),
        ("1", true),
        ("Yes", true),
        ("on", true),
        ("t", true),
        ("y", true),
        ("FALSE", false),
        ("0", false),
        ("no", false),
        ("off", false),
        ("f", false),
        ("n", false),
    ] {
        let entity = server.get(&format!("/entities/{ZAKHAROV}?nested={word}")).ok();
        assert_eq!(entity["properties"]["sanctions"].is_array(), is_nested, "{word}");
    }
    let fault = server.get("/entities/x?nested=maybe").is_invalid("bool_parsing", "query.nested");
    assert_eq!(fault["input"], "maybe");
}

#[test]
fn lists_are_repeated_parameters_and_never_commas() {
    let Some(server) = server() else { return };
    let total =
        |query: &str| server.get(&format!("/search/zala?{query}")).ok()["total"]["value"].clone();
    assert_eq!(total("topics=sanction&topics=sanction.linked"), 14);
    assert_eq!(total("topics=sanction,sanction.linked"), 0);
    server.get("/search/zala,parteispenden").fails(404, "No such dataset.");
    server
        .post(
            "/match/zala,parteispenden",
            &json!({ "queries": { "q": {
        "schema": "Person", "properties": {} } } }),
        )
        .fails(404, "No such dataset.");
}

#[test]
fn pages_of_other_origins_cannot_read_answers() {
    let Some(server) = server() else { return };
    let allowed = |path: &str, origin: &str| {
        let answer = server.send("GET", path, &[("Origin", origin)], b"");
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed("/reconcile/zala", ORIGIN).as_deref(), Some(ORIGIN));
    assert_eq!(allowed("/reconcile/zala", "http://example.org"), None);
    assert_eq!(allowed("/catalog", ORIGIN), None);
    let answer = server.get(&format!("/entities/{ZAKHAROV}"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn a_path_that_is_no_text_is_refused_in_json() {
    let Some(server) = server() else { return };
    for path in ["/entities/%FF", "/search/%FF", "/entities/%FF/adjacent"] {
        let answer = server.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.json()["detail"].is_string());
    }
    assert_eq!(server.get("/entities/a%2Fb").status, 404);
}
