//! Whether each list can be relied on.

use interdict_index::{About, time_or_empty};
use interdict_lists::Dataset;
use interdict_model::{DatasetName, DatePrefix, Gap, GapCode};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::Serialize;

use crate::as_of::date_of;
use crate::config::Config;
use crate::error::EngineError;
use crate::update::state::{UpdateAttempts, UpdateState};

const SECONDS_PER_DAY: i64 = 86_400;

/// One list, and whether it is fresh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListHealth {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its title.
    pub title: String,
    /// The list's own version.
    pub version: String,
    /// When it was imported; nothing for the built-in dataset.
    #[serde(serialize_with = "time_or_empty::serialize")]
    #[schemars(schema_with = "time_or_empty::schema")]
    pub imported_at: Option<Timestamp>,
    /// Days since its version; unknown if the version is no date.
    pub age_days: Option<i64>,
    /// After how many days it counts as stale; never, if absent.
    pub stale_after_days: Option<u32>,
    /// Whether it is stale.
    pub stale: bool,
    /// Whether its version or its import is later than the present time. The clock is then wrong, so neither the age of
    /// the list nor the listings in force are known.
    pub after_now: bool,
    /// Whether its updates have failed for longer than is tolerated.
    pub failed: bool,
    /// How its updates went, if any was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<UpdateAttempts>,
    /// Why the import would have refused this version, had the user not accepted the loss.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted_losses: Vec<String>,
    /// How many listed entities a complete version has, at least; unknown for a list of one's own.
    pub least_entities: Option<u64>,
    /// Whether it has fewer, so that it is only a part of the list.
    pub partial: bool,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MissingList {
    /// The dataset.
    pub dataset: DatasetName,
    /// Its title.
    pub title: String,
    /// How its updates went, if any was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updates: Option<UpdateAttempts>,
}

/// Computes the health of lists from the configuration, the record of updates, and the time.
pub(crate) struct HealthCheck<'a> {
    pub(crate) config: &'a Config,
    /// The record of updates; `None` for a past state, for which nothing is recorded.
    pub(crate) updates: Option<Result<UpdateState, EngineError>>,
    /// The present time, for how long updates have failed.
    pub(crate) now: Timestamp,
    /// The day for which the age of lists is computed.
    pub(crate) day: DatePrefix,
}

impl ListHealth {
    /// Why an answer that rests on this list would be incomplete: one gap for each reason.
    pub(crate) fn gaps(&self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if self.stale {
            let days = self.age_days.unwrap_or_default();
            let limit = self.stale_after_days.unwrap_or_default();
            let text = format!("{} is {days} days old, stale after {limit}", self.dataset);
            gaps.push(Gap::new(GapCode::ListStale, text));
        }
        if self.after_now {
            let text = format!(
                "{} is newer than the present time: the clock or its date is wrong",
                self.dataset
            );
            gaps.push(Gap::new(GapCode::ClockWrong, text));
        }
        if self.age_days.is_none() && self.stale_after_days.is_some() {
            let text = format!("{} bears no date: its age is unknown", self.dataset);
            gaps.push(Gap::new(GapCode::ListAgeUnknown, text));
        }
        if let (true, Some(least)) = (self.partial, self.least_entities) {
            let text = format!(
                "{} is only a part of the list: it has {} listed entities, a complete version at least {least}",
                self.dataset, self.targets
            );
            gaps.push(Gap::new(GapCode::ListPartial, text));
        }
        if let (true, Some(attempts)) = (self.failed, &self.updates) {
            let text = format!("{} {}", self.dataset, render_failure(attempts));
            gaps.push(Gap::new(GapCode::UpdateFailed, text));
        }
        gaps
    }
}

impl MissingList {
    /// A list of which only the name is known.
    pub(crate) fn named(dataset: DatasetName) -> Self {
        let known = Dataset::find(&dataset).map(|known| known.title.to_owned());
        let title = known.unwrap_or_else(|| dataset.to_string());
        Self { dataset, title, updates: None }
    }

