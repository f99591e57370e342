//! Alerts on a clean population of any length.

use interdict_calibrate::{
    AlertCount, INDEXED_FROM, Population, RowSample, THRESHOLDS, count_alerts,
};
use interdict_files::{CHUNK, ReadingCounts, open_customers};
use interdict_screen::{Customer, Policy};

use crate::batch_columns::unused_columns;
use crate::calibrate_request::{
    CalibrateProgress, CalibrateRequest, CalibrateStage, CleanPopulation,
};
use crate::error::EngineError;
use crate::lists::Lists;

/// The number of rows that are compared with every listed name, for the thresholds at which the index is not used.
/// About every fourth row is an alert there, and 500 rows give that share to within four percentage points. With 35,000
/// listed names they take 25 seconds of one core, as much as 100,000 rows through the index.
const SAMPLE: usize = 500;
/// How many of them are screened between two reports of progress.
const ROUND: usize = 64;

/// The alerts on a population.
pub(crate) struct PopulationAlerts {
    /// On every row, at the thresholds for which the index answers.
    pub(crate) all: AlertCount,
    /// On a sample, at every threshold.
    pub(crate) sampled: AlertCount,
    /// How far the rows could be read.
    pub(crate) reading: ReadingCounts,
}

struct Counting<'a> {
    lists: &'a Lists,
    policy: &'a Policy,
    progress: &'a dyn Fn(CalibrateProgress),
    all: AlertCount,
    sample: RowSample,
    reading: ReadingCounts,
}

/// Counts alerts on the rows of a file or of the generator.
pub(crate) fn count_population(
    lists: &Lists,
    request: &CalibrateRequest,
    policy: &Policy,
    progress: &dyn Fn(CalibrateProgress),
) -> Result<PopulationAlerts, EngineError> {
    let sample = RowSample::new(SAMPLE, request.seed);
    let (all, reading) = (AlertCount::default(), ReadingCounts::default());
    let mut counting = Counting { lists, policy, progress, all, sample, reading };
    match &request.population {
        CleanPopulation::File { path, map, max_unscreened } => {
            let (mut reader, binding) = open_customers(path, map)?;
            let size = reader.size()?;
            while let Some(chunk) = reader.next_chunk(CHUNK)? {
                let rows = binding.customers(&chunk);
                rows.iter().for_each(|row| counting.reading.add(row));
                let customers = rows.into_iter().filter_map(|row| row.customer.ok());
                counting.rows(&customers.collect::<Vec<_>>(), (chunk.consumed(), size))?;
            }
            counting.reading.check(path, *max_unscreened)?;
            counting.reading.unused_columns = unused_columns(binding.unused_columns(), None, map);
        }
        CleanPopulation::Generated { rows } => {
            let population = Population::new(request.seed);
            for first in (0..*rows).step_by(CHUNK) {
                let end = (first + CHUNK as u64).min(*rows);
                let customers = (first..end).map(|number| population.row(number).into_customer());
                counting.rows(&customers.collect::<Vec<_>>(), (end, *rows))?;
            }
            let reading = &mut counting.reading;
            (reading.rows, reading.rows_screened) = (*rows, *rows);
        }
    }
    counting.finish()
}

impl Counting<'_> {
    fn rows(
        &mut self,
        customers: &[Customer],
        (done, size): (u64, u64),
    ) -> Result<(), EngineError> {
        customers.iter().for_each(|customer| self.sample.offer(customer));
        let counted = count_alerts(self.lists.generation(), customers, self.policy, INDEXED_FROM)?;
        self.all.append(&counted);
        (self.progress)(CalibrateProgress { stage: CalibrateStage::CleanRows, done, size });
        Ok(())
    }

    fn finish(self) -> Result<PopulationAlerts, EngineError> {
        let customers = self.sample.into_customers();
        let (lowest, size) = (THRESHOLDS[0], customers.len() as u64);
        let mut sampled = AlertCount::default();
        for round in customers.chunks(ROUND) {
            let counted = count_alerts(self.lists.generation(), round, self.policy, lowest)?;
            sampled.append(&counted);
            let stage = CalibrateStage::WithoutIndex;
            (self.progress)(CalibrateProgress { stage, done: sampled.rows, size });
        }
        Ok(PopulationAlerts { all: self.all, sampled, reading: self.reading })
    }
}
