//! Numbers of generations.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The number of a generation: one state of all lists of a data directory. A later generation has a
/// larger number.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    JsonSchema,
    Deserialize,
)]
#[serde(transparent)]
pub struct GenerationId(u64);

impl GenerationId {
    /// The state before the first import, with the built-in dataset only.
    pub const BUILT_IN_ONLY: Self = Self(0);

    /// The generation after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl From<u64> for GenerationId {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl From<GenerationId> for u64 {
    fn from(id: GenerationId) -> Self {
        id.0
    }
}

impl FromStr for GenerationId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for GenerationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generations_are_ordered_by_number_and_not_by_text() {
        let ids = ["9", "10", "100"].map(|text| text.parse::<GenerationId>().unwrap());
        assert!(ids.is_sorted() && ids[0] < ids[1]);
        assert_eq!(ids[0].next(), ids[1]);
        assert!(GenerationId::BUILT_IN_ONLY < GenerationId::from(1));
    }

    #[test]
    fn a_generation_is_a_plain_number_in_json_and_pads_like_one() {
        let id = GenerationId::from(12);
        assert_eq!(serde_json::to_string(&id).unwrap(), "12");
        assert_eq!(serde_json::from_str::<GenerationId>("12").unwrap(), id);
        assert_eq!(format!("{id:>4}"), "  12");
        assert!("x".parse::<GenerationId>().is_err());
    }
}
