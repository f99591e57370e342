//! The description of the interface, in OpenAPI 3.1, and a page that lists its operations.

mod api_operations;
mod api_schemas;
mod case_operations;
mod job_operations;
mod monitor_operations;
mod operations;
mod parameters;
mod people_operations;
mod schemas;
mod webhook_operations;

use std::sync::LazyLock;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::api;
use crate::error::json_response;
use crate::openapi::api_operations::API_OPERATIONS;
use crate::openapi::api_schemas::api_schemas;
use crate::openapi::case_operations::CASE_OPERATIONS;
use crate::openapi::job_operations::JOB_OPERATIONS;
use crate::openapi::monitor_operations::MONITOR_OPERATIONS;
use crate::openapi::operations::{Answer, Body, OPERATIONS, Operation};
use crate::openapi::people_operations::PEOPLE_OPERATIONS;
use crate::openapi::schemas::schemas;
use crate::openapi::webhook_operations::WEBHOOK_OPERATIONS;

/// Statuses of every operation: ambiguous request, URL too long, foreign host name, rate limit, too many headers, fault
/// of the server, and a server that is busy, not ready, or whose lists permit no answer.
const ALWAYS: [u16; 7] = [400, 414, 421, 429, 431, 500, 503];

/// All operations.
fn operations() -> impl Iterator<Item = &'static Operation> {
    let parts = [
        OPERATIONS,
        API_OPERATIONS,
        JOB_OPERATIONS,
        MONITOR_OPERATIONS,
        WEBHOOK_OPERATIONS,
        CASE_OPERATIONS,
        PEOPLE_OPERATIONS,
    ];
    parts.into_iter().flatten()
}

/// Statuses of operations that require authentication.
const GUARDED: [u16; 2] = [401, 403];

static DESCRIPTION: LazyLock<Value> = LazyLock::new(describe);

/// `GET /openapi.json`.
pub(crate) async fn description() -> Response {
    json_response(StatusCode::OK, &*DESCRIPTION)
}

/// `GET /`: a page without external resources and scripts.
pub(crate) async fn home() -> Response {
    let mut rows = String::new();
    for operation in operations() {
        let (method, path) = (operation.method.to_uppercase(), operation.path);
        let summary = operation.summary;
        rows.push_str(&format!(
            "<tr><td>{method}</td><td><code>{path}</code></td><td>{summary}</td></tr>"
        ));
    }
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Interdict</title>\
         <style>body{{font:16px sans-serif;margin:2em}}td{{padding:2px 16px 2px 0}}</style>\
         <h1>Interdict</h1><p>Screening against sanctions lists. The interface is that of yente, and one of our own under /api/v1, described in \
         <a href=\"/openapi.json\">/openapi.json</a>; the lists in use are at <a href=\"/catalog\">/catalog</a>.</p>\
         <table>{rows}</table></html>"
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

fn describe() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations() {
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
        "components": {
            "schemas": schemas().into_iter().chain(api_schemas()).collect::<Map<String, Value>>(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "basic": { "type": "http", "scheme": "basic" },
                "key": { "type": "apiKey", "in": "header", "name": "Authorization" },
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-interdict" },
            },
        },
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
        if let Some(described) = described.as_object_mut() {
            if let Some((content, is_required)) = self.body.content() {
                let body = json!({ "required": is_required, "content": content });
                described.insert("requestBody".to_owned(), body);
            }
            if self.is_guarded() {
                let schemes = json!([{}, { "bearer": [] }, { "basic": [] }, { "key": [] }, { "session": [] }]);
                described.insert("security".to_owned(), schemes);
            }
        }
        described
    }

    /// Whether a key is required, where there is one.
    fn is_guarded(&self) -> bool {
        !matches!(
            self.id,
            "healthz"
                | "readyz"
                | "updatez"
                | "openapi"
                | "home"
                | "sign_in"
                | "oidc_login"
                | "oidc_callback"
                | "oidc_logout"
        )
    }

    fn responses(&self) -> Map<String, Value> {
        let content = match self.answer {
            Answer::Json(schema) => json!({ "application/json": { "schema": reference(schema) } }),
            Answer::Text => json!({ "text/plain": { "schema": { "type": "string" } } }),
            Answer::Bytes => json!({ "application/octet-stream": {} }),
            Answer::Page => json!({ "text/html": { "schema": { "type": "string" } } }),
            Answer::Lines(schema) => json!({
                "application/x-ndjson": { "schema": {
                    "type": "string", "contentMediaType": "application/json",
                    "contentSchema": reference(schema),
                } },
                "text/csv": { "schema": { "type": "string" } },
            }),
            Answer::Object => json!({ "application/json": { "schema": { "type": "object" } } }),
        };
        let mut responses = Map::new();
        let success = json!({ "description": "The answer.", "content": content });
        responses.insert(self.success.to_string(), success);
        let guarded: &[u16] = if self.is_guarded() { &GUARDED } else { &[] };
        let encoded: &[u16] = if self.body == Body::None { &[] } else { &[415] };
        for status in self.statuses.iter().chain(&ALWAYS).chain(guarded).chain(encoded) {
            let is_ours = self.path.starts_with(api::PREFIX);
            let failure = if is_ours { problem(*status) } else { failure(*status) };
            responses.insert(status.to_string(), failure);
        }
        responses
    }
}

