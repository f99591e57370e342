//! Idempotent requests: `Idempotency-Key`.

use axum::http::HeaderMap;
use interdict_engine::audit::{Change, OnceKey, Origin, StoreError, Tenant};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::error::ApiError;

/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 200;

/// The idempotency key of a request, as a token or a quoted string.
pub(super) fn once_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let key = quoted.unwrap_or(text);
    if !(1..=LONGEST_KEY).contains(&key.len()) || key.contains('"') {
        let text = format!("Idempotency-Key: 1 to {LONGEST_KEY} plain characters");
        return Err(ApiError::BadRequest(text));
    }
    Ok(Some(key.to_owned()))
}

/// Carries out a change, or returns the stored answer if the same request was carried out before. Returns the answer in
/// JSON.
///
/// # Errors
/// The errors of the change, and 422 if the key was used with another request.
pub(super) async fn change_once<T: Serialize>(
    app: &App,
    once: Option<OnceKey>,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<Value, ApiError> {
    let work = |change: &mut Change<'_>| {
        let answer = work(change)?;
        serde_json::to_vec(&answer).map_err(|error| StoreError::Statement(error.to_string()))
    };
    let bytes = app
        .change(move |change| match once {
            Some(once) => change.once(&once, work),
            None => work(change),
        })
        .await?;
    serde_json::from_slice(&bytes).map_err(|_| ApiError::Internal("an answer that was kept"))
}

/// An idempotent request, if it has a key: path and body. The key belongs to the caller.
pub(super) fn once_of(
    key: Option<String>,
    tenant: &Tenant,
    by: (&Origin, Timestamp),
    asked: &[&[u8]],
) -> Option<OnceKey> {
    let (origin, now) = by;
    key.map(|key| OnceKey::new(tenant.clone(), &origin.actor, &key, asked, now))
}

/// Creates something with a secret that is shown once. For repeated requests only the id is kept, because the secret would
/// otherwise be stored for a day.
///
/// # Errors
/// The errors of the change, 409 with the id if the same request was carried out before, and 422 if the key was used
/// with another request.
pub(super) async fn show_once<T: Send + 'static>(
    app: &App,
    once: Option<OnceKey>,
    what: &'static str,
    id: fn(&T) -> &str,
    work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ApiError> {
    let made = app
        .change(move |change| {
            let Some(once) = once else { return work(change).map(Ok) };
            let mut made = None;
            let kept = change.once(&once, |change| {
                let new = work(change)?;
                let kept = id(&new).as_bytes().to_vec();
                made = Some(new);
                Ok(kept)
            })?;
            Ok(made.ok_or_else(|| String::from_utf8_lossy(&kept).into_owned()))
        })
        .await?;
    made.map_err(|id| ApiError::MadeBefore { what, id })
}
