//! `GET /api/v1/lists`: the lists in use, their versions and ages, and what is missing.

use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::App;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

pub(crate) async fn lists(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
) -> Result<Response, ApiError> {
    app.work(move |app| {
        let loaded = app.loaded()?;
        let session = app.session_of(&requester);
        let status = session.lists_status(&loaded.lists, false)?;
        Ok(json_response(StatusCode::OK, &session.document(&status)))
    })
    .await
}
