//! Pages of long answers: number of items, and cursor.

use crate::error::ApiError;
use crate::params::Params;

/// Default and maximum number of items of a page.
const PAGE: (i64, i64) = (100, 1_000);

/// The parameters of a page: `cursor`, `limit`, and the given others.
///
/// # Errors
/// When there are other parameters, or the limit is invalid.
pub(super) fn page_params(
    query: Option<String>,
    others: &[&str],
) -> Result<(Params, u32), ApiError> {
    let mut params = Params::parse(query.unwrap_or_default().as_bytes());
    let limit = page_limit(&mut params);
    let params = params.checked()?;
    params.only(&[&["cursor", "limit"], others].concat())?;
    Ok((params, limit))
}

/// The number of items of the page. A fault is collected with those of the other parameters.
pub(super) fn page_limit(params: &mut Params) -> u32 {
    u32::try_from(params.integer("limit", PAGE.0, PAGE.1)).unwrap_or(1).max(1)
}

/// The position that a cursor stands for.
pub(super) fn cursor(params: &Params) -> Result<Option<u64>, ApiError> {
    let foreign = |_| ApiError::BadRequest("cursor: not one of an answer".to_owned());
    params.last("cursor").map(|cursor| cursor.parse().map_err(foreign)).transpose()
}
