//! Screening whole files.

use interdict_screen::batch::{BatchOptions, BatchSummary, RowReader, RowWriter, run_batch};
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
    /// Screens every row of a file. `progress` is told how many rows are done.
    pub fn batch(
        &self,
        reader: RowReader,
        writer: RowWriter,
        options: &BatchOptions,
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<BatchReport, EngineError> {
        self.check_datasets(&options.policy.datasets)?;
        let options = BatchOptions { policy: self.dated(&options.policy), ..options.clone() };
        let summary = run_batch(&self.generation, reader, writer, &options, progress)?;
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
