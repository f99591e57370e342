//! What the log and the metrics record of a request: never its path, parameters or body, which hold names of customers.

use std::sync::{Arc, Mutex, OnceLock};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::rate::Quota;
use crate::spans::SpanPlace;

/// What is recorded of a request while it is processed. Each part is set once; a key and its address may have a limit
/// each.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The index of its route, in the order of `routes`.
    pub(crate) route: OnceLock<usize>,
    pub(crate) request_id: OnceLock<String>,
    pub(crate) place: OnceLock<SpanPlace>,
    /// The public part of the caller's key.
    pub(crate) key: OnceLock<String>,
    pub(crate) tenant: OnceLock<String>,
    /// The cause of a failure of the server, without values of the query.
    pub(crate) cause: OnceLock<String>,
    /// The remaining quotas.
    quotas: Mutex<Vec<Quota>>,
}

impl Seen {
    /// The record of a request; a detached one if it has none.
    pub(crate) fn of(request: &Request) -> Arc<Self> {
        request.extensions().get::<Arc<Self>>().cloned().unwrap_or_default()
    }

    /// Adds the remaining quota of a limit.
    pub(crate) fn add_quota(&self, quota: Quota) {
        self.quotas.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(quota);
    }

    /// The remaining quotas of the limits that were applied.
    pub(crate) fn quotas(&self) -> Vec<Quota> {
        self.quotas.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

/// Records the route.
pub(crate) async fn note_route(
    State(route): State<usize>,
    request: Request,
    next: Next,
) -> Response {
    let _ = Seen::of(&request).route.set(route);
    next.run(request).await
}

/// The cause of a failure of the server. It is an extension of the response, for the log alone.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);
