//! Gender as FollowTheMoney writes it.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::words::gender_of_word;

/// `male`, `female` or `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Anything else that a source states.
    Other,
}

/// The text does not name a gender.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} names no gender")]
pub struct GenderError(String);

impl Gender {
    /// The value that FollowTheMoney uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Other => "other",
        }
    }
}

impl FromStr for Gender {
    type Err = GenderError;

    fn from_str(text: &str) -> Result<Self, GenderError> {
        gender_of_word(text).ok_or_else(|| GenderError(text.chars().take(60).collect()))
    }
}
