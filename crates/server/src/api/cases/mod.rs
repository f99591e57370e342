//! `/api/v1/cases`: decisions about matches of customers.

mod bodies;
mod moves;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::audit::{Case, CaseCall, CaseFilter, CaseState, HistoryEntry};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::api::page::{cursor, page_params};
use crate::app::App;
use crate::config::KEEP_DAYS;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

pub(super) use bodies::{Assignment, ClaimTime, Note, NoteWithFile, Reason};
pub(crate) use moves::{approve, assign, claim, comment, escalate, propose, reopen, send_back};

/// A page of cases, the oldest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cases {
    cases: Vec<Case>,
    /// The cursor of the next page; `None` for the last page.
    next_cursor: Option<String>,
}

/// A case with its history, oldest entry first.
#[derive(Serialize, JsonSchema)]
pub(super) struct CaseFull {
    #[serde(flatten)]
    case: Case,
    history: Vec<HistoryEntry>,
    /// The cursor of the page with earlier events; nothing if there are none.
    earlier_cursor: Option<String>,
}

/// A page of cases.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let (params, limit) = page_params(query, &["state", "assignee", "customer", "entity"])?;
    let text = |name: &str| params.last(name).map(str::to_owned);
    let state = params.last("state").map(|name| {
        let unknown =
            || ApiError::Shape("state: open, assigned, escalated, proposed or closed".to_owned());
        CaseState::parse(name).ok_or_else(unknown)
    });
    let filter = CaseFilter {
        state: state.transpose()?,
        assignee: text("assignee"),
        customer: text("customer"),
        entity: text("entity"),
        after: cursor(&params)?,
        limit,
    };
    let now = Timestamp::now();
    let page =
        app.in_store(move |store| store.cases(&requester.caller.tenant, &filter, now)).await?;
    let next_cursor = page.next.map(|place| place.to_string());
    Ok(json_response(StatusCode::OK, &Cases { cases: page.cases, next_cursor }))
}

/// One case with the newest page of its history. That it was read is recorded before the answer is sent.
pub(crate) async fn case(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let (params, limit) = page_params(query, &[])?;
    let before = cursor(&params)?;
    let call = call(&app, &requester, id, None);
    let (tenant, id, now) = (call.tenant.clone(), call.id.clone(), call.now);
    app.change(move |change| change.note_case_read(&call)).await?;
    let full = app
        .in_store(move |store| {
            let case = store.case(&tenant, &id, now)?;
            let page = store.case_history(&tenant, &id, (before, limit))?;
            let earlier_cursor = page.earlier.map(|seq| seq.to_string());
            Ok(CaseFull { case, history: page.entries, earlier_cursor })
        })
        .await?;
    Ok(with_version(json_response(StatusCode::OK, &full), full.case.version))
}

/// A document of a case, by the number of the event that recorded it.
pub(crate) async fn file(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path((id, seq)): Path<(String, u64)>,
) -> Result<Response, ApiError> {
    let call = call(&app, &requester, id, None);
    let (tenant, id) = (call.tenant.clone(), call.id.clone());
    app.change(move |change| change.note_case_read(&call)).await?;
    let file = app.in_store(move |store| store.case_file(&tenant, &id, seq)).await?;
    // Served as a download of unknown type: browsers must not render or run an uploaded document.
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
    ];
    Ok((headers, file.bytes).into_response())
}

/// The context of a change to a case. Its personal data is kept as long as that of screenings.
pub(super) fn call(app: &App, requester: &Requester, id: String, version: Option<i64>) -> CaseCall {
    let session = app.session_of(requester);
    CaseCall {
        tenant: requester.caller.tenant.clone(),
        id,
        version,
        origin: session.origin(&requester.caller),
        now: session.now(),
        keep_until: session.keep_until(app.keep_days().unwrap_or(KEEP_DAYS)),
    }
}

/// Sets the `ETag` with the version of the case, which later writes have to name.
pub(super) fn with_version(mut response: Response, version: i64) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
