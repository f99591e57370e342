//! Opened lists, and whether they can be relied on.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use interdict_index::{CandidateSearcher, Generation, LookupKey, Segment};
use interdict_lists::Dataset;
use interdict_model::{
    Coverage, DatasetName, DatePrefix, Entity, EntityId, Gap, GapCode, GenerationId, Schema,
    Verdict,
};
use interdict_screen::Policy;
use schemars::JsonSchema;
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
    removed: Vec<DatasetName>,
    earlier: Option<DatePrefix>,
    /// Lists that are in use now but are missing in this past state.
    later: Vec<DatasetName>,
    /// Lists whose entries have no date of listing.
    undated: Vec<DatasetName>,
    required: Vec<DatasetName>,
    /// The required lists that were named for these answers: they must be searched, too.
    required_here: Vec<DatasetName>,
    allowed: Vec<DatasetName>,
    default_schema: Option<Schema>,
    /// Working memory of finished searches, reused by later ones. There are at most as many as ran at the same time.
    searchers: Mutex<Vec<CandidateSearcher>>,
}

/// The lists that an answer rests on, and whether they can be relied on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SearchedLists {
    /// The generation that answered.
    pub generation: GenerationId,
    /// The lists that were searched.
    pub lists: Vec<ListHealth>,
    /// The lists that were taken out of use on purpose.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<DatasetName>,
    /// Whether the query was read completely, every list that was to be searched was there and fresh,
    /// and the search was complete. An answer without a match that is not complete is not "clear".
    pub complete: bool,
    /// Why it is not complete.
    pub gaps: Vec<Gap>,
}

impl SearchedLists {
    /// Adds the gaps of the query and of the search, and returns the verdict.
    pub(crate) fn conclude(&mut self, found: bool, query: &[Gap], search: &[Gap]) -> Verdict {
        let coverage = Coverage { query, lists: &self.gaps, search };
        let verdict = coverage.verdict(found);
        self.complete = coverage.is_complete();
        self.gaps.extend(query.iter().chain(search).cloned());
        verdict
    }

    /// Adds the gaps of the query, for an answer without a verdict.
    pub(crate) fn with_query_gaps(mut self, query: &[Gap]) -> Self {
        self.complete &= query.is_empty();
        self.gaps.extend_from_slice(query);
        self
    }
}

impl Lists {
    pub(crate) fn new(
        generation: Generation,
        removed: Vec<DatasetName>,
        earlier: Option<DatePrefix>,
        check: &HealthCheck<'_>,
    ) -> Self {
        let abouts = || generation.segments.iter().map(Segment::about);
        let health: Vec<ListHealth> = abouts().map(|about| check.health(about)).collect();
        let undated = abouts().filter(|about| about.dated_targets == 0);
        Self {
            missing: check.missing(&health),
            undated: undated.map(|about| about.dataset.clone()).collect(),
            required: check.config.policy.required.clone(),
            required_here: Vec::new(),
            allowed: check.config.allow_lists().cloned().collect(),
            default_schema: check.config.policy.schema.clone(),
            fault: check.fault(),
            day: check.day,
            generation,
            health,
            removed,
            earlier,
            later: Vec::new(),
            searchers: Mutex::default(),
        }
    }

    /// Sets the lists that are in use now. If a past state lacks one of them, and it was not removed by a user, its
    /// entities were not searched, which is a gap.
    pub(crate) fn expect(&mut self, in_use: &[DatasetName]) {
        let is_here = |name: &DatasetName| self.health.iter().any(|list| list.dataset == *name);
        let is_known = |name: &DatasetName| {
            is_here(name)
                || self.removed.contains(name)
                || self.missing.iter().any(|list| list.dataset == *name)
        };
        self.later = in_use.iter().filter(|name| !is_known(name)).cloned().collect();
    }

    /// Lists that must be there for these answers, besides those that the configuration requires.
    pub fn require(&mut self, datasets: &[DatasetName]) {
        for dataset in datasets {
            if !self.required.contains(dataset) {
                self.required.push(dataset.clone());
            }
            self.required_here.push(dataset.clone());
            let is_known = |name: &DatasetName| name == dataset;
            let is_here = self.health.iter().any(|list| is_known(&list.dataset))
                || self.missing.iter().any(|list| is_known(&list.dataset));
            if !is_here {
                self.missing.push(MissingList::named(dataset.clone()));
            }
        }
    }

    /// Whether a list is an allow list according to the configuration.
    pub(crate) fn is_allow_list(&self, dataset: &DatasetName) -> bool {
        self.allowed.contains(dataset)
    }

    /// The lists that were taken out of use on purpose.
    pub fn removed(&self) -> &[DatasetName] {
        &self.removed
    }

