//! Rotation of a secret: the old one stays valid for an overlap.

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::read_json;
use crate::error::ApiError;

/// Default and maximum overlap, in hours.
const OVERLAP: (u32, u32) = (24, 24 * 30);

/// How a secret is rotated.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotation {
    overlap_hours: Option<u32>,
}

impl Rotation {
    /// Reads a body, which may be empty.
    ///
    /// # Errors
    /// When it is not as documented.
    pub(super) fn read(body: &Bytes) -> Result<Self, ApiError> {
        let rotation = if body.is_empty() { Self::default() } else { read_json(body)? };
        if rotation.hours() > OVERLAP.1 {
            return Err(ApiError::Shape(format!("overlap_hours: 0 to {}", OVERLAP.1)));
        }
        Ok(rotation)
    }

    fn hours(&self) -> u32 {
        self.overlap_hours.unwrap_or(OVERLAP.0)
    }

    /// The end of the old secret, if the new one is created at a given moment.
    pub(super) fn old_ends(&self, now: Timestamp) -> Timestamp {
        now.checked_add(SignedDuration::from_hours(self.hours().into())).unwrap_or(now)
    }
}
