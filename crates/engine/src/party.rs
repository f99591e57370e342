//! Screening a party as a caller describes it: properties with values as texts.

use std::collections::BTreeMap;

use interdict_model::{Coverage, DatePrefix, Gap, GapCode, Schema, Verdict};
use interdict_screen::{CustomerReader, FieldMeaning, Policy, Query, ReadCustomer};
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

/// A party as a caller describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PartyQuery {
    /// What it is, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Schema>,
    /// Values by property. What is no property of a query is looked through for numbers and wallets.
    pub properties: BTreeMap<String, Vec<String>>,
}

/// The answer to a party's query.
#[derive(Debug, Clone)]
pub struct PartyAnswer {
    /// What the answer amounts to. A value that was not read makes an answer without a match incomplete.
    pub verdict: Verdict,
    /// What was found; nothing if no value could be screened.
    pub answer: Option<Answer>,
    /// Why an answer without a match would not mean "clear", the lists' reasons included.
    pub gaps: Vec<Gap>,
}

impl PartyAnswer {
    /// The answer with what else is to be said of the lists. It never becomes clearer.
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

impl PartyQuery {
    /// Reads the values. Those that cannot be read are reported and left out.
    fn read(&self, day: DatePrefix) -> (Option<Query>, Vec<Gap>) {
        let ReadCustomer { query, unread, .. } = self.read_customer(day);
        let names: Vec<&String> = self.properties.keys().collect();
        let gap = |unread: interdict_screen::UnreadField| {
            let field = names.get(unread.field).map_or("", |name| name.as_str());
            Gap::new(GapCode::FieldUnread, format!("{field}: {}", unread.why))
        };
        (query.ok(), unread.into_iter().map(gap).collect())
    }

    /// The values that could be read, for an index of customers; none if they make no query.
    #[cfg(feature = "files")]
    pub(crate) fn customer(&self, day: DatePrefix) -> interdict_screen::Customer {
        self.read_customer(day).customer
    }

    fn read_customer(&self, day: DatePrefix) -> ReadCustomer {
        let schema = self.schema.clone().filter(|schema| schema.as_str() != "Thing");
        let mut reader = CustomerReader::new(schema);
        for (at, (property, values)) in self.properties.iter().enumerate() {
            let meaning = FieldMeaning::new(property, None).on(Some(day));
            for value in values {
                match Query::takes(property) {
                    true => reader.field(at, &meaning, value),
                    false => reader.other_text(at, value),
                }
            }
        }
        reader.finish()
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
