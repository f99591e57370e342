//! Customers of monitors.

use jiff::Timestamp;
use serde_json::json;

use super::monitor::find_monitor;
use super::screening::ToldMatch;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, SealedDraft, Tenant};
use crate::store::Store;
use crate::writer::Change;

/// What somebody says of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPut {
    /// The caller's reference.
    pub customer: String,
    /// Who it is, in JSON.
    pub party: Vec<u8>,
}

/// A customer of a monitor.
#[derive(Debug, Clone, PartialEq)]
pub struct MonitoredCustomer {
    /// The caller's reference.
    pub customer: String,
    /// How often somebody said who it is.
    pub version: i64,
    /// Who it is, in JSON.
    pub party: Vec<u8>,
    /// The event of the last screening; nothing if what is known now was never screened.
    pub event: Option<u64>,
    /// The generation of the lists of that screening, if it is not that of the monitor.
    pub generation: Option<u64>,
    /// The matches that were told last.
    pub matches: Vec<ToldMatch>,
    /// Whether something of the customer could not be read: without a match it is not clear.
    pub is_unread: bool,
    /// When it was screened last.
    pub screened_at: Option<Timestamp>,
}

/// A page of customers, by reference.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPage {
    /// The customers.
    pub customers: Vec<MonitoredCustomer>,
    /// The reference after which the next page begins; nothing if this is the last one.
    pub next: Option<String>,
}

pub(super) const COLUMNS: &str =
    "customer, version, party, seq, generation, matches, is_unread, screened_at";

impl MonitoredCustomer {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged("the matches of a customer".to_owned());
        Ok(Self {
            customer: row.text(0)?,
            version: row.integer(1)?,
            party: row.bytes(2)?,
            event: row.optional(3, Row::count)?,
            generation: row.optional(4, Row::count)?,
            matches: serde_json::from_str(&row.text(5)?).map_err(damaged)?,
            is_unread: row.integer(6)? != 0,
            screened_at: row.optional(7, Row::moment)?,
        })
    }
}

pub(super) fn find_customer(
    sql: &mut dyn Sql,
    monitor: &str,
    customer: &str,
) -> Result<Option<MonitoredCustomer>, StoreError> {
    let select =
        format!("SELECT {COLUMNS} FROM monitor_customers WHERE monitor_id = ?1 AND customer = ?2");
    let row = sql.query_one(&select, &[Value::Text(monitor), Value::Text(customer)])?;
    row.map(|row| MonitoredCustomer::read(&row)).transpose()
}

/// Whether a customer of a tenant is in any monitor.
pub(crate) fn is_monitored(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    customer: &str,
) -> Result<bool, StoreError> {
    let select =
        "SELECT monitor_id FROM monitor_customers WHERE tenant = ?1 AND customer = ?2 LIMIT 1";
    let values = [Value::Text(tenant.as_str()), Value::Text(customer)];
    Ok(sql.query_one(select, &values)?.is_some())
}

impl Store {
    /// A customer of a monitor.
    ///
    /// # Errors
    /// When there is no such monitor of the tenant or no such customer of it, or the store cannot be read.
    pub fn monitored_customer(
        &self,
        tenant: &Tenant,
        monitor: &str,
        customer: &str,
    ) -> Result<MonitoredCustomer, StoreError> {
        self.read(|sql| {
            find_monitor(sql, tenant, monitor)?;
            find_customer(sql, monitor, customer)?.ok_or(StoreError::NotFound("customer"))
        })
    }

    /// Customers of a monitor, after a reference.
    ///
    /// # Errors
    /// When there is no such monitor of the tenant, or the store cannot be read.
    pub fn monitored_customers(
        &self,
        tenant: &Tenant,
        monitor: &str,
        after: &str,
        limit: u32,
    ) -> Result<CustomerPage, StoreError> {
        let select = format!(
            "SELECT {COLUMNS} FROM monitor_customers WHERE monitor_id = ?1 AND customer > ?2 \
             ORDER BY customer LIMIT {}",
            i64::from(limit) + 1
        );
        self.read(|sql| {
            find_monitor(sql, tenant, monitor)?;
            let rows = sql.query(&select, &[Value::Text(monitor), Value::Text(after)])?;
            let shown = rows.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
            let customers: Vec<MonitoredCustomer> =
                shown.map(MonitoredCustomer::read).collect::<Result<_, _>>()?;
            let has_more = rows.len() > customers.len();
            let next = customers.last().filter(|_| has_more).map(|one| one.customer.clone());
            Ok(CustomerPage { customers, next })
        })
    }

