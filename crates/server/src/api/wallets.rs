//! `POST /api/v1/wallets` and `GET /api/v1/networks/{id}`: what the ledgers and lists know of an address, and who
//! stands around an entity.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::{JoinRules, LabelSources, WalletQuery};
use schemars::JsonSchema;
use serde::Deserialize;

use super::read_json;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::params::Params;
use crate::requester::Requester;

/// Steps from an entity unless another number is asked for, and the most of them.
const STEPS: (i64, i64) = (2, 6);

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WalletCall {
    address: String,
}

/// What is known of an address. It is in the body, because addresses of requests end up in logs.
pub(crate) async fn wallet(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let body = read_body(&app, request).await?;
    let call: WalletCall = read_json(&body)?;
    app.work(move |app| {
        let loaded = app.loaded()?;
        let session = app.session_of(&requester);
        let query = WalletQuery {
            address: call.address,
            labels: LabelSources::default(),
            join: JoinRules::default(),
        };
        let answer = session.wallet(&loaded.lists, &query).map_err(of_caller)?;
        Ok(json_response(StatusCode::OK, &session.document(&answer)))
    })
    .await
}

/// Who stands around an entity.
pub(crate) async fn network(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let depth = params.integer("depth", STEPS.0, STEPS.1);
    params.checked()?;
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

/// An address that cannot be one is a fault of the caller.
fn of_caller(error: interdict_engine::EngineError) -> ApiError {
    match error {
        interdict_engine::EngineError::Chain(error) => ApiError::Shape(error.to_string()),
        other => other.into(),
    }
}
