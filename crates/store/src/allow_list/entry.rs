//! Entries of the allow-list: creation and end.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::ending::{EndCause, Ending};
use crate::cases::{Case, CaseCall, CaseNote, CaseState, find_case};
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::Tenant;
use crate::keys::digits;
use crate::vault::Vault;
use crate::writer::Change;

/// Default term of an entry: 12 months, after which a judgement is usually reviewed.
const LASTS: SignedDuration = SignedDuration::from_hours(365 * 24);

/// A decision that a match of a customer is a false positive.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AllowEntry {
    /// The id.
    pub id: String,
    /// The caller's reference of the customer; `None` after erasure.
    pub customer: Option<String>,
    /// The case whose decision created it.
    pub case: String,
    /// Whether two persons approved it: only then does it suppress matches by an exact number or wallet.
    pub by_two: bool,
    /// Number of screenings in which it suppressed a match.
    pub suppressed: u64,
    /// When it was created.
    pub made_at: Timestamp,
    /// The end of its term.
    pub ends_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The reason for its end.
    pub end_cause: Option<EndCause>,
    /// The tag of the customer in the tables.
    #[serde(skip)]
    pub(crate) tag: String,
    #[serde(skip)]
    pub(crate) seq: u64,
    /// The event that holds the judged data.
    #[serde(skip)]
    pub(crate) hit: u64,
}

pub(super) const COLUMNS: &str =
    "id, customer, case_id, by_two, suppressed, made_at, ends_at, ended_at, end_cause, seq, hit";

impl AllowEntry {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let cause = row.optional(8, Row::text)?;
        let damaged = || StoreError::Damaged("the end of an entry of the allow-list".to_owned());
        let parse = |cause: String| EndCause::parse(&cause).ok_or_else(damaged);
        Ok(Self {
            id: row.text(0)?,
            customer: None,
            tag: row.text(1)?,
            case: row.text(2)?,
            by_two: row.integer(3)? != 0,
            suppressed: row.count(4)?,
            made_at: row.moment(5)?,
            ends_at: row.moment(6)?,
            ended_at: row.optional(7, Row::moment)?,
            end_cause: cause.map(parse).transpose()?,
            seq: row.count(9)?,
            hit: row.count(10)?,
        })
    }
}

/// The entry of a case that has not ended. Its term may be over.
pub(crate) fn live_entry_of(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    case: &str,
) -> Result<Option<AllowEntry>, StoreError> {
    let select = format!(
        "SELECT {COLUMNS} FROM allow_list WHERE tenant = ?1 AND case_id = ?2 AND ended_at IS NULL"
    );
    let row = sql.query_one(&select, &[Value::Text(tenant.as_str()), Value::Text(case)])?;
    row.map(|row| AllowEntry::read(&row)).transpose()
}

/// An entry of a tenant.
fn find_entry(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    id: &str,
) -> Result<AllowEntry, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM allow_list WHERE id = ?1 AND tenant = ?2");
    let row = sql.query_one(&select, &[Value::Text(id), Value::Text(tenant.as_str())])?;
    let entry = AllowEntry::read(&row.ok_or(StoreError::NotFound("allow-list entry"))?)?;
    let customer = vault.reference(sql, tenant.as_str(), &entry.tag)?;
    Ok(AllowEntry { customer, ..entry })
}

