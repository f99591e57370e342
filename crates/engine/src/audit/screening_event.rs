//! The event of a screening: the query, the lists, the policy and the result.

use interdict_index::analysis_version;
use interdict_model::{DatasetName, DatePrefix, GapCode, GenerationId, PartialDate, Score};
use interdict_screen::{Algorithm, Candidate, Policy};
use interdict_store::{EventDraft, SealedDraft};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::caller::Caller;
use super::replay::FoundEntity;
use crate::list_health::ListHealth;
use crate::lists::Lists;
use crate::party::{PartyAnswer, PartyQuery};
use crate::session::Session;

/// The kind of the event.
pub const SCREENING: &str = "screening";

/// The data of a screening that is recorded.
#[derive(Debug, Clone, Copy)]
pub struct ScreeningRecord<'a> {
    /// The party.
    pub party: &'a PartyQuery,
    /// The caller's reference of the customer, if there is one: erasure names it.
    pub subject: Option<&'a str>,
    /// The policy.
    pub policy: &'a Policy,
    /// The answer.
    pub answer: &'a PartyAnswer,
    /// For how many days the personal data has to be kept.
    pub keep_days: u32,
}

/// The personal data of a screening, with what is needed to screen again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SealedScreening {
    pub(super) party: PartyQuery,
    pub(super) policy: RecordedPolicy,
    pub(super) found: Vec<FoundEntity>,
}

/// A policy as it is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RecordedPolicy {
    threshold: f64,
    limit: usize,
    algorithm: Algorithm,
    datasets: Vec<DatasetName>,
    day: PartialDate,
    allowed: Vec<DatasetName>,
    weak_alias_alone: bool,
    /// Absent in events from before there was such a rule.
    #[serde(default = "default_years")]
    cleared_by_years: u16,
    exhaustive: bool,
}

fn default_years() -> u16 {
    Policy::default().cleared_by_years
}

impl RecordedPolicy {
    fn new(policy: &Policy, day: DatePrefix) -> Self {
        Self {
            threshold: policy.threshold.value(),
            limit: policy.limit,
            algorithm: policy.algorithm,
            datasets: policy.datasets.clone(),
            day: PartialDate::exactly(policy.day.unwrap_or(day)),
            allowed: policy.allowed.clone(),
            weak_alias_alone: policy.weak_alias_alone,
            cleared_by_years: policy.cleared_by_years,
            exhaustive: policy.exhaustive,
        }
    }

    pub(super) fn to_policy(&self) -> Policy {
        Policy {
            threshold: Score::clamped(self.threshold),
            limit: self.limit,
            algorithm: self.algorithm,
            datasets: self.datasets.clone(),
            day: Some(self.day.to()),
            allowed: self.allowed.clone(),
            weak_alias_alone: self.weak_alias_alone,
            cleared_by_years: self.cleared_by_years,
            exhaustive: self.exhaustive,
        }
    }
}

impl FoundEntity {
    pub(super) fn of(candidate: &Candidate) -> Self {
        Self {
            id: candidate.entity.id.as_str().to_owned(),
            score: candidate.score.value(),
            is_match: candidate.is_match,
        }
    }
}

impl Session {
    /// The moment until which data written now has to be kept, if it is kept for this number of days.
    pub fn keep_until(&self, days: u32) -> Timestamp {
        let time = SignedDuration::from_hours(i64::from(days) * 24);
        self.now().checked_add(time).unwrap_or(Timestamp::MAX)
    }

    /// A screening as it is recorded. The event itself holds no value of the query.
    pub fn screening_event(
        &self,
        caller: &Caller,
        lists: &Lists,
        record: ScreeningRecord<'_>,
    ) -> EventDraft {
        let ScreeningRecord { party, policy, answer, .. } = record;
        let candidates = answer.answer.iter().flat_map(|answer| &answer.outcome.candidates);
        let sealed = SealedScreening {
            party: party.clone(),
            policy: RecordedPolicy::new(policy, lists.day()),
            found: candidates.map(FoundEntity::of).collect(),
        };
        let data = serde_json::to_vec(&sealed).expect("keys of a screening are texts");
        let sealed = SealedDraft {
            subject: record.subject.map(str::to_owned),
            keep_until: self.keep_until(record.keep_days),
            data,
        };
        let detail = detail(lists, policy, answer);
        EventDraft { sealed: Some(sealed), ..self.event(caller, SCREENING, detail) }
    }
}

/// The part of the event that is not personal data: lists, policy and verdict.
fn detail(lists: &Lists, policy: &Policy, answer: &PartyAnswer) -> Value {
    let is_searched =
        |dataset: &DatasetName| policy.datasets.is_empty() || policy.datasets.contains(dataset);
    let searched = lists.health().iter().filter(|list| is_searched(&list.dataset));
    let codes: Vec<GapCode> = answer.gaps.iter().map(|gap| gap.code).collect();
    json!({
        "generation": u64::from(lists.number()),
        "lists": versions(searched),
        "program": env!("CARGO_PKG_VERSION"),
        "matcher": matcher(),
        "algorithm": policy.algorithm.name(),
        "threshold": policy.threshold.value(),
        "verdict": answer.verdict,
        "matches": answer.matches(),
        "gaps": codes,
    })
}

/// The version of each list, by its name.
pub(super) fn versions<'a>(lists: impl IntoIterator<Item = &'a ListHealth>) -> Value {
    let version = |list: &ListHealth| (list.dataset.to_string(), Value::from(&*list.version));
    lists.into_iter().map(version).collect::<serde_json::Map<_, _>>().into()
}

/// The version of the comparison of names: programs with the same text give the same scores.
pub fn matcher() -> &'static str {
    analysis_version()
}

/// The generation that an event names.
pub(super) fn generation_of(detail: &Value) -> Option<GenerationId> {
    detail.get("generation").and_then(Value::as_u64).map(GenerationId::from)
}
