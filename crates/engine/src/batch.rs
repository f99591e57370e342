//! Screening whole files.

use interdict_files::{
    BatchFiles, BatchOptions, BatchProgress, BatchSummary, interrupted_day, run_batch,
};
use interdict_model::PartialDate;
use serde::Serialize;

use crate::error::EngineError;
use crate::lists::Lists;
use crate::standing::Standing;

/// What a batch did, and on which lists.
#[derive(Debug, Clone, Serialize)]
pub struct BatchReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The generation that answered.
    pub generation: u64,
    /// The lists that answered.
    pub lists: Vec<Standing>,
    /// Whether every list asked was there and fresh.
    pub complete: bool,
    /// Why it is not complete.
    pub gaps: Vec<String>,
    /// The counts.
    #[serde(flatten)]
    pub summary: BatchSummary,
}

impl Lists {
    /// Screens every row of a file. `progress` is told how far it has come.
    pub fn batch(
        &self,
        files: &BatchFiles,
        options: &BatchOptions,
        progress: &(dyn Fn(BatchProgress) + Sync),
    ) -> Result<BatchReport, EngineError> {
        self.check_datasets(&options.policy.datasets)?;
        let mut options = options.clone();
        if files.resume && options.policy.day.is_none() {
            // A run that goes on after midnight still asks for the day on which it began.
            let then = interrupted_day(&files.output).and_then(|day| day.parse().ok());
            options.policy.day = then.map(|day: PartialDate| day.to());
        }
        options.policy = self.dated(&options.policy);
        let summary = run_batch(&self.generation, files, &options, progress)?;
        let gaps = self.gaps(&options.policy.datasets);
        Ok(BatchReport {
            schema_version: crate::answer::ANSWER_SCHEMA_VERSION,
            generation: self.number(),
            lists: self.standings().to_vec(),
            complete: gaps.is_empty(),
            gaps,
            summary,
        })
    }
}