impl Change<'_> {
    /// Creates the entry that follows from the decision of a case. It is bound to the data that was judged when the
    /// decision was proposed, even if the entity has matched in another way since.
    pub(crate) fn allow(&mut self, call: &CaseCall, case: &Case) -> Result<(), StoreError> {
        let Some(proposal) = &case.proposal else { return Ok(()) };
        let lasts = call.now.checked_add(LASTS).unwrap_or(Timestamp::MAX);
        let ends_at = proposal.allow_until.unwrap_or(lasts);
        let id = digits(&self.random::<10>()?);
        let by_two = case.is_approved_by_two();
        let detail = json!({
            "entry": id, "case": case.id, "ends_at": ends_at, "by_two": by_two,
            "judged": proposal.judged,
        });
        let seq = self.case_event(&case.id, call.event("allow.made", detail, None))?;
        self.sql()?.execute(
            "INSERT INTO allow_list (id, tenant, customer, case_id, hit, by_two, suppressed, seq, \
             made_at, ends_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9)",
            &[
                Value::Text(&id),
                Value::Text(call.tenant.as_str()),
                Value::Text(&case.tag),
                Value::Text(&case.id),
                Value::count(proposal.judged),
                Value::Integer(i64::from(by_two)),
                Value::count(seq),
                Value::Integer(call.now.as_microsecond()),
                Value::Integer(ends_at.as_microsecond()),
            ],
        )?;
        Ok(())
    }

    /// Revokes an entry and reopens its case.
    ///
    /// # Errors
    /// When there is no such entry of the tenant, or it ended before.
    pub fn revoke_entry(
        &mut self,
        call: &CaseCall,
        entry: &str,
        text: Option<String>,
    ) -> Result<AllowEntry, StoreError> {
        let vault = self.vault();
        let found = find_entry(self.sql()?, &vault, &call.tenant, entry)?;
        if found.ended_at.is_some() {
            return Err(StoreError::Refused("the entry ended before".to_owned()));
        }
        let ending = Ending { text, ..Ending::by(Some(&found), EndCause::Revoked) };
        self.end_entry(call, &found, ending)?;
        find_entry(self.sql()?, &vault, &call.tenant, entry)
    }

    /// Ends entries whose term is over. Returns their number.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_due_entries(
        &mut self,
        call: &CaseCall,
        entries: &[String],
    ) -> Result<usize, StoreError> {
        let is_due = |entry: &AllowEntry| entry.ends_at <= call.now;
        self.end_entries(call, entries, EndCause::Date, is_due)
    }

    /// Ends entries whose entity is on no list any more. Returns their number.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_delisted_entries(
        &mut self,
        call: &CaseCall,
        entries: &[String],
    ) -> Result<usize, StoreError> {
        self.end_entries(call, entries, EndCause::Delisted, |_| true)
    }

    /// Ends those of the entries that have not ended and to which a condition applies.
    fn end_entries(
        &mut self,
        call: &CaseCall,
        entries: &[String],
        cause: EndCause,
        is_meant: impl Fn(&AllowEntry) -> bool,
    ) -> Result<usize, StoreError> {
        let mut count = 0;
        for id in entries {
            let vault = self.vault();
            let entry = match find_entry(self.sql()?, &vault, &call.tenant, id) {
                // Another writer may have ended it already.
                Err(StoreError::NotFound(_)) => continue,
                found => found?,
            };
            if entry.ended_at.is_none() && is_meant(&entry) {
                self.end_entry(call, &entry, Ending::by(Some(&entry), cause))?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Ends the entry of a case that was reopened by hand.
    pub(crate) fn end_entries_of(
        &mut self,
        call: &CaseCall,
        case: &Case,
        cause: EndCause,
    ) -> Result<(), StoreError> {
        let Some(entry) = live_entry_of(self.sql()?, &call.tenant, &case.id)? else {
            return Ok(());
        };
        self.write_end(call, case, &entry.id, &Ending::by(Some(&entry), cause))
    }

    fn end_entry(
        &mut self,
        call: &CaseCall,
        entry: &AllowEntry,
        ending: Ending,
    ) -> Result<(), StoreError> {
        let vault = self.vault();
        let case = find_case(self.sql()?, &vault, &call.tenant, &entry.case)?;
        match case.state {
            CaseState::Closed => self.reopen_by(call, case, ending, None),
            _ => self.write_end(call, &case, &entry.id, &ending),
        }
    }

    pub(crate) fn write_end(
        &mut self,
        call: &CaseCall,
        case: &Case,
        entry: &str,
        ending: &Ending,
    ) -> Result<(), StoreError> {
        let detail = json!({ "entry": entry, "case": case.id, "cause": ending.cause });
        let note = CaseNote {
            text: ending.text.clone(),
            record_differences: ending.record.clone(),
            customer_differences: ending.customer.clone(),
            ..CaseNote::of_case(case)
        };
        let sealed = Some((case.customer.as_deref(), note.to_bytes()));
        self.case_event(&case.id, call.event("allow.ended", detail, sealed))?;
        self.sql()?.execute(
            "UPDATE allow_list SET ended_at = ?2, end_cause = ?3 WHERE id = ?1 AND ended_at IS NULL",
            &[
                Value::Text(entry),
                Value::Integer(call.now.as_microsecond()),
                Value::Text(ending.cause.as_str()),
            ],
        )?;
        Ok(())
    }

    pub(crate) fn count_suppressed(&mut self, entry: &str) -> Result<(), StoreError> {
        self.sql()?.execute(
            "UPDATE allow_list SET suppressed = suppressed + 1 WHERE id = ?1",
            &[Value::Text(entry)],
        )?;
        Ok(())
    }
}
