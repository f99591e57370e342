//! Requests that change a case.

use jiff::Timestamp;

use super::entries::CaseFile;
use super::four_eyes::Disposition;
use super::state::Claim;
use crate::event::{EventDraft, Origin, SealedDraft, Tenant};

/// The case to change, the version on which the change is based, and the caller.
#[derive(Debug, Clone)]
pub struct CaseCall {
    /// The tenant.
    pub tenant: Tenant,
    /// The case.
    pub id: String,
    /// The version on which the change is based; `None` for any.
    pub version: Option<i64>,
    /// The caller.
    pub origin: Origin,
    /// The moment.
    pub now: Timestamp,
    /// Retention of the written data.
    pub keep_until: Timestamp,
}

/// A step with its text and document.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseMove {
    /// The step.
    pub step: CaseStep,
    /// The text. Personal data.
    pub text: Option<String>,
    /// A document. Personal data.
    pub file: Option<CaseFile>,
}

/// A step of a case, or a comment.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseStep {
    /// Claims it, until a moment.
    Claim {
        /// When the claim ends.
        until: Timestamp,
    },
    /// Assigns it to an actor.
    Assign(Claim),
    /// Escalates it to the second level.
    Escalate,
    /// Proposes a decision.
    Propose {
        /// The decision.
        disposition: Disposition,
        /// The code of the reason.
        reason: String,
        /// The end of the allow-list entry; only for a false positive.
        allow_until: Option<Timestamp>,
    },
    /// Approves the proposal.
    Approve,
    /// Returns it to its proposer.
    SendBack {
        /// The end of the proposer's new claim.
        until: Timestamp,
    },
    /// Reopens it.
    Reopen,
    /// Comments on it, and changes no state.
    Comment,
}

impl CaseStep {
    /// The kind of the event that records it.
    pub(super) fn event_kind(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "case.claimed",
            Self::Assign(_) => "case.assigned",
            Self::Escalate => "case.escalated",
            Self::Propose { .. } => "case.proposed",
            Self::Approve => "case.approved",
            Self::SendBack { .. } => "case.sent-back",
            Self::Reopen => "case.reopened",
            Self::Comment => "case.commented",
        }
    }
}

impl CaseCall {
    /// The draft of an event about a case. Its personal data is sealed under the customer's reference.
    pub(crate) fn event(
        &self,
        kind: &str,
        detail: serde_json::Value,
        sealed: Option<(Option<&str>, Vec<u8>)>,
    ) -> EventDraft {
        let sealed = sealed.map(|(customer, data)| SealedDraft {
            subject: customer.map(str::to_owned),
            keep_until: self.keep_until,
            data,
        });
        let draft = EventDraft::new(kind, &self.tenant, self.origin.clone(), self.now, detail);
        EventDraft { sealed, ..draft }
    }
}
