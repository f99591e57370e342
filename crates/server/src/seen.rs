//! What is learnt of a request on its way, for the log and the metrics: never its path, its parameters or its body,
//! which hold names of customers.

use std::sync::{Arc, Mutex, OnceLock};

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::rate::Quota;
use crate::spans::SpanPlace;

/// What is learnt of a request on its way. Each part is learnt once; a key and its address may have a limit each.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The number of its route, in the order of `routes`.
    pub(crate) route: OnceLock<usize>,
    pub(crate) request_id: OnceLock<String>,
    pub(crate) place: OnceLock<SpanPlace>,
    /// The public part of the caller's key.
    pub(crate) key: OnceLock<String>,
    pub(crate) tenant: OnceLock<String>,
    /// Why the server failed, without values of the query.
    pub(crate) cause: OnceLock<String>,
    /// How much more the caller may ask.
    quotas: Mutex<Vec<Quota>>,
}

impl Seen {
    /// That of a request; a detached one if it has none.
    pub(crate) fn of(request: &Request) -> Arc<Self> {
        request.extensions().get::<Arc<Self>>().cloned().unwrap_or_default()
    }

    /// Notes how much of a limit is left.
    pub(crate) fn add_quota(&self, quota: Quota) {
        self.quotas.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push(quota);
    }

    /// How much is left of the limits that were looked at.
    pub(crate) fn quotas(&self) -> Vec<Quota> {
        self.quotas.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

/// Notes which route answers.
pub(crate) async fn note_route(
    State(route): State<usize>,
    request: Request,
    next: Next,
) -> Response {
    let _ = Seen::of(&request).route.set(route);
    next.run(request).await
}

/// Why an answer is a failure of the server. It travels beside the answer and is for the log alone.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);
