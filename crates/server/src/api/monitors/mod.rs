//! `/api/v1/monitors`: customers who are screened again when the lists change.

mod bulk;
mod customers;
mod sweep;

use std::sync::Arc;

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::PartyQuery;
use interdict_engine::audit::{Monitor, NewMonitor, matcher};
use interdict_model::Schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::once::{change_once, once_key, once_of};
use super::screen_settings::{Settings, check_screening};
use super::{check_name, known_schema, read_json};
use crate::app::{App, Loaded};
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

pub(super) use bulk::BulkReport;
pub(crate) use bulk::put_all;
pub(super) use customers::{CustomerDocument, Customers};
pub(crate) use customers::{customer, list_customers, put, remove};
pub(crate) use sweep::sweep_monitors;

/// The properties of a new monitor.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewMonitor")]
pub(super) struct MonitorCall {
    /// Its purpose, in a few words.
    name: String,
    #[serde(default)]
    settings: MonitorSettings,
}

/// How the customers of a monitor are screened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MonitorSettings {
    /// The lists; all of them by default.
    #[serde(default)]
    datasets: Vec<String>,
    threshold: Option<f64>,
    algorithm: Option<String>,
    /// The schema of customers that name none.
    schema: Option<String>,
}

impl MonitorSettings {
    fn screening(&self) -> Settings {
        Settings::of(self.datasets.clone(), self.threshold, self.algorithm.clone())
    }

    fn schema(&self) -> Result<Option<Schema>, ApiError> {
        known_schema(self.schema.as_ref())
    }

    /// A customer as a query.
    fn complete(&self, mut party: PartyQuery) -> Result<PartyQuery, ApiError> {
        if party.schema.is_none() {
            party.schema = self.schema()?;
        }
        Ok(party)
    }
}

/// A monitor, and whether its results are up to date with the lists in use.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MonitorState")]
pub(super) struct MonitorDocument {
    #[serde(flatten)]
    monitor: Monitor,
    /// Whether every customer was screened, and checked against the lists in use.
    current: bool,
}

/// All monitors of a tenant.
#[derive(Serialize, JsonSchema)]
pub(super) struct Monitors {
    monitors: Vec<MonitorDocument>,
}

impl MonitorDocument {
    fn new(monitor: Monitor, loaded: &Loaded) -> Self {
        let current = monitor.waiting == 0 && has_seen(&monitor, loaded);
        Self { monitor, current }
    }
}

/// Whether a monitor has processed the lists in use with this version of the program, as of today.
fn has_seen(monitor: &Monitor, loaded: &Loaded) -> bool {
    monitor.generation == Some(loaded.lists.number().into())
        && monitor.matcher.as_deref() == Some(matcher())
        && monitor.day.as_deref() == Some(sweep::day_of(&loaded.lists).as_str())
}

/// Creates a monitor.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let key = once_key(request.headers())?;
    let body = read_body(&app, request).await?;
    let MonitorCall { name, settings } = read_json(&body)?;
    check_name(&name)?;
    settings.schema()?;
    check_screening(&app, &requester, settings.screening()).await?;
    let (by, now) = app.by(&requester);
    let tenant = requester.caller.tenant;
    let settings = serde_json::to_value(&settings)
        .map_err(|_| ApiError::Internal("the settings of a monitor"))?;
    let once = once_of(key, &tenant, (&by, now), &[b"/api/v1/monitors", &body]);
    let new = NewMonitor { tenant, name, settings };
    let made = change_once(&app, once, move |change| change.make_monitor(new, by, now)).await?;
    Ok(json_response(StatusCode::CREATED, &made))
}

/// All monitors.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
) -> Result<Response, ApiError> {
    let monitors = app.in_store(move |store| store.monitors(&requester.caller.tenant)).await?;
    let loaded = app.loaded()?;
    let document = |monitor| MonitorDocument::new(monitor, &loaded);
    let monitors = monitors.into_iter().map(document).collect();
    Ok(json_response(StatusCode::OK, &Monitors { monitors }))
}

/// One monitor.
pub(crate) async fn monitor(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let monitor = app.in_store(move |store| store.monitor(&requester.caller.tenant, &id)).await?;
    let loaded = app.loaded()?;
    Ok(json_response(StatusCode::OK, &MonitorDocument::new(monitor, &loaded)))
}

/// Deletes a monitor with its customers. Their cases stay.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let (by, now) = app.by(&requester);
    let tenant = requester.caller.tenant;
    let deleted = app.change(move |change| change.delete_monitor(&tenant, &id, by, now)).await?;
    Ok(json_response(StatusCode::OK, &deleted))
}
