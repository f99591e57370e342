//! Comparing a query with one entity, whatever the score.

use interdict_model::EntityId;
use interdict_screen::{Candidate, Policy, Query, ScreenedQuery, explain};
use schemars::JsonSchema;
use serde::Serialize;

use crate::applied_policy::AppliedPolicy;
use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::session::Session;

/// Why a query and one entity are, or are not, a match. It does not cover other entities, so it has no verdict.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Explanation {
    /// The query, as it was understood.
    pub query: ScreenedQuery,
    /// The requested entity.
    pub entity: EntityId,
    /// The lists in which the entity was looked for.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// The policy. Its datasets and its limit are not used.
    pub policy: AppliedPolicy,
    /// The comparison with each list's record of the entity.
    pub candidates: Vec<Candidate>,
}

impl Session {
    /// Compares a query with one entity, whatever the score: one candidate for each list that has it.
    pub fn explain(
        &self,
        lists: &Lists,
        query: &Query,
        id: &EntityId,
        policy: &Policy,
    ) -> Result<Explanation, EngineError> {
        let records = lists.records(id)?;
        if records.is_empty() {
            return Err(EngineError::NoEntity(id.clone()));
        }
        let policy = lists.with_day(policy);
        Ok(Explanation {
            query: query.into(),
            entity: id.clone(),
            searched: lists.searched(&[]).with_query_gaps(&query.gaps()),
            policy: AppliedPolicy::new(&policy, lists),
            candidates: records.iter().map(|entity| explain(query, entity, &policy)).collect(),
        })
    }
}
