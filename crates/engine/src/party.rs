//! Screening a party as a caller describes it: properties with values as texts.

use std::collections::BTreeMap;

use interdict_lists::{ColumnMeaning, parse_column_name};
use interdict_model::{Coverage, DatePrefix, Gap, GapCode, Schema, Verdict};
use interdict_screen::{
    CustomerReader, FieldMeaning, NUMBER_SERIES, OTHER_PARTY, Policy, Query, ReadCustomer,
    SECOND_LINE, STRAY_NUMBER,
};
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::error::EngineError;
use crate::lists::Lists;
use crate::name_columns::part_properties;
use crate::session::Session;

/// The most letters of a property's name that a gap repeats.
const MOST_NAMED: usize = 60;
/// The most gaps of one query that are listed. A query of a million values would otherwise get an answer that is many
/// times its size.
const MOST_GAPS: usize = 100;

/// A party as a caller describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PartyQuery {
    /// What it is, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// Values by property, whose names are also read in other spellings, as those of columns are. Values of a property
    /// that is not screened are looked through for numbers and wallets.
    pub properties: BTreeMap<String, Vec<String>>,
}

/// The answer to a party's query.
#[derive(Debug, Clone)]
pub struct PartyAnswer {
    /// What the answer amounts to. A value that was not read makes an answer without a match incomplete.
    pub verdict: Verdict,
    /// The answer; null if no value could be screened.
    pub answer: Option<Answer>,
    /// Why an answer without a match would not mean "clear", the lists' reasons included.
    pub gaps: Vec<Gap>,
}

impl PartyAnswer {
    /// The answer with further gaps of the lists. They can make a clear verdict incomplete, never the other way round.
    #[must_use]
    pub fn with_gaps(mut self, gaps: &[Gap]) -> Self {
        for gap in gaps {
            if !self.gaps.contains(gap) {
                self.gaps.push(gap.clone());
            }
        }
        self.verdict = Coverage { query: &self.gaps, lists: &[], search: &[] }
            .verdict(self.verdict == Verdict::Match);
        self
    }

    /// How many candidates reached the threshold.
    pub fn matches(&self) -> usize {
        self.answer.as_ref().map_or(0, |answer| answer.outcome.matches)
    }
}

/// Hints about options that exist for files only: no option and no parameter states how the dates of a single party are
/// written.
const OPTIONS: [&str; 2] =
    ["say so with --date-format excel", "say which with --date-format dmy or mdy"];
const WRITTEN_DATE: &str = "write it as a date such as 1965-03-04";

impl PartyQuery {
    /// Adds the values of another description of the same party. The kind is known only if both state the same one.
    pub fn merge(&mut self, other: PartyQuery) {
        if self.schema != other.schema {
            self.schema = None;
        }
        for (property, values) in other.properties {
            let known = self.properties.entry(property).or_default();
            for value in values {
                if !known.contains(&value) {
                    known.push(value);
                }
            }
        }
    }

    /// Reads the values. Those that cannot be read are reported and left out.
    fn read(&self, day: DatePrefix) -> (Option<Query>, Vec<Gap>) {
        let (ReadCustomer { query, unread, .. }, mut gaps) = self.read_customer(day);
        let names: Vec<&String> = self.properties.keys().collect();
        let gap = |unread: interdict_screen::UnreadField| {
            let field = names.get(unread.field).map_or("", |name| name.as_str());
            let why = unread.why.to_string();
            let why = OPTIONS.iter().fold(why, |why, option| why.replace(option, WRITTEN_DATE));
            Gap::new(GapCode::FieldUnread, format!("{field}: {why}"))
        };
        gaps.extend(unread.into_iter().map(gap));
        let more = gaps.len().saturating_sub(MOST_GAPS);
        if more > 0 {
            gaps.truncate(MOST_GAPS);
            let text = format!("{more} more values could not be read");
            gaps.push(Gap::new(GapCode::FieldUnread, text));
        }
        (query.ok(), gaps)
    }

