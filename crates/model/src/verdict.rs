//! The verdict of an answer, and the gaps that make it incomplete.
//!
//! A false "clear" is the most dangerous error of a screening program. An answer is clear only if the query was read
//! completely, all required lists are present, fresh and undamaged, and the search was complete. Outside this module,
//! [`Verdict::Clear`] can therefore only be made by [`Coverage::verdict`], which requires all three parts:
//!
//! ```
//! use interdict_model::{Coverage, Gap, GapCode, Verdict};
//!
//! let stale = [Gap::new(GapCode::ListStale, "un_sc_sanctions is 8 days old, stale after 7")];
//! let of_lists = |lists| Coverage { query: &[], lists, search: &[] };
//! assert_eq!(of_lists(&stale).verdict(false), Verdict::Incomplete);
//! assert_eq!(of_lists(&stale).verdict(true), Verdict::Match);
//! assert!(matches!(of_lists(&[]).verdict(false), Verdict::Clear { .. }));
//! ```
//!
//! Without a statement of what was covered it does not compile:
//!
//! ```compile_fail,E0603
//! let verdict = interdict_model::Verdict::Clear;
//! ```
//!
//! Nor with a part of it left out:
//!
//! ```compile_fail,E0063
//! let verdict = interdict_model::Coverage { query: &[], lists: &[] }.verdict(false);
//! ```

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// What an answer amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Something at or above the threshold was found, whatever else is missing.
    Match,
    /// Nothing was found, and nothing was left out.
    // Only `Coverage::verdict` makes this value.
    #[non_exhaustive]
    Clear,
    /// Nothing was found, but something was left out: this is not "clear".
    Incomplete,
}

/// The coverage of an answer: the gaps of the query, of the lists and of the search. Each of the three must be passed.
#[derive(Debug, Clone, Copy)]
pub struct Coverage<'a> {
    /// Parts of the query that were not read.
    pub query: &'a [Gap],
    /// Lists that are missing, stale or damaged.
    pub lists: &'a [Gap],
    /// Parts of the search that were not done.
    pub search: &'a [Gap],
}

impl Coverage<'_> {
    /// A finding takes precedence over a gap; without either the answer is clear.
    pub fn verdict(self, found: bool) -> Verdict {
        match (found, self.is_complete()) {
            (true, _) => Verdict::Match,
            (false, true) => Verdict::Clear,
            (false, false) => Verdict::Incomplete,
        }
    }

    /// Whether no part has a gap.
    pub fn is_complete(self) -> bool {
        [self.query, self.lists, self.search].iter().all(|part| part.is_empty())
    }
}

/// A reason why an answer is incomplete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gap {
    /// Its kind, for programs.
    pub code: GapCode,
    /// What is missing, for people: one line without a full stop.
    pub text: String,
}

impl Gap {
    /// A gap.
    pub fn new(code: GapCode, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The kinds of gaps. In JSON they are written in snake case: `list_missing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapCode {
    /// A required list is missing.
    ListMissing,
    /// A list has fewer entities than any complete version of it.
    ListPartial,
    /// A list is older than its rule allows.
    ListStale,
    /// A list has a rule for its age, and its age is unknown.
    ListAgeUnknown,
    /// A list is newer than the present time.
    ClockWrong,
    /// A list could not be updated for longer than is tolerated.
    UpdateFailed,
    /// The record of updates cannot be read.
    UpdateRecordUnreadable,
    /// No official list is in use.
    NoOfficialList,
    /// The lists are not those of the requested day.
    StateReconstructed,
    /// A field of the query could not be read.
    FieldUnread,
    /// A row could not be screened at all.
    RowUnscreened,
    /// Some money is from before the first transfer of the data, so its origin is unknown.
    HistoryMissing,
    /// A limit cut the search short.
    LimitReached,
    /// A listed name is equal to one that was asked for, and its score is under the threshold.
    ThresholdHigh,
    /// Something that was to be searched could not be searched.
    SearchFailed,
}

impl GapCode {
    /// What can be done about it.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::ListMissing | Self::ListStale => {
                "`interdict lists update` fetches newer lists, `interdict lists import` reads them \
                 from files"
            }
            Self::ListPartial => {
                "import the complete list; for one that is short on purpose, set `least_entities` in \
                 interdict.toml"
            }
            Self::ListAgeUnknown => {
                "`interdict lists import --dated DAY` states the day on which the list was published"
            }
            Self::ClockWrong => "set the clock of this machine",
            Self::UpdateFailed | Self::UpdateRecordUnreadable => {
                "`interdict lists update` tries again"
            }
            Self::NoOfficialList => {
                "`interdict lists update` fetches the official lists; `-d dprk_cyber` asks for the \
                 built-in dataset alone"
            }
            Self::StateReconstructed => {
                "what was listed then and has been delisted since cannot be found"
            }
            Self::FieldUnread | Self::RowUnscreened => "correct the input and screen it again",
            Self::HistoryMissing => {
                "import the earlier transfers, or state what is known of the balance with `--opening`"
            }
            Self::LimitReached => "raise the limit",
            Self::ThresholdHigh => {
                "look at the listed names that are shown below the threshold, or lower the threshold"
            }
            Self::SearchFailed => "see the reason, and ask again",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_needs_a_complete_query_complete_lists_and_a_complete_search() {
        let gap = [Gap::new(GapCode::ListMissing, "no list")];
        let parts: [&[Gap]; 2] = [&[], &gap];
        for query in parts {
            for lists in parts {
                for search in parts {
                    let coverage = Coverage { query, lists, search };
                    let is_complete = query.len() + lists.len() + search.len() == 0;
                    let expected = if is_complete { Verdict::Clear } else { Verdict::Incomplete };
                    assert_eq!(coverage.verdict(false), expected);
                    assert_eq!(coverage.verdict(true), Verdict::Match);
                    assert_eq!(coverage.is_complete(), is_complete);
                }
            }
        }
    }

    #[test]
    fn gaps_and_verdicts_are_written_in_snake_case() {
        let gap = Gap::new(GapCode::UpdateRecordUnreadable, "updates.json is damaged");
        assert_eq!(
            serde_json::to_string(&gap).unwrap(),
            r#"{"code":"update_record_unreadable","text":"updates.json is damaged"}"#
        );
        assert_eq!(gap.to_string(), "updates.json is damaged");
        assert_eq!(serde_json::to_string(&Verdict::Clear).unwrap(), r#""clear""#);
    }
}
