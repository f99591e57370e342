//! The description of the interface, in OpenAPI 3.1, and a page that lists its operations.

mod operations;
mod parameters;
mod schemas;

use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::error::json_response;
use crate::openapi::operations::{Answer, Body, OPERATIONS, Operation};
use crate::openapi::schemas::schemas;

/// Statuses that every operation can have: an address that is too long, a fault of the server, and a server that
/// is busy, not ready, or has lists that no answer may rest on.
const ALWAYS: [u16; 3] = [414, 500, 503];

static DESCRIPTION: LazyLock<Value> = LazyLock::new(describe);

/// `GET /openapi.json`.
pub(crate) async fn description() -> Response {
    json_response(StatusCode::OK, &*DESCRIPTION)
}

/// `GET /`: nothing on it comes from elsewhere, and nothing of it runs.
pub(crate) async fn home() -> Response {
    let mut rows = String::new();
    for operation in &OPERATIONS {
        let (method, path) = (operation.method.to_uppercase(), operation.path);
        let summary = operation.summary;
        rows.push_str(&format!(
            "<tr><td>{method}</td><td><code>{path}</code></td><td>{summary}</td></tr>"
        ));
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Interdict</title>\
         <style>body{{font:16px sans-serif;margin:2em}}td{{padding:2px 16px 2px 0}}</style>\
         <h1>Interdict</h1><p>Screening against sanctions lists. The interface is that of yente, described in \
         <a href=\"/openapi.json\">/openapi.json</a>; the lists in use are at <a href=\"/catalog\">/catalog</a>.</p>\
         <table>{rows}</table></html>"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

fn describe() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in &OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_owned(), operation.describe());
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Interdict",
            "description": "Screening against sanctions lists, with the interface of yente. An answer that does \
                not mean \"clear\" says so: `gaps` in the body, `x-interdict-complete: false` beside it, or 503.",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "paths": paths,
        "components": { "schemas": schemas() },
    })
}

impl Operation {
    fn describe(&self) -> Value {
        let parameters = self.parameters.iter().flat_map(|part| part.iter());
        let mut described = json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "parameters": parameters.map(|one| one.describe()).collect::<Vec<Value>>(),
            "responses": self.responses(),
        });
        let (kind, schema) = match self.body {
            Body::None => return described,
            Body::Json(schema) => ("application/json", schema),
            Body::Form(schema) => ("application/x-www-form-urlencoded", schema),
        };
        if let Some(described) = described.as_object_mut() {
            let content = json!({ kind: { "schema": reference(schema) } });
            described
                .insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
        }
        described
    }

    fn responses(&self) -> Map<String, Value> {
        let content = match self.answer {
            Answer::Json(schema) => json!({ "application/json": { "schema": reference(schema) } }),
            Answer::Page => json!({ "text/html": { "schema": { "type": "string" } } }),
            Answer::Object => json!({ "application/json": { "schema": { "type": "object" } } }),
        };
        let mut responses = Map::new();
        responses
            .insert("200".to_owned(), json!({ "description": "The answer.", "content": content }));
        for status in self.statuses.iter().chain(&ALWAYS) {
            responses.insert(status.to_string(), failure(*status));
        }
        responses
    }
}

/// An answer with a status that is not 200.
fn failure(status: u16) -> Value {
    let (text, schema) = match status {
        304 => return json!({ "description": "The caller has this version: no body." }),
        308 => {
            return json!({
                "description": "Another id of the entity: the address with its own id.",
                "headers": { "Location": { "required": true, "schema": { "type": "string" } } },
            });
        }
        400 => ("The request cannot be answered as a whole.", "Refusal"),
        403 => ("The token is not right.", "Detail"),
        404 => ("There is no such thing.", "Detail"),
        408 => ("The body came too slowly.", "Detail"),
        413 => ("The body is too large.", "Detail"),
        414 => ("The address is too long.", "Detail"),
        422 => ("Values are not as documented here.", "Invalid"),
        503 => ("Not now: busy, not ready, or a list is missing or not up to date.", "Detail"),
        _ => ("A fault of the server.", "Failure"),
    };
    json!({
        "description": text, "content": { "application/json": { "schema": reference(schema) } },
    })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::router::routes;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let described = describe();
        let mut described: Vec<(String, String)> = described["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(move |method| (path.clone(), method.clone()))
            })
            .collect();
        let mut routed: Vec<(String, String)> = routes()
            .into_iter()
            .flat_map(|route| {
                let path = route.path;
                route.methods.iter().map(move |method| (path.to_owned(), (*method).to_owned()))
            })
            .collect();
        described.sort();
        routed.sort();
        assert_eq!(described, routed);
        assert_eq!(described.len(), OPERATIONS.len());
    }

    #[test]
    fn the_operations_of_yente_are_there() {
        let yente = [
            "match",
            "search",
            "fetch_entity",
            "fetch_adjacent",
            "fetch_adjacent_by_property",
            "reconcile",
            "catalog",
            "algorithms",
            "healthz",
            "readyz",
            "updatez",
        ];
        for id in yente {
            assert!(OPERATIONS.iter().any(|operation| operation.id == id), "{id}");
        }
    }

    #[test]
    fn every_reference_leads_to_a_schema_and_every_parameter_of_a_path_is_described() {
        let described = describe();
        let text = described.to_string();
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(described["components"]["schemas"][name].is_object(), "{name}");
        }
        for operation in &OPERATIONS {
            let in_path = operation.path.matches('{').count();
            let names: Vec<&str> = operation
                .parameters
                .iter()
                .flat_map(|part| part.iter())
                .map(|one| one.name)
                .collect();
            let found = names.iter().filter(|name| operation.path.contains(&format!("{{{name}}}")));
            assert_eq!(found.count(), in_path, "{}", operation.path);
        }
    }
}
