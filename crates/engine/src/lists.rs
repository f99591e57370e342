//! Opened lists, and whether they can be relied on.

use interdict_index::{Generation, LookupKey};
use interdict_model::{
    Coverage, DatasetName, DatePrefix, Entity, EntityId, Gap, GenerationId, Verdict,
};
use interdict_screen::Policy;
use serde::Serialize;

use crate::error::EngineError;
use crate::list_health::{HealthCheck, ListHealth, MissingList};

/// A state of the lists, opened. It does not change while it is open.
pub struct Lists {
    generation: Generation,
    health: Vec<ListHealth>,
    missing: Vec<MissingList>,
    fault: Option<Gap>,
    day: DatePrefix,
}

/// What an answer rests on: the lists that were searched, and whether they can be relied on.
#[derive(Debug, Clone, Serialize)]
pub struct SearchedLists {
    /// The generation that answered.
    pub generation: GenerationId,
    /// The lists that were searched.
    pub lists: Vec<ListHealth>,
    /// Whether the query was read completely, every list that was to be searched was there and fresh,
    /// and the search was complete. An answer without a match that is not complete is not "clear".
    pub complete: bool,
    /// Why it is not complete.
    pub gaps: Vec<Gap>,
}

impl SearchedLists {
    /// Adds what of the query was not read and what was not searched, and says what the answer
    /// amounts to.
    pub(crate) fn conclude(&mut self, found: bool, query: &[Gap], search: &[Gap]) -> Verdict {
        let coverage = Coverage { query, lists: &self.gaps, search };
        let verdict = coverage.verdict(found);
        self.complete = coverage.is_complete();
        self.gaps.extend(query.iter().chain(search).cloned());
        verdict
    }
}

impl Lists {
    pub(crate) fn new(generation: Generation, check: &HealthCheck<'_>) -> Self {
        let health: Vec<ListHealth> =
            generation.segments.iter().map(|segment| check.health(segment.about())).collect();
        let missing = check.missing(&health);
        Self { generation, health, missing, fault: check.fault(), day: check.day }
    }

    /// The generation's number.
    pub fn number(&self) -> GenerationId {
        self.generation.id
    }

    /// The day for which the lists are searched: listings must be in force on it.
    pub fn day(&self) -> DatePrefix {
        self.day
    }

    /// Every list with its health.
    pub fn health(&self) -> &[ListHealth] {
        &self.health
    }

    /// The opened generation.
    pub fn generation(&self) -> &Generation {
        &self.generation
    }

    /// Lists that should be in use and are not.
    pub fn missing(&self) -> &[MissingList] {
        &self.missing
    }

    /// What an answer from these datasets (all, if none is named) rests on. Lists that were not
    /// searched are left out: the answer is the record of what was searched.
    pub(crate) fn searched(&self, datasets: &[DatasetName]) -> SearchedLists {
        let gaps = self.gaps(datasets);
        let searched = self.health.iter().filter(|list| is_searched(&list.dataset, datasets));
        SearchedLists {
            generation: self.number(),
            lists: searched.cloned().collect(),
            complete: gaps.is_empty(),
            gaps,
        }
    }

    /// Why an answer from these datasets (all, if none is named) would be incomplete: a list that is
    /// stale, one that could not be updated, one that is missing.
    pub fn gaps(&self, datasets: &[DatasetName]) -> Vec<Gap> {
        let present = self.health.iter().filter(|list| is_searched(&list.dataset, datasets));
        let missing = self.missing.iter().filter(|list| is_searched(&list.dataset, datasets));
        present
            .flat_map(ListHealth::gaps)
            .chain(missing.map(MissingList::gap))
            .chain(self.fault.clone())
            .collect()
    }

    /// Fails if a dataset is not among the lists.
    pub(crate) fn check_datasets(&self, datasets: &[DatasetName]) -> Result<(), EngineError> {
        datasets
            .iter()
            .find(|dataset| self.health.iter().all(|list| list.dataset != **dataset))
            .map_or(Ok(()), |missing| Err(EngineError::NotImported(missing.clone())))
    }

    /// The policy with the day of these lists, unless it names one itself.
    pub(crate) fn with_day(&self, policy: &Policy) -> Policy {
        Policy { day: policy.day.or(Some(self.day)), ..policy.clone() }
    }

    /// All records of an id, one for each dataset that has it. Other ids of the same entity count.
    pub(crate) fn records(&self, id: &EntityId) -> Result<Vec<Entity>, EngineError> {
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            let by_id = segment.find(id.as_str());
            let others = segment.lookup(LookupKey::Referent(id.as_str()));
            for row in by_id.into_iter().chain(others) {
                found.push(segment.entity(row)?);
            }
        }
        Ok(found)
    }

    /// All entities that point to an id: its sanctions, addresses, documents, wallets, relations.
    pub(crate) fn pointing_to(&self, id: &EntityId) -> Result<Vec<Entity>, EngineError> {
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            for row in segment.lookup(LookupKey::Link(id.as_str())) {
                found.push(segment.entity(row)?);
            }
        }
        Ok(found)
    }
}

/// Whether a dataset is among those to be searched; if none is named, all are.
fn is_searched(dataset: &DatasetName, datasets: &[DatasetName]) -> bool {
    datasets.is_empty() || datasets.contains(dataset)
}