    /// Customers of a monitor that were not screened yet as they are now, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting_customers(
        &self,
        monitor: &str,
        limit: u32,
    ) -> Result<Vec<MonitoredCustomer>, StoreError> {
        let select = format!(
            "SELECT {COLUMNS} FROM monitor_customers WHERE monitor_id = ?1 AND seq IS NULL \
             ORDER BY customer LIMIT {limit}"
        );
        let rows = self.read(|sql| sql.query(&select, &[Value::Text(monitor)]))?;
        rows.iter().map(MonitoredCustomer::read).collect()
    }
}

impl Change<'_> {
    /// Adds customers to a monitor, or says what is known of them now. Those of whom nothing new is said stay as they
    /// are; all others wait for their screening. Returns how many do.
    ///
    /// # Errors
    /// When there is no such monitor of the tenant.
    pub fn put_customers(
        &mut self,
        tenant: &Tenant,
        monitor: &str,
        customers: &[CustomerPut],
        (by, now, keep_until): (&Origin, Timestamp, Timestamp),
    ) -> Result<u64, StoreError> {
        find_monitor(self.sql()?, tenant, monitor)?;
        let mut changed = 0;
        for CustomerPut { customer, party } in customers {
            let known = find_customer(self.sql()?, monitor, customer)?;
            if known.as_ref().is_some_and(|known| known.party == *party) {
                continue;
            }
            changed += 1;
            self.sql()?.execute(
                "INSERT INTO monitor_customers (monitor_id, customer, tenant, version, party, matches, is_unread) \
                 VALUES (?1, ?2, ?3, 1, ?4, '[]', 0) ON CONFLICT (monitor_id, customer) DO UPDATE SET \
                 version = monitor_customers.version + 1, party = excluded.party, seq = NULL",
                &[
                    Value::Text(monitor),
                    Value::Text(customer),
                    Value::Text(tenant.as_str()),
                    Value::Bytes(party),
                ],
            )?;
            let detail =
                json!({ "monitor": monitor, "version": known.map_or(1, |one| one.version + 1) });
            let draft = EventDraft::new("monitor.customer-put", tenant, by.clone(), now, detail);
            let data = json!({ "customer": customer }).to_string().into_bytes();
            let sealed = SealedDraft { subject: Some(customer.clone()), keep_until, data };
            self.record(EventDraft { sealed: Some(sealed), ..draft })?;
        }
        Ok(changed)
    }

    /// Takes a customer out of a monitor.
    ///
    /// # Errors
    /// When there is no such monitor of the tenant, or no such customer of it.
    pub fn remove_customer(
        &mut self,
        tenant: &Tenant,
        monitor: &str,
        customer: &str,
        (by, now, keep_until): (&Origin, Timestamp, Timestamp),
    ) -> Result<MonitoredCustomer, StoreError> {
        find_monitor(self.sql()?, tenant, monitor)?;
        let found = find_customer(self.sql()?, monitor, customer)?;
        let found = found.ok_or(StoreError::NotFound("customer"))?;
        self.sql()?.execute(
            "DELETE FROM monitor_customers WHERE monitor_id = ?1 AND customer = ?2",
            &[Value::Text(monitor), Value::Text(customer)],
        )?;
        let detail = json!({ "monitor": monitor, "version": found.version });
        let draft = EventDraft::new("monitor.customer-removed", tenant, by.clone(), now, detail);
        let data = json!({ "customer": customer }).to_string().into_bytes();
        let sealed = SealedDraft { subject: Some(customer.to_owned()), keep_until, data };
        self.record(EventDraft { sealed: Some(sealed), ..draft })?;
        Ok(found)
    }
}
