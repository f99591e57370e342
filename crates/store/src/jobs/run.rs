//! Running a job: taking it, writing steps while the lease lasts, and releasing it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::data::RESULT;
use super::job::{COLUMNS, JobCounts, JobPlan, JobState, StoredJob, find_job, to_json};
use super::lines::JobRow;
use crate::database::Value;
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::writer::Change;

/// What a job is screened with. It stays the same to its end, whichever server continues it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobBasis {
    /// The generation of the lists.
    pub generation: u64,
    /// The lists with their versions.
    pub lists: BTreeMap<String, String>,
    /// The version of the comparison of names.
    pub matcher: String,
    /// The day on which a designation has to be in force.
    pub day: String,
}

/// The lease of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLease {
    /// The tenant.
    pub tenant: Tenant,
    /// The job.
    pub id: String,
    /// The lease number (fencing token): 1 for the first server that took the job, one more for each after it.
    pub number: i64,
}

/// A job that a server has taken.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenJob {
    /// The lease.
    pub lease: JobLease,
    /// The file and the settings.
    pub plan: JobPlan,
    /// Who created it: screenings are recorded in their name.
    pub origin: Origin,
    /// What it is screened with.
    pub basis: JobBasis,
    /// Counts of the rows so far.
    pub counts: JobCounts,
    /// The offset of the next row, in the unit of the reader of its format.
    pub position: u64,
    /// Number of servers that took it before without writing a step.
    pub in_vain: u64,
}

/// A step of a job, to be written with the screenings of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobStep {
    /// Counts of the rows so far, including those of the step.
    pub counts: JobCounts,
    /// The offset of the next row.
    pub position: u64,
    /// The lines of the result.
    pub rows: Vec<JobRow>,
    /// Columns of the file that are not used for screening.
    pub unused_columns: Vec<String>,
}

impl Change<'_> {
    /// Takes the oldest job that is waiting, or whose lease expired. `basis` is what this server would screen it with;
    /// a started job keeps its own.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_job(
        &mut self,
        basis: JobBasis,
        by: Origin,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<TakenJob>, StoreError> {
        let select = format!(
            "SELECT {COLUMNS} FROM jobs WHERE state = 'queued' OR (state = 'running' AND lease_until <= ?1) \
             ORDER BY made_at, id LIMIT 1"
        );
        let row = self.sql()?.query_one(&select, &[Value::Integer(now.as_microsecond())])?;
        let Some(found) = row.map(|row| StoredJob::read(&row)).transpose()? else {
            return Ok(None);
        };
        let StoredJob { job, tenant, origin, progress, lease } = found;
        let number = lease + 1;
        let is_new = job.basis.is_none();
        let basis = job.basis.unwrap_or(basis);
        let kind = if is_new { "job.started" } else { "job.resumed" };
        let detail = json!({
            "job": job.id, "lease": number, "digest": job.plan.digest, "generation": basis.generation,
            "lists": basis.lists, "matcher": basis.matcher, "day": basis.day,
            "rows": progress.counts.rows,
        });
        self.record(EventDraft::new(kind, &tenant, by, now, detail))?;
        self.sql()?.execute(
            "UPDATE jobs SET state = 'running', lease = ?2, lease_until = ?3, basis = ?4, \
             started_at = COALESCE(started_at, ?5) WHERE id = ?1",
            &[
                Value::Text(&job.id),
                Value::Integer(number),
                Value::Integer(until.as_microsecond()),
                Value::Text(&to_json(&basis)),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        Ok(Some(TakenJob {
            lease: JobLease { tenant, id: job.id, number },
            plan: job.plan,
            origin,
            basis,
            counts: progress.counts,
            position: progress.position,
            in_vain: u64::try_from(lease - progress.stepped).unwrap_or(0),
        }))
    }

    /// Checks that this server still holds the lease, and renews it.
    ///
    /// # Errors
    /// When another server has taken it, or it ended: nothing may be written for it.
    pub fn renew_job(&mut self, lease: &JobLease, until: Timestamp) -> Result<(), StoreError> {
        let renewed = self.sql()?.execute(
            "UPDATE jobs SET lease_until = ?4 WHERE id = ?1 AND tenant = ?2 AND lease = ?3 AND state = 'running'",
            &[
                Value::Text(&lease.id),
                Value::Text(lease.tenant.as_str()),
                Value::Integer(lease.number),
                Value::Integer(until.as_microsecond()),
            ],
        )?;
        match renewed {
            1 => Ok(()),
            _ => Err(StoreError::Refused("the job ended, or another server has it".to_owned())),
        }
    }

    /// Writes a step: it belongs to the change that records the screenings of its rows.
    ///
    /// # Errors
    /// As [`Change::renew_job`]: then the whole change has to fail.
    pub fn write_job_step(
        &mut self,
        lease: &JobLease,
        step: &JobStep,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        self.renew_job(lease, until)?;
        let mut progress = find_job(self.sql()?, &lease.tenant, &lease.id)?.progress;
        let mut lines = Vec::new();
        for row in &step.rows {
            lines.extend_from_slice(&row.line);
            lines.push(b'\n');
        }
        self.write_part(&lease.tenant, &lease.id, (RESULT, progress.parts, &lines), now)?;
        self.index_lines(lease, progress.parts, &step.rows)?;
        (progress.counts, progress.position) = (step.counts, step.position);
        progress.unused_columns.clone_from(&step.unused_columns);
        progress.parts += 1;
        progress.stepped = lease.number;
        self.sql()?.execute(
            "UPDATE jobs SET progress = ?2 WHERE id = ?1",
            &[Value::Text(&lease.id), Value::Text(&to_json(&progress))],
        )?;
        Ok(())
    }

    /// Releases a job, so that another server need not wait for the end of the lease.
    ///
    /// # Errors
    /// As [`Change::renew_job`].
    pub fn give_back_job(&mut self, lease: &JobLease, now: Timestamp) -> Result<(), StoreError> {
        self.renew_job(lease, now)
    }
}

/// Whether jobs of a state can be cancelled.
pub(super) fn may_cancel(state: JobState) -> bool {
    !state.has_ended()
}