impl Body {
    /// The content by type, and whether the body is required.
    fn content(self) -> Option<(Value, bool)> {
        let json = |schema| json!({ "application/json": { "schema": reference(schema) } });
        let text = json!({ "schema": { "type": "string" } });
        Some(match self {
            Self::None => return None,
            Self::Json(schema) => (json(schema), true),
            Self::MaybeJson(schema) => (json(schema), false),
            Self::Form(schema) => (
                json!({ "application/x-www-form-urlencoded": { "schema": reference(schema) } }),
                true,
            ),
            Self::File => {
                let parquet = json!({ "schema": { "type": "string", "format": "binary" } });
                let content = json!({
                    "text/csv": text, "application/x-ndjson": text,
                    "application/vnd.apache.parquet": parquet,
                });
                (content, true)
            }
        })
    }
}

/// A failure of our own interface.
fn problem(status: u16) -> Value {
    let failure = failure(status);
    if status == 431 {
        return failure;
    }
    let content = json!({ "application/problem+json": { "schema": reference("Problem") } });
    let mut problem = json!({ "description": failure.get("description"), "content": content });
    if let (Some(headers), Some(problem)) = (failure.get("headers"), problem.as_object_mut()) {
        problem.insert("headers".to_owned(), headers.clone());
    }
    problem
}

/// A response with a failure status.
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
        401 => ("A valid key or session is required.", "Detail"),
        403 => ("The key, the person or the token does not allow it.", "Detail"),
        409 => ("A rule forbids it.", "Detail"),
        412 => ("It was changed in the meantime.", "Detail"),
        428 => ("If-Match has to name the version that was read.", "Detail"),
        404 => ("There is no such thing.", "Detail"),
        408 => ("The body came too slowly.", "Detail"),
        413 => ("The body is too large.", "Detail"),
        414 => ("The address is too long.", "Detail"),
        415 => (
            "The body has an encoding other than gzip, or a type that is not documented.",
            "Detail",
        ),
        421 => ("The host that was asked for is none of this server.", "Detail"),
        429 => {
            let mut limited = failure_of("The caller asks too often.", "Detail");
            if let Some(limited) = limited.as_object_mut() {
                limited.insert("headers".to_owned(), rate_headers());
            }
            return limited;
        }
        // Answered before the body is parsed: without a body.
        431 => return json!({ "description": "More than 100 headers, or too large ones." }),
        422 => ("Values are not as documented here.", "Invalid"),
        503 => ("Not now: busy, not ready, or a list is missing or not up to date.", "Detail"),
        _ => ("A fault of the server.", "Failure"),
    };
    failure_of(text, schema)
}

fn failure_of(text: &str, schema: &str) -> Value {
    json!({
        "description": text, "content": { "application/json": { "schema": reference(schema) } },
    })
}

/// The headers of a response to a caller over its rate limit.
fn rate_headers() -> Value {
    let text = |about| json!({ "description": about, "schema": { "type": "string" } });
    json!({
        "Retry-After": { "description": "Seconds.", "schema": { "type": "integer" } },
        "RateLimit": text("What is left, as draft-ietf-httpapi-ratelimit-headers has it."),
        "RateLimit-Policy": text("The limit."),
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
        assert_eq!(described.len(), operations().count());
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
            assert!(operations().any(|operation| operation.id == id), "{id}");
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
        for operation in operations() {
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
