//! `/api/v1/keys`: creating, listing, rotating and revoking keys.

use std::sync::Arc;

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::audit::{Change, KeyList, KeyRequest, MadeKey, Role, ShownKey};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use super::once::{once_key, once_of, show_once};
use super::rotation::Rotation;
use super::{check_name, read_json};
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

/// The properties of a new key.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    name: String,
    role: Role,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

/// All keys of the tenant, without their secrets.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
) -> Result<Response, ApiError> {
    let keys = app.in_store(move |store| store.list_keys(&requester.caller.tenant)).await?;
    Ok(json_response(StatusCode::OK, &KeyList { keys }))
}

/// Creates a key. Its secret is in this answer only.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let key = once_key(request.headers())?;
    let body = read_body(&app, request).await?;
    let NewKey { name, role, expires_at } = read_json(&body)?;
    let (origin, now) = app.by(&requester);
    check_name(&name)?;
    if expires_at.is_some_and(|end| end <= now) {
        return Err(ApiError::Shape("expires_at: it has passed".to_owned()));
    }
    let tenant = requester.caller.tenant;
    let once = once_of(key, &tenant, (&origin, now), &[b"/api/v1/keys", &body]);
    let request = KeyRequest { tenant, name, role, expires_at };
    let make = move |change: &mut Change<'_>| change.make_key(request, origin, now);
    let made = show_once(&app, once, "key", key_id, make).await?;
    Ok(json_response(StatusCode::CREATED, &ShownKey::from(made)))
}

fn key_id(made: &MadeKey) -> &str {
    &made.record.id
}

/// Creates a successor. The old key stays valid for the overlap.
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let (key, path) = (once_key(request.headers())?, request.uri().path().to_owned());
    let body = read_body(&app, request).await?;
    let rotation = Rotation::read(&body)?;
    let (origin, now) = app.by(&requester);
    let ends = rotation.old_ends(now);
    let tenant = requester.caller.tenant;
    let once = once_of(key, &tenant, (&origin, now), &[path.as_bytes(), &body]);
    let rotate = move |change: &mut Change<'_>| change.rotate_key(&tenant, &id, ends, origin, now);
    let made = show_once(&app, once, "key", key_id, rotate).await?;
    Ok(json_response(StatusCode::CREATED, &ShownKey::from(made)))
}

/// Revokes a key at once.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let (origin, now) = app.by(&requester);
    let tenant = requester.caller.tenant;
    let revoked = app.change(move |change| change.revoke_key(&tenant, &id, origin, now)).await?;
    Ok(json_response(StatusCode::OK, &revoked))
}
