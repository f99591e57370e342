//! `/api/v1/monitors`: customers whose matches are looked at again when the lists change.

mod bulk;
mod customers;
mod sweep;

use std::sync::Arc;

use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::PartyQuery;
use interdict_engine::audit::{Change, Monitor, NewMonitor, OnceKey, StoreError, matcher};
use interdict_model::Schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::once::once_key;
use super::read_json;
use super::screen_settings::{Screener, Settings};
use crate::app::{App, Loaded};
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

pub(super) use bulk::BulkReport;
pub(crate) use bulk::put_all;
pub(super) use customers::{CustomerDocument, Customers};
pub(crate) use customers::{customer, list_customers, put, remove};
pub(crate) use sweep::sweep_monitors;

/// The longest name of a monitor, in bytes.
const LONGEST_NAME: usize = 100;

/// What a new monitor is to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewMonitor")]
pub(super) struct MonitorCall {
    /// What it is for, in a few words.
    name: String,
    #[serde(default)]
    settings: MonitorSettings,
}

/// How the customers of a monitor are screened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MonitorSettings {
    /// The lists; all of them if none is named.
    #[serde(default)]
    datasets: Vec<String>,
    threshold: Option<f64>,
    algorithm: Option<String>,
    /// What a customer is who does not say so.
    schema: Option<String>,
}

impl MonitorSettings {
    fn screening(&self) -> Settings {
        Settings::of(self.datasets.clone(), self.threshold, self.algorithm.clone())
    }

    fn schema(&self) -> Result<Option<Schema>, ApiError> {
        let schema = self.schema.clone().map(Schema::from);
        if schema.as_ref().is_some_and(|schema| schema.definition().is_none()) {
            return Err(ApiError::Shape("schema: no schema of FollowTheMoney".to_owned()));
        }
        Ok(schema)
    }

    /// A customer as it is screened.
    fn complete(&self, mut party: PartyQuery) -> Result<PartyQuery, ApiError> {
        if party.schema.is_none() {
            party.schema = self.schema()?;
        }
        Ok(party)
    }
}

/// A monitor, and whether all that it says is of the lists in use.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MonitorState")]
pub(super) struct MonitorDocument {
    #[serde(flatten)]
    monitor: Monitor,
    /// Whether every customer was screened, and looked at with the lists in use.
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

/// Whether a monitor has seen the lists in use with this program.
fn has_seen(monitor: &Monitor, loaded: &Loaded) -> bool {
    monitor.generation == Some(loaded.lists.number().into())
        && monitor.matcher.as_deref() == Some(matcher())
}

/// Makes a monitor.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let key = once_key(request.headers())?;
    let body = read_body(&app, request).await?;
    let MonitorCall { name, settings } = read_json(&body)?;
    if name.trim().is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(ApiError::Shape(format!("name: 1 to {LONGEST_NAME} bytes of plain text")));
    }
    settings.schema()?;
    let (asking, screening) = (requester.clone(), settings.screening());
    app.work(move |app| {
        let loaded = app.loaded()?;
        let session = app.session_of(&asking);
        Screener::new(app, &loaded.lists, session, &asking.caller, &screening).map(drop)
    })
    .await?;
    let (by, now) = app.by(&requester);
    let tenant = requester.caller.tenant;
    let settings = serde_json::to_value(&settings)
        .map_err(|_| ApiError::Internal("the settings of a monitor"))?;
    let once = key.map(|key| {
        let asked = [by.actor.as_bytes(), b"/api/v1/monitors", body.as_ref()];
        OnceKey::new(tenant.clone(), &key, &asked, now)
    });
    let new = NewMonitor { tenant, name, settings };
    let make = move |change: &mut Change<'_>| {
        let monitor = change.make_monitor(new, by, now)?;
        serde_json::to_vec(&monitor).map_err(|error| StoreError::Statement(error.to_string()))
    };
    let made = app
        .change(move |change| match once {
            Some(once) => change.once(&once, make),
            None => make(change),
        })
        .await?;
    let made: serde_json::Value =
        serde_json::from_slice(&made).map_err(|_| ApiError::Internal("an answer that was kept"))?;
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
