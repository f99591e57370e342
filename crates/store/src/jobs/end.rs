//! The end of a job, and the retention of its data.

use jiff::Timestamp;
use serde_json::json;

use super::job::{Job, JobFailure, JobState, StoredJob, find_job, to_json};
use super::run::{JobLease, may_cancel};
use crate::database::Value;
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::writer::Change;

/// Retention of the parts of a file without a job: longer than the upload limit.
const SENDING: jiff::SignedDuration = jiff::SignedDuration::from_hours(2);

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobEnd {
    /// The final state.
    pub state: JobState,
    /// Why it is not `done`.
    pub failure: Option<JobFailure>,
}

impl Change<'_> {
    /// Ends a job. Its file is deleted, and so is an incomplete result.
    ///
    /// # Errors
    /// When this server no longer holds the lease.
    pub fn end_job(
        &mut self,
        lease: &JobLease,
        end: &JobEnd,
        by: Origin,
        now: Timestamp,
    ) -> Result<Job, StoreError> {
        self.renew_job(lease, now)?;
        let found = find_job(self.sql()?, &lease.tenant, &lease.id)?;
        self.write_job_end(&found, end, by, now)
    }

    /// Cancels a job that has not ended; of one that has, deletes the result.
    ///
    /// # Errors
    /// When there is no such job of the tenant.
    pub fn cancel_job(
        &mut self,
        tenant: &Tenant,
        id: &str,
        by: Origin,
        now: Timestamp,
    ) -> Result<Job, StoreError> {
        let found = find_job(self.sql()?, tenant, id)?;
        if may_cancel(found.job.state) {
            let end = JobEnd { state: JobState::Cancelled, failure: None };
            return self.write_job_end(&found, &end, by, now);
        }
        self.delete_result(&found, by, now)?;
        Ok(find_job(self.sql()?, tenant, id)?.job)
    }

    fn write_job_end(
        &mut self,
        found: &StoredJob,
        end: &JobEnd,
        by: Origin,
        now: Timestamp,
    ) -> Result<Job, StoreError> {
        let StoredJob { job, tenant, progress, .. } = found;
        let basis = job.basis.as_ref();
        let detail = json!({
            "job": job.id, "state": end.state, "failure": end.failure.as_ref().map(|one| &one.code),
            "digest": job.plan.digest, "bytes": job.plan.bytes, "counts": job.counts,
            "generation": basis.map(|basis| basis.generation),
            "lists": basis.map(|basis| &basis.lists),
        });
        self.record(EventDraft::new("job.ended", tenant, by, now, detail))?;
        let mut progress = progress.clone();
        let kinds = if end.state.has_result() {
            "kind = 'input'"
        } else {
            progress.parts = 0;
            self.drop_lines(&job.id)?;
            "kind IN ('input', 'result')"
        };
        self.sql()?
            .execute("DELETE FROM job_erasures WHERE job_id = ?1", &[Value::Text(&job.id)])?;
        self.sql()?.execute(
            &format!("DELETE FROM job_parts WHERE job_id = ?1 AND {kinds}"),
            &[Value::Text(&job.id)],
        )?;
        self.sql()?.execute(
            "UPDATE jobs SET state = ?2, failure = ?3, progress = ?4, ended_at = ?5, lease_until = NULL \
             WHERE id = ?1",
            &[
                Value::Text(&job.id),
                Value::Text(end.state.as_str()),
                Value::from(end.failure.as_ref().map(to_json).as_ref()),
                Value::Text(&to_json(&progress)),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        Ok(find_job(self.sql()?, tenant, &job.id)?.job)
    }

    fn delete_result(
        &mut self,
        found: &StoredJob,
        by: Origin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let StoredJob { job, tenant, progress, .. } = found;
        if progress.parts == 0 {
            return Ok(());
        }
        self.sql()?.execute("DELETE FROM job_parts WHERE job_id = ?1", &[Value::Text(&job.id)])?;
        self.drop_lines(&job.id)?;
        let mut progress = progress.clone();
        progress.parts = 0;
        self.sql()?.execute(
            "UPDATE jobs SET progress = ?2 WHERE id = ?1",
            &[Value::Text(&job.id), Value::Text(&to_json(&progress))],
        )?;
        self.record(EventDraft::new("job.erased", tenant, by, now, json!({ "job": job.id })))
            .map(drop)
    }

    /// Deletes expired results, and parts of incomplete uploads. Returns the number of jobs that lost their result.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn clean_jobs(&mut self, by: &Origin, now: Timestamp) -> Result<usize, StoreError> {
        let oldest = now.checked_sub(SENDING).unwrap_or(Timestamp::MIN);
        self.sql()?.execute(
            "DELETE FROM job_parts WHERE at < ?1 AND kind = 'input' \
             AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = job_parts.job_id)",
            &[Value::Integer(oldest.as_microsecond())],
        )?;
        let select = format!(
            "SELECT {} FROM jobs WHERE keep_until <= ?1 AND state IN ('done', 'incomplete') \
             AND EXISTS (SELECT 1 FROM job_parts WHERE job_parts.job_id = jobs.id) ORDER BY seq LIMIT 100",
            super::job::COLUMNS
        );
        let rows = self.sql()?.query(&select, &[Value::Integer(now.as_microsecond())])?;
        for row in &rows {
            self.delete_result(&StoredJob::read(row)?, by.clone(), now)?;
        }
        Ok(rows.len())
    }
}
