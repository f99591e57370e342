//! The request of a calibration, and its progress.

use std::path::PathBuf;

use interdict_files::{ColumnMap, UnscreenedCeiling};
use interdict_screen::Policy;

/// The rows on which alerts are counted.
#[derive(Debug, Clone)]
pub enum CleanPopulation {
    /// A file of people who are known to be on no list.
    File {
        /// The file.
        path: PathBuf,
        /// What its columns mean.
        map: Box<ColumnMap>,
        /// The most rows that may stay unscreened.
        max_unscreened: UnscreenedCeiling,
    },
    /// The built-in generator.
    Generated {
        /// How many rows.
        rows: u64,
    },
}

/// What to measure.
#[derive(Debug, Clone)]
pub struct CalibrateRequest {
    /// The rows on which alerts are counted.
    pub population: CleanPopulation,
    /// For how many entities of each kind, at most, an alias is left out of the lists and searched for.
    pub samples: usize,
    /// Which population and which samples: the same seed gives the same figures.
    pub seed: u64,
    /// How to screen. Its threshold and limit are not used.
    pub policy: Policy,
}

/// What is being measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalibrateStage {
    /// Alerts on the clean rows.
    CleanRows,
    /// Alerts on a sample of them, against every listed name.
    WithoutIndex,
    /// Aliases left out.
    Aliases,
}

/// How far a calibration has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalibrateProgress {
    /// What is being measured.
    pub stage: CalibrateStage,
    /// How much of it is done, in the unit of `size`.
    pub done: u64,
    /// The total.
    pub size: u64,
}
