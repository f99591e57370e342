//! The answer to one query.

use interdict_model::{
    DatasetName, Entity, Evidence, EvidenceCode, Gap, GapCode, NameStrength, Score,
};
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
    /// How many listed parties have a name equal to one of the query's and a score under the threshold, before the
    /// limit, although no fact clears them.
    pub equal_under_threshold: usize,
}

impl Outcome {
    /// The reasons why an outcome without a match is not "clear".
    pub fn gaps(&self) -> Vec<Gap> {
        equal_names_gap(self.equal_under_threshold).into_iter().collect()
    }
}

/// The gap of listed names that are equal and under the threshold; none if there are no such names.
pub fn equal_names_gap(count: usize) -> Option<Gap> {
    let text = match count {
        0 => return None,
        1 => "a listed name is equal, and its score is under the threshold".to_owned(),
        count => {
            format!("{count} listed names are equal, and their scores are under the threshold")
        }
    };
    Some(Gap::new(GapCode::ThresholdHigh, text))
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
    /// A name is equal that the list does not call weak, and no fact, end or allow list clears the party.
    #[serde(skip)]
    pub(crate) equal_name_counts: bool,
}

impl Candidate {
    /// Whether a name is equal and the score is under this threshold, although nothing clears the party.
    pub fn is_equal_under(&self, threshold: Score) -> bool {
        self.equal_name_counts && self.score < threshold
    }

    /// Whether a fact clears the party although a name is equal.
    pub fn is_cleared(&self) -> bool {
        self.evidence.iter().any(|fact| fact.code == EvidenceCode::EqualNameCleared)
    }
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
