//! Spans of requests for a collector of OpenTelemetry: OTLP over HTTP, in JSON. One span for each request, with its route
//! and status and nothing of its path, parameters or body.
//!
//! A thread of its own sends the spans. Spans that do not fit into its queue, or that the collector rejects, are lost:
//! answers never wait for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::log::{Level, Log};

/// Capacity of the queue: about a second of a busy server.
const WAITING: usize = 8_192;
/// Maximum number of spans of one message, and how long a span waits for others.
const BATCH: usize = 512;
const BATCH_TIME: Duration = Duration::from_secs(2);
/// Timeout of the collector.
const SEND_TIME: Duration = Duration::from_secs(5);

/// The ids of a request in its trace.
#[derive(Debug, Clone)]
pub(crate) struct SpanPlace {
    pub(crate) trace: String,
    pub(crate) span: String,
    /// The span of the caller.
    pub(crate) parent: Option<String>,
}

/// The attributes of a request.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) place: SpanPlace,
    pub(crate) method: &'static str,
    /// The template of the route.
    pub(crate) route: String,
    pub(crate) status: u16,
    pub(crate) took: Duration,
    /// Nanoseconds since 1970 at its end.
    pub(crate) end: u128,
}

impl Span {
    /// Now, as spans state moments.
    pub(crate) fn now() -> u128 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos()
    }

    fn to_json(&self) -> Value {
        let start = self.end.saturating_sub(self.took.as_nanos());
        let mut span = json!({
            "traceId": self.place.trace,
            "spanId": self.place.span,
            "name": format!("{} {}", self.method, self.route),
            // `SPAN_KIND_SERVER`.
            "kind": 2,
            "startTimeUnixNano": start.to_string(),
            "endTimeUnixNano": self.end.to_string(),
            "attributes": [
                text("http.request.method", self.method),
                text("http.route", &self.route),
                { "key": "http.response.status_code", "value": { "intValue": self.status.to_string() } },
            ],
        });
        if let (Some(parent), Some(object)) = (&self.place.parent, span.as_object_mut()) {
            object.insert("parentSpanId".to_owned(), parent.as_str().into());
        }
        if let (500.., Some(object)) = (self.status, span.as_object_mut()) {
            // An error of the server; those of callers are none.
            object.insert("status".to_owned(), json!({ "code": 2 }));
        }
        span
    }
}

fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

/// The body of a message.
fn message(spans: &[Span]) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let resource = [text("service.name", "interdict"), text("service.version", version)];
    json!({
        "resourceSpans": [{
            "resource": { "attributes": resource },
            "scopeSpans": [{
                "scope": { "name": "interdict-server", "version": version },
                "spans": spans.iter().map(Span::to_json).collect::<Vec<_>>(),
            }],
        }],
    })
}

/// A handle of the exporter. Clones send to the same collector.
#[derive(Clone, Default)]
pub(crate) struct Spans {
    spans: Option<SyncSender<Span>>,
    lost: Arc<AtomicU64>,
}

impl Spans {
    /// Exports spans to the collector at a URL, such as `http://127.0.0.1:4318`; without one, exporting is off.
    pub(crate) fn to(endpoint: Option<&str>, log: &Log) -> Self {
        let Some(endpoint) = endpoint else { return Self::default() };
        let url = format!("{}/v1/traces", endpoint.trim_end_matches('/'));
        let (sender, receiver) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let mut sending = Sending { url, log: log.clone(), lost: Arc::clone(&lost), fails: false };
        let thread = std::thread::Builder::new().name("spans".to_owned());
        let started = thread.spawn(move || sending.serve(&receiver));
        Self { spans: started.is_ok().then_some(sender), lost }
    }

    /// Whether spans are exported.
    pub(crate) fn is_on(&self) -> bool {
        self.spans.is_some()
    }

    pub(crate) fn send(&self, span: Span) {
        if self.spans.as_ref().is_some_and(|spans| spans.try_send(span).is_err()) {
            self.lost.fetch_add(1, Relaxed);
        }
    }
}

/// The thread that sends.
struct Sending {
    url: String,
    log: Log,
    lost: Arc<AtomicU64>,
    /// Whether the last message failed. A failure is logged when it begins, not each time.
    fails: bool,
}

impl Sending {
    fn serve(&mut self, spans: &Receiver<Span>) {
        let config = ureq::Agent::config_builder().timeout_global(Some(SEND_TIME)).build();
        let agent = ureq::Agent::new_with_config(config);
        while let Ok(first) = spans.recv() {
            let batch = fill(first, spans);
            let body = message(&batch).to_string();
            let sent = agent.post(&self.url).content_type("application/json").send(body);
            match sent {
                Ok(_) => self.fails = false,
                Err(error) => {
                    let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
                    self.lost.fetch_add(count, Relaxed);
                    if !self.fails {
                        let cause = ("cause", Value::String(error.to_string()));
                        self.log.write(Level::Error, "spans-not-taken", &[cause]);
                    }
                    self.fails = true;
                }
            }
            if !self.fails {
                let count = self.lost.swap(0, Relaxed);
                if count > 0 {
                    self.log.write(Level::Error, "spans-lost", &[("count", count.into())]);
                }
            }
        }
    }
}

/// The spans of one message: those that arrive within a short time after the first.
fn fill(first: Span, spans: &Receiver<Span>) -> Vec<Span> {
    let end = Instant::now() + BATCH_TIME;
    let mut batch = vec![first];
    while batch.len() < BATCH {
        match spans.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(span) => batch.push(span),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_its_place_its_route_and_its_status() {
        let place = SpanPlace {
            trace: "0af7651916cd43dd8448eb211c80319c".to_owned(),
            span: "b7ad6b7169203331".to_owned(),
            parent: Some("00f067aa0ba902b7".to_owned()),
        };
        let span = Span {
            place,
            method: "POST",
            route: "/match/{dataset}".to_owned(),
            status: 503,
            took: Duration::from_nanos(250),
            end: 1_000,
        };
        let json = span.to_json();
        assert_eq!(json["traceId"], "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(json["parentSpanId"], "00f067aa0ba902b7");
        assert_eq!(json["name"], "POST /match/{dataset}");
        assert_eq!(
            (&json["startTimeUnixNano"], &json["endTimeUnixNano"]),
            (&json!("750"), &json!("1000"))
        );
        assert_eq!(json["status"]["code"], 2);
        assert_eq!(json["attributes"][2]["value"]["intValue"], "503");
        let place = SpanPlace { parent: None, ..span.place };
        let fine = Span { status: 404, place, ..span }.to_json();
        assert!(fine.get("status").is_none() && fine.get("parentSpanId").is_none(), "{fine}");
    }
}
