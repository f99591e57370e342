//! Where an entity comes from, and who designated it when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DatasetName, PartialDate};

/// The source of an entity: one record of one version of one list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct Provenance {
    /// The list.
    pub list: DatasetName,
    /// The list's own version: its publication date or number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub list_version: String,
    /// The record's id in that list.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub record_id: String,
    /// The designations that the record attests, in the order of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub designations: Vec<Designation>,
}

/// One authority's act of listing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct Designation {
    /// Who listed it, such as "Office of Foreign Assets Control".
    pub authority: String,
    /// Under which programmes or regimes, such as `DPRK2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programmes: Vec<String>,
    /// The authority's own number for the listing, such as `KPe.031`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// When it was listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_on: Option<PartialDate>,
    /// From when the listing had effect, if other than `listed_on`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<PartialDate>,
    /// When the listing ended. Delisted entities keep their designation with this date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<PartialDate>,
    /// The document that states the listing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
}

impl Designation {
    /// Whether the listing was in force on that day. Unknown beginnings count as in force; a partial
    /// end date counts through its last day.
    pub fn is_in_force(&self, day: crate::DatePrefix) -> bool {
        let begins = self.valid_from.or(self.listed_on);
        let begun = begins.is_none_or(|date| date.from() <= day);
        let ended = self.valid_to.is_some_and(|date| date.to() < day && !covers(date, day));
        begun && !ended
    }

    /// Whether the listing has ended according to the list.
    pub fn has_ended(&self) -> bool {
        self.valid_to.is_some()
    }
}

/// Whether a partial date includes the day: `2025` includes 2025-03-21.
fn covers(date: PartialDate, day: crate::DatePrefix) -> bool {
    let last = date.to();
    last.year() == day.year()
        && last.month().is_none_or(|month| {
            Some(month) == day.month() && last.day().is_none_or(|number| Some(number) == day.day())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DatePrefix;

    #[test]
    fn a_delisted_entry_was_in_force_before_and_is_not_after() {
        let designation = Designation {
            authority: "OFAC".into(),
            listed_on: "2022-08-08".parse().ok(),
            valid_to: "2025-03-21".parse().ok(),
            ..Designation::default()
        };
        let on = |y, m, d| designation.is_in_force(DatePrefix::new(y, Some(m), Some(d)).unwrap());
        assert!(!on(2022, 8, 7));
        assert!(on(2022, 8, 8));
        assert!(on(2025, 3, 21));
        assert!(!on(2025, 3, 22));
    }
}
