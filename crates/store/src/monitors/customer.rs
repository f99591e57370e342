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

/// New data of a customer of a monitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerPut {
    /// The caller's reference.
    pub customer: String,
    /// The party, in JSON.
    pub party: Vec<u8>,
}

/// A customer of a monitor.
#[derive(Debug, Clone, PartialEq)]
pub struct MonitoredCustomer {
    /// The caller's reference.
    pub customer: String,
    /// Its position in lists.
    pub place: String,
    /// The version of the customer's data.
    pub version: i64,
    /// The party, in JSON.
    pub party: Vec<u8>,
    /// The event of the last screening; `None` if the current data was never screened.
    pub event: Option<u64>,
    /// The generation of the lists of that screening, if it is not that of the monitor.
    pub generation: Option<u64>,
    /// The day of that screening, beside the generation.
    pub day: Option<String>,
    /// The matches that were reported last.
    pub matches: Vec<ToldMatch>,
    /// Whether the customer's data could not be read completely: without a match it is not clear.
    pub is_unread: bool,
    /// When it was screened last.
    pub screened_at: Option<Timestamp>,
}

/// A page of customers, in a stable order.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerPage {
    /// The customers.
    pub customers: Vec<MonitoredCustomer>,
    /// The position after which the next page begins; `None` for the last page.
    pub next: Option<String>,
}

/// Customers joined with their subjects; a condition follows.
pub(super) const SELECT: &str = "SELECT c.customer, c.tenant, c.monitor_id, c.version, c.party, c.key_id, c.seq, \
     c.generation, c.matches, c.is_unread, c.screened_at, s.reference, s.key, s.key_id, c.day \
     FROM monitor_customers c JOIN subjects s ON s.tenant = c.tenant AND s.tag = c.customer";

impl MonitoredCustomer {
    pub(super) fn read(vault: &Vault, row: &Row) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged("the matches of a customer".to_owned());
        let (tag, tenant) = (row.text(0)?, row.text(1)?);
        let subject = vault.read_at(&tenant, &tag, row, 11)?;
        let party = match row.optional(5, Row::text)? {
            None => row.bytes(4)?,
            Some(_) => {
                let place = place_of(&row.text(2)?, &tag);
                Vault::open_with(&subject.key, spot(&tenant, &place), &row.bytes(4)?)?
            }
        };
        Ok(Self {
            customer: subject.reference,
            place: tag,
            version: row.integer(3)?,
            party,
            event: row.optional(6, Row::count)?,
            generation: row.optional(7, Row::count)?,
            day: row.optional(14, Row::text)?,
            matches: serde_json::from_str(&row.text(8)?).map_err(damaged)?,
            is_unread: row.integer(9)? != 0,
            screened_at: row.optional(10, Row::moment)?,
        })
    }
}

/// The row of a customer of a monitor.
pub(crate) fn place_of(monitor: &str, tag: &str) -> String {
    format!("{monitor}/{tag}")
}

/// The location of the data of a customer, to which its encryption is bound.
pub(crate) fn spot<'a>(tenant: &'a str, place: &'a str) -> Spot<'a> {
    Spot { tenant, table: "monitor_customers", column: "party", row: place }
}

pub(super) fn find_customer(
    sql: &mut dyn Sql,
    vault: &Vault,
    tenant: &Tenant,
    (monitor, customer): (&str, &str),
) -> Result<Option<MonitoredCustomer>, StoreError> {
    let tag = vault.tag(tenant.as_str(), customer);
    let select = format!("{SELECT} WHERE c.monitor_id = ?1 AND c.customer = ?2");
    let row = sql.query_one(&select, &[Value::Text(monitor), Value::Text(&tag)])?;
    row.map(|row| MonitoredCustomer::read(vault, &row)).transpose()
}

/// Whether any monitor contains a customer of a tenant, by its tag.
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
            find_customer(sql, self.vault(), tenant, (monitor, customer))?
                .ok_or(StoreError::NotFound("customer"))
        })
    }

    /// Customers of a monitor, after a position.
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
            "{SELECT} WHERE c.monitor_id = ?1 AND c.customer > ?2 ORDER BY c.customer LIMIT {}",
            i64::from(limit) + 1
        );
        self.read(|sql| {
            find_monitor(sql, tenant, monitor)?;
            let rows = sql.query(&select, &[Value::Text(monitor), Value::Text(after)])?;
            let shown = rows.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
            let customers: Vec<MonitoredCustomer> = shown
                .map(|row| MonitoredCustomer::read(self.vault(), row))
                .collect::<Result<_, _>>()?;
            let has_more = rows.len() > customers.len();
            let next = customers.last().filter(|_| has_more).map(|one| one.place.clone());
            Ok(CustomerPage { customers, next })
        })
    }

    /// Customers of a monitor whose current data was not screened yet, up to a number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn waiting_customers(
        &self,
        monitor: &str,
        limit: u32,
    ) -> Result<Vec<MonitoredCustomer>, StoreError> {
        let select = format!(
            "{SELECT} WHERE c.monitor_id = ?1 AND c.seq IS NULL ORDER BY c.customer LIMIT {limit}"
        );
        let rows = self.read(|sql| sql.query(&select, &[Value::Text(monitor)]))?;
        rows.iter().map(|row| MonitoredCustomer::read(self.vault(), row)).collect()
    }
}

impl Change<'_> {
    /// Adds or updates customers of a monitor. Unchanged customers stay as they are; all others are queued for
    /// screening. Returns the number of those.
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
            let known = find_customer(self.sql()?, &vault, tenant, (monitor, customer))?;
            if known.as_ref().is_some_and(|known| known.party == *party) {
                continue;
            }
            changed += 1;
            let tag = vault.tag(tenant.as_str(), customer);
            let key = vault.ensure(self.sql()?, tenant.as_str(), Some(customer), random)?;
            let place = place_of(monitor, &tag);
            let sealed = Vault::seal(&key, spot(tenant.as_str(), &place), party, random)?;
            self.sql()?.execute(
                "INSERT INTO monitor_customers (monitor_id, customer, tenant, version, party, key_id, matches, is_unread) \
                 VALUES (?1, ?2, ?3, 1, ?4, ?5, '[]', 0) ON CONFLICT (monitor_id, customer) DO UPDATE SET \
                 version = monitor_customers.version + 1, party = excluded.party, \
                 key_id = excluded.key_id, seq = NULL",
                &[
                    Value::Text(monitor),
                    Value::Text(&tag),
                    Value::Text(tenant.as_str()),
                    Value::Bytes(&sealed),
                    Value::from(key.map(|_| tag.as_str())),
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

    /// Removes a customer from a monitor.
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
        let vault = self.vault();
        let found = find_customer(self.sql()?, &vault, tenant, (monitor, customer))?;
        let found = found.ok_or(StoreError::NotFound("customer"))?;
        self.sql()?.execute(
            "DELETE FROM monitor_customers WHERE monitor_id = ?1 AND customer = ?2",
            &[Value::Text(monitor), Value::Text(&found.place)],
        )?;
        let detail = json!({ "monitor": monitor, "version": found.version });
        let draft = EventDraft::new("monitor.customer-removed", tenant, by.clone(), now, detail);
        let data = json!({ "customer": customer }).to_string().into_bytes();
        let sealed = SealedDraft { subject: Some(customer.to_owned()), keep_until, data };
        self.record(EventDraft { sealed: Some(sealed), ..draft })?;
        Ok(found)
    }
}
