//! The four-eyes rule: one actor proposes, and another *person* approves.
//!
//! Only actors of the kind `user` are persons: they were authenticated as such. Two keys are not two persons, since one
//! person can hold both. The person on whose behalf a key acts is only a claim: it never makes a key a person, but it
//! counts against the claimed person, who cannot approve what was proposed for them.
//!
//! A false positive that rests on an exact number or wallet needs two approvals, by two persons neither of whom
//! proposed it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::MoveError;
use crate::event::Origin;

const PERSON: &str = "user:";

/// The decision of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// The customer is another one than the listed entity.
    FalsePositive,
    /// The customer is the listed entity.
    TrueMatch,
    /// The data does not permit a decision.
    Inconclusive,
}

/// Whether a second person has to approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FourEyes {
    /// Another person than the proposer approves.
    #[default]
    On,
    /// Every actor with the right to approve may close a case, including the proposer and programs.
    Off,
}

/// The actor of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mover {
    /// `user:NAME`, `service:NAME` or `local:NAME`.
    pub actor: String,
    /// The person on whose behalf it acts, as claimed.
    pub on_behalf_of: Option<String>,
}

impl From<&Origin> for Mover {
    fn from(origin: &Origin) -> Self {
        Self { actor: origin.actor.clone(), on_behalf_of: origin.on_behalf_of.clone() }
    }
}

/// A decision that was proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal {
    /// Who proposed it.
    pub by: String,
    /// The person on whose behalf, as claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The decision.
    pub disposition: Disposition,
    /// The code of the reason.
    pub reason: String,
    /// The end of the allow-list entry that follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_until: Option<Timestamp>,
    /// The number of the event that holds the judged data.
    pub judged: u64,
    /// Whether a match rests on an exact number or wallet.
    pub is_exact: bool,
}

/// Whether an actor is an authenticated person.
pub(crate) fn is_person(actor: &str) -> bool {
    actor.strip_prefix(PERSON).is_some_and(|name| !name.is_empty())
}

/// Number of approvals that a proposal needs.
fn approvals_needed(proposal: &Proposal, eyes: FourEyes) -> usize {
    let is_false_positive = proposal.disposition == Disposition::FalsePositive;
    match eyes {
        FourEyes::On if is_false_positive && proposal.is_exact => 2,
        _ => 1,
    }
}

/// Whether an actor may approve a proposal; if so, the number of approvals that closes the case.
pub(super) fn check_approval(
    proposal: &Proposal,
    approvals: &[String],
    by: &Mover,
    eyes: FourEyes,
) -> Result<usize, MoveError> {
    let needed = approvals_needed(proposal, eyes);
    if eyes == FourEyes::Off {
        return Ok(needed);
    }
    if !is_person(&by.actor) {
        return Err(MoveError::NotAPerson);
    }
    if by.actor == proposal.by || is_claimed_for(proposal, &by.actor) {
        return Err(MoveError::SamePerson);
    }
    if approvals.contains(&by.actor) {
        return Err(MoveError::ApprovedBefore);
    }
    Ok(needed)
}

/// Whether a proposal was made on behalf of a person, by the name with or without its kind.
fn is_claimed_for(proposal: &Proposal, person: &str) -> bool {
    let name = person.strip_prefix(PERSON).unwrap_or(person).to_lowercase();
    proposal.on_behalf_of.as_ref().is_some_and(|claimed| {
        let claimed = claimed.trim().to_lowercase();
        claimed.strip_prefix(PERSON).unwrap_or(&claimed) == name
    })
}
