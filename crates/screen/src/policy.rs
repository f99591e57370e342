//! How a query is to be answered.

use std::str::FromStr;

use interdict_model::{DatasetName, DatePrefix, Score};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::weights;

/// Which score is computed from two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema, Deserialize)]
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

impl Algorithm {
    /// Its name, as it is parsed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Interdict => "interdict",
            Self::Ofac => "ofac",
            Self::Exact => "exact",
        }
    }
}

/// The text does not name an algorithm.
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

/// Threshold, limit and everything else that the user chooses.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Candidates with at least this score are matches.
    pub threshold: Score,
    /// The largest number of candidates that is returned.
    pub limit: usize,
    /// How names are compared.
    pub algorithm: Algorithm,
    /// The datasets to search; all of them when empty.
    pub datasets: Vec<DatasetName>,
    /// The day on which a designation must be in force. An entity whose designations have all ended
    /// is shown, but is no match.
    pub day: Option<DatePrefix>,
    /// Allow lists: their entries are shown, but are not matches.
    pub allowed: Vec<DatasetName>,
    /// Whether an alias that the list calls weak may reach the threshold without proof.
    pub weak_alias_alone: bool,
    /// A listed party with an equal name is cleared if all of its birth dates are more than this many years away.
    pub cleared_by_years: u16,
    /// Compare the query with every listed name instead of using the index, for audits.
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
            allowed: Vec::new(),
            weak_alias_alone: false,
            cleared_by_years: weights::CLEARED_BY_YEARS,
            exhaustive: false,
        }
    }
}
