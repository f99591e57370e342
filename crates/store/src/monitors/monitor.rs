//! Monitors: creating, reading and deleting them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::keys::digits;
use crate::store::Store;
use crate::writer::Change;

/// Maximum number of monitors of a tenant.
const MOST: usize = 100;

/// A monitor to create.
#[derive(Debug, Clone)]
pub struct NewMonitor {
    /// The tenant.
    pub tenant: Tenant,
    /// Its purpose, in a few words.
    pub name: String,
    /// The settings of the screening, as the caller sent them.
    pub settings: Json,
}

/// A monitor.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Monitor {
    /// The id.
    pub id: String,
    /// Its purpose.
    pub name: String,
    /// The settings of the screening.
    pub settings: Json,
    /// How many customers it has.
    pub customers: u64,
    /// Customers whose current data was not screened yet: they have no result.
    pub waiting: u64,
    /// Customers with a match.
    pub matched: u64,
    /// The generation of the lists with which all other customers were screened; `None` before the first sweep.
    pub generation: Option<u64>,
    /// The version of the comparison of names with which they were screened.
    #[serde(skip)]
    pub matcher: Option<String>,
    /// The day on which their designations had to be in force; `None` before the first sweep.
    pub day: Option<String>,
    /// Why the last sweep failed; `None` if it did not.
    pub failure: Option<String>,
    /// Who created it.
    pub made_by: String,
    /// When it was created.
    pub made_at: Timestamp,
    /// When its customers were last swept because of other lists or another day.
    pub swept_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, name, settings, generation, failure, made_by, made_at, swept_at, \
     (SELECT count(*) FROM monitor_customers c WHERE c.monitor_id = monitors.id), \
     (SELECT count(*) FROM monitor_customers c WHERE c.monitor_id = monitors.id AND c.seq IS NULL), \
     (SELECT count(*) FROM monitor_customers c WHERE c.monitor_id = monitors.id AND c.seq IS NOT NULL \
      AND c.matches <> '[]'), matcher, day";

impl Monitor {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged("the settings of a monitor".to_owned());
        Ok(Self {
            id: row.text(0)?,
            name: row.text(1)?,
            settings: serde_json::from_str(&row.text(2)?).map_err(damaged)?,
            generation: row.optional(3, Row::count)?,
            failure: row.optional(4, Row::text)?,
            made_by: row.text(5)?,
            made_at: row.moment(6)?,
            swept_at: row.optional(7, Row::moment)?,
            customers: row.count(8)?,
            waiting: row.count(9)?,
            matched: row.count(10)?,
            matcher: row.optional(11, Row::text)?,
            day: row.optional(12, Row::text)?,
        })
    }
}

pub(super) fn find_monitor(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    id: &str,
) -> Result<Monitor, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM monitors WHERE id = ?1 AND tenant = ?2");
    let row = sql.query_one(&select, &[Value::Text(id), Value::Text(tenant.as_str())])?;
    Monitor::read(&row.ok_or(StoreError::NotFound("monitor"))?)
}

impl Store {
    /// A monitor.
    ///
    /// # Errors
    /// When there is no such monitor of the tenant, or the store cannot be read.
    pub fn monitor(&self, tenant: &Tenant, id: &str) -> Result<Monitor, StoreError> {
        self.read(|sql| find_monitor(sql, tenant, id))
    }

    /// All monitors of a tenant, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn monitors(&self, tenant: &Tenant) -> Result<Vec<Monitor>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM monitors WHERE tenant = ?1 ORDER BY seq");
        let rows = self.read(|sql| sql.query(&select, &[Value::Text(tenant.as_str())]))?;
        rows.iter().map(Monitor::read).collect()
    }
}

impl Change<'_> {
    /// Creates a monitor.
    ///
    /// # Errors
    /// When the tenant has too many.
    pub fn make_monitor(
        &mut self,
        new: NewMonitor,
        by: Origin,
        now: Timestamp,
    ) -> Result<Monitor, StoreError> {
        let NewMonitor { tenant, name, settings } = new;
        let known = self
            .sql()?
            .query("SELECT id FROM monitors WHERE tenant = ?1", &[Value::Text(tenant.as_str())])?;
        if known.len() >= MOST {
            return Err(StoreError::Refused(format!(
                "there are {MOST} monitors: delete one first"
            )));
        }
        let id = digits(&self.random::<10>()?);
        let made_by = by.actor.clone();
        let detail = json!({ "monitor": id, "name": name, "settings": settings });
        let seq = self.record(EventDraft::new("monitor.made", &tenant, by, now, detail))?;
        self.sql()?.execute(
            "INSERT INTO monitors (id, tenant, seq, name, settings, made_by, lease, made_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)",
            &[
                Value::Text(&id),
                Value::Text(tenant.as_str()),
                Value::count(seq),
                Value::Text(&name),
                Value::Text(&settings.to_string()),
                Value::Text(&made_by),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        find_monitor(self.sql()?, &tenant, &id)
    }

    /// Deletes a monitor with its customers. Their cases stay.
    ///
    /// # Errors
    /// When there is no such monitor of the tenant.
    pub fn delete_monitor(
        &mut self,
        tenant: &Tenant,
        id: &str,
        by: Origin,
        now: Timestamp,
    ) -> Result<Monitor, StoreError> {
        let found = find_monitor(self.sql()?, tenant, id)?;
        self.sql()?
            .execute("DELETE FROM monitor_customers WHERE monitor_id = ?1", &[Value::Text(id)])?;
        self.sql()?.execute("DELETE FROM monitors WHERE id = ?1", &[Value::Text(id)])?;
        let detail = json!({ "monitor": id, "customers": found.customers });
        self.record(EventDraft::new("monitor.deleted", tenant, by, now, detail))?;
        Ok(found)
    }
}
