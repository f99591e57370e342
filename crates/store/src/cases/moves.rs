//! Moves of a case, with their events and their effects on the allow-list.

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::call::{CaseCall, CaseMove, CaseStep};
use super::case::{Case, find_case, write_case};
use super::entries::CaseNote;
use super::four_eyes::{Disposition, Mover, Proposal};
use super::state::{Move, Progress};
use crate::allow_list::EndCause;
use crate::database::Value;
use crate::error::StoreError;
use crate::event::{EventDraft, Tenant};
use crate::settings::settings_of;
use crate::writer::Change;

impl Change<'_> {
    /// Moves a case, or comments on it.
    ///
    /// # Errors
    /// When there is no such case of the tenant, its version is another one, or a rule forbids the move.
    pub fn move_case(&mut self, call: &CaseCall, wanted: CaseMove) -> Result<Case, StoreError> {
        let mut case = self.current_case(call)?;
        let CaseMove { step, text, file } = wanted;
        let (kind, before) = (step.event_kind(), case.version);
        let after = self.progress_after(call, &case, &step)?;
        case.set_progress(after, call.now);
        let detail = detail(&case, &step);
        let proposal = matches!(step, CaseStep::Propose { .. }).then(|| case.proposal.clone());
        let note =
            CaseNote { text, file, proposal: proposal.flatten(), ..CaseNote::of_case(&case) };
        let sealed = Some((case.customer.as_deref(), note.to_bytes()));
        self.case_event(&case.id, call.event(kind, detail, sealed))?;
        write_case(self.sql()?, &call.tenant, &case, before)?;
        match step {
            CaseStep::Approve if case.progress().may_suppress() => self.allow(call, &case)?,
            // Reopening a case casts doubt on its decision, so that its allow-list entry ends.
            CaseStep::Reopen => self.end_entries_of(call, &case, EndCause::CaseReopened)?,
            _ => {}
        }
        Ok(case)
    }

    fn progress_after(
        &mut self,
        call: &CaseCall,
        case: &Case,
        step: &CaseStep,
    ) -> Result<Progress, StoreError> {
        let settings = settings_of(self.sql()?, &call.tenant)?;
        let by = Mover::from(&call.origin);
        let step = match step {
            CaseStep::Comment => return Ok(case.progress()),
            CaseStep::Claim { until } => Move::Claim { until: *until },
            CaseStep::Assign(claim) => Move::Assign(claim.clone()),
            CaseStep::Escalate => Move::Escalate,
            CaseStep::Propose { disposition, reason, allow_until } => {
                settings.check_reason(reason, *disposition)?;
                Move::Propose(proposal(call, case, *disposition, reason, *allow_until)?)
            }
            CaseStep::Approve => Move::Approve,
            CaseStep::SendBack { until } => Move::SendBack { until: *until },
            CaseStep::Reopen => Move::Reopen,
        };
        Ok(case.progress().after(step, &by, settings.four_eyes)?)
    }

    /// Reads the case to change. An expired claim is ended first, with an event of its own.
    fn current_case(&mut self, call: &CaseCall) -> Result<Case, StoreError> {
        let vault = self.vault();
        let mut case = find_case(self.sql()?, &vault, &call.tenant, &call.id)?;
        let before = case.version;
        let holder = case.claim.as_ref().map(|claim| claim.actor.clone());
        let has_ended = case.end_passed_claim(call.now);
        if call.version.is_some_and(|version| version != case.version) {
            return Err(StoreError::Changed { now: case.version });
        }
        if has_ended {
            let detail = json!({ "case": case.id, "version": case.version, "assignee": holder });
            self.case_event(&case.id, call.event("case.claim-ended", detail, None))?;
            write_case(self.sql()?, &call.tenant, &case, before)?;
        }
        Ok(case)
    }

    /// Records an event and its relation to a case.
    pub(crate) fn case_event(&mut self, case: &str, draft: EventDraft) -> Result<u64, StoreError> {
        let tenant = draft.tenant.clone();
        let seq = self.record(draft)?;
        self.link_event(&tenant, case, seq)?;
        Ok(seq)
    }

    pub(super) fn link_event(
        &mut self,
        tenant: &Tenant,
        case: &str,
        seq: u64,
    ) -> Result<(), StoreError> {
        self.sql()?.execute(
            "INSERT INTO case_events (tenant, case_id, seq) VALUES (?1, ?2, ?3) \
             ON CONFLICT (tenant, case_id, seq) DO NOTHING",
            &[Value::Text(tenant.as_str()), Value::Text(case), Value::count(seq)],
        )?;
        Ok(())
    }

    /// Records that an actor read a case.
    ///
    /// # Errors
    /// When there is no such case of the tenant, or the store cannot be written.
    pub fn note_case_read(&mut self, call: &CaseCall) -> Result<u64, StoreError> {
        let vault = self.vault();
        let case = find_case(self.sql()?, &vault, &call.tenant, &call.id)?;
        self.record(call.event("case.read", json!({ "case": case.id }), None))
    }
}

fn proposal(
    call: &CaseCall,
    case: &Case,
    disposition: Disposition,
    reason: &str,
    allow_until: Option<Timestamp>,
) -> Result<Proposal, StoreError> {
    let is_false_positive = disposition == Disposition::FalsePositive;
    if allow_until.is_some_and(|end| !is_false_positive || end <= call.now) {
        let text = "allow_until: a moment to come, of a false positive";
        return Err(StoreError::Invalid(text.to_owned()));
    }
    Ok(Proposal {
        by: call.origin.actor.clone(),
        on_behalf_of: call.origin.on_behalf_of.clone(),
        disposition,
        reason: reason.to_owned(),
        allow_until,
        judged: case.hit,
        is_exact: case.exact,
    })
}

/// The detail of the event of a move, without personal data of the customer.
fn detail(case: &Case, step: &CaseStep) -> Json {
    let mut detail = json!({ "case": case.id, "version": case.version, "state": case.state });
    let more = match step {
        CaseStep::Claim { .. } | CaseStep::Assign(_) | CaseStep::SendBack { .. } => {
            json!({ "claim": case.claim })
        }
        CaseStep::Propose { disposition, reason, .. } => {
            json!({ "disposition": disposition, "reason": reason })
        }
        CaseStep::Approve => {
            let disposition = case.proposal.as_ref().map(|proposal| proposal.disposition);
            json!({ "disposition": disposition, "approvals": case.approvals })
        }
        _ => json!({}),
    };
    if let (Some(detail), Json::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    detail
}
