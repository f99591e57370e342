//! Requests that may be sent again: `Idempotency-Key`.

use axum::http::HeaderMap;

use crate::error::ApiError;

/// The longest key of a request that may be sent again, in bytes.
const LONGEST_KEY: usize = 200;

/// The key of a request that its caller may send again, as text or as a quoted one.
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
