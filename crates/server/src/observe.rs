//! The outermost layer: counts each request and writes its log line once its answer was sent or abandoned.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use serde_json::Value;

use crate::app::App;
use crate::log::Level;
use crate::metrics::method_label;
use crate::seen::Seen;
use crate::spans::Span;

/// Passes a request on, and observes its answer to the end.
pub(crate) async fn observe(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let seen = Arc::new(Seen::default());
    request.extensions_mut().insert(Arc::clone(&seen));
    let (method, start) = (request.method().clone(), Instant::now());
    // Dropped with the request's future, if the client disconnects before there is an answer.
    let mut end = End { app, seen, method, start, status: None, bytes: 0, is_whole: false };
    let response = next.run(request).await;
    end.status = Some(response.status());
    let (parts, body) = response.into_parts();
    // An empty body is never polled.
    end.is_whole = body.is_end_stream();
    Response::from_parts(parts, Body::new(Observed { body, end }))
}

/// What is recorded of a request when its answer ends.
struct End {
    app: Arc<App>,
    seen: Arc<Seen>,
    method: Method,
    start: Instant,
    status: Option<StatusCode>,
    bytes: u64,
    /// Whether the whole answer was handed to the connection.
    is_whole: bool,
}

impl Drop for End {
    fn drop(&mut self) {
        let took = self.start.elapsed();
        let route = self.seen.route.get().copied();
        // 499, as in nginx: the client disconnected before there was an answer.
        let gone = StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST);
        let status = self.status.unwrap_or(gone);
        let metrics = &self.app.metrics;
        metrics.count(route, &self.method, status, took);
        self.span(route, status, took);
        let log = &self.app.config.log;
        if !log.is_on() {
            return;
        }
        let text = |value: Option<&String>| value.map_or(Value::Null, |text| text.clone().into());
        let millis = (took.as_secs_f64() * 1e6).round() / 1e3;
        let cut = if self.is_whole { Value::Null } else { true.into() };
        let level = if status.is_server_error() { Level::Error } else { Level::Info };
        log.write(
            level,
            "request",
            &[
                ("request_id", text(self.seen.request_id.get())),
                ("trace_id", text(self.seen.place.get().map(|place| &place.trace))),
                ("method", method_label(&self.method).into()),
                ("route", metrics.template(route).into()),
                ("status", status.as_u16().into()),
                ("duration_ms", millis.into()),
                ("bytes", self.bytes.into()),
                ("key", text(self.seen.key.get())),
                ("tenant", text(self.seen.tenant.get())),
                ("cut", cut),
                ("cause", text(self.seen.cause.get())),
            ],
        );
    }
}

impl End {
    /// Exports the request's span, if there is a collector.
    fn span(&self, route: Option<usize>, status: StatusCode, took: Duration) {
        let Some(place) = self.seen.place.get().filter(|_| self.app.spans.is_on()) else { return };
        self.app.spans.send(Span {
            place: place.clone(),
            method: method_label(&self.method),
            route: self.app.metrics.template(route).to_owned(),
            status: status.as_u16(),
            took,
            end: Span::now(),
        });
    }
}

/// The body of an answer, which reports its end.
struct Observed {
    body: Body,
    end: End,
}

impl HttpBody for Observed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.end.bytes += u64::try_from(bytes).unwrap_or_default();
                self.end.is_whole = self.body.is_end_stream();
            }
            Poll::Ready(None) => self.end.is_whole = true,
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
