//! Counts at every threshold that is measured.

/// The thresholds that are measured.
pub const THRESHOLDS: [f64; 10] = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/// The lowest threshold that the index supports. Below it every listed name is compared, a thousand
/// times the work.
pub const INDEXED_FROM: f64 = interdict_index::CandidateSearcher::MIN_SCORE;

/// Numbers of scores at or above each threshold.
pub type Counts = [u64; THRESHOLDS.len()];

/// Counts a score at every threshold that it reaches.
pub(crate) fn count(counts: &mut Counts, score: f64) {
    for (count, threshold) in counts.iter_mut().zip(THRESHOLDS) {
        *count += u64::from(score >= threshold);
    }
}

/// Adds counts, threshold by threshold.
pub(crate) fn add(counts: &mut Counts, others: &Counts) {
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
}