    /// Why an answer without this list would be incomplete.
    pub(crate) fn gap(&self) -> Gap {
        let failure = self.updates.as_ref().filter(|attempts| attempts.failures > 0);
        let failure = failure.map(|a| format!("; it {}", render_failure(a))).unwrap_or_default();
        let text = format!("{} is not imported{failure}", self.dataset);
        Gap::new(GapCode::ListMissing, text)
    }
}

fn render_failure(attempts: &UpdateAttempts) -> String {
    let since = attempts.failing_since.map(|time| date_of(time).to_string()).unwrap_or_default();
    let error = attempts.last_error.as_deref().unwrap_or("unknown");
    match attempts.failures {
        1 => format!("could not be updated on {since}: {error}"),
        count => {
            format!("could not be updated {count} times since {since}, the last time: {error}")
        }
    }
}

impl HealthCheck<'_> {
    /// The health of a list in use.
    ///
    /// A list whose version is dated after the day has a negative age and is not stale.
    pub(crate) fn health(&self, about: &About) -> ListHealth {
        let age_days = date_in(&about.version).and_then(|dated| self.days_since(dated));
        let stale_after_days = self.config.stale_after_days(&about.dataset);
        let stale = match (age_days, stale_after_days) {
            (Some(age), Some(limit)) => age > i64::from(limit),
            _ => false,
        };
        let least_entities = self.config.least_entities(&about.dataset);
        let updates = self.attempts(&about.dataset).filter(|attempts| {
            // A list that was imported by hand after the last failed update is up to date again.
            attempts.failures == 0
                || attempts.last_attempt.is_none_or(|attempt| {
                    about.imported_at.is_none_or(|imported| attempt >= imported)
                })
        });
        let failed = self.config.is_updated(&about.dataset)
            && updates.is_some_and(|attempts| self.is_past_grace(attempts));
        ListHealth {
            dataset: about.dataset.clone(),
            title: self.config.title(&about.dataset),
            version: about.version.clone(),
            imported_at: about.imported_at,
            age_days,
            stale_after_days,
            stale,
            after_now: self.is_after_now(about),
            failed,
            updates: updates.cloned(),
            accepted_losses: about.accepted_losses.clone(),
            least_entities,
            partial: least_entities.is_some_and(|least| about.targets < least),
            targets: about.targets,
            entities: about.entities,
            names: about.names,
            wallets: about.wallets,
            problems: about.problems.len() as u64,
        }
    }

    /// The lists that should be in use and are not: those that the policy requires, those that the configuration asks
    /// for by name, and those that an update could not fetch. For a past state only those of the policy are known.
    pub(crate) fn missing(&self, present: &[ListHealth]) -> Vec<MissingList> {
        let mut names: Vec<&DatasetName> = self.config.policy.required.iter().collect();
        if let Some(updates) = &self.updates {
            let tried = updates.iter().flat_map(|state| &state.lists);
            let failed = tried
                .filter(|(name, list)| list.attempts.failures > 0 && self.config.is_updated(name));
            let known = |name: &DatasetName| {
                Dataset::find(name).is_some() || self.config.list(name).is_some()
            };
            names.extend(failed.map(|(name, _)| name).filter(|name| known(name)));
            names.extend(self.config.required_lists());
        }
        names.sort_unstable();
        names.dedup();
        names.retain(|name| present.iter().all(|list| list.dataset != **name));
        let missing = |name: &DatasetName| MissingList {
            dataset: name.clone(),
            title: self.config.title(name),
            updates: self.attempts(name).cloned(),
        };
        names.into_iter().map(missing).collect()
    }

    /// Why the record of updates cannot be read.
    pub(crate) fn fault(&self) -> Option<Gap> {
        match &self.updates {
            Some(Err(error)) => {
                let text = format!("{error}; `interdict lists update` makes a new one");
                Some(Gap::new(GapCode::UpdateRecordUnreadable, text))
            }
            _ => None,
        }
    }

    fn attempts(&self, dataset: &DatasetName) -> Option<&UpdateAttempts> {
        let state = self.updates.as_ref()?.as_ref().ok()?;
        state.lists.get(dataset).map(|list| &list.attempts)
    }

    fn is_past_grace(&self, attempts: &UpdateAttempts) -> bool {
        if attempts.failures == 0 {
            return false;
        }
        let since = attempts.failing_since.unwrap_or(Timestamp::MIN);
        let grace = i64::from(self.config.failure_grace_days) * SECONDS_PER_DAY;
        self.now.as_second().saturating_sub(since.as_second()) >= grace
    }

    /// Nothing if the day is only a month or a year.
    /// Whether a list is newer than the present time, by more than a time zone or the drift of a clock.
    fn is_after_now(&self, about: &About) -> bool {
        let tomorrow = date_of(self.now).checked_add(1.day()).unwrap_or(Date::MAX);
        let soon = self.now.checked_add(1.hour()).unwrap_or(Timestamp::MAX);
        date_in(&about.version).is_some_and(|dated| dated > tomorrow)
            || about.imported_at.is_some_and(|imported| imported > soon)
    }

    fn days_since(&self, then: Date) -> Option<i64> {
        let day: Date = self.day.to_string().parse().ok()?;
        day.since(then).ok().map(|span| i64::from(span.get_days()))
    }
}

