//! `/api/v1/webhooks`: endpoints to which events are sent, and their deliveries.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::audit::{
    Change, Delivery, DeliveryFilter, DeliveryState, MadeWebhook, MessageKinds, NewWebhook, Webhook,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::once::{once_key, once_of, show_once};
use super::page::{cursor, page_params};
use super::read_json;
use super::rotation::Rotation;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;
use crate::webhooks::Target;

/// The properties of a new webhook.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewWebhook")]
pub(super) struct WebhookCall {
    /// The endpoint: an https URL.
    url: String,
    /// The types of events that are sent, such as `match.new`, `case.*` or `*`.
    events: Vec<String>,
}

/// All webhooks of a tenant.
#[derive(Serialize, JsonSchema)]
pub(super) struct Webhooks {
    webhooks: Vec<Webhook>,
}

/// A page of messages, the newest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct Deliveries {
    deliveries: Vec<Delivery>,
    /// The cursor of the next page; `None` for the last page.
    next_cursor: Option<String>,
}

/// All webhooks, without their secrets.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
) -> Result<Response, ApiError> {
    let webhooks = app.in_store(move |store| store.webhooks(&requester.caller.tenant)).await?;
    Ok(json_response(StatusCode::OK, &Webhooks { webhooks }))
}

/// Creates a webhook. Its secret is in this answer only.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let key = once_key(request.headers())?;
    let body = read_body(&app, request).await?;
    let WebhookCall { url, events } = read_json(&body)?;
    Target::parse(&url, &app.config.webhooks).map_err(ApiError::Shape)?;
    let kinds = MessageKinds::parse(events)?;
    let (by, now) = app.by(&requester);
    let tenant = requester.caller.tenant;
    let once = once_of(key, &tenant, (&by, now), &[b"/api/v1/webhooks", &body]);
    let new = NewWebhook { tenant, url, kinds };
    let make = move |change: &mut Change<'_>| change.make_webhook(new, by, now);
    let made = show_once(&app, once, "webhook", webhook_id, make).await?;
    Ok(json_response(StatusCode::CREATED, &made))
}

fn webhook_id(made: &MadeWebhook) -> &str {
    &made.webhook.id
}

/// One webhook.
pub(crate) async fn webhook(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let found = app.in_store(move |store| store.webhook(&requester.caller.tenant, &id)).await?;
    Ok(json_response(StatusCode::OK, &found))
}

/// Deletes a webhook with its undelivered messages.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let by = app.by(&requester);
    let tenant = requester.caller.tenant;
    let deleted = app.change(move |change| change.delete_webhook(&tenant, &id, by)).await?;
    Ok(json_response(StatusCode::OK, &deleted))
}

/// Rotates the secret of a webhook.
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let (key, path) = (once_key(request.headers())?, request.uri().path().to_owned());
    let body = read_body(&app, request).await?;
    let rotation = Rotation::read(&body)?;
    let by = app.by(&requester);
    let until = rotation.old_ends(by.1);
    let tenant = requester.caller.tenant;
    let once = once_of(key, &tenant, (&by.0, by.1), &[path.as_bytes(), &body]);
    let rotate = move |change: &mut Change<'_>| change.rotate_webhook(&tenant, &id, until, by);
    let made = show_once(&app, once, "webhook", webhook_id, rotate).await?;
    Ok(json_response(StatusCode::OK, &made))
}

/// Enables a webhook again.
pub(crate) async fn enable(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let by = app.by(&requester);
    let tenant = requester.caller.tenant;
    let webhook = app.change(move |change| change.enable_webhook(&tenant, &id, by)).await?;
    Ok(json_response(StatusCode::OK, &webhook))
}

/// Disables a webhook.
pub(crate) async fn disable(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let by = app.by(&requester);
    let tenant = requester.caller.tenant;
    let disable =
        app.change(move |change| change.disable_webhook(&tenant, &id, "disabled", by)).await?;
    Ok(json_response(StatusCode::OK, &disable))
}

/// A page of messages to a webhook.
pub(crate) async fn deliveries(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let (params, limit) = page_params(query, &["state"])?;
    let unknown = || ApiError::Shape("state: waiting, done or dead".to_owned());
    let state = params.last("state").map(|name| DeliveryState::parse(name).ok_or_else(unknown));
    let filter = DeliveryFilter { state: state.transpose()?, before: cursor(&params)?, limit };
    let tenant = requester.caller.tenant;
    let page = app.in_store(move |store| store.deliveries(&tenant, &id, &filter)).await?;
    let next_cursor = page.next.map(|place| place.to_string());
    let page = Deliveries { deliveries: page.deliveries, next_cursor };
    Ok(json_response(StatusCode::OK, &page))
}

/// Retries a message whose delivery was given up.
pub(crate) async fn resend(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path((id, message)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let by = app.by(&requester);
    let tenant = requester.caller.tenant;
    let sent = app.change(move |change| change.send_again(&tenant, &id, &message, by)).await?;
    Ok(json_response(StatusCode::OK, &sent))
}
