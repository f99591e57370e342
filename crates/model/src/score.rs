//! Scores.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// A likeness from 0 (nothing in common) to 1 (same name and an independent fact).
///
/// It is written with four digits, cut and not rounded: a written score never reaches a threshold
/// that the score does not reach.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Deserialize)]
#[serde(try_from = "f64")]
pub struct Score(f64);

/// The number is not a score.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{0} is not between 0 and 1")]
pub struct ScoreError(f64);

impl Score {
    /// Nothing in common.
    pub const ZERO: Score = Score(0.0);
    /// Name and an independent fact agree.
    pub const ONE: Score = Score(1.0);
    /// The threshold that is used unless another one is given.
    pub const DEFAULT_THRESHOLD: Score = Score(0.7);

    /// Checks the range.
    pub fn new(value: f64) -> Result<Score, ScoreError> {
        if (0.0..=1.0).contains(&value) { Ok(Score(value)) } else { Err(ScoreError(value)) }
    }

    /// Limits the value to the range; NaN becomes 0.
    pub fn clamped(value: f64) -> Score {
        if value.is_nan() { Score::ZERO } else { Score(value.clamp(0.0, 1.0)) }
    }

    /// The number.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Score {
    type Error = ScoreError;

    fn try_from(value: f64) -> Result<Score, ScoreError> {
        Score::new(value)
    }
}

impl From<Score> for f64 {
    fn from(score: Score) -> f64 {
        score.0
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_four_digits(&self.0, serializer)
    }
}

/// A score, or a part of one, as it is written for programs: cut towards zero to four digits after the
/// point.
///
/// Rounding would raise .69996 to .7, so that a written score would reach a threshold that the score does not reach.
/// `interdict_names` writes its numbers in the same way; a test in `interdict_screen` compares the two.
pub fn four_digits(value: f64) -> f64 {
    // Without the tolerance .7 would be cut to .6999: it is no sum of powers of two. The last addition
    // turns -0 into 0.
    (value * 1e4 + 1e-6_f64.copysign(value)).trunc() / 1e4 + 0.0
}

/// Serialises a number by [`four_digits`]: `#[serde(serialize_with = "serialize_four_digits")]`.
pub fn serialize_four_digits<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(four_digits(*value))
}

impl fmt::Display for Score {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Cut and not rounded: a printed score never reaches a threshold that the exact one does not.
        write!(formatter, "{:.3}", (self.0 * 1e3 + 1e-6).floor() / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_stay_in_range() {
        assert!(Score::new(1.01).is_err());
        assert!(Score::new(f64::NAN).is_err());
        assert_eq!(Score::clamped(-1.0), Score::ZERO);
        assert_eq!(Score::clamped(f64::NAN), Score::ZERO);
    }

    #[test]
    fn a_score_is_read_and_written_as_its_number() {
        let score = Score::new(0.25).unwrap();
        assert_eq!(
            (score.value(), f64::from(score), score.to_string()),
            (0.25, 0.25, "0.250".into())
        );
        for (value, written) in [
            (0.25, "0.25"),
            (0.7, "0.7"),
            (0.69996, "0.6999"),
            (0.123_456, "0.1234"),
            (1.0, "1.0"),
            (0.0, "0.0"),
        ] {
            assert_eq!(serde_json::to_string(&Score(value)).unwrap(), written);
        }
        for (value, cut) in [(-0.05, -0.05), (-0.123_456, -0.1234), (-0.000_04, 0.0), (12.5, 12.5)]
        {
            assert_eq!(four_digits(value).to_string(), cut.to_string());
        }
        assert_eq!(serde_json::from_str::<Score>("1").unwrap(), Score::ONE);
        assert!(serde_json::from_str::<Score>("1.5").is_err());
        assert_eq!((Score::clamped(0.5).value(), Score::clamped(7.0)), (0.5, Score::ONE));
        assert_eq!(Score::new(-0.1).unwrap_err().to_string(), "-0.1 is not between 0 and 1");
    }
}
