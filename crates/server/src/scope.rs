//! The lists that a request searches.

use interdict_engine::Lists;
use interdict_model::{DatasetName, Gap, GapCode};

use crate::app::App;
use crate::error::ApiError;

/// The name of the collection of all lists, unless a list has that name.
pub(crate) const EVERYTHING: &str = "default";
/// Characters of a name that an answer repeats at most.
const MOST_NAMED: usize = 100;

/// The lists of a request, after inclusion and exclusion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatasetScope {
    pub(crate) datasets: Vec<DatasetName>,
    /// Whether all lists were requested, including required ones that are missing.
    is_everything: bool,
    /// Included names that are no lists of this scope.
    outside: Vec<String>,
}

impl DatasetScope {
    /// The lists of a name in the path: one list, or all of them.
    pub(crate) fn of_path(lists: &Lists, name: &str) -> Result<Self, ApiError> {
        let all = lists.health().iter().map(|list| list.dataset.clone());
        let datasets: Vec<DatasetName> = all.filter(|dataset| dataset.as_str() == name).collect();
        // The name of a required list that is missing is not unknown.
        let is_missing = lists.missing().iter().any(|list| list.dataset.as_str() == name);
        if is_missing {
            return Err(ApiError::Unavailable(format!("the list {name} is missing")));
        }
        if !datasets.is_empty() {
            return Ok(Self { datasets, is_everything: false, outside: Vec::new() });
        }
        if name != EVERYTHING {
            return Err(ApiError::NotFound("No such dataset."));
        }
        let datasets = lists.health().iter().map(|list| list.dataset.clone()).collect();
        Ok(Self { datasets, is_everything: true, outside: Vec::new() })
    }

    /// Keeps the lists that are included, if any is named, and are not excluded.
    pub(crate) fn narrow(mut self, include: &[String], exclude: &[String]) -> Self {
        self.is_everything &= include.is_empty() && exclude.is_empty();
        let is_meant =
            |name: &String, dataset: &DatasetName| name == dataset.as_str() || name == EVERYTHING;
        let within = |name: &&String| !self.datasets.iter().any(|dataset| is_meant(name, dataset));
        self.outside = include.iter().filter(within).cloned().collect();
        let names = |names: &[String], dataset: &DatasetName| {
            names.iter().any(|name| is_meant(name, dataset))
        };
        self.datasets.retain(|dataset| {
            (include.is_empty() || names(include, dataset)) && !names(exclude, dataset)
        });
        self
    }

    /// The gaps of the lists.
    pub(crate) fn gaps(&self, app: &App, lists: &Lists) -> Vec<Gap> {
        let mut gaps = match self.datasets.as_slice() {
            [] => vec![Gap::new(
                GapCode::SearchFailed,
                "none of the lists that were named is searched",
            )],
            _ if self.is_everything => lists.gaps(&[]),
            datasets => lists.gaps(datasets),
        };
        // A caller who names several lists assumes that all of them were searched.
        for name in &self.outside {
            let is_missing = lists.missing().iter().any(|list| list.dataset.as_str() == name);
            let code = if is_missing { GapCode::ListMissing } else { GapCode::SearchFailed };
            let shown: String = name.chars().take(MOST_NAMED).collect();
            gaps.push(Gap::new(code, format!("{shown} was named and is not searched")));
        }
        if app.is_behind() {
            let text = "the lists in use could not be opened, those before them answer";
            gaps.push(Gap::new(GapCode::SearchFailed, text));
        }
        gaps
    }

    /// Refuses to answer from lists that could make an answer look clear although it is not; returns the gaps of the
    /// others.
    pub(crate) fn check(&self, app: &App, lists: &Lists) -> Result<Vec<Gap>, ApiError> {
        let gaps = self.gaps(app, lists);
        let is_fatal = |gap: &&Gap| match gap.code {
            GapCode::ListMissing
            | GapCode::UpdateFailed
            | GapCode::UpdateRecordUnreadable
            | GapCode::NoOfficialList => true,
            GapCode::ListStale => app.config.refuse_stale,
            _ => false,
        };
        match gaps.iter().find(is_fatal) {
            Some(gap) => Err(ApiError::Unavailable(gap.text.clone())),
            None => Ok(gaps),
        }
    }
}
