//! Pages of long answers: how many items, and where the next ones begin.

use crate::error::ApiError;
use crate::params::Params;

/// Items of a page unless another number is asked for, and the most of them.
const PAGE: (i64, i64) = (100, 1_000);

/// The parameters of a page: `cursor`, `limit`, and these others.
///
/// # Errors
/// When there are others than these, or the limit is not as documented.
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

/// How many items the page may have. A fault is kept in the parameters, with those of the others.
pub(super) fn page_limit(params: &mut Params) -> u32 {
    u32::try_from(params.integer("limit", PAGE.0, PAGE.1)).unwrap_or(1).max(1)
}

/// The position that the cursor of an earlier answer names.
pub(super) fn cursor(params: &Params) -> Result<Option<u64>, ApiError> {
    let foreign = |_| ApiError::BadRequest("cursor: not one of an answer".to_owned());
    params.last("cursor").map(|cursor| cursor.parse().map_err(foreign)).transpose()
}
