//! The state machine of a case: which moves lead from which state to which, and who may close it. No storage, no clock.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::four_eyes::{Disposition, FourEyes, Mover, Proposal, check_approval};

/// The state of a case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum CaseState {
    /// Unclaimed.
    Open,
    /// Claimed, until the claim ends.
    Assigned,
    /// Escalated to the second level, claimed or not.
    Escalated,
    /// A decision is proposed and waits for approval.
    Proposed,
    /// A decision was approved.
    Closed,
}

impl CaseState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Open, Self::Assigned, Self::Escalated, Self::Proposed, Self::Closed];

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Assigned => "assigned",
            Self::Escalated => "escalated",
            Self::Proposed => "proposed",
            Self::Closed => "closed",
        }
    }

    /// The state of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// A claim of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Claim {
    /// The actor, such as `user:jane`.
    pub actor: String,
    /// When the claim ends by itself.
    pub until: Timestamp,
}

/// The part of a case that decides which moves are allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The state.
    pub state: CaseState,
    /// The claim; only in the states assigned and escalated.
    pub claim: Option<Claim>,
    /// The proposal; only in the states proposed and closed.
    pub proposal: Option<Proposal>,
    /// The approvals of the proposal.
    pub approvals: Vec<String>,
}

/// A step of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// Assigns it to an actor.
    Assign(Claim),
    /// Claims it, or extends the claim.
    Claim {
        /// When the claim ends.
        until: Timestamp,
    },
    /// The claim expired.
    EndClaim,
    /// Escalates it to the second level.
    Escalate,
    /// Proposes a decision.
    Propose(Proposal),
    /// Approves the proposal.
    Approve,
    /// Returns it to its proposer.
    SendBack {
        /// The end of the proposer's new claim.
        until: Timestamp,
    },
    /// Reopens it.
    Reopen,
}

/// Why a move is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    /// The state does not allow it.
    #[error("a case that is {} does not allow it", .0.as_str())]
    State(CaseState),
    /// Another actor has claimed it.
    #[error("somebody else works on the case: their claim ends at {0}")]
    ClaimedByAnother(Timestamp),
    /// The actor has not claimed it.
    #[error("claim the case first")]
    NotClaimed,
    /// Only persons can approve, and a key is not a person.
    #[error("an approval needs a person who was authenticated; a key is none")]
    NotAPerson,
    /// The proposer, or the person for whom it was proposed, cannot approve.
    #[error("the person who proposed the decision cannot approve it")]
    SamePerson,
    /// The person approved it already.
    #[error("this person approved it before: another one has to")]
    ApprovedBefore,
}

impl MoveError {
    /// The code of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::State(_) => "case_state",
            Self::ClaimedByAnother(_) => "claimed_by_another",
            Self::NotClaimed => "not_claimed",
            Self::NotAPerson => "not_a_person",
            Self::SamePerson => "same_person",
            Self::ApprovedBefore => "approved_before",
        }
    }
}

impl Progress {
    /// A new case.
    pub fn new() -> Self {
        Self { state: CaseState::Open, claim: None, proposal: None, approvals: Vec::new() }
    }

    /// The state after a move by an actor.
    ///
    /// # Errors
    /// When the state, a claim or the four-eyes rule does not allow it.
    pub fn after(&self, step: Move, by: &Mover, eyes: FourEyes) -> Result<Self, MoveError> {
        use CaseState::{Assigned, Closed, Escalated, Open, Proposed};
        let wrong = Err(MoveError::State(self.state));
        match (step, self.state) {
            (Move::Assign(claim), Open | Assigned | Escalated) => Ok(self.claimed(claim)),
            (Move::Claim { until }, Open | Assigned | Escalated) => {
                self.check_free(by)?;
                Ok(self.claimed(Claim { actor: by.actor.clone(), until }))
            }
            (Move::EndClaim, Assigned) => Ok(Self::new()),
            (Move::EndClaim, Escalated) if self.claim.is_some() => Ok(Self::in_state(Escalated)),
            (Move::Escalate, Assigned) => {
                self.check_own(by)?;
                Ok(Self::in_state(Escalated))
            }
            (Move::Propose(proposal), Assigned | Escalated) => {
                self.check_own(by)?;
                Ok(Self { proposal: Some(proposal), ..Self::in_state(Proposed) })
            }
            (Move::Approve, Proposed) => self.approved(by, eyes),
            (Move::SendBack { until }, Proposed) => {
                let proposer = self.proposal.as_ref().map(|proposal| proposal.by.clone());
                let claim = proposer.map(|actor| Claim { actor, until });
                Ok(Self { claim, ..Self::in_state(Assigned) })
            }
            (Move::Reopen, Closed) => Ok(Self::new()),
            _ => wrong,
        }
    }

    /// The case as of a moment, without an expired claim.
    pub fn has_passed_claim(&self, now: Timestamp) -> bool {
        self.claim.as_ref().is_some_and(|claim| claim.until <= now)
    }

    /// Whether the decision suppresses matches. One that rests on an exact number or wallet needs two persons, whether
    /// or not the tenant requires four eyes.
    pub fn may_suppress(&self) -> bool {
        let Some(proposal) = &self.proposal else { return false };
        let is_closed = self.state == CaseState::Closed;
        let is_sure = !proposal.is_exact || self.is_approved_by_two();
        is_closed && proposal.disposition == Disposition::FalsePositive && is_sure
    }

    /// Whether two persons approved it. No person is counted twice.
    pub fn is_approved_by_two(&self) -> bool {
        let is_person = |actor: &&String| super::four_eyes::is_person(actor);
        self.approvals.iter().filter(is_person).count() >= 2
    }

    fn in_state(state: CaseState) -> Self {
        Self { state, ..Self::new() }
    }

    fn claimed(&self, claim: Claim) -> Self {
        let state = match self.state {
            CaseState::Escalated => CaseState::Escalated,
            _ => CaseState::Assigned,
        };
        Self { claim: Some(claim), ..Self::in_state(state) }
    }

    fn approved(&self, by: &Mover, eyes: FourEyes) -> Result<Self, MoveError> {
        let Some(proposal) = &self.proposal else { return Err(MoveError::State(self.state)) };
        let needed = check_approval(proposal, &self.approvals, by, eyes)?;
        let mut after = self.clone();
        after.approvals.push(by.actor.clone());
        if after.approvals.len() >= needed {
            after.state = CaseState::Closed;
        }
        Ok(after)
    }

    fn check_free(&self, by: &Mover) -> Result<(), MoveError> {
        match &self.claim {
            Some(claim) if claim.actor != by.actor => Err(MoveError::ClaimedByAnother(claim.until)),
            _ => Ok(()),
        }
    }

    fn check_own(&self, by: &Mover) -> Result<(), MoveError> {
        self.check_free(by)?;
        if self.claim.is_some() { Ok(()) } else { Err(MoveError::NotClaimed) }
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}
