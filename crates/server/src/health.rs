//! Liveness, readiness, and loading of newer lists.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::error::{ApiError, json_response};
use crate::params::Params;

/// Liveness.
pub(crate) async fn healthz() -> Response {
    json_response(StatusCode::OK, &json!({ "status": "ok" }))
}

/// Readiness: the lists are open, and shutdown was not requested. The age of lists is not part of it, since each answer
/// states it.
pub(crate) async fn readyz(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    app.loaded()?;
    if app.is_ending() {
        return Err(ApiError::Unavailable("The server is about to end.".to_owned()));
    }
    Ok(healthz().await)
}

/// Loads the active generation, if it is another one.
pub(crate) async fn updatez(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    params.boolean("sync", false);
    let params = params.checked()?;
    let given = params.last("token").unwrap_or_default();
    let is_right = app.config.update_token.as_deref().is_some_and(|token| is_same(token, given));
    if !is_right {
        return Err(ApiError::Forbidden("Invalid token."));
    }
    app.work(|app| Ok(app.load()?)).await?;
    Ok(healthz().await)
}

/// Compares two secrets in constant time.
fn is_same(secret: &str, given: &str) -> bool {
    let difference = |(one, other): (u8, u8)| one ^ other;
    let differs = secret.bytes().zip(given.bytes()).map(difference).fold(0, |all, one| all | one);
    secret.len() == given.len() && !secret.is_empty() && differs == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_is_the_secret() {
        assert!(is_same("test", "test"));
        for given in ["", "tes", "tesx", "test1"] {
            assert!(!is_same("test", given), "{given}");
        }
        assert!(!is_same("", ""));
    }
}
