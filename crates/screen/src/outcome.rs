//! The answer to one query.

use interdict_model::{DatasetName, Entity, Evidence, NameStrength, Score};
use interdict_names::Comparison;
use schemars::JsonSchema;
use serde::Serialize;

use crate::attributes::Attribute;

/// The answer to one query.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Outcome {
    /// The best candidates, best first; at most the policy's limit.
    pub candidates: Vec<Candidate>,
    /// How many candidates reached the threshold, before the limit.
    pub matches: usize,
}

/// One listed entity that resembles the query.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Candidate {
    /// The entity, as the list has it.
    pub entity: Entity,
    /// All datasets of the generation that have an entity of this id.
    pub datasets: Vec<DatasetName>,
    /// The final score.
    pub score: Score,
    /// Whether the score reaches the threshold and the listing is in force.
    #[serde(rename = "match")]
    pub is_match: bool,
    /// Whether some designation is in force on the policy's day.
    pub in_force: bool,
    /// The pair of names that agrees best; none if only a number or a wallet agrees.
    pub name: Option<NameMatch>,
    /// Every other fact that moved the score, and notes.
    pub evidence: Vec<Evidence>,
    /// The values of both sides for birth, countries, numbers and so on; only for candidates that are shown.
    pub attributes: Vec<Attribute>,
}

/// A name of the query and the listed name that it resembles.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NameMatch {
    /// The name in the query.
    pub query: String,
    /// The listed name.
    pub listed: String,
    /// The reliability of the name, as the list states it.
    pub strength: NameStrength,
    /// The score of the names alone, the factor for a former name included.
    pub score: Score,
    /// How the score of the names came about; only for candidates that are shown.
    pub comparison: Option<Comparison>,
}
