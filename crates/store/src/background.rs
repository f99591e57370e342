//! How much work in the background waits.

use jiff::Timestamp;

use crate::error::StoreError;
use crate::store::Store;

/// How much work in the background waits, of all tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that wait for a server.
    pub jobs_queued: u64,
    /// Jobs that a server carries out.
    pub jobs_running: u64,
    /// Customers of monitors who were not screened yet as they are now.
    pub customers_waiting: u64,
    /// Monitors whose last sweep failed.
    pub monitors_failed: u64,
    /// Messages to be sent, or sent again.
    pub messages_waiting: u64,
    /// Messages that were given up.
    pub messages_dead: u64,
    /// When the oldest message that waits was written.
    pub oldest_message: Option<Timestamp>,
}

impl Store {
    /// How much work in the background waits.
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
