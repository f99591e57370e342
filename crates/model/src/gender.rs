//! Gender as FollowTheMoney writes it.

use std::str::FromStr;

use serde::Serialize;

/// `male`, `female` or `other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
    /// Anything else that a source states.
    Other,
}

/// A text that names no gender.
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
        match text.trim().to_lowercase().as_str() {
            "m" | "male" | "man" => Ok(Self::Male),
            "f" | "female" | "woman" => Ok(Self::Female),
            "other" | "o" | "x" => Ok(Self::Other),
            _ => Err(GenderError(text.chars().take(60).collect())),
        }
    }
}
