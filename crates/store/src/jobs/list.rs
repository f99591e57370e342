//! Jobs of a tenant, page by page.

use super::job::{COLUMNS, Job, JobState, StoredJob, find_job};
use crate::database::Value;
use crate::error::StoreError;
use crate::event::Tenant;
use crate::store::Store;

/// A filter of jobs.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Only in this state.
    pub state: Option<JobState>,
    /// Only after this position.
    pub after: Option<u64>,
    /// At most this many.
    pub limit: u32,
}

/// A page of jobs, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct JobPage {
    /// The jobs.
    pub jobs: Vec<Job>,
    /// The position after which the next page begins; `None` for the last page.
    pub next: Option<u64>,
}

impl Store {
    /// A job.
    ///
    /// # Errors
    /// When there is no such job of the tenant, or the store cannot be read.
    pub fn job(&self, tenant: &Tenant, id: &str) -> Result<Job, StoreError> {
        Ok(self.read(|sql| find_job(sql, tenant, id))?.job)
    }

    /// Jobs of a tenant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn jobs(&self, tenant: &Tenant, filter: &JobFilter) -> Result<JobPage, StoreError> {
        let before = filter.after.and_then(|after| i64::try_from(after).ok()).unwrap_or(i64::MAX);
        let mut values = vec![Value::Text(tenant.as_str()), Value::Integer(before)];
        values.extend(filter.state.map(|state| Value::Text(state.as_str())));
        let of_state = if filter.state.is_some() { "AND state = ?3" } else { "" };
        let limit = u64::from(filter.limit);
        let select = format!(
            "SELECT {COLUMNS} FROM jobs WHERE tenant = ?1 AND seq < ?2 {of_state} ORDER BY seq DESC LIMIT {}",
            limit + 1
        );
        let rows = self.read(|sql| sql.query(&select, &values))?;
        let shown = rows.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
        let jobs: Vec<Job> =
            shown.map(|row| Ok(StoredJob::read(row)?.job)).collect::<Result<_, StoreError>>()?;
        let has_more = rows.len() > jobs.len();
        let next = jobs.last().filter(|_| has_more).map(|job| job.seq);
        Ok(JobPage { jobs, next })
    }

    /// Whether a job is available to a server, at a moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_waiting_job(&self, now: jiff::Timestamp) -> Result<bool, StoreError> {
        let select = "SELECT id FROM jobs WHERE state = 'queued' OR (state = 'running' AND lease_until <= ?1) LIMIT 1";
        let values = [Value::Integer(now.as_microsecond())];
        Ok(self.read(|sql| sql.query_one(select, &values))?.is_some())
    }
}
