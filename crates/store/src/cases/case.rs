//! A case as the store holds it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::four_eyes::{FourEyes, Mover, Proposal};
use super::state::{CaseState, Claim, Move, Progress};
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::Tenant;
use crate::vault::Vault;

/// The decision about one customer and one listed entity.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Case {
    /// The id.
    pub id: String,
    /// The caller's reference of the customer; `None` after erasure.
    pub customer: Option<String>,
    /// The entity's id in the lists, as of its last match.
    pub entity: String,
    /// All ids under which the entity matched.
    pub entities: Vec<String>,
    /// The state.
    pub state: CaseState,
    /// The version, which changes with each move, with the end of a claim, and with each match that adds something new.
    pub version: i64,
    /// The claim.
    pub claim: Option<Claim>,
    /// The proposal.
    pub proposal: Option<Proposal>,
    /// The approvals.
    pub approvals: Vec<String>,
    /// Whether a match rests on an exact number or wallet: an allow-list entry then needs two approvals.
    pub exact: bool,
    /// When it was opened first.
    pub opened_at: Timestamp,
    /// When it changed last.
    pub changed_at: Timestamp,
    /// The tag of the customer in the tables.
    #[serde(skip)]
    pub(crate) tag: String,
    /// The event that opened it: its position in lists.
    #[serde(skip)]
    pub(crate) seq: u64,
    /// The event that holds the data to judge.
    #[serde(skip)]
    pub(crate) hit: u64,
}

pub(super) const COLUMNS: &str = "c.id, c.customer, c.entity, c.state, c.version, c.assignee, \
     c.claim_until, c.proposal, c.approvals, c.is_exact, c.opened_at, c.changed_at, c.seq, c.hit";

impl Case {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("the {what} of a case"));
        let claim = row.optional(5, Row::text)?.zip(row.optional(6, Row::moment)?);
        let proposal = row.optional(7, Row::text)?.map(|text| serde_json::from_str(&text));
        Ok(Self {
            id: row.text(0)?,
            customer: None,
            tag: row.text(1)?,
            entity: row.text(2)?,
            entities: Vec::new(),
            state: CaseState::parse(&row.text(3)?).ok_or_else(|| damaged("state"))?,
            version: row.integer(4)?,
            claim: claim.map(|(actor, until)| Claim { actor, until }),
            proposal: proposal.transpose().map_err(|_| damaged("proposal"))?,
            approvals: serde_json::from_str(&row.text(8)?).map_err(|_| damaged("approvals"))?,
            exact: row.integer(9)? != 0,
            opened_at: row.moment(10)?,
            changed_at: row.moment(11)?,
            seq: row.count(12)?,
            hit: row.count(13)?,
        })
    }

    /// Whether two persons approved it.
    pub(crate) fn is_approved_by_two(&self) -> bool {
        self.progress().is_approved_by_two()
    }

    /// The part of the case that decides which moves are allowed.
    pub(super) fn progress(&self) -> Progress {
        Progress {
            state: self.state,
            claim: self.claim.clone(),
            proposal: self.proposal.clone(),
            approvals: self.approvals.clone(),
        }
    }

    pub(super) fn set_progress(&mut self, progress: Progress, now: Timestamp) {
        let Progress { state, claim, proposal, approvals } = progress;
        (self.state, self.claim, self.proposal, self.approvals) =
            (state, claim, proposal, approvals);
        self.version += 1;
        self.changed_at = now;
    }

    /// Ends an expired claim; returns whether there was one. The version changes, so that a write based on the claim is
    /// refused.
    pub(super) fn end_passed_claim(&mut self, now: Timestamp) -> bool {
        let progress = self.progress();
        let until = self.claim.as_ref().map(|claim| claim.until);
        let Some(until) = until.filter(|_| progress.has_passed_claim(now)) else { return false };
        let by = Mover { actor: "local:server".to_owned(), on_behalf_of: None };
        match progress.after(Move::EndClaim, &by, FourEyes::On) {
            Ok(after) => {
                self.set_progress(after, until);
                true
            }
            Err(_) => false,
        }
    }

    /// The case as of a moment.
    pub(super) fn at(mut self, now: Timestamp) -> Self {
        self.end_passed_claim(now);
        self
    }
}

/// A case of a tenant, with the ids of its entity, as it was written last.
pub(crate) fn find_case(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    id: &str,
) -> Result<Case, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM cases c WHERE c.id = ?1 AND c.tenant = ?2");
    let row = sql.query_one(&select, &[Value::Text(id), Value::Text(tenant.as_str())])?;
    let case = Case::read(&row.ok_or(StoreError::NotFound("case"))?)?;
    completed(sql, vault, tenant, case)
}

/// A case from its row, with the ids of its entity and the reference of its customer.
pub(super) fn completed(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    mut case: Case,
) -> Result<Case, StoreError> {
    let select =
        "SELECT entity FROM case_entities WHERE tenant = ?1 AND case_id = ?2 ORDER BY entity";
    let rows = sql.query(select, &[Value::Text(tenant.as_str()), Value::Text(&case.id)])?;
    case.customer = vault.reference(sql, tenant.as_str(), &case.tag)?;
    case.entities = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    Ok(case)
}

/// Writes a case over the version that was read (optimistic locking).
///
/// # Errors
/// When the version differs: the statement then changes nothing.
pub(crate) fn write_case(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    case: &Case,
    before: i64,
) -> Result<(), StoreError> {
    let proposal = case.proposal.as_ref().map(to_json);
    let approvals = to_json(&case.approvals);
    let changed = sql.execute(
        "UPDATE cases SET entity = ?4, state = ?5, version = ?6, assignee = ?7, claim_until = ?8, \
         proposal = ?9, approvals = ?10, is_exact = ?11, hit = ?12, changed_at = ?13 \
         WHERE id = ?1 AND tenant = ?2 AND version = ?3",
        &[
            Value::Text(&case.id),
            Value::Text(tenant.as_str()),
            Value::Integer(before),
            Value::Text(&case.entity),
            Value::Text(case.state.as_str()),
            Value::Integer(case.version),
            Value::from(case.claim.as_ref().map(|claim| &claim.actor)),
            Value::from(case.claim.as_ref().map(|claim| claim.until.as_microsecond())),
            Value::from(proposal.as_ref()),
            Value::Text(&approvals),
            Value::Integer(i64::from(case.exact)),
            Value::count(case.hit),
            Value::Integer(case.changed_at.as_microsecond()),
        ],
    )?;
    match changed {
        1 => Ok(()),
        _ => {
            let select = "SELECT version FROM cases WHERE id = ?1 AND tenant = ?2";
            let whose = [Value::Text(&case.id), Value::Text(tenant.as_str())];
            let now = sql.query_one(select, &whose)?.map_or(Ok(0), |row| row.integer(0))?;
            Err(StoreError::Changed { now })
        }
    }
}

fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("keys of cases are texts")
}
