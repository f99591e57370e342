//! `/api/v1/audit`: events, their proofs, and replay of recorded screenings.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::audit::{Event, EventFilter, ReplayError, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

use super::page::{cursor, page_params};
use crate::app::App;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

/// A page of events.
#[derive(Serialize, JsonSchema)]
pub(super) struct Events {
    events: Vec<Event>,
    /// The cursor of the next page; `None` for the last page.
    next_cursor: Option<String>,
}

/// A page of events, the oldest first.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let (params, limit) = page_params(query, &["kind"])?;
    let from = cursor(&params)?.unwrap_or(0);
    let filter = EventFilter { from, kind: params.last("kind").map(str::to_owned), limit };
    let events = app.in_store(move |store| store.events(&requester.caller.tenant, &filter)).await?;
    let is_full = u32::try_from(events.len()) == Ok(limit);
    let next = events.last().filter(|_| is_full).map(|event| (event.seq + 1).to_string());
    Ok(json_response(StatusCode::OK, &Events { events, next_cursor: next }))
}

/// One event.
pub(crate) async fn event(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(seq): Path<u64>,
) -> Result<Response, ApiError> {
    let filter = EventFilter { from: seq, kind: None, limit: 1 };
    let events = app.in_store(move |store| store.events(&requester.caller.tenant, &filter)).await?;
    match events.first().filter(|event| event.seq == seq) {
        Some(event) => Ok(json_response(StatusCode::OK, event)),
        None => Err(StoreError::NotFound("event").into()),
    }
}

/// The bytes of an event, and the file that proves that the event is in the log.
pub(crate) async fn proof(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(seq): Path<u64>,
) -> Result<Response, ApiError> {
    let proof = app
        .in_store(move |store| {
            let proven = store.prove(&requester.caller.tenant, seq)?;
            Ok(proven.to_proof(store.verifying_key()))
        })
        .await?;
    Ok(json_response(StatusCode::OK, &proof))
}

/// The signed head of the log, as a note. A copy that is kept elsewhere shows later whether the log was truncated or
/// rewritten.
pub(crate) async fn checkpoint(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let note = app.in_store(|store| Ok(store.head()?.note().to_owned())).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

/// Replays the screening that an event recorded.
pub(crate) async fn replay(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(seq): Path<u64>,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let store = app.store().ok_or(ApiError::NotFound("There is no store."))?;
        let session = app.session_of(&requester);
        let replay = session.replay(store, &requester.caller.tenant, seq).map_err(of_replay)?;
        Ok(json_response(StatusCode::OK, &replay))
    })
    .await
}

fn of_replay(error: ReplayError) -> ApiError {
    match error {
        ReplayError::Store(error) => error.into(),
        ReplayError::Engine(error) => error.into(),
        other => StoreError::Refused(other.to_string()).into(),
    }
}
