//! `/api/v1/allow-list`: decisions by which matches are suppressed. They are made by approving a case.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::audit::{AllowEntry, AllowFilter, Change};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::cases::{Note, call};
use super::once::{change_once, once_key, once_of};
use super::page::{cursor, page_limit};
use super::read_json;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::params::Params;
use crate::requester::Requester;

/// A page of entries, the oldest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct AllowEntries {
    entries: Vec<AllowEntry>,
    /// The cursor of the next page; `None` for the last page.
    next_cursor: Option<String>,
}

/// A page of entries.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let limit = page_limit(&mut params);
    let is_live = params.last("live").is_some().then(|| params.boolean("live", true));
    let params = params.checked()?;
    params.only(&["cursor", "limit", "customer", "live"])?;
    let filter = AllowFilter {
        customer: params.last("customer").map(str::to_owned),
        is_live,
        after: cursor(&params)?,
        limit,
    };
    let now = Timestamp::now();
    let page =
        app.in_store(move |store| store.allow_list(&requester.caller.tenant, &filter, now)).await?;
    let next_cursor = page.next.map(|place| place.to_string());
    Ok(json_response(StatusCode::OK, &AllowEntries { entries: page.entries, next_cursor }))
}

/// Revokes an entry and reopens its case. An entry ends at most once and never changes otherwise, so no version has to
/// be given.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let (key, path) = (once_key(request.headers())?, request.uri().path().to_owned());
    let body = read_body(&app, request).await?;
    let note: Note = read_json(&body)?;
    let text = Some(note.into_required_text()?);
    let call = call(&app, &requester, String::new(), None);
    let asked = [path.as_bytes(), &body];
    let once = once_of(key, &call.tenant, (&call.origin, call.now), &asked);
    let revoke = move |change: &mut Change<'_>| change.revoke_entry(&call, &id, text);
    let entry = change_once(&app, once, revoke).await?;
    Ok(json_response(StatusCode::OK, &entry))
}
