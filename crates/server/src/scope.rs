//! Which lists a request is about.

use interdict_engine::{ListHealth, Lists};
use interdict_model::{DatasetName, Gap, GapCode};

use crate::error::ApiError;

/// The name that stands for all lists, where no list has it.
pub(crate) const EVERYTHING: &str = "default";

/// The lists of a request, after what it includes and excludes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatasetScope {
    pub(crate) datasets: Vec<DatasetName>,
    /// Whether all lists were asked for, those that should be there and are not among them.
    is_everything: bool,
}

impl DatasetScope {
    /// The lists of a name in the address: one list, or all of them.
    pub(crate) fn of_path(lists: &Lists, name: &str) -> Result<Self, ApiError> {
        let all = lists.health().iter().map(|list| list.dataset.clone());
        let datasets: Vec<DatasetName> = all.filter(|dataset| dataset.as_str() == name).collect();
        // A list that should be there and is not is no unknown name.
        let is_missing = lists.missing().iter().any(|list| list.dataset.as_str() == name);
        if is_missing {
            return Err(ApiError::Unavailable(format!("the list {name} is missing")));
        }
        if !datasets.is_empty() {
            return Ok(Self { datasets, is_everything: false });
        }
        if name != EVERYTHING {
            return Err(ApiError::NotFound("No such dataset."));
        }
        let datasets = lists.health().iter().map(|list| list.dataset.clone()).collect();
        Ok(Self { datasets, is_everything: true })
    }

    /// Leaves the lists that are included, if any is named, and are not excluded.
    pub(crate) fn narrow(mut self, include: &[String], exclude: &[String]) -> Self {
        self.is_everything &= include.is_empty() && exclude.is_empty();
        let names = |names: &[String], dataset: &DatasetName| {
            names.iter().any(|name| name == dataset.as_str() || name == EVERYTHING)
        };
        self.datasets.retain(|dataset| {
            (include.is_empty() || names(include, dataset)) && !names(exclude, dataset)
        });
        self
    }

    /// Refuses to answer from lists that could make an answer look clear though it is not, and says what else
    /// must be said of them.
    pub(crate) fn check(&self, lists: &Lists, refuse_stale: bool) -> Result<Vec<Gap>, ApiError> {
        let gaps = match self.datasets.as_slice() {
            [] => vec![Gap::new(
                GapCode::SearchFailed,
                "none of the lists that were named is searched",
            )],
            _ if self.is_everything => lists.gaps(&[]),
            datasets => lists.gaps(datasets),
        };
        let is_fatal = |gap: &&Gap| match gap.code {
            GapCode::ListMissing
            | GapCode::UpdateFailed
            | GapCode::UpdateRecordUnreadable
            | GapCode::NoOfficialList => true,
            GapCode::ListStale => refuse_stale,
            _ => false,
        };
        match gaps.iter().find(is_fatal) {
            Some(gap) => Err(ApiError::Unavailable(gap.text.clone())),
            None => Ok(gaps),
        }
    }

    /// The health of its lists.
    pub(crate) fn health<'a>(&'a self, lists: &'a Lists) -> impl Iterator<Item = &'a ListHealth> {
        lists.health().iter().filter(|list| self.datasets.contains(&list.dataset))
    }
}
