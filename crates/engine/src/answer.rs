//! Screening one query, with what must be said beside the result.

use interdict_index::CandidateSearcher;
use interdict_model::EntityId;
use interdict_screen::{Candidate, Outcome, Policy, Query, explain, screen};
use serde::Serialize;

use crate::error::EngineError;
use crate::lists::Lists;
use crate::standing::Standing;

/// The version of the JSON that answers are written in.
pub const ANSWER_SCHEMA_VERSION: u32 = 1;

/// An answer that can stand in a file for years: it says what it was asked of.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The version of this form.
    pub schema_version: u32,
    /// The generation that answered.
    pub generation: u64,
    /// The lists that answered.
    pub lists: Vec<Standing>,
    /// Whether every list asked was there and fresh. An answer without a match that is not complete
    /// is not "clear".
    pub complete: bool,
    /// Why it is not complete.
    pub gaps: Vec<String>,
    /// The threshold.
    pub threshold: f64,
    /// The result.
    #[serde(flatten)]
    pub outcome: Outcome,
}

impl Lists {
    /// Answers one query.
    pub fn screen(&self, query: &Query, policy: &Policy) -> Result<Answer, EngineError> {
        self.check_datasets(&policy.datasets)?;
        let policy = self.dated(policy);
        let outcome = screen(&self.generation, query, &policy, &mut CandidateSearcher::default())?;
        let gaps = self.gaps(&policy.datasets);
        let asked = |list: &&Standing| {
            policy.datasets.is_empty() || policy.datasets.contains(&list.dataset)
        };
        Ok(Answer {
            schema_version: ANSWER_SCHEMA_VERSION,
            generation: self.number(),
            lists: self.standings().iter().filter(asked).cloned().collect(),
            complete: gaps.is_empty(),
            gaps,
            threshold: policy.threshold.value(),
            outcome,
        })
    }

    /// Compares a query with one entity, whatever the score: one answer for each list that has it.
    pub fn explain(
        &self,
        query: &Query,
        id: &EntityId,
        policy: &Policy,
    ) -> Result<Vec<Candidate>, EngineError> {
        let records = self.records(id.as_str())?;
        if records.is_empty() {
            return Err(EngineError::NoEntity(id.to_string()));
        }
        let policy = self.dated(policy);
        Ok(records.iter().map(|entity| explain(query, entity, &policy)).collect())
    }

    /// The policy for the day that these lists are asked for.
    pub(crate) fn dated(&self, policy: &Policy) -> Policy {
        Policy { day: policy.day.or(Some(self.day())), ..policy.clone() }
    }
}
