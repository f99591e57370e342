//! Retention of personal data: until its end, longer while it is on hold, and no longer.
//!
//! Events stay; the personal data to which they commit is deleted. The log remains verifiable, and shows that data was
//! erased, when and by whom. With the last data of a subject its row is deleted, and with it the data key and the
//! reference (crypto-shredding): its cases and entries of the allow-list remain without a customer, and a later
//! customer with the same reference is another subject.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::allow_list::EndCause;
use crate::database::{Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::monitors::is_monitored;
use crate::store::Store;
use crate::writer::Change;

/// The longest reason, in bytes.
const LONGEST_REASON: usize = 500;

/// A hold on the data of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hold {
    /// The reference of the customer.
    pub subject: String,
    /// The reason.
    pub reason: String,
    /// Its start.
    pub at: Timestamp,
}

/// The result of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Erasure {
    /// Number of events whose personal data was deleted.
    pub erased: u64,
    /// Number of events whose personal data is retained.
    pub kept: u64,
    /// Number of cases that lost their customer.
    pub cases: u64,
    /// Number of lines of job results that were replaced.
    pub job_rows: u64,
    /// Number of open jobs: their files can contain rows of the customer, which will not be screened.
    pub open_jobs: u64,
    /// Whether the customer was unknown.
    pub nothing: bool,
}

