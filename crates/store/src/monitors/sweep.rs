//! Sweeps of monitors: one server at a time screens the customers of a monitor again, and records when it has finished.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::{Value as Json, json};

use super::customer::{MonitoredCustomer, SELECT};
use crate::database::{Row, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::store::Store;
use crate::writer::Change;

/// After this time a server with an older generation than the monitor's sweeps it nevertheless: the lists were then
/// restored to that generation, rather than opened later by this server than by another.
const SET_BACK: SignedDuration = SignedDuration::from_mins(10);

/// The lease of a sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonitorLease {
    /// The tenant.
    pub tenant: Tenant,
    /// The monitor.
    pub id: String,
    /// The lease number (fencing token): 1 for the first server that took the sweep, one more for each after it.
    pub number: i64,
}

/// What a server sweeps with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepBasis {
    /// The generation of its lists.
    pub generation: u64,
    /// The version of its comparison of names.
    pub matcher: String,
    /// The day on which a designation has to be in force, as `2026-12-01`; `None` if an earlier version of the program
    /// swept, which did not store it.
    pub day: Option<String>,
}

/// A monitor that a server has taken.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenMonitor {
    /// The lease.
    pub lease: MonitorLease,
    /// The settings of the screening.
    pub settings: Json,
    /// What its customers were last screened with; `None` before the first sweep.
    pub seen: Option<SweepBasis>,
}

/// The result of a sweep.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SweepCounts {
    /// Number of customers.
    pub customers: u64,
    /// Customers that were screened again.
    pub screened: u64,
    /// Number of changed entities that could alter matches; `None` if all customers were screened.
    pub changed_entities: Option<u64>,
    /// Matches that are new.
    pub new: u64,
    /// Matches that changed.
    pub changed: u64,
    /// Matches that are gone.
    pub gone: u64,
}

/// Which monitors have work. A server with an older generation than a monitor's, or an earlier day, leaves it to other
/// servers.
const IS_DUE: &str = "(m.lease_until IS NULL OR m.lease_until <= ?3) AND \
     (m.generation IS NULL OR (m.generation <= ?1 AND (m.day IS NULL OR m.day <= ?5)) OR m.swept_at <= ?4) AND \
     (m.generation IS NULL OR m.generation <> ?1 OR m.matcher <> ?2 OR m.day IS NULL OR m.day <> ?5 OR EXISTS \
      (SELECT 1 FROM monitor_customers c WHERE c.monitor_id = m.id AND c.seq IS NULL))";

fn due_values<'a>(basis: &'a SweepBasis, now: Timestamp) -> [Value<'a>; 5] {
    let set_back = now.checked_sub(SET_BACK).unwrap_or(Timestamp::MIN);
    [
        Value::count(basis.generation),
        Value::Text(&basis.matcher),
        Value::Integer(now.as_microsecond()),
        Value::Integer(set_back.as_microsecond()),
        Value::Text(basis.day.as_deref().unwrap_or_default()),
    ]
}

impl Store {
    /// Whether a monitor has work for a server.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_due_monitor(&self, basis: &SweepBasis, now: Timestamp) -> Result<bool, StoreError> {
        let select = format!("SELECT m.id FROM monitors m WHERE {IS_DUE} LIMIT 1");
        Ok(self.read(|sql| sql.query_one(&select, &due_values(basis, now)))?.is_some())
    }

    /// Customers of a monitor that were screened before, but not yet with a generation for a day, after a position.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn customers_to_sweep(
        &self,
        monitor: &str,
        basis: &SweepBasis,
        after: &str,
        limit: u32,
    ) -> Result<Vec<MonitoredCustomer>, StoreError> {
        let select = format!(
            "{SELECT} WHERE c.monitor_id = ?1 AND c.customer > ?2 AND c.seq IS NOT NULL \
             AND (c.generation IS NULL OR c.generation <> ?3 OR c.day IS NULL OR c.day <> ?4) \
             ORDER BY c.customer LIMIT {limit}"
        );
        let values = [
            Value::Text(monitor),
            Value::Text(after),
            Value::count(basis.generation),
            Value::Text(basis.day.as_deref().unwrap_or_default()),
        ];
        let rows = self.read(|sql| sql.query(&select, &values))?;
        rows.iter().map(|row| MonitoredCustomer::read(self.vault(), row)).collect()
    }
}