    /// The values that could be read, for an index of customers; none if they make no query.
    #[cfg(feature = "files")]
    pub(crate) fn customer(&self, day: DatePrefix) -> interdict_screen::Customer {
        self.read_customer(day).0.customer
    }

    /// The customer, and the gaps of properties that were not screened in the way that the caller meant.
    fn read_customer(&self, day: DatePrefix) -> (ReadCustomer, Vec<Gap>) {
        let schema = self.schema.clone().filter(|schema| schema.as_str() != "Thing");
        let mut reader = CustomerReader::new(schema);
        let mut gaps = Vec::new();
        let names: Vec<String> = self.properties.keys().cloned().collect();
        let parts = part_properties(&names);
        for (at, (property, values)) in self.properties.iter().enumerate() {
            let usage = PropertyUse::of(property, self.schema.as_ref(), &parts);
            if values.iter().any(|value| !value.trim().is_empty()) {
                gaps.extend(usage.gap(property));
            }
            match usage {
                PropertyUse::Screened(meaning) | PropertyUse::Foreign(meaning) => {
                    let meaning = FieldMeaning::new(meaning, None).on(Some(day));
                    values.iter().for_each(|value| reader.field(at, &meaning, value));
                }
                PropertyUse::Kept | PropertyUse::Unknown => {
                    values.iter().for_each(|value| reader.other_text(at, value));
                }
            }
        }
        (reader.finish(), gaps)
    }
}

