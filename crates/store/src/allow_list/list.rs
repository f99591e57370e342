//! Entries of the allow-list, page by page, and those that may have to end.

use jiff::Timestamp;

use super::entry::{AllowEntry, COLUMNS};
use crate::database::{Sql, Value};
use crate::error::StoreError;
use crate::event::Tenant;
use crate::store::Store;

/// A filter of entries.
#[derive(Debug, Clone, Default)]
pub struct AllowFilter {
    /// Only of this customer.
    pub customer: Option<String>,
    /// Only those that suppress matches now, or only those that do not.
    pub is_live: Option<bool>,
    /// Only after this position.
    pub after: Option<u64>,
    /// At most this many.
    pub limit: u32,
}

/// A page of entries, the oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct AllowPage {
    /// The entries.
    pub entries: Vec<AllowEntry>,
    /// The position after which the next page begins; `None` for the last page.
    pub next: Option<u64>,
}

/// An entry that has not ended, with the ids of its entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEntry {
    /// The tenant.
    pub tenant: Tenant,
    /// The id of the entry.
    pub id: String,
    /// The ids of its entity.
    pub entities: Vec<String>,
}

impl Store {
    /// Entries of a tenant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn allow_list(
        &self,
        tenant: &Tenant,
        filter: &AllowFilter,
        now: Timestamp,
    ) -> Result<AllowPage, StoreError> {
        let limit = usize::try_from(filter.limit).unwrap_or(usize::MAX);
        let after = filter.after.map_or(Value::Integer(-1), Value::count);
        let mut values = vec![Value::Text(tenant.as_str()), after];
        let mut conditions = "tenant = ?1 AND seq > ?2".to_owned();
        let tag = filter.customer.as_deref().map(|one| self.vault().tag(tenant.as_str(), one));
        if let Some(tag) = &tag {
            values.push(Value::Text(tag));
            conditions.push_str(" AND customer = ?3");
        }
        if let Some(is_live) = filter.is_live {
            values.push(Value::Integer(now.as_microsecond()));
            let place = values.len();
            conditions.push_str(&match is_live {
                true => format!(" AND ended_at IS NULL AND ends_at > ?{place}"),
                false => format!(" AND (ended_at IS NOT NULL OR ends_at <= ?{place})"),
            });
        }
        let select = format!(
            "SELECT {COLUMNS} FROM allow_list WHERE {conditions} ORDER BY seq LIMIT {}",
            i64::from(filter.limit) + 1
        );
        let (entries, has_more) = self.read(|sql| {
            let rows = sql.query(&select, &values)?;
            let mut entries = Vec::new();
            for row in rows.iter().take(limit) {
                let entry = AllowEntry::read(row)?;
                let customer = self.vault().reference(sql, tenant.as_str(), &entry.tag)?;
                entries.push(AllowEntry { customer, ..entry });
            }
            Ok((entries, rows.len() > limit))
        })?;
        let next = entries.last().filter(|_| has_more).map(|entry| entry.seq);
        Ok(AllowPage { entries, next })
    }

    /// Entries of a customer that have not ended.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn live_entries_of(
        &self,
        tenant: &Tenant,
        customer: &str,
    ) -> Result<Vec<LiveEntry>, StoreError> {
        let condition = "a.tenant = ?1 AND a.customer = ?2";
        let tag = self.vault().tag(tenant.as_str(), customer);
        let values = [Value::Text(tenant.as_str()), Value::Text(&tag)];
        self.read(|sql| live_entries(sql, condition, &values))
    }

    /// Entries of all tenants that have not ended.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn live_entries(&self) -> Result<Vec<LiveEntry>, StoreError> {
        self.read(|sql| live_entries(sql, "1 = 1", &[]))
    }

    /// Entries of all tenants that have not ended although their term is over.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn due_entries(&self, now: Timestamp) -> Result<Vec<LiveEntry>, StoreError> {
        let values = [Value::Integer(now.as_microsecond())];
        self.read(|sql| live_entries(sql, "a.ends_at <= ?1", &values))
    }
}

fn live_entries(
    sql: &mut dyn Sql,
    condition: &str,
    values: &[Value<'_>],
) -> Result<Vec<LiveEntry>, StoreError> {
    let select = format!(
        "SELECT a.tenant, a.id, e.entity FROM allow_list a JOIN case_entities e \
         ON e.tenant = a.tenant AND e.case_id = a.case_id \
         WHERE a.ended_at IS NULL AND {condition} ORDER BY a.tenant, a.seq, e.entity"
    );
    let mut entries: Vec<LiveEntry> = Vec::new();
    for row in sql.query(&select, values)? {
        let (tenant, id, entity) = (row.text(0)?, row.text(1)?, row.text(2)?);
        match entries.last_mut().filter(|last| last.id == id) {
            Some(last) => last.entities.push(entity),
            None => {
                let damaged = |_| StoreError::Damaged("the tenant of an entry".to_owned());
                let tenant = Tenant::parse(&tenant).map_err(damaged)?;
                entries.push(LiveEntry { tenant, id, entities: vec![entity] });
            }
        }
    }
    Ok(entries)
}
