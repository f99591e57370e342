//! Common parts of every answer: ids for tracing, security headers, and the form of failures of the routing.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use interdict_model::{Gap, GapCode};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::{ApiError, json_response};
use crate::metrics::Refusal;
use crate::rate::network;
use crate::requester::{ClientAddress, Peer};
use crate::seen::{Cause, Seen};
use crate::spans::SpanPlace;
use crate::{api, hygiene};

/// The longest URL, in bytes, as in yente.
const LONGEST_ADDRESS: usize = 60_000;
/// The longest `x-request-id` that is taken over from the caller.
const LONGEST_ID: usize = 64;

/// The id under which a request is recorded and found in logs.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Checks the URL, passes the request on, and completes the answer.
pub(crate) async fn complete(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let trace = Trace::of(request.headers());
    let seen = Seen::of(&request);
    let _ = seen.request_id.set(trace.request.clone());
    let _ = seen.place.set(trace.place.clone());
    request.extensions_mut().insert(RequestId(trace.request.clone()));
    let origin = allowed_origin(&app, &request);
    let path = request.uri().path().to_owned();
    if request.method() == Method::HEAD {
        // The routing would answer HEAD by the GET route; yente refuses it.
        *request.method_mut() = Method::TRACE;
    }
    let mut response = in_form(answer(&app, request, next).await, &path, &trace.request);
    trace.write(response.headers_mut());
    write_security(response.headers_mut(), &path);
    if app.config.tls.is_some() {
        let year = HeaderValue::from_static("max-age=31536000");
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    seen.quotas().iter().for_each(|quota| quota.write(response.headers_mut()));
    if let Some(origin) = origin {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    }
    response
}

/// Passes a request on, unless it is refused, and records the cause of a failure.
async fn answer(app: &App, mut request: Request, next: Next) -> Response {
    let seen = Seen::of(&request);
    let refused = hygiene::refuse(&app.config, &request)
        .or_else(|| refuse(&request))
        .or_else(|| limit(app, &mut request).err().map(IntoResponse::into_response));
    let mut response = match refused {
        Some(response) => response,
        None => {
            let time = time_of(app, &request);
            in_time(time, next.run(request)).await
        }
    };
    if let Some(Cause(cause)) = response.extensions_mut().remove::<Cause>() {
        let _ = seen.cause.set(cause);
    }
    response
}

/// A failure in the form of the interface that was called.
fn in_form(mut response: Response, path: &str, request_id: &str) -> Response {
    let closes = response.headers().get(header::CONNECTION).cloned();
    if let Some((status, body)) = fault(&response) {
        let allow = response.headers_mut().remove(header::ALLOW);
        response = json_response(status, &body);
        if let Some(allow) = allow.as_ref().and_then(allowed_methods) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    let is_failure = response.status().is_client_error() || response.status().is_server_error();
    if is_failure && path.starts_with(api::PREFIX) {
        response = api::problem(response, path, request_id);
    }
    if let Some(closes) = closes {
        response.headers_mut().insert(header::CONNECTION, closes);
    }
    response
}

/// Records the address of the caller, and applies its rate limit. Health probes are exempt: a refused probe would make
/// an orchestrator stop a busy server.
fn limit(app: &App, request: &mut Request) -> Result<(), ApiError> {
    let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() else { return Ok(()) };
    let address = hygiene::client_address(&app.config, request.headers(), peer);
    request.extensions_mut().insert(ClientAddress(address));
    let Some(buckets) = &app.limits.addresses else { return Ok(()) };
    if matches!(request.uri().path(), "/healthz" | "/readyz") {
        return Ok(());
    }
    let taken = buckets.take(network(address), Instant::now());
    let seen = Seen::of(request);
    seen.add_quota(taken.unwrap_or_else(|quota| quota));
    taken.map(drop).map_err(|quota| {
        app.metrics.refuse(Refusal::AddressRate);
        ApiError::TooMany(quota)
    })
}

/// The time limit of an answer. The upload of a job's file has limits of its own.
fn time_of(app: &App, request: &Request) -> Duration {
    let takes_file = request.method() == Method::POST && request.uri().path() == "/api/v1/jobs";
    let file = if takes_file { api::RECEIVING_TIME } else { Duration::ZERO };
    app.config.request_time.saturating_add(file)
}

/// The answer, or a 504 at the time limit.
async fn in_time(time: Duration, answer: impl Future<Output = Response>) -> Response {
    let answer = tokio::time::timeout(time, answer).await;
    answer.unwrap_or_else(|_| ApiError::TooLong(time.as_secs()).into_response())
}

/// The answer to a request that is not passed on.
fn refuse(request: &Request) -> Option<Response> {
    let address = request.uri();
    let length = address.path_and_query().map_or(0, |text| text.as_str().len());
    if length > LONGEST_ADDRESS {
        let body = json!({ "detail": "Request URI too long" });
        return Some(json_response(StatusCode::URI_TOO_LONG, &body));
    }
    let path = address.path();
    if path.contains("%00") {
        // No id contains a NUL byte, and databases reject it.
        return Some(json_response(StatusCode::NOT_FOUND, &json!({ "detail": "Not Found" })));
    }
    if path.len() > 1 && path.ends_with('/') {
        // Only the path: a URL that begins with two slashes would lead to another host.
        let mut location = format!("/{}", path.trim_matches('/'));
        if let Some(query) = address.query() {
            location.push('?');
            location.push_str(query);
        }
        let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_str(&location).ok()?);
        return Some(response);
    }
    None
}

/// The status and body for a failure whose body is not JSON: one of the routing or of an extractor, since handlers
/// answer in JSON.
fn fault(response: &Response) -> Option<(StatusCode, Value)> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_ours = kind.is_some_and(|kind| {
        let kind = kind.as_bytes();
        kind.starts_with(b"application/json") || kind.starts_with(b"application/problem+json")
    });
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    if status.is_server_error() {
        return Some((status, json!({ "status": "error" })));
    }
    // A path that is not UTF-8 names nothing that exists.
    let status = if status == StatusCode::BAD_REQUEST { StatusCode::NOT_FOUND } else { status };
    let text = status.canonical_reason().unwrap_or("the request cannot be answered");
    Some((status, json!({ "detail": text })))
}

