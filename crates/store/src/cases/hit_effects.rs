//! Applies the effects of a match to its case, and records them.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::call::CaseCall;
use super::case::{Case, write_case};
use super::entries::{CaseNote, JudgedHit};
use super::four_eyes::{FourEyes, Mover};
use super::history::sealed_hit;
use super::hits::Effect;
use super::state::Move;
use crate::allow_list::Ending;
use crate::database::Value;
use crate::error::StoreError;
use crate::fingerprint::FieldDifference;
use crate::writer::Change;

impl Change<'_> {
    pub(super) fn carry_out(
        &mut self,
        call: &CaseCall,
        customer: &str,
        hit: JudgedHit,
        effect: Effect,
        screening: u64,
    ) -> Result<(), StoreError> {
        match effect {
            Effect::Opens { id } => self.open_case(call, customer, &id, hit, screening),
            Effect::Joins { case } => self.join_case(call, case, hit, screening),
            Effect::Suppressed { case, entry } => {
                self.count_suppressed(&entry)?;
                self.note_entities(call, &case.id, &hit.entities)
            }
            Effect::Reopens { case, ending } => {
                self.note_entities(call, &case.id, &hit.entities)?;
                self.reopen_by(call, case, ending, Some(hit))
            }
        }
    }

    fn open_case(
        &mut self,
        call: &CaseCall,
        customer: &str,
        id: &str,
        hit: JudgedHit,
        screening: u64,
    ) -> Result<(), StoreError> {
        let detail = json!({ "case": id, "version": 1, "state": "open", "screening": screening });
        let (entity, entities) =
            (hit.entities.first().cloned().unwrap_or_default(), hit.entities.clone());
        let is_exact = hit.is_exact;
        let note = CaseNote { hit: Some(hit), ..CaseNote::of(customer) };
        let draft = call.event("case.opened", detail, Some((Some(customer), note.to_bytes())));
        let seq = self.case_event(id, draft)?;
        let now = call.now.as_microsecond();
        let tag = self.vault().tag(call.tenant.as_str(), customer);
        self.sql()?.execute(
            "INSERT INTO cases (id, tenant, customer, entity, state, version, approvals, is_exact, \
             seq, hit, opened_at, changed_at) VALUES (?1, ?2, ?3, ?4, 'open', 1, '[]', ?5, ?6, ?6, ?7, ?7)",
            &[
                Value::Text(id),
                Value::Text(call.tenant.as_str()),
                Value::Text(&tag),
                Value::Text(&entity),
                Value::Integer(i64::from(is_exact)),
                Value::count(seq),
                Value::Integer(now),
            ],
        )?;
        self.note_entities(call, id, &entities)
    }

    /// Adds a match to a case. The version changes only if there is something new to judge: otherwise a customer who is
    /// screened with each payment would invalidate every write to the case.
    fn join_case(
        &mut self,
        call: &CaseCall,
        mut case: Case,
        hit: JudgedHit,
        screening: u64,
    ) -> Result<(), StoreError> {
        let vault = self.vault();
        let known = sealed_hit(self.sql()?, &vault, &call.tenant, case.hit)?;
        let is_new = known.as_ref().is_none_or(|known| is_news(known, &hit));
        let before = case.version;
        if is_new {
            case.version += 1;
        }
        let detail = json!({
            "case": case.id, "version": case.version, "state": case.state, "screening": screening,
            "new": is_new,
        });
        self.note_entities(call, &case.id, &hit.entities)?;
        let news = is_new.then(|| {
            let mut note = CaseNote { hit: Some(hit.clone()), ..CaseNote::of_case(&case) };
            note.compare(known.as_ref());
            note.to_bytes()
        });
        let sealed = news.map(|data| (case.customer.as_deref(), data));
        let seq = self.case_event(&case.id, call.event("case.joined", detail, sealed))?;
        if is_new {
            case.take_hit(&hit, seq, call.now);
            write_case(self.sql()?, &call.tenant, &case, before)?;
        }
        Ok(())
    }

    /// Reopens a closed case, with the differences from the judged data, and ends its entry of the allow-list.
    pub(crate) fn reopen_by(
        &mut self,
        call: &CaseCall,
        mut case: Case,
        ending: Ending,
        hit: Option<JudgedHit>,
    ) -> Result<(), StoreError> {
        let before = case.version;
        let by = Mover::from(&call.origin);
        case.set_progress(case.progress().after(Move::Reopen, &by, FourEyes::On)?, call.now);
        if let Some(entry) = &ending.entry {
            self.write_end(call, &case, entry, &ending)?;
        }
        let detail = json!({
            "case": case.id, "version": case.version, "state": case.state, "cause": ending.cause,
            "entry": ending.entry, "record_fields": fields(&ending.record),
            "customer_fields": fields(&ending.customer),
        });
        let note = CaseNote {
            text: ending.text,
            hit: hit.clone(),
            record_differences: ending.record,
            customer_differences: ending.customer,
            ..CaseNote::of_case(&case)
        };
        let sealed = Some((case.customer.as_deref(), note.to_bytes()));
        let seq = self.case_event(&case.id, call.event("case.reopened", detail, sealed))?;
        if let Some(hit) = hit {
            // From now on, only this match has to be judged.
            case.exact = false;
            case.take_hit(&hit, seq, call.now);
        }
        write_case(self.sql()?, &call.tenant, &case, before)
    }

    fn note_entities(
        &mut self,
        call: &CaseCall,
        case: &str,
        entities: &[String],
    ) -> Result<(), StoreError> {
        for entity in entities {
            self.sql()?.execute(
                "INSERT INTO case_entities (tenant, case_id, entity) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (tenant, case_id, entity) DO NOTHING",
                &[Value::Text(call.tenant.as_str()), Value::Text(case), Value::Text(entity)],
            )?;
        }
        Ok(())
    }
}

impl Case {
    /// Replaces the data to judge. A waiting proposal is updated if the match is an exact one.
    fn take_hit(&mut self, hit: &JudgedHit, seq: u64, now: Timestamp) {
        self.hit = seq;
        self.exact |= hit.is_exact;
        self.changed_at = now;
        if let Some(entity) = hit.entities.first() {
            self.entity.clone_from(entity);
        }
        if let Some(proposal) = &mut self.proposal {
            proposal.is_exact |= hit.is_exact;
        }
    }
}

impl CaseNote {
    fn compare(&mut self, known: Option<&JudgedHit>) {
        if let (Some(known), Some(hit)) = (known, &self.hit) {
            self.record_differences = known.record.differences(&hit.record);
            self.customer_differences = known.data.differences(&hit.data);
        }
    }
}

/// Whether a match has something that was not there to be judged before.
fn is_news(known: &JudgedHit, hit: &JudgedHit) -> bool {
    known.record != hit.record || known.data != hit.data || (hit.is_exact && !known.is_exact)
}

fn fields(differences: &[FieldDifference]) -> Json {
    json!(differences.iter().map(|difference| difference.field).collect::<Vec<_>>())
}
