//! The effects of a screening of a customer on its cases: each match opens one, is added to one, reopens one, or is
//! suppressed by an entry of the allow-list. All of it is recorded in the change that records the screening.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::call::CaseCall;
use super::case::{COLUMNS, Case};
use super::entries::JudgedHit;
use super::four_eyes::Disposition;
use super::history::sealed_hit;
use super::hit_groups::{HitGroup, group_hits};
use super::state::{CaseState, Progress};
use crate::allow_list::{Ending, live_entry_of, reason_to_end};
use crate::database::{Sql, Value};
use crate::error::StoreError;
use crate::event::EventDraft;
use crate::fingerprint::Fingerprint;
use crate::keys::digits;
use crate::vault::Vault;
use crate::writer::Change;

/// A match of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerHit {
    /// All ids of the entity, the canonical one first.
    pub ids: Vec<String>,
    /// The entity's name.
    pub caption: String,
    /// The score.
    pub score: f64,
    /// Whether it rests on an exact number or wallet.
    pub is_exact: bool,
    /// The fingerprint of the listed record.
    pub record: Fingerprint,
}

/// The result of screening a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerScreening {
    /// The caller's reference of the customer.
    pub reference: String,
    /// The fingerprint of the customer's data.
    pub data: Fingerprint,
    /// The version of the comparison of names.
    pub matcher: String,
    /// The matches, the best first.
    pub hits: Vec<CustomerHit>,
    /// Entries of the allow-list whose entity is on no list any more.
    pub delisted: Vec<String>,
    /// Retention of the written data.
    pub keep_until: Timestamp,
}

/// The outcome of a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitMark {
    /// The case.
    pub case: String,
    /// The entry of the allow-list that suppresses it, if any.
    pub suppressed_by: Option<String>,
}

/// A screening that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedScreening {
    /// The number of its event.
    pub seq: u64,
    /// The outcome of each match, in their order.
    pub marks: Vec<HitMark>,
}

/// The effect of an entity that matched.
pub(super) enum Effect {
    Opens { id: String },
    Joins { case: Case },
    Reopens { case: Case, ending: Ending },
    Suppressed { case: Case, entry: String },
}

impl Effect {
    fn mark(&self) -> HitMark {
        let (case, entry) = match self {
            Self::Opens { id } => (id, None),
            Self::Joins { case } | Self::Reopens { case, .. } => (&case.id, None),
            Self::Suppressed { case, entry } => (&case.id, Some(entry.clone())),
        };
        HitMark { case: case.clone(), suppressed_by: entry }
    }
}

impl Change<'_> {
    /// Records a screening of a customer together with its effects on cases.
    ///
    /// # Errors
    /// When the store cannot be written: then neither the screening nor its effects are kept.
    pub fn record_customer_screening(
        &mut self,
        mut draft: EventDraft,
        screening: &CustomerScreening,
    ) -> Result<RecordedScreening, StoreError> {
        if screening.hits.is_empty() && screening.delisted.is_empty() {
            return Ok(RecordedScreening { seq: self.record(draft)?, marks: Vec::new() });
        }
        let call = CaseCall {
            tenant: draft.tenant.clone(),
            id: String::new(),
            version: None,
            origin: draft.origin.clone(),
            now: draft.at,
            keep_until: screening.keep_until,
        };
        self.end_delisted_entries(&call, &screening.delisted)?;
        let effects = self.effects(&call, screening)?;
        let marks = marks(&effects, screening.hits.len());
        note_marks(&mut draft.detail, &effects);
        let seq = self.record(draft)?;
        for (group, effect) in effects {
            let case = effect.mark().case;
            self.carry_out(&call, &screening.reference, group.hit, effect, seq)?;
            self.link_event(&call.tenant, &case, seq)?;
        }
        Ok(RecordedScreening { seq, marks })
    }

    /// What each entity that matched means. Nothing is written.
    fn effects(
        &mut self,
        call: &CaseCall,
        screening: &CustomerScreening,
    ) -> Result<Vec<(HitGroup, Effect)>, StoreError> {
        let mut found: Vec<(HitGroup, Option<Case>)> = Vec::new();
        for group in group_hits(screening) {
            let vault = self.vault();
            let customer = screening.reference.as_str();
            let case = case_of(self.sql()?, &vault, call, customer, &group.hit.entities)?;
            // Ids that an earlier screening found to be those of one entity.
            let same = |known: &Option<Case>| {
                known.as_ref().zip(case.as_ref()).is_some_and(|(one, other)| one.id == other.id)
            };
            match found.iter_mut().find(|(_, known)| same(known)) {
                Some((known, _)) => *known = known.clone().with(group),
                None => found.push((group, case)),
            }
        }
        let mut effects = Vec::new();
        for (group, case) in found {
            let effect = match case {
                None => Effect::Opens { id: digits(&self.random::<10>()?) },
                Some(case) => {
                    let vault = self.vault();
                    effect_on(self.sql()?, &vault, call, case, &group.hit)?
                }
            };
            effects.push((group, effect));
        }
        Ok(effects)
    }
}

