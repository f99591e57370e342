//! Whether each list can be relied on.

use interdict_index::Segment;
use interdict_lists::Dataset;
use interdict_model::{DatasetName, DatePrefix};
use jiff::Timestamp;
use serde::Serialize;

use crate::config::Config;
use crate::error::EngineError;
use crate::update::UpdateAttempts;
use crate::update::state::UpdateState;

/// One list, and whether it is fresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its title.
    pub title: String,
    /// The list's own version.
    pub version: String,
    /// When it was imported.
    pub imported_at: String,
    /// Days since its version, or since its import if the version is no date.
    pub age_days: Option<i64>,
    /// After how many days it counts as stale; never, if absent.
    pub stale_after_days: Option<u32>,
    /// Whether it is stale.
    pub stale: bool,
    /// Whether its updates have failed for longer than is tolerated.
    pub failed: bool,
    /// How its updates went, if any was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<UpdateAttempts>,
    /// Listed entities.
    pub targets: u64,
    /// Entities of all kinds.
    pub entities: u64,
    /// Names of listed entities.
    pub names: u64,
    /// Wallets.
    pub wallets: u64,
    /// Problems found when it was read.
    pub problems: u64,
}

/// A list that should be in use and is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its title.
    pub title: String,
    /// How its updates went, if any was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<UpdateAttempts>,
}

/// What bears on the lists' standing besides their content.
pub(crate) struct Upkeep<'a> {
    pub(crate) config: &'a Config,
    /// What is remembered of updates; nothing when a past state is asked for.
    pub(crate) updates: Option<Result<UpdateState, EngineError>>,
}

impl Standing {
    /// Why an answer that rests on this list would be incomplete.
    pub(crate) fn gap(&self) -> Option<String> {
        let mut reasons = Vec::new();
        if self.stale {
            let days = self.age_days.unwrap_or_default();
            let limit = self.stale_after_days.unwrap_or_default();
            reasons.push(format!("is {days} days old, stale after {limit}"));
        }
        if let (true, Some(attempts)) = (self.failed, &self.updates) {
            reasons.push(render_failure(attempts));
        }
        let reasons = reasons.join("; ");
        (!reasons.is_empty()).then(|| format!("{} {reasons}", self.dataset))
    }
}

impl Missing {
    /// Why an answer without this list would be incomplete.
    pub(crate) fn gap(&self) -> String {
        let failure = self.updates.as_ref().filter(|attempts| attempts.failures > 0);
        let failure = failure.map(|a| format!("; it {}", render_failure(a))).unwrap_or_default();
        format!("{} is not imported{failure}", self.dataset)
    }
}

fn render_failure(attempts: &UpdateAttempts) -> String {
    let since = attempts.failing_since.as_deref().unwrap_or_default();
    let since = since.get(..10).unwrap_or(since);
    let error = attempts.last_error.as_deref().unwrap_or("unknown");
    match attempts.failures {
        1 => format!("could not be updated on {since}: {error}"),
        count => {
            format!("could not be updated {count} times since {since}, the last time: {error}")
        }
    }
}

impl Upkeep<'_> {
    /// The standing of a list in use, on a day.
    pub(crate) fn standing(&self, segment: &Segment, now: Timestamp, day: DatePrefix) -> Standing {
        let about = segment.about();
        let age_days =
            days_between(&about.version, day).or_else(|| days_between(&about.imported_at, day));
        let stale_after_days = self.config.stale_after_days(&about.dataset);
        let stale = match (age_days, stale_after_days) {
            (Some(age), Some(limit)) => age > i64::from(limit),
            _ => false,
        };
        let updates = self.attempts(&about.dataset).filter(|attempts| {
            // An import by hand after the last failed update mends it.
            attempts.failures == 0 || !is_before(&attempts.last_attempt, &about.imported_at)
        });
        let failed = self.config.is_updated(&about.dataset)
            && updates.is_some_and(|attempts| self.is_past_grace(attempts, now));
        Standing {
            dataset: about.dataset.clone(),
            title: self.config.title(&about.dataset),
            version: about.version.clone(),
            imported_at: about.imported_at.clone(),
            age_days,
            stale_after_days,
            stale,
            failed,
            updates: updates.cloned(),
            targets: about.targets,
            entities: about.entities,
            names: about.names,
            wallets: about.wallets,
            problems: about.problems.len() as u64,
        }
    }

    /// The lists that should be in use and are not: those that the configuration asks for, and
    /// those that an update has tried to fetch in vain.
    pub(crate) fn missing(&self, present: &[Standing]) -> Vec<Missing> {
        let Some(updates) = &self.updates else {
            return Vec::new();
        };
        let tried = updates.iter().flat_map(|state| &state.lists);
        let failed =
            tried.filter(|(name, list)| list.attempts.failures > 0 && self.config.is_updated(name));
        let known =
            |name: &DatasetName| Dataset::find(name).is_some() || self.config.list(name).is_some();
        let mut names: Vec<&DatasetName> =
            failed.map(|(name, _)| name).filter(|name| known(name)).collect();
        names.extend(self.config.required_lists());
        names.sort_unstable();
        names.dedup();
        names.retain(|name| present.iter().all(|list| list.dataset != **name));
        let missing = |name: &DatasetName| Missing {
            dataset: name.clone(),
            title: self.config.title(name),
            updates: self.attempts(name).cloned(),
        };
        names.into_iter().map(missing).collect()
    }

    /// What keeps the record of updates from being read.
    pub(crate) fn fault(&self) -> Option<String> {
        match &self.updates {
            Some(Err(error)) => Some(format!("{error}; `interdict lists update` makes a new one")),
            _ => None,
        }
    }

    fn attempts(&self, dataset: &DatasetName) -> Option<&UpdateAttempts> {
        let state = self.updates.as_ref()?.as_ref().ok()?;
        state.lists.get(dataset).map(|list| &list.attempts)
    }

    fn is_past_grace(&self, attempts: &UpdateAttempts, now: Timestamp) -> bool {
        if attempts.failures == 0 {
            return false;
        }
        let since = attempts.failing_since.as_deref().and_then(|text| text.parse().ok());
        let since: Timestamp = since.unwrap_or(Timestamp::MIN);
        let grace = i64::from(self.config.failure_grace_days) * 86_400;
        now.as_second().saturating_sub(since.as_second()) >= grace
    }
}

/// Days from a date at the beginning of a text to a day.
fn days_between(text: &str, day: DatePrefix) -> Option<i64> {
    let then: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let now: jiff::civil::Date = day.to_string().parse().ok()?;
    now.since(then).ok().map(|span| i64::from(span.get_days()))
}

fn is_before(moment: &Option<String>, other: &str) -> bool {
    let parse = |text: &str| text.parse::<Timestamp>().ok();
    let moment = moment.as_deref().and_then(parse);
    matches!((moment, parse(other)), (Some(moment), Some(other)) if moment < other)
}
