//! Screening one query, with what must be said beside the result.

use interdict_index::CandidateSearcher;
use interdict_model::{EntityId, Verdict};
use interdict_screen::{Candidate, Outcome, Policy, Query, explain, screen};
use serde::Serialize;

use crate::applied_policy::AppliedPolicy;
use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::session::Session;

/// The version of the JSON that answers are written in.
pub const ANSWER_SCHEMA_VERSION: u32 = 1;

/// The answer to one query. It names the lists and versions that were searched, so that it can be kept
/// as a record.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The version of the JSON schema.
    pub schema_version: u32,
    /// What the answer amounts to.
    pub verdict: Verdict,
    /// The lists that were searched.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// The policy.
    pub policy: AppliedPolicy,
    /// The threshold.
    pub threshold: f64,
    /// The result.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Session {
    /// Screens one query.
    pub fn screen(
        &self,
        lists: &Lists,
        query: &Query,
        policy: &Policy,
    ) -> Result<Answer, EngineError> {
        lists.check_datasets(&policy.datasets)?;
        let policy = lists.with_day(policy);
        let outcome =
            screen(lists.generation(), query, &policy, &mut CandidateSearcher::default())?;
        let mut searched = lists.searched(&policy.datasets);
        let verdict = searched.conclude(outcome.matches > 0, &query.gaps(), &[]);
        Ok(Answer {
            schema_version: ANSWER_SCHEMA_VERSION,
            verdict,
            searched,
            policy: AppliedPolicy::new(&policy, lists),
            threshold: policy.threshold.value(),
            outcome,
        })
    }

    /// Compares a query with one entity, whatever the score: one answer for each list that has it.
    pub fn explain(
        &self,
        lists: &Lists,
        query: &Query,
        id: &EntityId,
        policy: &Policy,
    ) -> Result<Vec<Candidate>, EngineError> {
        let records = lists.records(id)?;
        if records.is_empty() {
            return Err(EngineError::NoEntity(id.clone()));
        }
        let policy = lists.with_day(policy);
        Ok(records.iter().map(|entity| explain(query, entity, &policy)).collect())
    }
}
