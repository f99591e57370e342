//! Failures in the form of RFC 9457.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The description of a failure, passed on in the extensions of the response, whose body has the form of yente's
/// interface.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    /// The stable name of the kind.
    pub(crate) code: &'static str,
    /// What is wrong, and the next step.
    pub(crate) detail: String,
    /// The invalid values, in FastAPI's form.
    pub(crate) errors: Vec<Value>,
    /// The object that the same request created before.
    pub(crate) id: Option<String>,
}

/// The failure in the form of our own interface. Headers of the original response stay.
pub(crate) fn problem(response: Response, path: &str, request_id: &str) -> Response {
    let status = response.status();
    let known = response.extensions().get::<Fault>().cloned();
    let fault = known.unwrap_or_else(|| Fault {
        code: code_of(status),
        detail: status.canonical_reason().unwrap_or("the request failed").to_owned(),
        errors: Vec::new(),
        id: None,
    });
    let mut body = json!({
        "type": format!("urn:interdict:problem:{}", fault.code),
        "title": status.canonical_reason().unwrap_or("Failure"),
        "status": status.as_u16(),
        "detail": fault.detail,
        "instance": path,
        "code": fault.code,
        "request_id": request_id,
    });
    if let (Some(id), Some(body)) = (fault.id, body.as_object_mut()) {
        body.insert("id".to_owned(), Value::from(id));
    }
    let errors: Vec<Value> = fault.errors.iter().map(error).collect();
    if let Some(body) = body.as_object_mut().filter(|_| !errors.is_empty()) {
        body.insert("errors".to_owned(), Value::Array(errors));
    }
    let text = body.to_string();
    let mut answer =
        (status, [(header::CONTENT_TYPE, "application/problem+json")], text).into_response();
    for name in [header::RETRY_AFTER, header::WWW_AUTHENTICATE, header::ALLOW, header::LOCATION] {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// One invalid value, with its place as a JSON pointer (RFC 6901).
fn error(value: &Value) -> Value {
    let place = value.get("loc").and_then(Value::as_array).into_iter().flatten();
    let escaped = place.map(|part| {
        let part = part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        part.replace('~', "~0").replace('/', "~1")
    });
    let pointer: String = escaped.map(|part| format!("/{part}")).collect();
    json!({ "pointer": pointer, "detail": value.get("msg"), "code": value.get("type") })
}

/// The error code of a failure of the routing.
fn code_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::URI_TOO_LONG => "address_too_long",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "unsupported_encoding",
        StatusCode::MISDIRECTED_REQUEST => "misdirected",
        _ if status.is_client_error() => "bad_request",
        _ => "internal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_json_pointers() {
        let value = json!({"loc": ["body", "a/b", "c~d", 3], "msg": "wrong", "type": "kind"});
        let expected = json!({"pointer": "/body/a~1b/c~0d/3", "detail": "wrong", "code": "kind"});
        assert_eq!(error(&value), expected);
    }
}
