//! Why an entry of the allow-list ends.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::entry::AllowEntry;
use crate::cases::JudgedHit;
use crate::fingerprint::FieldDifference;

/// By how much another version of the matcher may raise a score before the match has to be judged again: less than the
/// gain of one agreeing fact, such as a country.
const SCORE_STEP: f64 = 0.03;

/// Why an entry ended, or a closed case was reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    /// Its term is over.
    Date,
    /// The listed record differs from the one that was judged.
    RecordChanged,
    /// The customer's data differs from the data that was judged.
    CustomerChanged,
    /// The entity is on no list any more.
    Delisted,
    /// It was revoked.
    Revoked,
    /// The case was reopened by hand.
    CaseReopened,
    /// The match rests on an exact number or wallet, and fewer than two persons approved the entry.
    ExactMatch,
    /// Another version of the matcher gives a higher score.
    ScoreRaised,
    /// The judged data was erased, so that it cannot be compared any more.
    Erased,
    /// The entity matched again, and no entry suppresses it.
    MatchedAgain,
}

impl EndCause {
    const ALL: [Self; 10] = [
        Self::Date,
        Self::RecordChanged,
        Self::CustomerChanged,
        Self::Delisted,
        Self::Revoked,
        Self::CaseReopened,
        Self::ExactMatch,
        Self::ScoreRaised,
        Self::Erased,
        Self::MatchedAgain,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::RecordChanged => "record_changed",
            Self::CustomerChanged => "customer_changed",
            Self::Delisted => "delisted",
            Self::Revoked => "revoked",
            Self::CaseReopened => "case_reopened",
            Self::ExactMatch => "exact_match",
            Self::ScoreRaised => "score_raised",
            Self::Erased => "erased",
            Self::MatchedAgain => "matched_again",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name)
    }
}

/// The end of an entry, with what changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ending {
    pub(crate) entry: Option<String>,
    pub(crate) cause: EndCause,
    /// The fields of the listed record that differ.
    pub(crate) record: Vec<FieldDifference>,
    /// The fields of the customer's data that differ.
    pub(crate) customer: Vec<FieldDifference>,
    /// The reason in words.
    pub(crate) text: Option<String>,
}

impl Ending {
    pub(crate) fn by(entry: Option<&AllowEntry>, cause: EndCause) -> Self {
        Self {
            entry: entry.map(|entry| entry.id.clone()),
            cause,
            record: Vec::new(),
            customer: Vec::new(),
            text: None,
        }
    }

    pub(crate) fn matched_again() -> Self {
        Self::by(None, EndCause::MatchedAgain)
    }
}

/// Why a match has to be judged again; `None` if everything that was judged is unchanged.
pub(crate) fn reason_to_end(
    entry: Option<&AllowEntry>,
    judged: Option<&JudgedHit>,
    hit: &JudgedHit,
    now: Timestamp,
) -> Option<Ending> {
    let Some(judged) = judged else { return Some(Ending::by(entry, EndCause::Erased)) };
    let record = judged.record.differences(&hit.record);
    let customer = judged.data.differences(&hit.data);
    let is_raised = judged.matcher != hit.matcher && hit.score > judged.score + SCORE_STEP;
    let is_too_exact = hit.is_exact && entry.is_some_and(|entry| !entry.by_two);
    let cause = if entry.is_some_and(|entry| entry.ends_at <= now) {
        EndCause::Date
    } else if !record.is_empty() {
        EndCause::RecordChanged
    } else if !customer.is_empty() {
        EndCause::CustomerChanged
    } else if is_too_exact {
        EndCause::ExactMatch
    } else if is_raised {
        EndCause::ScoreRaised
    } else {
        return None;
    };
    Some(Ending { record, customer, ..Ending::by(entry, cause) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::{Fingerprint, JudgedField};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn entry(by_two: bool) -> AllowEntry {
        AllowEntry {
            id: "e".to_owned(),
            customer: Some("c-1".to_owned()),
            tag: String::new(),
            case: "x".to_owned(),
            by_two,
            suppressed: 0,
            made_at: at(0),
            ends_at: at(100),
            ended_at: None,
            end_cause: None,
            seq: 0,
            hit: 0,
        }
    }

    fn hit() -> JudgedHit {
        JudgedHit {
            entities: vec!["a".to_owned()],
            caption: String::new(),
            score: 0.8,
            is_exact: false,
            matcher: "1".to_owned(),
            record: Fingerprint::default(),
            data: Fingerprint::default(),
        }
    }

    fn changed() -> Fingerprint {
        let mut fingerprint = Fingerprint::default();
        fingerprint.add(JudgedField::Names, "b");
        fingerprint
    }

    #[test]
    fn each_cause_ends_an_entry_and_nothing_else_does() {
        let judged = hit();
        let cause = |entry: &AllowEntry, hit: &JudgedHit, second| {
            reason_to_end(Some(entry), Some(&judged), hit, at(second)).map(|ending| ending.cause)
        };
        let (one, two) = (entry(false), entry(true));
        assert_eq!(cause(&one, &hit(), 99), None);
        assert_eq!(cause(&one, &hit(), 100), Some(EndCause::Date));
        let other = JudgedHit { record: changed(), ..hit() };
        assert_eq!(cause(&one, &other, 0), Some(EndCause::RecordChanged));
        let other = JudgedHit { data: changed(), ..hit() };
        assert_eq!(cause(&one, &other, 0), Some(EndCause::CustomerChanged));
        let exact = JudgedHit { is_exact: true, ..hit() };
        assert_eq!(cause(&one, &exact, 0), Some(EndCause::ExactMatch));
        assert_eq!(cause(&two, &exact, 0), None);
        let raised = JudgedHit { score: 0.9, ..hit() };
        // With the same matcher, the score depends on the caller's query only, and the judged data is unchanged.
        assert_eq!(cause(&one, &raised, 0), None);
        let raised = JudgedHit { matcher: "2".to_owned(), ..raised };
        assert_eq!(cause(&one, &raised, 0), Some(EndCause::ScoreRaised));
        let little = JudgedHit { score: 0.82, ..raised };
        assert_eq!(cause(&one, &little, 0), None);
        let gone = reason_to_end(Some(&one), None, &hit(), at(0)).map(|ending| ending.cause);
        assert_eq!(gone, Some(EndCause::Erased));
    }

    #[test]
    fn causes_are_read_as_they_are_written() {
        for cause in EndCause::ALL {
            assert_eq!(EndCause::parse(cause.as_str()), Some(cause));
            assert_eq!(serde_json::to_value(cause).unwrap(), cause.as_str());
        }
        assert_eq!(EndCause::parse("x"), None);
    }
}
