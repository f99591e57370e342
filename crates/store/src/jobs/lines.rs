//! An index from customers to the lines of job results, and the erasure of lines.
//!
//! A part of a result is stored as one value, encrypted with the tenant's key, because its lines concern many customers.
//! An erasure therefore rewrites the part and replaces the customer's line by one with the code `erased`. The line is not
//! removed: a reader would take a missing line, or a line without a match, for a clear customer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::json;

use super::data::{RESULT, part_row, part_spot};
use super::run::JobLease;
use crate::database::{Row, Sql, Value, rows_of};
use crate::error::StoreError;
use crate::event::Tenant;
use crate::vault::Vault;
use crate::writer::Change;

/// Index rows inserted by one statement.
const INSERTED: usize = 500;
/// Result parts read at a time while an older store is indexed.
const PAGE: u64 = 16;

/// A line of a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The row of the file, counted from 1.
    pub number: u64,
    /// The reference of the customer, if the row has one.
    pub customer: Option<String>,
    /// The line, without its end: JSON without a line break.
    pub line: Vec<u8>,
}

impl JobRow {
    /// The line that replaces that of an erased customer.
    pub fn erased(number: u64) -> Self {
        let line = json!({
            "row": number, "status": 410, "code": "erased",
            "detail": "the data of this customer was erased: the row says nothing of them",
        });
        Self { number, customer: None, line: line.to_string().into_bytes() }
    }
}

/// The customers who were erased after the file of a job had been sent.
pub struct JobErasures {
    vault: Arc<Vault>,
    tenant: Tenant,
    tags: BTreeSet<String>,
}

impl JobErasures {
    /// Whether a customer was erased.
    pub fn contains(&self, reference: &str) -> bool {
        !self.tags.is_empty()
            && self.tags.contains(&self.vault.tag(self.tenant.as_str(), reference))
    }
}

/// An index row: where a line stands, and the tag of its customer.
struct Place {
    line: i64,
    number: u64,
    tag: String,
}

impl Change<'_> {
    /// The customers who were erased after the file of a job had been sent; their rows are not screened.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn erased_in_job(&mut self, lease: &JobLease) -> Result<JobErasures, StoreError> {
        let select = "SELECT customer FROM job_erasures WHERE job_id = ?1";
        let rows = self.sql()?.query(select, &[Value::Text(&lease.id)])?;
        let tags = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        Ok(JobErasures { vault: self.vault(), tenant: lease.tenant.clone(), tags })
    }

    /// Adds the lines of a part to the index.
    pub(super) fn index_lines(
        &mut self,
        lease: &JobLease,
        part: i64,
        rows: &[JobRow],
    ) -> Result<(), StoreError> {
        let (vault, tenant) = (self.vault(), lease.tenant.as_str());
        let place = |(line, row): (i64, &JobRow)| {
            let tag = vault.tag(tenant, row.customer.as_deref()?);
            Some(Place { line, number: row.number, tag })
        };
        let places: Vec<Place> = (0..).zip(rows).filter_map(place).collect();
        write_places(self.sql()?, (tenant, &lease.id, part), &places)
    }

    /// Replaces the lines of a customer in all results. Returns their number.
    pub(crate) fn erase_lines(&mut self, tenant: &Tenant, tag: &str) -> Result<u64, StoreError> {
        let whose = [Value::Text(tenant.as_str()), Value::Text(tag)];
        let select = "SELECT job_id, part, line, number FROM job_lines \
             WHERE tenant = ?1 AND customer = ?2 ORDER BY job_id, part, line";
        let mut parts: BTreeMap<(String, i64), BTreeMap<i64, u64>> = BTreeMap::new();
        let found = self.sql()?.query(select, &whose)?;
        for row in &found {
            let lines = parts.entry((row.text(0)?, row.integer(1)?)).or_default();
            lines.insert(row.integer(2)?, row.count(3)?);
        }
        for ((job, part), lines) in &parts {
            self.erase_in_part(tenant, job, *part, lines)?;
        }
        self.sql()?.execute("DELETE FROM job_lines WHERE tenant = ?1 AND customer = ?2", &whose)?;
        Ok(u64::try_from(found.len()).unwrap_or(u64::MAX))
    }

    fn erase_in_part(
        &mut self,
        tenant: &Tenant,
        job: &str,
        part: i64,
        lines: &BTreeMap<i64, u64>,
    ) -> Result<(), StoreError> {
        let at = [Value::Text(job), Value::Text(RESULT), Value::Integer(part)];
        let select =
            "SELECT data, key_id FROM job_parts WHERE job_id = ?1 AND kind = ?2 AND part = ?3";
        let (vault, random) = (self.vault(), self.random_source());
        let sql = self.sql()?;
        let Some(row) = sql.query_one(select, &at)? else { return Ok(()) };
        let place = part_row(job, part);
        let spot = part_spot(tenant.as_str(), RESULT, &place);
        let key_id = row.optional(1, Row::text)?;
        let Some(plain) = vault.open(sql, spot, key_id.as_deref(), row.bytes(0)?)? else {
            return Ok(());
        };
        let mut kept = Vec::with_capacity(plain.len());
        for (at, line) in (0..).zip(plain.split_inclusive(|byte| *byte == b'\n')) {
            match lines.get(&at) {
                Some(number) => {
                    kept.extend_from_slice(&JobRow::erased(*number).line);
                    kept.push(b'\n');
                }
                None => kept.extend_from_slice(line),
            }
        }
        // A part that was stored in the clear stays so: `encryption apply` encrypts the parts from before the store had a key.
        let key = match key_id {
            Some(_) => vault.ensure(sql, tenant.as_str(), None, random)?,
            None => None,
        };
        let data = Vault::seal(&key, spot, &kept, random)?;
        let update = "UPDATE job_parts SET data = ?4 WHERE job_id = ?1 AND kind = ?2 AND part = ?3";
        let [job, kind, part] = at;
        sql.execute(update, &[job, kind, part, Value::Bytes(&data)])?;
        Ok(())
    }

    /// Marks a customer as erased in each job of the tenant that has not ended. Returns the number of these jobs.
    pub(crate) fn erase_in_open_jobs(
        &mut self,
        tenant: &Tenant,
        tag: &str,
    ) -> Result<u64, StoreError> {
        let open = "SELECT id FROM jobs WHERE tenant = ?1 AND state IN ('queued', 'running')";
        let jobs = self.sql()?.query(open, &[Value::Text(tenant.as_str())])?;
        for job in &jobs {
            self.sql()?.execute(
                "INSERT INTO job_erasures (job_id, customer) VALUES (?1, ?2) \
                 ON CONFLICT (job_id, customer) DO UPDATE SET customer = excluded.customer",
                &[Value::Text(&job.text(0)?), Value::Text(tag)],
            )?;
        }
        Ok(u64::try_from(jobs.len()).unwrap_or(u64::MAX))
    }

    /// Removes the lines of a deleted result from the index.
    pub(super) fn drop_lines(&mut self, job: &str) -> Result<(), StoreError> {
        self.sql()?.execute("DELETE FROM job_lines WHERE job_id = ?1", &[Value::Text(job)])?;
        Ok(())
    }
}

