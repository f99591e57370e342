//! Customers of monitors.

use jiff::Timestamp;
use serde_json::json;

use super::monitor::find_monitor;
use super::screening::ToldMatch;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, SealedDraft, Tenant};
use crate::store::Store;
use crate::vault::{Spot, Vault};
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

/// A page of customers, in an order of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPage {
    /// The customers.
    pub customers: Vec<MonitoredCustomer>,
    /// The reference after which the next page begins; nothing if this is the last one.
    pub next: Option<String>,
}

pub(super) const COLUMNS: &str = "customer, version, party, seq, generation, matches, is_unread, \
     screened_at, tenant, monitor_id";

impl MonitoredCustomer {
    pub(super) fn read(sql: &mut dyn Sql, vault: &Vault, row: &Row) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged("the matches of a customer".to_owned());
        let (tag, tenant, monitor) = (row.text(0)?, row.text(8)?, row.text(9)?);
        let erased = || StoreError::Damaged("a customer of a monitor was erased".to_owned());
        let place = row_of(&monitor, &tag);
        let party = vault.open_marked(sql, party_spot(&tenant, &place), &tag, row.bytes(2)?)?;
        Ok(Self {
            customer: vault.reference(sql, &tenant, &tag)?.ok_or_else(erased)?,
            version: row.integer(1)?,
            party: party.ok_or_else(erased)?,
            event: row.optional(3, Row::count)?,
            generation: row.optional(4, Row::count)?,
            matches: serde_json::from_str(&row.text(5)?).map_err(damaged)?,
            is_unread: row.integer(6)? != 0,
            screened_at: row.optional(7, Row::moment)?,
        })
    }
}

fn row_of(monitor: &str, tag: &str) -> String {
    format!("{monitor}/{tag}")
}

/// Where what is known of a customer stands.
pub(crate) fn party_spot<'a>(tenant: &'a str, row: &'a str) -> Spot<'a> {
    Spot { tenant, table: "monitor_customers", column: "party", row }
}

/// A customer of a monitor by its tag.
pub(super) fn find_customer(
    sql: &mut dyn Sql,
    vault: &Vault,
    monitor: &str,
    tag: &str,
) -> Result<Option<MonitoredCustomer>, StoreError> {
    let select =
        format!("SELECT {COLUMNS} FROM monitor_customers WHERE monitor_id = ?1 AND customer = ?2");
    let row = sql.query_one(&select, &[Value::Text(monitor), Value::Text(tag)])?;
    row.map(|row| MonitoredCustomer::read(sql, vault, &row)).transpose()
}

/// Customers as their rows have them.
pub(super) fn read_all(
    sql: &mut dyn Sql,
    vault: &Vault,
    rows: &[Row],
) -> Result<Vec<MonitoredCustomer>, StoreError> {
    rows.iter().map(|row| MonitoredCustomer::read(sql, vault, row)).collect()
}

/// The tag after which a page begins, of the reference of the last customer before; before all of them if it is empty.
pub(super) fn tag_after(
    sql: &mut dyn Sql,
    vault: &Vault,
    monitor: &str,
    after: &str,
) -> Result<String, StoreError> {
    if after.is_empty() {
        return Ok(String::new());
    }
    let row =
        sql.query_one("SELECT tenant FROM monitors WHERE id = ?1", &[Value::Text(monitor)])?;
    let tenant = row.map_or(Ok(String::new()), |row| row.text(0))?;
    Ok(vault.tag(&tenant, after))
}

/// Whether a customer of a tenant, by its tag, is in any monitor.
pub(crate) fn is_monitored(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    tag: &str,
) -> Result<bool, StoreError> {
    let select =
        "SELECT monitor_id FROM monitor_customers WHERE tenant = ?1 AND customer = ?2 LIMIT 1";
    let values = [Value::Text(tenant.as_str()), Value::Text(tag)];
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
            let tag = self.vault().tag(tenant.as_str(), customer);
            let found = find_customer(sql, self.vault(), monitor, &tag)?;
            found.ok_or(StoreError::NotFound("customer"))
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
            let after = tag_after(sql, self.vault(), monitor, after)?;
            let rows = sql.query(&select, &[Value::Text(monitor), Value::Text(&after)])?;
            let most = usize::try_from(limit).unwrap_or(usize::MAX).min(rows.len());
            let customers = read_all(sql, self.vault(), rows.get(..most).unwrap_or_default())?;
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
        self.read(|sql| {
            let rows = sql.query(&select, &[Value::Text(monitor)])?;
            read_all(sql, self.vault(), &rows)
        })
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
        let (vault, random) = (self.vault(), self.random_source());
        for CustomerPut { customer, party } in customers {
            let tag = vault.tag(tenant.as_str(), customer);
            let known = find_customer(self.sql()?, &vault, monitor, &tag)?;
            if known.as_ref().is_some_and(|known| known.party == *party) {
                continue;
            }
            changed += 1;
            let key = vault.ensure(self.sql()?, tenant.as_str(), Some(customer), random)?;
            let place = row_of(monitor, &tag);
            let sealed =
                Vault::seal_marked(&key, party_spot(tenant.as_str(), &place), party, random)?;
            self.sql()?.execute(
                "INSERT INTO monitor_customers (monitor_id, customer, tenant, version, party, matches, is_unread) \
                 VALUES (?1, ?2, ?3, 1, ?4, '[]', 0) ON CONFLICT (monitor_id, customer) DO UPDATE SET \
                 version = monitor_customers.version + 1, party = excluded.party, seq = NULL",
                &[
                    Value::Text(monitor),
                    Value::Text(&tag),
                    Value::Text(tenant.as_str()),
                    Value::Bytes(&sealed),
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
        let (vault, tag) = (self.vault(), self.vault().tag(tenant.as_str(), customer));
        let found = find_customer(self.sql()?, &vault, monitor, &tag)?;
        let found = found.ok_or(StoreError::NotFound("customer"))?;
        self.sql()?.execute(
            "DELETE FROM monitor_customers WHERE monitor_id = ?1 AND customer = ?2",
            &[Value::Text(monitor), Value::Text(&tag)],
        )?;
        let detail = json!({ "monitor": monitor, "version": found.version });
        let draft = EventDraft::new("monitor.customer-removed", tenant, by.clone(), now, detail);
        let data = json!({ "customer": customer }).to_string().into_bytes();
        let sealed = SealedDraft { subject: Some(customer.to_owned()), keep_until, data };
        self.record(EventDraft { sealed: Some(sealed), ..draft })?;
        Ok(found)
    }
}