/// The case of a customer and an entity, by any of its ids; one that is not closed before one that is.
fn case_of(
    sql: &mut dyn Sql,
    vault: &Vault,
    call: &CaseCall,
    customer: &str,
    entities: &[String],
) -> Result<Option<Case>, StoreError> {
    let places: Vec<String> = (3..entities.len() + 3).map(|at| format!("?{at}")).collect();
    let select = format!(
        "SELECT {COLUMNS} FROM cases c WHERE c.tenant = ?1 AND c.customer = ?2 AND EXISTS \
         (SELECT 1 FROM case_entities e WHERE e.tenant = c.tenant AND e.case_id = c.id AND e.entity IN ({})) \
         ORDER BY CASE WHEN c.state = 'closed' THEN 1 ELSE 0 END, c.seq LIMIT 1",
        places.join(",")
    );
    let tag = vault.tag(call.tenant.as_str(), customer);
    let mut values = vec![Value::Text(call.tenant.as_str()), Value::Text(&tag)];
    values.extend(entities.iter().map(|entity| Value::Text(entity)));
    let Some(row) = sql.query_one(&select, &values)? else { return Ok(None) };
    Ok(Some(Case { customer: Some(customer.to_owned()), ..Case::read(&row)? }))
}

/// What a match means for a case that is there.
fn effect_on(
    sql: &mut dyn Sql,
    vault: &Vault,
    call: &CaseCall,
    case: Case,
    hit: &JudgedHit,
) -> Result<Effect, StoreError> {
    if case.state != CaseState::Closed {
        return Ok(Effect::Joins { case });
    }
    let entry = live_entry_of(sql, &call.tenant, &case.id)?;
    let judged = match (&entry, &case.proposal) {
        (Some(entry), _) => sealed_hit(sql, vault, &call.tenant, entry.hit)?,
        (None, Some(proposal)) => sealed_hit(sql, vault, &call.tenant, proposal.judged)?,
        (None, None) => None,
    };
    let ending = reason_to_end(entry.as_ref(), judged.as_ref(), hit, call.now);
    Ok(match (ending, entry, is_true_match(&case.progress())) {
        (None, Some(entry), _) => Effect::Suppressed { case, entry: entry.id },
        // It was decided to be a match, nothing has changed, and the answer says "match": there is nothing to decide.
        (None, None, true) => Effect::Joins { case },
        (None, None, false) => Effect::Reopens { case, ending: Ending::matched_again() },
        (Some(ending), ..) => Effect::Reopens { case, ending },
    })
}

fn is_true_match(progress: &Progress) -> bool {
    progress.proposal.as_ref().is_some_and(|one| one.disposition == Disposition::TrueMatch)
}

/// The outcome of each match, in their order.
fn marks(effects: &[(HitGroup, Effect)], hits: usize) -> Vec<HitMark> {
    let mark_of = |place: usize| {
        let (_, effect) = effects.iter().find(|(group, _)| group.places.contains(&place))?;
        Some(effect.mark())
    };
    (0..hits).filter_map(mark_of).collect()
}

/// Adds the cases and entries of its matches to the event of the screening.
fn note_marks(detail: &mut Json, effects: &[(HitGroup, Effect)]) {
    let marks: Vec<HitMark> = effects.iter().map(|(_, effect)| effect.mark()).collect();
    let is_suppressed = |effect: &Effect| matches!(effect, Effect::Suppressed { .. });
    let suppressed = effects.iter().filter(|(_, effect)| is_suppressed(effect));
    let count: usize = suppressed.map(|(group, _)| group.places.len()).sum();
    let cases: Vec<&String> = marks.iter().map(|mark| &mark.case).collect();
    let entries: Vec<&String> =
        marks.iter().filter_map(|mark| mark.suppressed_by.as_ref()).collect();
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("cases".to_owned(), json!(cases));
        detail.insert("suppressed".to_owned(), json!(count));
        detail.insert("suppressed_by".to_owned(), json!(entries));
    }
}
