//! The description of the interface, and the page at its root.

use crate::fixture::server;

#[test]
fn the_interface_is_described() {
    let Some(server) = server() else { return };
    let body = server.get("/openapi.json").ok();
    assert_eq!(body["openapi"], "3.1.0");
    let responses = &body["paths"]["/match/{dataset}"]["post"]["responses"];
    for status in ["200", "400", "404", "408", "413", "414", "422", "500", "503"] {
        assert!(responses[status]["description"].is_string(), "{status}");
    }
    assert_eq!(body["paths"]["/search/{dataset}"]["get"]["operationId"], "search");
}

#[test]
fn the_page_at_the_root_lists_operations_and_loads_nothing() {
    let Some(server) = server() else { return };
    let answer = server.get("/");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    let page = String::from_utf8(answer.body).unwrap();
    for path in ["/match/{dataset}", "/reconcile/{dataset}/suggest/type", "/updatez"] {
        assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
    }
    for foreign in ["http:", "https:", "src=", "<script", "<link", "url("] {
        assert!(!page.contains(foreign), "{foreign}");
    }
}
