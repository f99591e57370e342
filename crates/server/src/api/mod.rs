//! Our own interface under `/api/v1`: everything that clients of yente do not know of.

mod audit;
mod keys;
mod lists;
mod problem;
mod screen;
mod screen_lines;
mod screen_settings;
mod wallets;

use std::sync::Arc;

use axum::body::Bytes;
use axum::routing::{MethodRouter, delete, get, post};
use interdict_engine::audit::{Proof, Replay, Right};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::app::App;
use crate::error::ApiError;
use crate::router::Route;

pub(crate) use problem::{Fault, problem};

/// What callers send.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its members name the types that are described")]
pub(crate) struct Bodies {
    screen: screen::Call,
    wallet: wallets::WalletCall,
    key: keys::NewKey,
    rotation: keys::Rotation,
}

/// What they get.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its members name the types that are described")]
pub(crate) struct Documents {
    screen: screen::Answer,
    events: audit::Events,
    proof: Proof,
    replay: Replay,
    keys: keys::Keys,
    made: keys::ShownKey,
}

/// Where it begins.
pub(crate) const PREFIX: &str = "/api/v1/";

type Guarded = fn(Right, &'static str, &'static [&'static str], MethodRouter<Arc<App>>) -> Route;

/// Its routes.
pub(crate) fn routes(guarded: Guarded) -> Vec<Route> {
    const GET: &[&str] = &["get"];
    const POST: &[&str] = &["post"];
    let keys = get(keys::list).post(keys::make);
    vec![
        guarded(Right::Screen, "/api/v1/screen", POST, post(screen::screen)),
        guarded(Right::Screen, "/api/v1/wallets", POST, post(wallets::wallet)),
        guarded(Right::Read, "/api/v1/networks/{id}", GET, get(wallets::network)),
        guarded(Right::Read, "/api/v1/lists", GET, get(lists::lists)),
        guarded(Right::ReadAudit, "/api/v1/audit", GET, get(audit::events)),
        guarded(Right::ReadAudit, "/api/v1/audit/checkpoint", GET, get(audit::checkpoint)),
        guarded(Right::ReadAudit, "/api/v1/audit/{seq}", GET, get(audit::event)),
        guarded(Right::ReadAudit, "/api/v1/audit/{seq}/proof", GET, get(audit::proof)),
        guarded(Right::ReadAudit, "/api/v1/audit/{seq}/replay", POST, post(audit::replay)),
        guarded(Right::ManageKeys, "/api/v1/keys", &["get", "post"], keys),
        guarded(Right::ManageKeys, "/api/v1/keys/{id}", &["delete"], delete(keys::revoke)),
        guarded(Right::ManageKeys, "/api/v1/keys/{id}/rotate", POST, post(keys::rotate)),
    ]
}

/// Reads a body in JSON.
///
/// # Errors
/// 400 when it is no JSON, 422 when it has another shape.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => ApiError::Shape(error.to_string()),
        _ => ApiError::BadRequest(format!("The body is no JSON: {error}")),
    })
}
