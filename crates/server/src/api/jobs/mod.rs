//! `/api/v1/jobs`: files of customers that are screened in the background.

mod plan;
mod receive;
mod result;
mod rows;
mod run;
mod spool;

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use interdict_engine::audit::{Job, JobFilter, JobPlan, JobState, NewJob, OnceKey};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::once::{change_once, once_key};
use super::page::{cursor, page_params};
use super::screen_settings::check_screening;
use crate::app::App;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

pub(super) use plan::{FILE_PARAMETERS, FileSettings, JobSettings, format_of};
pub(crate) use receive::RECEIVING_TIME;
pub(crate) use result::result;
pub(super) use rows::JobLine;
pub(crate) use run::{later, run_jobs, server};
pub(super) use spool::Spool;
pub(crate) use spool::SpoolFolder;

/// A page of jobs, the newest first.
#[derive(Serialize, JsonSchema)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
    /// The cursor of the next page; `None` for the last page.
    next_cursor: Option<String>,
}

/// Receives a file, and answers before it is screened.
pub(crate) async fn make(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    app.store().ok_or(ApiError::NotFound("There is no store."))?;
    let key = once_key(request.headers())?;
    let format = format_of(request.headers())?;
    let query = request.uri().query().unwrap_or_default().to_owned();
    let settings = JobSettings::parse(&query)?;
    check_screening(&app, &requester, settings.screening.clone()).await?;
    let received = receive::receive(&app, &requester.caller.tenant, request).await?;
    let (origin, now) = app.by(&requester);
    let once = key.map(|key| {
        let parts = [query.as_bytes(), format.as_bytes(), received.digest.as_bytes()];
        OnceKey::new(requester.caller.tenant.clone(), &origin.actor, &key, &parts, now)
    });
    // Results are kept no longer than the screenings of their rows: otherwise a result would still hold data that was
    // erased there.
    let days = app.config.job_days.min(app.keep_days().unwrap_or(u32::MAX));
    let days = SignedDuration::from_hours(i64::from(days) * 24);
    let plan = JobPlan {
        format: format.to_owned(),
        digest: received.digest.clone(),
        bytes: received.bytes,
        settings: serde_json::to_value(&settings)
            .map_err(|_| ApiError::Internal("the settings of a job"))?,
    };
    let new = NewJob {
        tenant: requester.caller.tenant.clone(),
        id: received.id.clone(),
        plan,
        keep_until: now.checked_add(days).unwrap_or(Timestamp::MAX),
    };
    let made = change_once(&app, once, move |change| change.make_job(new, origin, now)).await;
    // A repeated request already has a job, and a refused one has none: the parts received for it are deleted.
    let id_of = |job: &Value| job.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let is_new = made.as_ref().is_ok_and(|job| id_of(job) == received.id.as_str());
    if !is_new {
        let id = received.id;
        app.change(move |change| change.drop_job_input(&id)).await?;
    }
    let job = made?;
    app.wake_jobs.notify_one();
    let mut response = json_response(StatusCode::ACCEPTED, &job);
    if let Ok(location) = HeaderValue::from_str(&format!("/api/v1/jobs/{}", id_of(&job))) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// A page of jobs.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let (params, limit) = page_params(query, &["state"])?;
    let unknown = || {
        let states = "queued, running, done, incomplete, failed or cancelled";
        ApiError::Shape(format!("state: {states}"))
    };
    let state = params.last("state").map(|name| JobState::parse(name).ok_or_else(unknown));
    let filter = JobFilter { state: state.transpose()?, after: cursor(&params)?, limit };
    let page = app.in_store(move |store| store.jobs(&requester.caller.tenant, &filter)).await?;
    let next_cursor = page.next.map(|place| place.to_string());
    Ok(json_response(StatusCode::OK, &Jobs { jobs: page.jobs, next_cursor }))
}

/// One job.
pub(crate) async fn job(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let job = app.in_store(move |store| store.job(&requester.caller.tenant, &id)).await?;
    Ok(json_response(StatusCode::OK, &job))
}

/// Cancels a job, or deletes the result of one that has ended.
pub(crate) async fn cancel(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let (origin, now) = app.by(&requester);
    let tenant = requester.caller.tenant;
    let job = app.change(move |change| change.cancel_job(&tenant, &id, origin, now)).await?;
    Ok(json_response(StatusCode::OK, &job))
}
