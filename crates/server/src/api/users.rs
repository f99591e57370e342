//! `/api/v1/users`: the accounts of people, for admins.

use std::sync::Arc;

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::audit::{Change, PersonRequest, Role, UserList};
use schemars::JsonSchema;
use serde::Deserialize;

use super::once::{change_once, once_key, once_of};
use super::read_json;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

/// A new person.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    /// The name for signing in: 1 to 64 of a-z, 0-9 and . _ @ + -
    name: String,
    /// The display name; the name by default.
    #[serde(default)]
    display_name: Option<String>,
    roles: Vec<Role>,
    /// At least 12 characters.
    password: String,
}

/// The new roles of a person.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRoles {
    roles: Vec<Role>,
}

/// The new password of a person.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    /// At least 12 characters.
    password: String,
}

/// All people of the tenant, by name.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
) -> Result<Response, ApiError> {
    let users = app.in_store(move |store| store.people(&requester.caller.tenant)).await?;
    Ok(json_response(StatusCode::OK, &UserList { users }))
}

/// Creates an account.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let key = once_key(request.headers())?;
    let body = read_body(&app, request).await?;
    let NewPerson { name, display_name, roles, password } = read_json(&body)?;
    let password = app.hash_password(password).await?;
    let ((origin, now), tenant) = (app.by(&requester), requester.caller.tenant);
    let display_name = display_name.unwrap_or_else(|| name.clone());
    let once = once_of(key, &tenant, (&origin, now), &[b"/api/v1/users", &body]);
    let request = PersonRequest { tenant, name, display_name, roles, password };
    let make = move |change: &mut Change<'_>| change.make_person(request, origin, now);
    let made = change_once(&app, once, make).await?;
    Ok(json_response(StatusCode::CREATED, &made))
}

/// Changes the roles of a person.
pub(crate) async fn roles(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let NewRoles { roles } = read_json(&read_body(&app, request).await?)?;
    let ((origin, now), tenant) = (app.by(&requester), requester.caller.tenant);
    let changed =
        app.change(move |change| change.change_roles(&tenant, &id, roles, origin, now)).await?;
    Ok(json_response(StatusCode::OK, &changed))
}

/// Changes a person's password, and ends their sessions.
pub(crate) async fn password(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let NewPassword { password } = read_json(&read_body(&app, request).await?)?;
    let hash = app.hash_password(password).await?;
    let ((origin, now), tenant) = (app.by(&requester), requester.caller.tenant);
    let changed =
        app.change(move |change| change.set_password(&tenant, &id, &hash, origin, now)).await?;
    Ok(json_response(StatusCode::OK, &changed))
}

/// Disables an account, and ends its sessions.
pub(crate) async fn disable(
    state: State<Arc<App>>,
    requester: Extension<Requester>,
    id: Path<String>,
) -> Result<Response, ApiError> {
    set_disabled(state, requester, id, true).await
}

/// Enables an account again.
pub(crate) async fn enable(
    state: State<Arc<App>>,
    requester: Extension<Requester>,
    id: Path<String>,
) -> Result<Response, ApiError> {
    set_disabled(state, requester, id, false).await
}

async fn set_disabled(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    is_disabled: bool,
) -> Result<Response, ApiError> {
    let ((origin, now), tenant) = (app.by(&requester), requester.caller.tenant);
    let changed = app
        .change(move |change| change.set_disabled(&tenant, &id, is_disabled, origin, now))
        .await?;
    Ok(json_response(StatusCode::OK, &changed))
}
