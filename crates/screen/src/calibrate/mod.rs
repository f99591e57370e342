//! What a threshold costs and what it finds, measured.
//!
//! A threshold trades alerts on people who are on no list against listed people who are missed.
//! [`count_alerts`] measures the first on a population that is known to be clean, and
//! [`measure_recall`] the second on aliases that are left out of the lists. [`render_plot`] draws
//! both.

mod alerts;
mod plot;
mod recall;
mod sample;

pub use alerts::{AlertCount, count_alerts};
pub use plot::{Curve, Plot, render_plot};
pub use recall::{AliasGroup, RecallCount, RecallRequest, measure_recall};
pub use sample::RowSample;

/// The thresholds that are measured.
pub const THRESHOLDS: [f64; 10] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/// From this threshold on the index answers. Below it every listed name must be compared, a thousand
/// times the work.
pub const INDEXED_FROM: f64 = interdict_index::CandidateSearcher::MIN_SCORE;

/// So many at or above each threshold.
pub type Counts = [u64; THRESHOLDS.len()];

/// Counts a score at every threshold that it reaches.
fn count(counts: &mut Counts, score: f64) {
    for (count, threshold) in counts.iter_mut().zip(THRESHOLDS) {
        *count += u64::from(score >= threshold);
    }
}

fn add(counts: &mut Counts, others: &Counts) {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}
