//! How long personal data is kept: until its end, longer while it is on hold, and no longer.
//!
//! Events stay; what they commit to goes. The log remains verifiable, and shows that something was erased, when and
//! by whom.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::database::{Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::hex::hex;
use crate::store::Store;
use crate::writer::Change;

/// The longest reason, in bytes.
const LONGEST_REASON: usize = 500;

/// A hold on the data of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hold {
    /// The reference of the customer.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Erasure {
    /// Events whose personal data is gone.
    pub erased: u64,
    /// Events whose personal data has to be kept for longer.
    pub kept: u64,
}

impl Change<'_> {
    /// Keeps the data of a subject, whatever its age.
    ///
    /// # Errors
    /// When it is on hold already, or there is no reason.
    pub fn hold(
        &mut self,
        tenant: &Tenant,
        subject: &str,
        reason: &str,
        origin: Origin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        check_reason(reason)?;
        self.sql()?.execute(
            "INSERT INTO holds (tenant, subject, reason, at) VALUES (?1, ?2, ?3, ?4)",
            &[
                Value::Text(tenant.as_str()),
                Value::Text(subject),
                Value::Text(reason),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        let detail = json!({ "subject": self.tag(tenant, subject), "reason": reason });
        self.record(EventDraft::new("subject.held", tenant, origin, now, detail)).map(drop)
    }

    /// Ends a hold.
    ///
    /// # Errors
    /// When there is none.
    pub fn release(
        &mut self,
        tenant: &Tenant,
        subject: &str,
        origin: Origin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let released = self.sql()?.execute(
            "DELETE FROM holds WHERE tenant = ?1 AND subject = ?2",
            &[Value::Text(tenant.as_str()), Value::Text(subject)],
        )?;
        if released == 0 {
            return Err(StoreError::NotFound("hold"));
        }
        let detail = json!({ "subject": self.tag(tenant, subject) });
        self.record(EventDraft::new("subject.released", tenant, origin, now, detail)).map(drop)
    }

    /// Erases the personal data of a subject that need not be kept any longer; with a reason, all of it.
    ///
    /// # Errors
    /// When it is on hold.
    pub fn erase(
        &mut self,
        tenant: &Tenant,
        subject: &str,
        before_its_end: Option<&str>,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Erasure, StoreError> {
        before_its_end.map(check_reason).transpose()?;
        let whose = [Value::Text(tenant.as_str()), Value::Text(subject)];
        let held = self
            .sql()?
            .query_one("SELECT at FROM holds WHERE tenant = ?1 AND subject = ?2", &whose)?;
        if held.is_some() {
            return Err(StoreError::Refused("the data is on hold".to_owned()));
        }
        // Without a reason only what has passed its end, with one everything.
        let end = if before_its_end.is_some() { i64::MAX } else { now.as_microsecond() };
        let [tenant_value, subject_value] = whose;
        let erased = self.sql()?.execute(
            "DELETE FROM sealed WHERE tenant = ?1 AND subject = ?2 AND keep_until <= ?3",
            &[tenant_value, subject_value, Value::Integer(end)],
        )?;
        let left = self
            .sql()?
            .query_one("SELECT count(*) FROM sealed WHERE tenant = ?1 AND subject = ?2", &whose)?;
        let kept = left.map_or(Ok(0), |row| row.count(0))?;
        let detail = json!({
            "subject": self.tag(tenant, subject), "erased": erased, "kept": kept,
            "before_its_end": before_its_end,
        });
        self.record(EventDraft::new("subject.erased", tenant, origin, now, detail))?;
        Ok(Erasure { erased, kept })
    }

    /// Erases all personal data of a tenant that has passed its end and is not on hold. Nothing is recorded if there
    /// is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn erase_expired(
        &mut self,
        tenant: &Tenant,
        origin: Origin,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let erased = self.sql()?.execute(
            "DELETE FROM sealed WHERE tenant = ?1 AND keep_until <= ?2 AND NOT EXISTS \
             (SELECT 1 FROM holds h WHERE h.tenant = sealed.tenant AND h.subject = sealed.subject)",
            &[Value::Text(tenant.as_str()), Value::Integer(now.as_microsecond())],
        )?;
        if erased > 0 {
            let detail = json!({ "erased": erased });
            self.record(EventDraft::new("retention.erased", tenant, origin, now, detail))?;
        }
        Ok(erased)
    }

    /// What an event says instead of the reference of a customer: the same for the same subject, and nothing to anybody
    /// without the store's secrets.
    fn tag(&self, tenant: &Tenant, subject: &str) -> String {
        let parts = [tenant.as_str().as_bytes(), b"\nsubject\n", subject.as_bytes()];
        hex(&self.keys().keyed_hash(&parts))
    }
}

impl Store {
    /// The holds of a tenant, by subject.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn holds(&self, tenant: &Tenant) -> Result<Vec<Hold>, StoreError> {
        self.read(|sql: &mut dyn Sql| {
            let rows = sql.query(
                "SELECT subject, reason, at FROM holds WHERE tenant = ?1 ORDER BY subject",
                &[Value::Text(tenant.as_str())],
            )?;
            let read = |row: &crate::database::Row| {
                Ok(Hold { subject: row.text(0)?, reason: row.text(1)?, at: row.moment(2)? })
            };
            rows.iter().map(read).collect()
        })
    }

    /// The tenants that have personal data in the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows =
            self.read(|sql| sql.query("SELECT DISTINCT tenant FROM sealed ORDER BY tenant", &[]))?;
        rows.iter()
            .map(|row| {
                let damaged = |_| StoreError::Damaged("the name of a tenant".to_owned());
                Tenant::parse(&row.text(0)?).map_err(damaged)
            })
            .collect()
    }
}

fn check_reason(reason: &str) -> Result<(), StoreError> {
    let is_plain = !reason.trim().is_empty()
        && reason.len() <= LONGEST_REASON
        && !reason.chars().any(char::is_control);
    match is_plain {
        true => Ok(()),
        false => Err(StoreError::Refused(format!("a reason has 1 to {LONGEST_REASON} bytes"))),
    }
}
