//! Screening one query, with the gaps and the state of the lists beside the result.

use interdict_model::Verdict;
use interdict_screen::{Outcome, Policy, Query, ScreenedQuery, screen};
use schemars::JsonSchema;
use serde::Serialize;

use crate::applied_policy::AppliedPolicy;
use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::session::Session;

/// The answer to one query. It names the lists and versions that were searched, so that it can be kept
/// as a record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Answer {
    /// The query, as it was understood.
    pub query: ScreenedQuery,
    /// What the answer amounts to.
    pub verdict: Verdict,
    /// The lists that were searched.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// The policy.
    pub policy: AppliedPolicy,
    /// The threshold, with all of its digits.
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
            lists.with_searcher(|searcher| screen(lists.generation(), query, &policy, searcher))?;
        let mut searched = lists.searched(&policy.datasets);
        let verdict = searched.conclude(outcome.matches > 0, &query.gaps(), &outcome.gaps());
        Ok(Answer {
            query: query.into(),
            verdict,
            searched,
            policy: AppliedPolicy::new(&policy, lists),
            threshold: policy.threshold.value(),
            outcome,
        })
    }
}