impl Change<'_> {
    /// Takes a monitor that has work, the longest waiting one first.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_monitor(
        &mut self,
        basis: &SweepBasis,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<TakenMonitor>, StoreError> {
        let select = format!(
            "SELECT m.id, m.tenant, m.settings, m.generation, m.matcher, m.lease, m.day FROM monitors m \
             WHERE {IS_DUE} ORDER BY COALESCE(m.swept_at, 0), m.seq LIMIT 1"
        );
        let Some(row) = self.sql()?.query_one(&select, &due_values(basis, now))? else {
            return Ok(None);
        };
        let damaged = |what: &str| StoreError::Damaged(format!("the {what} of a monitor"));
        let lease = MonitorLease {
            tenant: Tenant::parse(&row.text(1)?).map_err(|_| damaged("tenant"))?,
            id: row.text(0)?,
            number: row.integer(5)? + 1,
        };
        let seen = row.optional(3, Row::count)?.zip(row.optional(4, Row::text)?);
        let day = row.optional(6, Row::text)?;
        self.sql()?.execute(
            "UPDATE monitors SET lease = ?2, lease_until = ?3 WHERE id = ?1",
            &[
                Value::Text(&lease.id),
                Value::Integer(lease.number),
                Value::Integer(until.as_microsecond()),
            ],
        )?;
        Ok(Some(TakenMonitor {
            lease,
            settings: serde_json::from_str(&row.text(2)?).map_err(|_| damaged("settings"))?,
            seen: seen.map(|(generation, matcher)| SweepBasis { generation, matcher, day }),
        }))
    }

    /// Checks that this server still holds the lease, and renews it.
    ///
    /// # Errors
    /// When another server has taken it, or it was deleted: nothing may be written for it.
    pub fn renew_monitor(
        &mut self,
        lease: &MonitorLease,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let renewed = self.sql()?.execute(
            "UPDATE monitors SET lease_until = ?3 WHERE id = ?1 AND lease = ?2",
            &[
                Value::Text(&lease.id),
                Value::Integer(lease.number),
                Value::Integer(until.as_microsecond()),
            ],
        )?;
        match renewed {
            1 => Ok(()),
            _ => Err(StoreError::Refused("another server has the monitor".to_owned())),
        }
    }

    /// Records the end of a sweep. A sweep with the same lists for the same day as before is no second event.
    ///
    /// # Errors
    /// As [`Change::renew_monitor`].
    pub fn end_sweep(
        &mut self,
        taken: &TakenMonitor,
        basis: &SweepBasis,
        counts: SweepCounts,
        (by, now): (Origin, Timestamp),
    ) -> Result<(), StoreError> {
        let TakenMonitor { lease, seen, .. } = taken;
        self.renew_monitor(lease, now)?;
        let is_new = seen.as_ref() != Some(basis);
        // Customers that were screened during the sweep used these lists, as all others have now.
        self.sql()?.execute(
            "UPDATE monitor_customers SET generation = NULL, day = NULL WHERE monitor_id = ?1 AND generation = ?2",
            &[Value::Text(&lease.id), Value::count(basis.generation)],
        )?;
        self.sql()?.execute(
            "UPDATE monitors SET lease_until = NULL, failure = NULL, generation = ?2, matcher = ?3, day = ?4 WHERE id = ?1",
            &[
                Value::Text(&lease.id),
                Value::count(basis.generation),
                Value::Text(&basis.matcher),
                Value::from(basis.day.as_ref()),
            ],
        )?;
        if is_new {
            self.sql()?.execute(
                "UPDATE monitors SET swept_at = ?2 WHERE id = ?1",
                &[Value::Text(&lease.id), Value::Integer(now.as_microsecond())],
            )?;
            let detail = json!({
                "monitor": lease.id, "from": seen.as_ref().map(|seen| seen.generation),
                "generation": basis.generation, "matcher": basis.matcher, "counts": counts,
                "from_day": seen.as_ref().and_then(|seen| seen.day.as_ref()), "day": basis.day,
            });
            self.record(EventDraft::new("monitor.swept", &lease.tenant, by, now, detail))?;
        }
        Ok(())
    }

    /// Records why a sweep failed, and postpones the next one. The same reason is recorded only once.
    ///
    /// # Errors
    /// As [`Change::renew_monitor`].
    pub fn fail_sweep(
        &mut self,
        lease: &MonitorLease,
        failure: &str,
        (by, now, again): (Origin, Timestamp, Timestamp),
    ) -> Result<(), StoreError> {
        self.renew_monitor(lease, again)?;
        let is_new = self.sql()?.execute(
            "UPDATE monitors SET failure = ?2 WHERE id = ?1 AND (failure IS NULL OR failure <> ?2)",
            &[Value::Text(&lease.id), Value::Text(failure)],
        )?;
        if is_new > 0 {
            let detail = json!({ "monitor": lease.id, "failure": failure });
            self.record(EventDraft::new("monitor.failed", &lease.tenant, by, now, detail))?;
        }
        Ok(())
    }
}
