//! Measures alerts and recall at each threshold.
//!
//! A threshold trades alerts on people who are on no list against listed people who are missed.
//! [`count_alerts`] measures the first on a [`Population`] that is known to be clean, and
//! [`measure_recall`] the second on aliases that are left out of the lists. [`render_plot`] draws
//! both.
//!
//! ```
//! use interdict_calibrate::Population;
//!
//! let population = Population::new(1);
//! let row = population.row(7);
//! assert_eq!(row, Population::new(1).row(7));
//! assert!(!row.name.is_empty());
//! ```
//!
//! The crate reads no files; the caller passes the rows of a customer file.

mod alerts;
mod counts;
mod plot;
mod population;
mod recall;
mod sample;

pub use alerts::{AlertCount, count_alerts};
pub use counts::{Counts, INDEXED_FROM, THRESHOLDS};
pub use plot::{Curve, Plot, render_plot};
pub use population::{Population, PopulationRow};
pub use recall::{AliasGroup, RecallCount, RecallRequest, measure_recall};
pub use sample::RowSample;
