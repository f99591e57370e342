//! Screening whole files.

use interdict_files::{
    BatchFiles, BatchOptions, BatchProgress, BatchSummary, interrupted_day, run_batch,
};
use interdict_model::{PartialDate, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

use crate::applied_policy::AppliedPolicy;
use crate::batch_columns::unused_columns;
use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::reading_gaps::{reading_gaps, rows_gap};
use crate::session::Session;

/// The counts of a batch, and the lists that were searched.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BatchReport {
    /// What the batch amounts to.
    pub verdict: Verdict,
    /// The lists that were searched.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// The policy.
    pub policy: AppliedPolicy,
    /// The counts.
    #[serde(flatten)]
    pub summary: BatchSummary,
}

impl Session {
    /// Screens every row of a file. `progress` is called from time to time.
    pub fn batch(
        &self,
        lists: &Lists,
        files: &BatchFiles,
        options: &BatchOptions,
        progress: &(dyn Fn(BatchProgress) + Sync),
    ) -> Result<BatchReport, EngineError> {
        lists.check_datasets(&options.policy.datasets)?;
        let mut options = options.clone();
        if files.resume && options.policy.day.is_none() {
            // A run that is resumed after midnight keeps the day on which it began.
            let then = interrupted_day(&files.output).and_then(|day| day.parse().ok());
            options.policy.day = then.map(|day: PartialDate| day.to());
        }
        options.policy = lists.with_day(&options.policy);
        let mut summary = run_batch(lists.generation(), files, &options, progress)?;
        let unused = std::mem::take(&mut summary.reading.unused_columns);
        summary.reading.unused_columns = unused_columns(unused, None, &options.map);
        let mut searched = lists.searched(&options.policy.datasets);
        let unread = reading_gaps(&summary.reading);
        let search = rows_gap(summary.rows_equal_under_threshold);
        let verdict = searched.conclude(summary.rows_matched > 0, &unread, search.as_slice());
        Ok(BatchReport {
            verdict,
            searched,
            policy: AppliedPolicy::new(&options.policy, lists),
            summary,
        })
    }
}
