//! Cases of a tenant, page by page.

use jiff::Timestamp;

use super::case::{COLUMNS, Case, completed, find_case};
use super::state::CaseState;
use crate::database::Value;
use crate::error::StoreError;
use crate::event::Tenant;
use crate::store::Store;

/// A filter of cases. Absent conditions do not apply.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// Only in this state.
    pub state: Option<CaseState>,
    /// Only those that this actor has claimed.
    pub assignee: Option<String>,
    /// Only of this customer.
    pub customer: Option<String>,
    /// Only of this entity, by any of its ids.
    pub entity: Option<String>,
    /// Only after this position.
    pub after: Option<u64>,
    /// At most this many.
    pub limit: u32,
}

/// A page of cases, the oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct CasePage {
    /// The cases.
    pub cases: Vec<Case>,
    /// The position after which the next page begins; `None` for the last page.
    pub next: Option<u64>,
}

impl Store {
    /// A case as of a moment.
    ///
    /// # Errors
    /// When there is no such case of the tenant, or the store cannot be read.
    pub fn case(&self, tenant: &Tenant, id: &str, now: Timestamp) -> Result<Case, StoreError> {
        Ok(self.read(|sql| find_case(sql, self.vault(), tenant, id))?.at(now))
    }

    /// Cases of a tenant as of a moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn cases(
        &self,
        tenant: &Tenant,
        filter: &CaseFilter,
        now: Timestamp,
    ) -> Result<CasePage, StoreError> {
        let tag = filter.customer.as_deref().map(|one| self.vault().tag(tenant.as_str(), one));
        let (conditions, values) = conditions(tenant, filter, tag.as_deref(), now);
        let limit = i64::from(filter.limit);
        let select = format!(
            "SELECT {COLUMNS} FROM cases c WHERE {} ORDER BY c.seq LIMIT {}",
            conditions.join(" AND "),
            limit + 1
        );
        self.read(|sql| {
            let rows = sql.query(&select, &values)?;
            let shown = rows.iter().take(usize::try_from(limit).unwrap_or(usize::MAX));
            let mut cases = Vec::new();
            for row in shown {
                cases.push(completed(sql, self.vault(), tenant, Case::read(row)?)?.at(now));
            }
            let has_more = rows.len() > cases.len();
            let next = cases.last().filter(|_| has_more).map(|case| case.seq);
            Ok(CasePage { cases, next })
        })
    }
}

/// The conditions of a filter in SQL, with their values.
fn conditions<'a>(
    tenant: &'a Tenant,
    filter: &'a CaseFilter,
    customer: Option<&'a str>,
    now: Timestamp,
) -> (Vec<String>, Vec<Value<'a>>) {
    let mut values = vec![Value::Text(tenant.as_str())];
    let mut conditions = vec!["c.tenant = ?1".to_owned()];
    let mut place = |value: Value<'a>| {
        values.push(value);
        format!("?{}", values.len())
    };
    if let Some(after) = filter.after {
        conditions.push(format!("c.seq > {}", place(Value::count(after))));
    }
    if let Some(customer) = customer {
        conditions.push(format!("c.customer = {}", place(Value::Text(customer))));
    }
    if let Some(entity) = &filter.entity {
        let known = "SELECT case_id FROM case_entities WHERE tenant = c.tenant AND entity";
        conditions.push(format!("c.id IN ({known} = {})", place(Value::Text(entity))));
    }
    // An expired claim has ended, although the row still has it.
    let moment = Value::Integer(now.as_microsecond());
    if let Some(assignee) = &filter.assignee {
        let (assignee, now) = (place(Value::Text(assignee)), place(moment));
        conditions.push(format!("c.assignee = {assignee} AND c.claim_until > {now}"));
    }
    match filter.state {
        Some(CaseState::Open) => {
            let now = place(moment);
            let passed = format!("(c.state = 'assigned' AND c.claim_until <= {now})");
            conditions.push(format!("(c.state = 'open' OR {passed})"));
        }
        Some(CaseState::Assigned) => {
            let now = place(moment);
            conditions.push(format!("c.state = 'assigned' AND c.claim_until > {now}"));
        }
        Some(state) => {
            conditions.push(format!("c.state = {}", place(Value::Text(state.as_str()))));
        }
        None => {}
    }
    (conditions, values)
}
