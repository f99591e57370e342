//! The counts of a batch.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use interdict_screen::{Candidate, Outcome};

use crate::reading::ReadingCounts;

/// The counts of a batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema, Deserialize)]
pub struct BatchSummary {
    /// How far the rows could be read.
    #[serde(flatten)]
    pub reading: ReadingCounts,
    /// Rows with at least one match.
    pub rows_matched: u64,
    /// Rows without a match that have a name equal to a listed one, whose score is under the threshold.
    #[serde(default)]
    pub rows_equal_under_threshold: u64,
    /// Candidates written.
    pub candidates: u64,
    /// Matches by dataset.
    pub by_dataset: BTreeMap<String, u64>,
    /// Matches by score, in bands of a twentieth: `0.95` counts 0.95 to below 1.
    pub by_band: BTreeMap<String, u64>,
}

impl BatchSummary {
    /// Counts the result of a row that was screened.
    pub(crate) fn outcome(&mut self, outcome: &Outcome) {
        self.rows_matched += u64::from(outcome.matches > 0);
        let is_equal = outcome.matches == 0 && outcome.equal_under_threshold > 0;
        self.rows_equal_under_threshold += u64::from(is_equal);
        outcome.candidates.iter().for_each(|candidate| self.candidate(candidate));
    }

    fn candidate(&mut self, candidate: &Candidate) {
        self.candidates += 1;
        if !candidate.is_match {
            return;
        }
        for dataset in &candidate.datasets {
            *self.by_dataset.entry(dataset.to_string()).or_default() += 1;
        }
        // 0.7 * 20 is 13.999...: without the addition it would be counted in the band .65.
        let band = (candidate.score.value() * 20.0 + 1e-9).floor() / 20.0;
        *self.by_band.entry(format!("{band:.2}")).or_default() += 1;
    }

    /// Adds what was counted of the rows that follow.
    pub(crate) fn append(&mut self, next: BatchSummary) {
        self.reading.append(next.reading);
        self.rows_matched += next.rows_matched;
        self.rows_equal_under_threshold += next.rows_equal_under_threshold;
        self.candidates += next.candidates;
        for (mine, others) in
            [(&mut self.by_dataset, next.by_dataset), (&mut self.by_band, next.by_band)]
        {
            for (name, count) in others {
                *mine.entry(name).or_default() += count;
            }
        }
    }
}
