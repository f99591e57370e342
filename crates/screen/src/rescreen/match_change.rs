//! The difference between the matches of one customer under two states of the lists.

use std::collections::BTreeMap;

use interdict_model::{DatasetName, EntityId, EvidenceCode, Score};
use schemars::JsonSchema;
use serde::Serialize;

use crate::outcome::{Candidate, Outcome};

/// What happened to a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchChangeKind {
    /// It is a match now and was not before.
    New,
    /// It was a match and no longer is: delisted, not in force any more, or not similar any more.
    Gone,
    /// It is a match as before, but its score or the entity's record is different.
    Changed,
}

/// A candidate under one state of the lists.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MatchState {
    /// The name to show.
    pub caption: String,
    /// The final score.
    pub score: Score,
    /// Whether it is a match: at the threshold or above, and in force.
    #[serde(rename = "match")]
    pub is_match: bool,
    /// Whether some designation is in force.
    pub in_force: bool,
    /// The listed name that resembles the customer's.
    pub listed_name: Option<String>,
    /// The datasets that have the entity.
    pub datasets: Vec<DatasetName>,
    /// Codes of all other evidence.
    pub evidence: Vec<EvidenceCode>,
}

/// A match of one customer that differs between the two states.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct MatchChange {
    /// What happened.
    pub kind: MatchChangeKind,
    /// The entity.
    pub entity: EntityId,
    /// Under the older state; absent if the entity did not reach the threshold.
    pub before: Option<MatchState>,
    /// Under the newer state; absent if the entity does not reach the threshold.
    pub after: Option<MatchState>,
}

impl MatchState {
    fn of(candidate: &Candidate) -> Self {
        Self {
            caption: candidate.entity.caption().to_owned(),
            score: candidate.score,
            is_match: candidate.is_match,
            in_force: candidate.in_force,
            listed_name: candidate.name.as_ref().map(|name| name.listed.clone()),
            datasets: candidate.datasets.clone(),
            evidence: candidate.evidence.iter().map(|fact| fact.code).collect(),
        }
    }
}

/// One entity under both states.
#[derive(Default)]
struct States<'a> {
    before: Option<&'a Candidate>,
    after: Option<&'a Candidate>,
}

impl States<'_> {
    fn kind(&self, record_changed: bool) -> Option<MatchChangeKind> {
        let is_match = |state: Option<&Candidate>| state.is_some_and(|state| state.is_match);
        let score = |state: Option<&Candidate>| state.map(|state| state.score);
        match (is_match(self.before), is_match(self.after)) {
            (false, true) => Some(MatchChangeKind::New),
            (true, false) => Some(MatchChangeKind::Gone),
            (true, true) => (score(self.before) != score(self.after) || record_changed)
                .then_some(MatchChangeKind::Changed),
            (false, false) => None,
        }
    }
}

/// Compares the outcomes of one customer under two states of the lists, both without a limit.
/// `record_changed` tells whether an entity's record is different.
pub fn compare_states(
    before: &Outcome,
    after: &Outcome,
    record_changed: &dyn Fn(&EntityId) -> bool,
) -> Vec<MatchChange> {
    let mut by_entity: BTreeMap<&EntityId, States<'_>> = BTreeMap::new();
    for candidate in &before.candidates {
        by_entity.entry(&candidate.entity.id).or_default().before = Some(candidate);
    }
    for candidate in &after.candidates {
        by_entity.entry(&candidate.entity.id).or_default().after = Some(candidate);
    }
    let change = |(id, states): (&EntityId, States<'_>)| {
        Some(MatchChange {
            kind: states.kind(record_changed(id))?,
            entity: id.clone(),
            before: states.before.map(MatchState::of),
            after: states.after.map(MatchState::of),
        })
    };
    by_entity.into_iter().filter_map(change).collect()
}
