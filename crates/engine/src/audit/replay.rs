//! Repeats the screening that an event recorded, with the same lists and policy.

use interdict_store::{Event, Store, StoreError, Tenant, commitment};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::screening_event::{SCREENING, SealedScreening, generation_of, matcher};
use crate::as_of::AsOf;
use crate::error::EngineError;
use crate::session::Session;

/// Largest difference of two equal scores: they are recorded in decimal digits, and reading them again changes them by
/// less.
const SAME_SCORE: f64 = 1e-12;

/// An entity that a screening found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundEntity {
    /// Its id.
    pub id: String,
    /// The score.
    pub score: f64,
    /// Whether it was a match.
    #[serde(rename = "match")]
    pub is_match: bool,
}

/// The result of repeating a screening.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Replay {
    /// The number of the event.
    pub seq: u64,
    /// Whether the result is the same.
    pub outcome: ReplayOutcome,
    /// The program that recorded the event.
    pub recorded_by: String,
    /// This program.
    pub replayed_by: &'static str,
    /// What the event recorded.
    pub recorded: Vec<FoundEntity>,
    /// The entities found now; null if this program cannot search the lists of that time.
    pub replayed: Option<Vec<FoundEntity>>,
}

/// How the two screenings compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReplayOutcome {
    /// The same entities with the same scores.
    Same,
    /// The result differs, and this program compares names differently from the one that recorded the event.
    DiffersByVersion,
    /// The result differs although the comparison of names has not changed: the record or the lists were altered.
    Differs,
}

/// The reason why a screening cannot be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The event is no screening.
    #[error("event {seq} is no screening but {kind:?}")]
    NoScreening {
        /// The number of the event.
        seq: u64,
        /// Its kind.
        kind: String,
    },
    /// The personal data was erased.
    #[error("the personal data of event {0} was erased")]
    Erased(u64),
    /// The data stored beside the event does not have the hash that the event contains.
    #[error(
        "what is stored of event {0} is not what was recorded; check the log with `interdict audit verify`"
    )]
    Tampered(u64),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lists cannot be opened or searched.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Session {
    /// Repeats the screening that an event recorded, with the generation that it names.
    ///
    /// # Errors
    /// When there is no such screening, its data was erased or changed, or its generation is not kept.
    pub fn replay(&self, store: &Store, tenant: &Tenant, seq: u64) -> Result<Replay, ReplayError> {
        let (event, sealed) = recorded(store, tenant, seq)?;
        let text = |name: &str| event.detail.get(name).and_then(Value::as_str).unwrap_or_default();
        let is_same_matcher = text("matcher") == matcher();
        let generation = generation_of(&event.detail).ok_or(ReplayError::Tampered(seq))?;
        let lists = match u64::from(generation) {
            0 => self.open_lists(AsOf::Now),
            _ => self.open_lists(AsOf::Generation(generation)),
        };
        let lists = match lists {
            Ok(lists) => Some(lists),
            // Segments of another version are not searched, because their index terms differ from those of this
            // version.
            Err(_) if !is_same_matcher => None,
            Err(error) => return Err(error.into()),
        };
        let replayed = lists
            .map(|lists| self.screen_party(&lists, &sealed.party, &sealed.policy.to_policy()))
            .transpose()?
            .map(|answer| {
                let candidates = answer.answer.iter().flat_map(|one| &one.outcome.candidates);
                candidates.map(FoundEntity::of).collect::<Vec<_>>()
            });
        let is_same = replayed.as_ref().is_some_and(|found| are_same(found, &sealed.found));
        let outcome = match (is_same, is_same_matcher) {
            (true, _) => ReplayOutcome::Same,
            (false, false) => ReplayOutcome::DiffersByVersion,
            (false, true) => ReplayOutcome::Differs,
        };
        Ok(Replay {
            seq,
            outcome,
            recorded_by: text("program").to_owned(),
            replayed_by: env!("CARGO_PKG_VERSION"),
            recorded: sealed.found,
            replayed,
        })
    }
}

/// A screening as it was recorded, checked against the event's commitment.
fn recorded(
    store: &Store,
    tenant: &Tenant,
    seq: u64,
) -> Result<(Event, SealedScreening), ReplayError> {
    let found = store.recorded(tenant, seq)?;
    let event = Event::from_bytes(&found.bytes).map_err(|_| ReplayError::Tampered(seq))?;
    if event.kind != SCREENING {
        return Err(ReplayError::NoScreening { seq, kind: event.kind });
    }
    let (salt, data) = found.sealed.ok_or(ReplayError::Erased(seq))?;
    if event.commitment.as_deref() != Some(&*commitment(&salt, &data)) {
        return Err(ReplayError::Tampered(seq));
    }
    let sealed = serde_json::from_slice(&data).map_err(|_| ReplayError::Tampered(seq))?;
    Ok((event, sealed))
}

fn are_same(found: &[FoundEntity], recorded: &[FoundEntity]) -> bool {
    found.len() == recorded.len()
        && found.iter().zip(recorded).all(|(one, other)| {
            one.id == other.id
                && one.is_match == other.is_match
                && (one.score - other.score).abs() < SAME_SCORE
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_entities_are_the_same_by_id_score_and_match_in_their_order() {
        let one = |id: &str, score| FoundEntity { id: id.to_owned(), score, is_match: true };
        let recorded = [one("a", 0.9), one("b", 0.8)];
        assert!(are_same(&recorded, &recorded));
        assert!(!are_same(&recorded[..1], &recorded));
        assert!(!are_same(&[one("b", 0.8), one("a", 0.9)], &recorded));
        assert!(!are_same(&[one("a", 0.9), one("b", 0.81)], &recorded));
        let no_match = FoundEntity { is_match: false, ..one("b", 0.8) };
        assert!(!are_same(&[one("a", 0.9), no_match], &recorded));
        assert!(!are_same(&[one("a", 0.9), one("c", 0.8)], &recorded));
    }
}
