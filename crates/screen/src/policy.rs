//! How a question is to be answered.

use std::str::FromStr;

use interdict_model::{DatasetName, DatePrefix, Score};
use serde::Serialize;

/// Which score is computed from two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// The project's own comparison.
    #[default]
    Interdict,
    /// An emulation of the score of OFAC's search page, to explain differences from it.
    Ofac,
    /// Equality after normalisation, nothing else.
    Exact,
}

/// A name that is no algorithm's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown algorithm {0:?}, choose interdict, ofac or exact")]
pub struct AlgorithmError(String);

impl FromStr for Algorithm {
    type Err = AlgorithmError;

    fn from_str(text: &str) -> Result<Self, AlgorithmError> {
        match text {
            "interdict" | "best" => Ok(Self::Interdict),
            "ofac" => Ok(Self::Ofac),
            "exact" => Ok(Self::Exact),
            _ => Err(AlgorithmError(text.chars().take(60).collect())),
        }
    }
}

/// Threshold, limit and everything else that is a choice and not a fact.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Scores from here on are matches.
    pub threshold: Score,
    /// At most so many matches are returned.
    pub limit: usize,
    /// The comparison.
    pub algorithm: Algorithm,
    /// Only these datasets; all when empty.
    pub datasets: Vec<DatasetName>,
    /// The day for which listings must be in force; ended ones are shown but are no match.
    pub day: Option<DatePrefix>,
    /// Whether an alias that the list calls weak may reach the threshold without any other fact.
    pub weak_alias_alone: bool,
    /// Compare with every listed name and use no index, for audits.
    pub exhaustive: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            threshold: Score::DEFAULT_THRESHOLD,
            limit: 5,
            algorithm: Algorithm::default(),
            datasets: Vec::new(),
            day: None,
            weak_alias_alone: false,
            exhaustive: false,
        }
    }
}
