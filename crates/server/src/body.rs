//! Bodies of requests, within limits on size and time.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;

use crate::app::App;
use crate::error::ApiError;

/// The whole body of a request.
///
/// # Errors
/// When it exceeds the limit on size, or does not arrive in time: a caller who sends single bytes slowly would
/// otherwise hold a connection and its memory indefinitely (Slowloris).
pub(crate) async fn read_body(app: &App, request: Request) -> Result<Bytes, ApiError> {
    let time = app.config.body_time;
    let body = tokio::time::timeout(time, Bytes::from_request(request, &())).await;
    match body.map_err(|_| ApiError::SlowBody(time.as_secs()))? {
        Ok(bytes) => Ok(bytes),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(ApiError::TooLarge(app.config.body_bytes))
        }
        Err(_) => Err(ApiError::BadRequest("There was an error parsing the body".to_owned())),
    }
}
