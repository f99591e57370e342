//! The backlog of background work.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::store::Store;

/// The backlog of background work, of all tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that no server has taken.
    pub jobs_queued: u64,
    /// Jobs that a server is running.
    pub jobs_running: u64,
    /// Customers of monitors whose current data was not screened yet.
    pub customers_waiting: u64,
    /// Monitors whose last sweep failed.
    pub monitors_failed: u64,
    /// Messages whose delivery is pending, including retries.
    pub messages_waiting: u64,
    /// Messages whose delivery was given up.
    pub messages_dead: u64,
    /// When the oldest pending message was written.
    pub oldest_message: Option<Timestamp>,
}

impl Store {
    /// The backlog of background work.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn backlog(&self) -> Result<Backlog, StoreError> {
        let select = "SELECT (SELECT count(*) FROM jobs WHERE state = 'queued'), \
             (SELECT count(*) FROM jobs WHERE state = 'running'), \
             (SELECT count(*) FROM monitor_customers WHERE seq IS NULL), \
             (SELECT count(*) FROM monitors WHERE failure IS NOT NULL), \
             (SELECT count(*) FROM deliveries WHERE state = 'waiting'), \
             (SELECT count(*) FROM deliveries WHERE state = 'dead'), \
             (SELECT min(made_at) FROM deliveries WHERE state = 'waiting')";
        let row = self.read(|sql| sql.query_one(select, &[]))?;
        let row = row.ok_or_else(|| StoreError::Damaged("counts of work".to_owned()))?;
        Ok(Backlog {
            jobs_queued: row.count(0)?,
            jobs_running: row.count(1)?,
            customers_waiting: row.count(2)?,
            monitors_failed: row.count(3)?,
            messages_waiting: row.count(4)?,
            messages_dead: row.count(5)?,
            oldest_message: row.optional(6, crate::database::Row::moment)?,
        })
    }
}
