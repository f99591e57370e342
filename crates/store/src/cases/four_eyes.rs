//! Who may close a case: one proposes, and another *person* approves.
//!
//! Only actors of the kind `user` are persons: they were authenticated as such. Two keys are not two persons, since
//! one person can hold both. On whose behalf a key says to act is a claim: it never makes a person of a key, but it
//! counts against the one whom it names, who cannot approve what was proposed for them.
//!
//! A false positive that rests on an exact number or wallet needs two approvals, by two persons neither of whom
//! proposed it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::state::MoveError;
use crate::event::Origin;

const PERSON: &str = "user:";

/// What a case was decided to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// The customer is another one than the listed entity.
    FalsePositive,
    /// The customer is the listed entity.
    TrueMatch,
    /// It cannot be told.
    Inconclusive,
}

/// Whether a second person has to approve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FourEyes {
    /// Another person than the proposer approves.
    #[default]
    On,
    /// Whoever has the right to approve closes a case, the proposer and programs included.
    Off,
}

/// Who makes a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mover {
    /// `user:NAME`, `service:NAME` or `local:NAME`.
    pub actor: String,
    /// On whose behalf, as claimed.
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
    /// On whose behalf, as claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The decision.
    pub disposition: Disposition,
    /// The code of the reason.
    pub reason: String,
    /// When an entry of the allow-list that follows from it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_until: Option<Timestamp>,
    /// The number of the event that holds what was judged.
    pub judged: u64,
    /// Whether a match rests on an exact number or wallet.
    pub is_exact: bool,
}

/// Whether an actor is a person who was authenticated.
pub(crate) fn is_person(actor: &str) -> bool {
    actor.strip_prefix(PERSON).is_some_and(|name| !name.is_empty())
}

/// How many approvals a proposal needs.
fn approvals_needed(proposal: &Proposal, eyes: FourEyes) -> usize {
    let is_false_positive = proposal.disposition == Disposition::FalsePositive;
    match eyes {
        FourEyes::On if is_false_positive && proposal.is_exact => 2,
        _ => 1,
    }
}

/// Whether an actor may approve a proposal; if so, how many approvals close the case.
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