/// How the values of a caller's property are used.
enum PropertyUse<'a> {
    /// Screened as this property.
    Screened(&'a str),
    /// Screened as this property, which the schema does not have: the caller may have meant another one.
    Foreign(&'a str),
    /// Describes the party and is never compared, such as `notes`.
    Kept,
    /// Unknown, for example misspelt. This is a gap, because the values would be screened under the right name.
    Unknown,
}

impl<'a> PropertyUse<'a> {
    /// `parts` are the properties that hold parts of names.
    fn of(property: &'a str, schema: Option<&Schema>, parts: &'a BTreeMap<String, String>) -> Self {
        let is_person = schema.is_none_or(|schema| schema.is_compatible_with(&Schema::PERSON));
        // Numbers of another party, as rows of customer files have them.
        if property.starts_with(STRAY_NUMBER) {
            return Self::Screened(property);
        }
        if Query::takes(property) {
            let is_part = matches!(property, "firstName" | "middleName" | "lastName");
            return match is_part && !is_person {
                true => Self::Foreign(property),
                false => Self::Screened(property),
            };
        }
        let is_described = match schema.filter(|schema| schema.definition().is_some()) {
            Some(schema) => schema.property(property).is_some(),
            None => Schema::matchable().any(|schema| schema.property(property).is_some()),
        };
        if is_described {
            return Self::Kept;
        }
        // Other spellings of names of properties are read as those of columns are.
        if let Some(part) = parts.get(property) {
            return Self::Screened(part);
        }
        match parse_column_name(property) {
            Some(ColumnMeaning::Property(known)) if Query::takes(known) => Self::Screened(known),
            Some(ColumnMeaning::Property(_) | ColumnMeaning::Id) => Self::Kept,
            Some(
                ColumnMeaning::OtherParty
                | ColumnMeaning::OtherPart
                | ColumnMeaning::Company
                | ColumnMeaning::Vessel,
            ) => Self::Screened(OTHER_PARTY),
            Some(ColumnMeaning::SecondLine) => Self::Screened(SECOND_LINE),
            Some(ColumnMeaning::NumberSeries) => Self::Screened(NUMBER_SERIES),
            Some(ColumnMeaning::Schema) | None => Self::Unknown,
        }
    }

    fn gap(&self, property: &str) -> Option<Gap> {
        let name: String = property.chars().take(MOST_NAMED).collect();
        let text = match self {
            Self::Screened(_) | Self::Kept => return None,
            Self::Foreign(_) => "a party of this schema has no such property",
            Self::Unknown => "no known property, so that its values were not screened",
        };
        Some(Gap::new(GapCode::FieldUnread, format!("{name}: {text}")))
    }
}

impl Session {
    /// Screens a party.
    ///
    /// # Errors
    /// When a dataset of the policy is not in use, or the lists cannot be read.
    pub fn screen_party(
        &self,
        lists: &Lists,
        party: &PartyQuery,
        policy: &Policy,
    ) -> Result<PartyAnswer, EngineError> {
        let (query, mut gaps) = party.read(lists.day());
        let Some(query) = query else {
            gaps.push(Gap::new(GapCode::RowUnscreened, "nothing was searched for"));
            let verdict = Coverage { query: &gaps, lists: &[], search: &[] }.verdict(false);
            return Ok(PartyAnswer { verdict, answer: None, gaps });
        };
        let answer = self.screen(lists, &query, policy)?;
        let (lists, is_match) = (&answer.searched.gaps, answer.outcome.matches > 0);
        let verdict = Coverage { query: &gaps, lists, search: &[] }.verdict(is_match);
        gaps.extend(lists.iter().cloned());
        Ok(PartyAnswer { verdict, answer: Some(answer), gaps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(schema: Option<&str>, properties: &[(&str, &str)]) -> (Option<Query>, Vec<String>) {
        let party = PartyQuery {
            schema: schema.map(|name| Schema::from(name.to_owned())),
            properties: properties
                .iter()
                .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
                .collect(),
        };
        let (query, gaps) =
            party.read("2026-01-01".parse::<interdict_model::PartialDate>().unwrap().from());
        (query, gaps.into_iter().map(|gap| gap.text).collect())
    }

    #[test]
    fn other_spellings_of_a_property_are_read_and_unknown_ones_are_told() {
        for name in ["aliases", "Alias", "previous_name", "former names"] {
            let (query, gaps) = read(None, &[("name", "Jane Quimby"), (name, "Ivo Roe")]);
            assert_eq!(query.unwrap().names().len(), 2, "{name}");
            assert!(gaps.is_empty(), "{name}: {gaps:?}");
        }
        let (_, gaps) = read(None, &[("name", "Jane Quimby"), ("birth_date", "32.13.1999")]);
        assert!(gaps.len() == 1 && gaps[0].starts_with("birth_date: "), "{gaps:?}");
        for written in ["23804", "03/04/1965"] {
            let (_, gaps) = read(None, &[("name", "Jane Quimby"), ("birthDate", written)]);
            assert!(gaps[0].ends_with("write it as a date such as 1965-03-04"), "{gaps:?}");
        }
        let (_, gaps) = read(None, &[("name", "Jane Quimby"), ("shoe size", "41"), ("x", " ")]);
        assert_eq!(gaps, ["shoe size: no known property, so that its values were not screened"]);
        // A property that only describes a party and is never compared causes no gap.
        let described =
            [("name", "Jane Quimby"), ("notes", "x"), ("topics", "role.pep"), ("id", "7")];
        assert!(read(None, &described).1.is_empty());
        assert!(read(Some("Person"), &described).1.is_empty());
    }

    #[test]
    fn numbers_of_other_parties_are_looked_up() {
        for name in ["strayNumber:leiCode", "strayNumber"] {
            let (query, gaps) =
                read(None, &[("name", "Jane Quimby"), (name, "5493001KJTIIGC8Y1R12")]);
            assert!(gaps.is_empty(), "{name}: {gaps:?}");
            assert!(query.unwrap().asks_for_strays(), "{name}");
        }
    }

    #[test]
    fn given_and_family_names_of_what_is_no_person_are_told() {
        let parts = [("firstName", "Ivo"), ("lastName", "Roe")];
        for schema in ["Company", "Vessel"] {
            let (_, gaps) = read(Some(schema), &parts);
            assert_eq!(gaps.len(), 2, "{schema}: {gaps:?}");
        }
        for schema in [None, Some("Person"), Some("LegalEntity"), Some("Thing")] {
            assert!(read(schema, &parts).1.is_empty(), "{schema:?}");
        }
    }
}
