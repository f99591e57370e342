//! `/api/v1/settings`: a tenant's rules about its cases.

use std::sync::Arc;

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::audit::Setting;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::read_json;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

/// The new value of a setting.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewValue {
    /// Of `four_eyes`: `on` or `off`. Of `case_reasons`: codes with texts and dispositions.
    value: Value,
}

/// All settings of the tenant.
pub(crate) async fn settings(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
) -> Result<Response, ApiError> {
    let settings = app.in_store(move |store| store.settings(&requester.caller.tenant)).await?;
    Ok(json_response(StatusCode::OK, &settings))
}

/// Changes a setting. The old and the new value are recorded.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let NewValue { value } = read_json(&read_body(&app, request).await?)?;
    let setting = Setting::parse(&name, value)?;
    let (origin, now) = app.by(&requester);
    let tenant = requester.caller.tenant;
    let changed =
        app.change(move |change| change.change_setting(&tenant, setting, origin, now)).await?;
    Ok(json_response(StatusCode::OK, &changed))
}