impl Change<'_> {
    /// Places a hold on the data of a subject, which then is kept beyond its retention.
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
        let (vault, random) = (self.vault(), self.random_source());
        vault.ensure(self.sql()?, tenant.as_str(), Some(subject), random)?;
        let tag = self.tag(tenant, subject);
        self.sql()?.execute(
            "INSERT INTO holds (tenant, subject, reason, at) VALUES (?1, ?2, ?3, ?4)",
            &[
                Value::Text(tenant.as_str()),
                Value::Text(&tag),
                Value::Text(reason),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        let detail = json!({ "subject": tag, "reason": reason });
        self.record(EventDraft::new("subject.held", tenant, origin, now, detail)).map(drop)
    }

    /// Whether the store has data of a customer: a screening, a case, a monitor, a line of a result of a job.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn knows_customer(&mut self, tenant: &Tenant, subject: &str) -> Result<bool, StoreError> {
        let tag = self.tag(tenant, subject);
        let vault = self.vault();
        let sql = self.sql()?;
        if vault.subject(sql, tenant.as_str(), &tag)?.is_some() {
            return Ok(true);
        }
        let line = "SELECT line FROM job_lines WHERE tenant = ?1 AND customer = ?2 LIMIT 1";
        let whose = [Value::Text(tenant.as_str()), Value::Text(&tag)];
        Ok(sql.query_one(line, &whose)?.is_some())
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
        let tag = self.tag(tenant, subject);
        let released = self.sql()?.execute(
            "DELETE FROM holds WHERE tenant = ?1 AND subject = ?2",
            &[Value::Text(tenant.as_str()), Value::Text(&tag)],
        )?;
        if released == 0 {
            return Err(StoreError::NotFound("hold"));
        }
        let detail = json!({ "subject": tag });
        self.record(EventDraft::new("subject.released", tenant, origin, now, detail)).map(drop)
    }

    /// Erases the personal data of a subject that is past its retention; with a reason, all of it. If nothing is left,
    /// cases and entries of the allow-list lose their customer, and entries end.
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
        let tag = self.tag(tenant, subject);
        let whose = [Value::Text(tenant.as_str()), Value::Text(&tag)];
        let held = self
            .sql()?
            .query_one("SELECT at FROM holds WHERE tenant = ?1 AND subject = ?2", &whose)?;
        if held.is_some() {
            return Err(StoreError::Refused("the data is on hold".to_owned()));
        }
        // The customer would continue to be screened.
        if is_monitored(self.sql()?, tenant, &tag)? {
            let text = "the customer is monitored: take it out of its monitors first";
            return Err(StoreError::Refused(text.to_owned()));
        }
        // Without a reason only data past its retention, with a reason everything.
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
        let was_known = self.knows_customer(tenant, subject)?;
        let (cases, job_rows) = match kept {
            0 => self.forget(tenant, &tag, &origin, now)?,
            _ => (0, 0),
        };
        // Without a reason only old data is erased: a file that was sent since then still has to be screened.
        let open_jobs = match before_its_end {
            Some(_) => self.erase_in_open_jobs(tenant, &tag)?,
            None => 0,
        };
        // Answers that are stored for a day for idempotent requests can contain data of any customer.
        let of_tenant = [Value::Text(tenant.as_str())];
        self.sql()?.execute("DELETE FROM answers WHERE tenant = ?1", &of_tenant)?;
        let detail = json!({
            "subject": tag, "erased": erased, "kept": kept, "cases": cases,
            "job_rows": job_rows, "before_its_end": before_its_end,
        });
        self.record(EventDraft::new("subject.erased", tenant, origin, now, detail))?;
        let nothing = !was_known && erased + kept + cases + job_rows == 0;
        Ok(Erasure { erased, kept, cases, job_rows, open_jobs, nothing })
    }

    /// Deletes the identity of a subject. Returns the number of its cases, and of its lines of results.
    fn forget(
        &mut self,
        tenant: &Tenant,
        tag: &str,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<(u64, u64), StoreError> {
        let job_rows = self.erase_lines(tenant, tag)?;
        let whose = [Value::Text(tenant.as_str()), Value::Text(tag)];
        let live = "SELECT id, case_id FROM allow_list WHERE tenant = ?1 AND customer = ?2 AND ended_at IS NULL";
        for row in self.sql()?.query(live, &whose)? {
            let (entry, case) = (row.text(0)?, row.text(1)?);
            let cause = EndCause::Erased;
            let detail = json!({ "entry": entry, "case": case, "cause": cause });
            let ended = EventDraft::new("allow.ended", tenant, origin.clone(), now, detail);
            self.case_event(&case, ended)?;
            self.sql()?.execute(
                "UPDATE allow_list SET ended_at = ?2, end_cause = ?3 WHERE id = ?1",
                &[
                    Value::Text(&entry),
                    Value::Integer(now.as_microsecond()),
                    Value::Text(cause.as_str()),
                ],
            )?;
        }
        // No tag has this form: the same reference never leads to it again.
        let sql = self.sql()?;
        let unlink = |table: &str| {
            format!(
                "UPDATE {table} SET customer = 'erased:' || id WHERE tenant = ?1 AND customer = ?2"
            )
        };
        sql.execute(&unlink("allow_list"), &whose)?;
        let cases = sql.execute(&unlink("cases"), &whose)?;
        sql.execute("DELETE FROM subjects WHERE tenant = ?1 AND tag = ?2", &whose)?;
        Ok((cases, job_rows))
    }

    /// Erases all personal data of a tenant that is past its retention and not on hold, and the old answers to idempotent
    /// requests. Nothing is recorded if there is none.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn erase_expired(
        &mut self,
        tenant: &Tenant,
        origin: Origin,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.drop_old_answers(now)?;
        let erased = self.sql()?.execute(
            "DELETE FROM sealed WHERE tenant = ?1 AND keep_until <= ?2 AND NOT EXISTS \
             (SELECT 1 FROM holds h WHERE h.tenant = sealed.tenant AND h.subject = sealed.subject)",
            &[Value::Text(tenant.as_str()), Value::Integer(now.as_microsecond())],
        )?;
        let nobody = self.vault().tag_of_nobody(tenant.as_str());
        let gone = self.sql()?.query(
            "SELECT u.tag FROM subjects u WHERE u.tenant = ?1 AND u.tag <> ?2 AND NOT EXISTS \
             (SELECT 1 FROM sealed s WHERE s.tenant = u.tenant AND s.subject = u.tag) AND NOT EXISTS \
             (SELECT 1 FROM holds h WHERE h.tenant = u.tenant AND h.subject = u.tag) AND NOT EXISTS \
             (SELECT 1 FROM monitor_customers m WHERE m.tenant = u.tenant AND m.customer = u.tag)",
            &[Value::Text(tenant.as_str()), Value::Text(&nobody)],
        )?;
        for row in gone {
            self.forget(tenant, &row.text(0)?, &origin, now)?;
        }
        if erased > 0 {
            let detail = json!({ "erased": erased });
            self.record(EventDraft::new("retention.erased", tenant, origin, now, detail))?;
        }
        Ok(erased)
    }

    /// The pseudonym of a customer in events: the same for the same subject, and meaningless without the store's
    /// secrets.
    fn tag(&self, tenant: &Tenant, subject: &str) -> String {
        self.vault().tag(tenant.as_str(), subject)
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
            let mut holds = Vec::new();
            for row in rows {
                let subject = self.vault().reference(sql, tenant.as_str(), &row.text(0)?)?;
                let damaged = || StoreError::Damaged("a hold of nobody".to_owned());
                let subject = subject.ok_or_else(damaged)?;
                holds.push(Hold { subject, reason: row.text(1)?, at: row.moment(2)? });
            }
            holds.sort_by(|one, other| one.subject.cmp(&other.subject));
            Ok(holds)
        })
    }

    /// Whether anything was ever recorded for a tenant. The default tenant is always known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn knows_tenant(&self, tenant: &Tenant) -> Result<bool, StoreError> {
        if *tenant == Tenant::only() {
            return Ok(true);
        }
        let select = "SELECT seq FROM events WHERE tenant = ?1 LIMIT 1";
        Ok(self.read(|sql| sql.query_one(select, &[Value::Text(tenant.as_str())]))?.is_some())
    }

    /// The tenants that have personal data in the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows = self.read(|sql| {
            let of = "SELECT tenant FROM sealed UNION SELECT tenant FROM answers ORDER BY tenant";
            sql.query(of, &[])
        })?;
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
