//! `GET /api/v1/networks/{id}`: the network of an entity.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::app::App;
use crate::error::{ApiError, json_response};
use crate::params::Params;
use crate::requester::Requester;

/// Default and maximum number of steps from an entity.
const STEPS: (i64, i64) = (2, 6);

/// The network of an entity.
pub(crate) async fn network(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let depth = params.integer("depth", STEPS.0, STEPS.1);
    params.checked()?.only(&["depth"])?;
    app.work(move |app| {
        let loaded = app.loaded()?;
        let session = app.session_of(&requester);
        if session.find_entity(&loaded.lists, &id)?.is_none() {
            return Err(ApiError::NotFound("No such entity."));
        }
        let depth = usize::try_from(depth).unwrap_or_default();
        let network = session.network(&loaded.lists, &id, depth)?;
        Ok(json_response(StatusCode::OK, &session.document(&network)))
    })
    .await
}
