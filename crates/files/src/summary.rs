//! The counts of a batch.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use interdict_screen::{Candidate, Outcome};

/// Faults of rows that the summary quotes; all of them are in the output.
const MAX_FAULTS: usize = 10;

/// The counts of a batch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchSummary {
    /// Rows read.
    pub rows: u64,
    /// Rows with at least one match.
    pub rows_matched: u64,
    /// Rows that could not be screened.
    pub rows_failed: u64,
    /// Candidates written.
    pub candidates: u64,
    /// Matches by dataset.
    pub by_dataset: BTreeMap<String, u64>,
    /// Matches by score, in bands of a twentieth: `0.95` counts 0.95 to below 1.
    pub by_band: BTreeMap<String, u64>,
    /// The first rows that could not be screened.
    pub faults: Vec<RowFault>,
}

/// A row that could not be screened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The row, counted from 1, the header not counted.
    pub row: u64,
    /// Why.
    pub fault: String,
}

impl BatchSummary {
    /// Counts a row that could not be screened.
    pub(crate) fn fault(&mut self, fault: &str) {
        self.rows += 1;
        self.rows_failed += 1;
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(RowFault { row: self.rows, fault: fault.to_owned() });
        }
    }

    /// Counts a row that was screened.
    pub(crate) fn outcome(&mut self, outcome: &Outcome) {
        self.rows += 1;
        self.rows_matched += u64::from(outcome.matches > 0);
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
        for mut fault in next.faults {
            if self.faults.len() < MAX_FAULTS {
                fault.row += self.rows;
                self.faults.push(fault);
            }
        }
        self.rows += next.rows;
        self.rows_matched += next.rows_matched;
        self.rows_failed += next.rows_failed;
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