/// The methods of a route as yente names them: without HEAD, which it refuses.
fn allowed_methods(allow: &HeaderValue) -> Option<HeaderValue> {
    let methods = allow.to_str().ok()?.split(',').map(str::trim);
    let methods: Vec<&str> = methods.filter(|method| *method != "HEAD").collect();
    HeaderValue::from_str(&methods.join(", ")).ok()
}

/// Adds the gaps of the lists as headers.
pub(crate) fn say_gaps(response: &mut Response, is_complete: bool, gaps: &[Gap]) {
    let headers = response.headers_mut();
    let complete = if is_complete && gaps.is_empty() { "true" } else { "false" };
    headers.insert("x-interdict-complete", HeaderValue::from_static(complete));
    if gaps.iter().any(|gap| gap.code == GapCode::ListStale) {
        headers.insert("x-interdict-stale", HeaderValue::from_static("true"));
    }
}

/// The origin of a page that may read answers of `/reconcile`.
fn allowed_origin(app: &App, request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let is_listed = app.config.origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes());
    let is_reconcile = request.uri().path().starts_with("/reconcile/");
    (is_listed && is_reconcile).then(|| origin.clone())
}

/// Security headers: no sniffing, no framing, no caching.
fn write_security(headers: &mut HeaderMap, path: &str) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let frames =
        if path.starts_with("/reconcile/") && path.ends_with("/preview") { "*" } else { "'none'" };
    let policy = format!("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors {frames}");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    // Answers hold personal data: they must not be cached unless they say otherwise.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// The ids under which a request is traced.
struct Trace {
    request: String,
    place: SpanPlace,
    state: Option<HeaderValue>,
}

impl Trace {
    fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let is_plain = |id: &&str| {
            (1..=LONGEST_ID).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        let given = text("traceparent").and_then(trace_and_span);
        let place = SpanPlace {
            trace: given.map_or_else(|| random_hex(16), |(trace, _)| trace.to_owned()),
            span: random_hex(8),
            parent: given.map(|(_, span)| span.to_owned()),
        };
        Self {
            request: text("x-request-id")
                .filter(is_plain)
                .map_or_else(|| random_hex(16), str::to_owned),
            place,
            state: headers.get("tracestate").cloned(),
        }
    }

    fn write(self, headers: &mut HeaderMap) {
        let SpanPlace { trace, span, .. } = self.place;
        let parent = format!("00-{trace}-{span}-01");
        for (name, value) in [("traceparent", parent), ("x-request-id", self.request)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        let own = || HeaderValue::from_str(&format!("interdict={span}")).ok();
        if let Some(state) = self.state.or_else(own) {
            headers.insert("tracestate", state);
        }
    }
}

/// The ids of the trace and of the caller's span in a `traceparent` header: version, trace, span and flags in hexadecimal
/// digits.
fn trace_and_span(header: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = header.split('-').collect();
    let [version, trace, span, flags, ..] = parts.as_slice() else { return None };
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let is_valid = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    (is_valid && *version != "ff" && !is_zero(trace) && !is_zero(span)).then_some((*trace, *span))
}

/// Random bytes in hexadecimal digits. Zeros if the random source fails: the ids only serve to find lines in logs and
/// have no security purpose.
fn random_hex(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    let _ = getrandom::fill(&mut random);
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The answer to a request whose handler panicked.
pub(crate) fn failed(_: Box<dyn Any + Send>) -> Response<Body> {
    // The panic message may contain a value of the query: it is neither sent nor logged.
    let mut response =
        json_response(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "status": "error" }));
    response.extensions_mut().insert(Cause("a handler panicked".to_owned()));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_only_from_a_valid_header() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        let header = format!("00-{trace}-b7ad6b7169203331-01");
        assert_eq!(trace_and_span(&header), Some((trace, "b7ad6b7169203331")));
        for header in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319C-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b71692-01",
        ] {
            assert_eq!(trace_and_span(header), None, "{header}");
        }
    }

    #[test]
    fn ids_of_callers_are_taken_over_if_they_are_short_and_plain() {
        let id_of = |given: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-request-id", HeaderValue::from_str(given).unwrap());
            Trace::of(&headers).request
        };
        assert_eq!(id_of("order-7.2"), "order-7.2");
        for given in ["a b", "<x>", &"x".repeat(65)] {
            assert_ne!(id_of(given), given);
        }
    }
}
