//! Opened lists, and whether they can be relied on.

use interdict_index::{Generation, LookupKey};
use interdict_model::{DatasetName, DatePrefix, Entity};
use jiff::Timestamp;

use crate::engine::At;
use crate::error::EngineError;
use crate::standing::{Missing, Standing, Upkeep};

/// A state of the lists, opened. It does not change while it is open.
pub struct Lists {
    pub(crate) generation: Generation,
    standings: Vec<Standing>,
    missing: Vec<Missing>,
    fault: Option<String>,
    day: DatePrefix,
}

impl Lists {
    pub(crate) fn new(
        generation: Generation,
        (now, at): (Timestamp, At),
        upkeep: Upkeep<'_>,
    ) -> Self {
        let day = match at {
            At::Day(day) => day,
            At::Now | At::Generation(_) => day_of(now),
        };
        let segments = generation.segments.iter();
        let standings: Vec<Standing> =
            segments.map(|segment| upkeep.standing(segment, now, day)).collect();
        let missing = upkeep.missing(&standings);
        let fault = upkeep.fault();
        Self { generation, standings, missing, fault, day }
    }

    /// The generation's number; 0 when nothing was ever imported.
    pub fn number(&self) -> u64 {
        self.generation.manifest.number
    }

    /// The day that the lists are asked for.
    pub fn day(&self) -> DatePrefix {
        self.day
    }

    /// Every list with its standing.
    pub fn standings(&self) -> &[Standing] {
        &self.standings
    }

    /// The opened generation.
    pub fn generation(&self) -> &Generation {
        &self.generation
    }

    /// Lists that should be in use and are not.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// Why an answer from these datasets (all, if none is named) would be incomplete: a list that is
    /// stale, one that could not be updated, one that is missing.
    pub fn gaps(&self, datasets: &[DatasetName]) -> Vec<String> {
        let asked = |name: &DatasetName| datasets.is_empty() || datasets.contains(name);
        let present = self.standings.iter().filter(|list| asked(&list.dataset));
        let missing = self.missing.iter().filter(|list| asked(&list.dataset));
        present
            .filter_map(Standing::gap)
            .chain(missing.map(Missing::gap))
            .chain(self.fault.clone())
            .collect()
    }

    /// Fails if a dataset is not among the lists.
    pub fn check_datasets(&self, datasets: &[DatasetName]) -> Result<(), EngineError> {
        datasets
            .iter()
            .find(|dataset| self.standings.iter().all(|list| list.dataset != **dataset))
            .map_or(Ok(()), |missing| Err(EngineError::NotImported(missing.to_string())))
    }

    /// All records of an id, one for each dataset that has it. Other ids of the same entity count.
    pub fn records(&self, id: &str) -> Result<Vec<Entity>, EngineError> {
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            let by_id = segment.find(id);
            let others = segment.lookup(LookupKey::Referent(id));
            for row in by_id.into_iter().chain(others) {
                found.push(segment.entity(row)?);
            }
        }
        Ok(found)
    }

    /// All entities that point to an id: its sanctions, addresses, documents, wallets, relations.
    pub fn pointing_to(&self, id: &str) -> Result<Vec<Entity>, EngineError> {
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            for row in segment.lookup(LookupKey::Link(id)) {
                found.push(segment.entity(row)?);
            }
        }
        Ok(found)
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day_of(moment: Timestamp) -> DatePrefix {
    let text = moment.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse().ok());
    DatePrefix::new(
        number(0..4).unwrap_or(1970),
        number(5..7).map(|month: u16| month as u8),
        number(8..10).map(|day: u16| day as u8),
    )
    .expect("a time stamp names a day of the calendar")
}