fn write_places(
    sql: &mut dyn Sql,
    (tenant, job, part): (&str, &str, i64),
    places: &[Place],
) -> Result<(), StoreError> {
    for some in places.chunks(INSERTED) {
        let mut values = Vec::with_capacity(some.len() * 6);
        for Place { line, number, tag } in some {
            values.extend([
                Value::Text(job),
                Value::Integer(part),
                Value::Integer(*line),
                Value::count(*number),
                Value::Text(tenant),
                Value::Text(tag),
            ]);
        }
        let rows = rows_of(some.len(), 6);
        let insert = format!(
            "INSERT INTO job_lines (job_id, part, line, number, tenant, customer) VALUES {rows}"
        );
        sql.execute(&insert, &values)?;
    }
    Ok(())
}

/// Indexes the results that were stored before the index existed.
pub(crate) fn index_old_results(sql: &mut dyn Sql, vault: &Vault) -> Result<(), StoreError> {
    /// The fields of a result line that the index needs.
    #[derive(Deserialize)]
    struct Line {
        row: u64,
        customer: Option<String>,
    }
    let mut after = (String::new(), -1);
    loop {
        let rows = sql.query(
            "SELECT job_id, part, tenant, data, key_id FROM job_parts WHERE kind = 'result' \
             AND (job_id > ?1 OR (job_id = ?1 AND part > ?2)) ORDER BY job_id, part LIMIT ?3",
            &[Value::Text(&after.0), Value::Integer(after.1), Value::count(PAGE)],
        )?;
        for row in &rows {
            let (job, part, tenant) = (row.text(0)?, row.integer(1)?, row.text(2)?);
            let (place, tag) = (part_row(&job, part), row.optional(4, Row::text)?);
            let spot = part_spot(&tenant, RESULT, &place);
            let plain = vault.open(sql, spot, tag.as_deref(), row.bytes(3)?)?.unwrap_or_default();
            let lines = plain.split(|byte| *byte == b'\n');
            let read = lines.map(|line| serde_json::from_slice::<Line>(line).ok());
            let place = |(line, read): (i64, Option<Line>)| {
                let Line { row, customer } = read?;
                Some(Place { line, number: row, tag: vault.tag(&tenant, &customer?) })
            };
            let places: Vec<Place> = (0..).zip(read).filter_map(place).collect();
            write_places(sql, (&tenant, &job, part), &places)?;
            after = (job, part);
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}