/// The date at the beginning of a version.
pub(crate) fn date_in(version: &str) -> Option<Date> {
    version.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use interdict_model::PartialDate;

    use super::*;
    use crate::update::state::ListState;

    const UN: &str = "un_sc_sanctions";
    const NOW: &str = "2026-03-20T12:00:00Z";

    fn config(text: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("interdict.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(&path).unwrap()
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn about(version: &str, imported_at: &str) -> About {
        About {
            version: version.to_owned(),
            imported_at: Some(time(imported_at)),
            targets: 1_000,
            ..About::new(UN.parse().unwrap())
        }
    }

    /// The UN list, whose updates failed once for each of these times.
    fn failures(times: &[&str]) -> UpdateState {
        let mut state = UpdateState::default();
        let list: &mut ListState = state.lists.entry(UN.parse().unwrap()).or_default();
        times.iter().for_each(|text| list.attempts.failed(time(text), "no answer".to_owned()));
        state
    }

    fn check<'a>(config: &'a Config, updates: UpdateState) -> HealthCheck<'a> {
        let day = "2026-03-20".parse::<PartialDate>().unwrap().to();
        HealthCheck { config, updates: Some(Ok(updates)), now: time(NOW), day }
    }

    #[test]
    fn a_list_is_stale_from_the_day_after_its_limit() {
        let config = config("[lists.un_sc_sanctions]\nstale_after_days = 7");
        let check = check(&config, UpdateState::default());
        for (version, age, stale) in [
            ("2026-03-20", 0, false),
            ("2026-03-13T10:00:00", 7, false),
            ("2026-03-12", 8, true),
            ("2025-03-20", 365, true),
        ] {
            let health = check.health(&about(version, NOW));
            assert_eq!((health.age_days, health.stale), (Some(age), stale), "{version}");
            assert_eq!(health.gaps().len(), usize::from(stale));
        }
        let gaps = check.health(&about("2026-03-12", NOW)).gaps();
        let text = "un_sc_sanctions is 8 days old, stale after 7";
        assert_eq!(gaps, [Gap::new(GapCode::ListStale, text)]);
    }

    #[test]
    fn a_list_without_a_dated_version_is_of_unknown_age() {
        let config = config("[lists.un_sc_sanctions]\nstale_after_days = 7");
        let check = check(&config, UpdateState::default());
        for version in ["", "r12", "release of the 12th"] {
            let health = check.health(&about(version, NOW));
            assert_eq!((health.age_days, health.stale), (None, false), "{version}");
            let text = "un_sc_sanctions bears no date: its age is unknown";
            assert_eq!(health.gaps(), [Gap::new(GapCode::ListAgeUnknown, text)]);
        }
        let own = About { dataset: "my_list".parse().unwrap(), ..about("", NOW) };
        assert!(check.health(&own).gaps().is_empty(), "no rule, no gap");
    }

    #[test]
    fn a_list_newer_than_the_present_time_is_a_gap() {
        let config = Config::default();
        let check = check(&config, UpdateState::default());
        let health = check.health(&about("2206-01-01", NOW));
        assert!(health.age_days.is_some_and(|age| age < -60_000) && !health.stale);
        for (version, imported, is_after_now) in [
            ("2026-03-21", NOW, false),
            ("2026-03-22", NOW, true),
            ("2026-03-20", "2026-03-20T12:59:00Z", false),
            ("2026-03-20", "2026-03-20T13:01:00Z", true),
        ] {
            let gaps = check.health(&about(version, imported)).gaps();
            let codes: Vec<GapCode> = gaps.iter().map(|gap| gap.code).collect();
            let expected: &[GapCode] = if is_after_now { &[GapCode::ClockWrong] } else { &[] };
            assert_eq!(codes, expected, "{version} {imported}");
        }
    }

    #[test]
    fn a_list_with_fewer_entities_than_any_complete_version_is_a_gap() {
        let own = config("[lists.un_sc_sanctions]\nleast_entities = 5");
        for (config, targets, partial) in [
            (&Config::default(), 349, true),
            (&Config::default(), 350, false),
            (&own, 4, true),
            (&own, 5, false),
        ] {
            let list = About { targets, ..about("2026-03-20", NOW) };
            let health = check(config, UpdateState::default()).health(&list);
            let codes: Vec<GapCode> = health.gaps().iter().map(|gap| gap.code).collect();
            let expected: &[GapCode] = if partial { &[GapCode::ListPartial] } else { &[] };
            assert_eq!((health.partial, codes.as_slice()), (partial, expected), "{targets}");
        }
        let own = About { dataset: "my_list".parse().unwrap(), ..about("2026-03-20", NOW) };
        assert!(!check(&Config::default(), UpdateState::default()).health(&own).partial);
    }

    #[test]
    fn a_list_without_a_rule_never_becomes_stale() {
        let config = Config::default();
        let mut about = about("1999-01-01", NOW);
        about.dataset = "customers_own".parse().unwrap();
        let health = check(&config, UpdateState::default()).health(&about);
        assert_eq!((health.stale_after_days, health.stale), (None, false));
    }

    #[test]
    fn updates_may_fail_for_the_days_of_grace() {
        for (grace, since, failed) in [
            (0, "2026-03-20T11:59:59Z", true),
            (2, "2026-03-18T12:00:01Z", false),
            (2, "2026-03-18T12:00:00Z", true),
        ] {
            let config = config(&format!("[fetch]\nfailure_grace_days = {grace}"));
            let check = check(&config, failures(&[since]));
            let health = check.health(&about("2026-03-19", "2026-03-01T00:00:00Z"));
            assert_eq!(health.failed, failed, "{grace} days since {since}");
            assert_eq!(health.gaps().len(), usize::from(failed));
        }
    }

    #[test]
    fn a_gap_says_how_often_since_when_and_why_an_update_failed() {
        let config = Config::default();
        let list = about("2026-03-19", "2026-03-01T00:00:00Z");
        let once = check(&config, failures(&["2026-03-18T08:00:00Z"])).health(&list).gaps();
        let expected = "un_sc_sanctions could not be updated on 2026-03-18: no answer";
        assert_eq!(once, [Gap::new(GapCode::UpdateFailed, expected)]);
        let times = ["2026-03-18T08:00:00Z", "2026-03-19T08:00:00Z"];
        let twice = check(&config, failures(&times)).health(&list).gaps();
        let expected = "2 times since 2026-03-18, the last time: no answer";
        assert!(twice[0].text.contains(expected), "{twice:?}");
    }

    #[test]
    fn an_import_by_hand_after_the_last_failure_ends_it() {
        let config = Config::default();
        let times = ["2026-03-18T08:00:00Z", "2026-03-19T08:00:00Z"];
        let check = check(&config, failures(&times));
        for (imported_at, failed) in [
            ("2026-03-18T09:00:00Z", true),
            ("2026-03-19T08:00:00Z", true),
            ("2026-03-19T08:00:00.001Z", false),
        ] {
            let health = check.health(&about("2026-03-19", imported_at));
            assert_eq!(health.failed, failed, "{imported_at}");
            assert_eq!(health.updates.is_some(), failed, "{imported_at}");
        }
    }

    #[test]
    fn failures_of_a_list_that_is_no_longer_updated_do_not_count() {
        let config = config("[lists.un_sc_sanctions]\nenabled = false");
        let check = check(&config, failures(&["2026-03-18T08:00:00Z"]));
        let health = check.health(&about("2026-03-19", "2026-03-01T00:00:00Z"));
        assert!(!health.failed && health.updates.is_some());
        assert_eq!(check.missing(&[]), []);
    }

    #[test]
    fn lists_that_are_required_or_were_fetched_in_vain_are_missing() {
        let config =
            config("[lists.peps]\nformat = \"ftm\"\nurls = [\"https://example.org/peps.json\"]");
        let check = check(&config, failures(&["2026-03-18T08:00:00Z"]));
        let missing = check.missing(&[]);
        let gaps: Vec<String> = missing.iter().map(|list| list.gap().text).collect();
        assert_eq!(
            gaps,
            [
                "peps is not imported",
                "un_sc_sanctions is not imported; it could not be updated on 2026-03-18: no answer"
            ]
        );
        let present = check.health(&about("2026-03-19", NOW));
        let missing = check.missing(&[present]);
        assert_eq!(missing.iter().map(|list| list.dataset.as_str()).collect::<Vec<_>>(), ["peps"]);
    }

    #[test]
    fn what_the_policy_requires_is_missing_in_past_states_too() {
        let config = config("[policy]\nrequired = [\"un_sc_sanctions\"]");
        let now = check(&config, UpdateState::default());
        let past = HealthCheck { updates: None, ..check(&config, UpdateState::default()) };
        for state in [now, past] {
            assert_eq!(state.missing(&[])[0].gap().code, GapCode::ListMissing);
            assert_eq!(state.missing(&[state.health(&about("2026-03-19", NOW))]), []);
        }
    }

    #[test]
    fn a_list_that_neither_program_nor_configuration_has_is_not_missed() {
        let mut updates = UpdateState::default();
        let dropped = updates.lists.entry("dropped".parse().unwrap()).or_default();
        dropped.attempts.failed(time(NOW), "no answer".to_owned());
        assert_eq!(check(&Config::default(), updates).missing(&[]), []);
    }

    #[test]
    fn a_past_state_has_no_updates_and_misses_nothing() {
        let config =
            config("[lists.peps]\nformat = \"ftm\"\nurls = [\"https://example.org/peps.json\"]");
        let past = HealthCheck { updates: None, ..check(&config, UpdateState::default()) };
        assert_eq!((past.missing(&[]), past.fault()), (Vec::new(), None));
        assert!(!past.health(&about("2026-03-19", NOW)).failed);
    }

    #[test]
    fn a_record_of_updates_that_cannot_be_read_is_a_fault() {
        let config = Config::default();
        let damaged = EngineError::UpdateState { path: "u.json".into(), detail: "cut".into() };
        let check =
            HealthCheck { updates: Some(Err(damaged)), ..check(&config, UpdateState::default()) };
        let fault = check.fault().unwrap().text;
        assert!(fault.contains("u.json is damaged: cut; `interdict lists update`"), "{fault}");
        assert!(!check.health(&about("2026-03-19", NOW)).failed);
    }
}
