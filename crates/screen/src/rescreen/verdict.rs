//! What a change of the lists means for one customer.

use std::collections::BTreeMap;

use interdict_model::{DatasetName, EntityId, Score};
use serde::Serialize;

use crate::outcome::{Candidate, Outcome};

/// What happened to a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// It is a match now and was none.
    New,
    /// It was a match and is none now: delisted, no longer in force, or no longer alike.
    Gone,
    /// It is a match as before, but its score or the entity's record is different.
    Changed,
}

/// A candidate under one state of the lists.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// The listed name that met the customer's.
    pub listed_name: Option<String>,
    /// The datasets that have the entity.
    pub datasets: Vec<DatasetName>,
    /// Codes of everything else that was weighed.
    pub evidence: Vec<&'static str>,
}

/// One customer and one entity, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What happened.
    pub kind: VerdictKind,
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

/// Compares the outcomes of one customer under two states of the lists, both without a limit.
/// `record_changed` tells of an entity whether its record is different.
pub fn compare_states(
    before: &Outcome,
    after: &Outcome,
    record_changed: &dyn Fn(&EntityId) -> bool,
) -> Vec<Verdict> {
    type Pair<'a> = (Option<&'a Candidate>, Option<&'a Candidate>);
    let mut pairs: BTreeMap<&EntityId, Pair<'_>> = BTreeMap::new();
    for candidate in &before.candidates {
        pairs.entry(&candidate.entity.id).or_default().0 = Some(candidate);
    }
    for candidate in &after.candidates {
        pairs.entry(&candidate.entity.id).or_default().1 = Some(candidate);
    }
    let verdict = |(id, (before, after)): (&EntityId, Pair<'_>)| {
        let is_match = |state: Option<&Candidate>| state.is_some_and(|state| state.is_match);
        let kind = match (is_match(before), is_match(after)) {
            (false, true) => VerdictKind::New,
            (true, false) => VerdictKind::Gone,
            (true, true) => {
                let score = |state: Option<&Candidate>| state.map(|state| state.score);
                if score(before) == score(after) && !record_changed(id) {
                    return None;
                }
                VerdictKind::Changed
            }
            (false, false) => return None,
        };
        let state = |state: Option<&Candidate>| state.map(MatchState::of);
        Some(Verdict { kind, entity: id.clone(), before: state(before), after: state(after) })
    };
    pairs.into_iter().filter_map(verdict).collect()
}
