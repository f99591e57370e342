//! What a screen answers.

use interdict_model::{DatasetName, Entity, Evidence, NameStrength, Score};
use interdict_names::Comparison;
use serde::Serialize;

/// The answer to one query.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The best candidates, best first; at most the policy's limit.
    pub candidates: Vec<Candidate>,
    /// How many candidates reached the threshold, before the limit.
    pub matches: usize,
}

/// One listed entity that resembles the query.
#[derive(Debug, Clone, Serialize)]
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
    /// The names that met, unless only a number or wallet did.
    pub name: Option<NameMatch>,
    /// Every other fact that moved the score.
    pub evidence: Vec<Evidence>,
}

/// The two names that met.
#[derive(Debug, Clone, Serialize)]
pub struct NameMatch {
    /// The name asked for.
    pub query: String,
    /// The listed name.
    pub listed: String,
    /// How much the list says the name is worth.
    pub strength: NameStrength,
    /// The likeness of the names alone.
    pub score: Score,
    /// Why.
    pub comparison: Option<Comparison>,
}
