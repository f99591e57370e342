//! Requests that change a case.

use jiff::Timestamp;

use super::entries::CaseFile;
use super::four_eyes::Disposition;
use super::state::Claim;
use crate::event::{EventDraft, Origin, SealedDraft, Tenant};

/// Which case is to be changed, the version that the caller saw, and the caller.
#[derive(Debug, Clone)]
pub struct CaseCall {
    /// Whose it is.
    pub tenant: Tenant,
    /// The case.
    pub id: String,
    /// The version that the caller saw. Nothing if any will do.
    pub version: Option<i64>,
    /// Who changes it.
    pub origin: Origin,
    /// The moment.
    pub now: Timestamp,
    /// Until when what is written has to be kept.
    pub keep_until: Timestamp,
}

/// A step with what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseMove {
    /// The step.
    pub step: CaseStep,
    /// Why, in words. Personal data.
    pub text: Option<String>,
    /// A document that shows it. Personal data.
    pub file: Option<CaseFile>,
}

/// What is done to a case.
#[derive(Debug, Clone, PartialEq)]
pub enum CaseStep {
    /// Takes it, until a moment.
    Claim {
        /// When the claim ends.
        until: Timestamp,
    },
    /// Assigns it to an actor.
    Assign(Claim),
    /// Hands it to the second level.
    Escalate,
    /// Proposes a decision.
    Propose {
        /// The decision.
        disposition: Disposition,
        /// The code of the reason.
        reason: String,
        /// When an entry of the allow-list ends; only for a false positive.
        allow_until: Option<Timestamp>,
    },
    /// Approves what was proposed.
    Approve,
    /// Gives it back to the one who proposed.
    SendBack {
        /// Until when it is theirs.
        until: Timestamp,
    },
    /// Opens it again.
    Reopen,
    /// Says something, and moves nothing.
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
    /// An event about a case. What is personal lies beside it, under the customer's reference.
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