    /// The lists that must be there: those that were named, and those of the configuration.
    pub(crate) fn required(&self) -> &[DatasetName] {
        &self.required
    }

    /// The configured schema that is searched for if a query does not state one.
    pub(crate) fn default_schema(&self) -> Option<&Schema> {
        self.default_schema.as_ref()
    }

    /// The requested day, if it is before the first kept generation and that generation is used instead.
    pub(crate) fn earlier(&self) -> Option<DatePrefix> {
        self.earlier
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

    /// Runs a search with the working memory of an earlier search if there is one. New working memory is proportional
    /// to the size of the lists, although a single query uses little of it.
    pub(crate) fn with_searcher<T>(&self, search: impl FnOnce(&mut CandidateSearcher) -> T) -> T {
        // No search runs under the lock, so a panic elsewhere leaves the list usable.
        let searchers = || self.searchers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut searcher = searchers().pop().unwrap_or_default();
        let found = search(&mut searcher);
        searchers().push(searcher);
        found
    }

    /// Lists that should be in use and are not.
    pub fn missing(&self) -> &[MissingList] {
        &self.missing
    }

    /// The lists that an answer from these datasets (all, if none is named) rests on. Lists that were not searched are
    /// left out, because the answer records what was searched.
    pub(crate) fn searched(&self, datasets: &[DatasetName]) -> SearchedLists {
        let gaps = self.gaps(datasets);
        let searched = self.health.iter().filter(|list| is_searched(&list.dataset, datasets));
        SearchedLists {
            generation: self.number(),
            lists: searched.cloned().collect(),
            removed: self.removed.clone(),
            complete: gaps.is_empty(),
            gaps,
        }
    }

    /// The value for an answer that uses no list.
    pub(crate) fn unused(&self) -> SearchedLists {
        let (lists, removed, gaps) = (Vec::new(), Vec::new(), Vec::new());
        SearchedLists { generation: self.number(), lists, removed, complete: true, gaps }
    }

    /// Why an answer from these datasets (all, if none is named) would be incomplete: a list that is
    /// stale, one that could not be updated, one that is missing.
    pub fn gaps(&self, datasets: &[DatasetName]) -> Vec<Gap> {
        let present = self.health.iter().filter(|list| is_searched(&list.dataset, datasets));
        let missing = self.missing.iter().filter(|list| {
            is_searched(&list.dataset, datasets) || self.required_here.contains(&list.dataset)
        });
        present
            .flat_map(ListHealth::gaps)
            .chain(missing.map(MissingList::gap))
            .chain(self.fault.clone())
            .chain(self.not_yet_imported(datasets))
            .chain(self.not_searched(datasets))
            .chain(self.without_official_list(datasets))
            .chain(self.without_main_list(datasets))
            .chain(self.reconstructed(datasets))
            .collect()
    }

    /// Lists that are in use now and were not imported yet in a past state.
    fn not_yet_imported<'a>(
        &'a self,
        datasets: &'a [DatasetName],
    ) -> impl Iterator<Item = Gap> + 'a {
        let searched = self.later.iter().filter(|name| is_searched(name, datasets));
        searched.map(|name| {
            let text = format!(
                "{name} is in use now and was not imported yet in generation {}",
                self.number()
            );
            Gap::new(GapCode::ListMissing, text)
        })
    }

    /// Required lists that are in use but not among the datasets that were named.
    fn not_searched<'a>(&'a self, datasets: &'a [DatasetName]) -> impl Iterator<Item = Gap> + 'a {
        let is_here = |name: &DatasetName| self.health.iter().any(|list| list.dataset == *name);
        let left_out = move |name: &&DatasetName| is_here(name) && !is_searched(name, datasets);
        let gap = |name: &DatasetName| {
            let text = format!("{name} is required and is not among the datasets named");
            Gap::new(GapCode::ListMissing, text)
        };
        self.required_here.iter().filter(left_out).map(gap)
    }

    /// The gap of an answer without any official list. There is none if datasets are named in the query or as required.
    fn without_official_list(&self, datasets: &[DatasetName]) -> Option<Gap> {
        let is_official = |list: &ListHealth| {
            Dataset::find(&list.dataset).is_some_and(|known| !known.formats.is_empty())
        };
        let is_chosen = !datasets.is_empty() || !self.required.is_empty();
        if is_chosen || self.health.iter().any(is_official) {
            return None;
        }
        let names: Vec<&str> = self.health.iter().map(|list| list.dataset.as_str()).collect();
        let text = match names.as_slice() {
            [] => "no list is in use".to_owned(),
            names => format!("no official list is in use, only {}", names.join(", ")),
        };
        Some(Gap::new(GapCode::NoOfficialList, text))
    }

    /// The gap of an answer from a list that only supplements one that is not in use. There is none if datasets are named
    /// in the query or as required, or if the main list is a gap already.
    fn without_main_list(&self, datasets: &[DatasetName]) -> Option<Gap> {
        if !datasets.is_empty() || !self.required.is_empty() {
            return None;
        }
        let is_known = |main: &str| {
            self.health.iter().any(|list| list.dataset.as_str() == main)
                || self.missing.iter().any(|list| list.dataset.as_str() == main)
        };
        self.health.iter().find_map(|list| {
            let main = Dataset::find(&list.dataset)?.supplements.filter(|main| !is_known(main))?;
            let text = format!("{} is in use without {main}, which it supplements", list.dataset);
            Some(Gap::new(GapCode::ListMissing, text))
        })
    }

    /// The gap of an answer from a generation later than the requested day.
    fn reconstructed(&self, datasets: &[DatasetName]) -> Option<Gap> {
        let day = self.earlier?;
        let undated = self.undated.iter().filter(|name| is_searched(name, datasets));
        let undated: Vec<&str> = undated.map(DatasetName::as_str).collect();
        let mut text = format!(
            "no generation of the lists was in use on {day}: generation {} answers by the dates of \
             its designations",
            self.number()
        );
        if !undated.is_empty() {
            text.push_str(&format!("; {} gives none, all of it counts", undated.join(", ")));
        }
        Some(Gap::new(GapCode::StateReconstructed, text))
    }

    /// Fails if a dataset is not among the lists.
    pub(crate) fn check_datasets(&self, datasets: &[DatasetName]) -> Result<(), EngineError> {
        datasets
            .iter()
            .find(|dataset| self.health.iter().all(|list| list.dataset != **dataset))
            .map_or(Ok(()), |missing| Err(EngineError::NotImported(missing.clone())))
    }

    /// The policy with the day of these lists, unless it names one itself, and with their allow lists.
    pub(crate) fn with_day(&self, policy: &Policy) -> Policy {
        let allowed = self.allowed.clone();
        Policy { day: policy.day.or(Some(self.day)), allowed, ..policy.clone() }
    }

    /// All records of an id, one for each dataset that has it. Other ids of the same entity count.
    pub(crate) fn records(&self, id: &EntityId) -> Result<Vec<Entity>, EngineError> {
        Ok(self.records_by_list(id)?.into_iter().map(|(_, record)| record).collect())
    }

    /// The same, each with its dataset.
    pub(crate) fn records_by_list(
        &self,
        id: &EntityId,
    ) -> Result<Vec<(DatasetName, Entity)>, EngineError> {
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            let by_id = segment.find(id.as_str());
            let others = segment.lookup(LookupKey::Referent(id.as_str()));
            for row in by_id.into_iter().chain(others) {
                found.push((segment.about().dataset.clone(), segment.entity(row)?));
            }
        }
        Ok(found)
    }

    /// All entities that point to an id: its sanctions, addresses, documents, wallets, relations.
    pub(crate) fn pointing_to(&self, id: &EntityId) -> Result<Vec<Entity>, EngineError> {
        Ok(self.pointing_to_by_list(id)?.into_iter().map(|(_, entity)| entity).collect())
    }

    /// The same, each with its dataset.
    fn pointing_to_by_list(
        &self,
        id: &EntityId,
    ) -> Result<Vec<(DatasetName, Entity)>, EngineError> {
        let mut found = Vec::new();
        for segment in &self.generation.segments {
            for row in segment.lookup(LookupKey::Link(id.as_str())) {
                found.push((segment.about().dataset.clone(), segment.entity(row)?));
            }
        }
        Ok(found)
    }

    /// An entity with the lists that it is in: the one that it was read from, and those it names that are in use.
    pub(crate) fn with_datasets(&self, mut entity: Entity, dataset: &DatasetName) -> Entity {
        let in_use = |name: &DatasetName| self.health.iter().any(|list| list.dataset == *name);
        entity.datasets.retain(|name| name != dataset && in_use(name));
        entity.datasets.insert(0, dataset.clone());
        entity
    }

    /// The same entities as [`Self::pointing_to`], with the lists that they are in; each id once.
    pub(crate) fn linked_to(&self, id: &EntityId) -> Result<Vec<Entity>, EngineError> {
        let mut seen = HashSet::new();
        let mut found = self.pointing_to_by_list(id)?;
        found.retain(|(_, entity)| seen.insert(entity.id.clone()));
        let with_datasets =
            |(dataset, entity): (DatasetName, Entity)| self.with_datasets(entity, &dataset);
        Ok(found.into_iter().map(with_datasets).collect())
    }
}

/// Whether a dataset is among those to be searched; if none is named, all are.
fn is_searched(dataset: &DatasetName, datasets: &[DatasetName]) -> bool {
    datasets.is_empty() || datasets.contains(dataset)
}
