//! The file and the result of a job, in parts.

use jiff::Timestamp;

use super::job::JobId;
use crate::database::{Row, Value};
use crate::error::StoreError;
use crate::event::Tenant;
use crate::store::Store;
use crate::vault::{Spot, Vault};
use crate::writer::Change;

pub(super) const INPUT: &str = "input";
pub(super) const RESULT: &str = "result";

/// The location of a part, to which its encryption is bound.
pub(crate) fn part_spot<'a>(tenant: &'a str, kind: &str, row: &'a str) -> Spot<'a> {
    let column = if kind == RESULT { RESULT } else { INPUT };
    Spot { tenant, table: "job_parts", column, row }
}

/// The row of a part.
pub(crate) fn part_row(job: &str, part: i64) -> String {
    format!("{job}/{part}")
}

impl Change<'_> {
    /// Adds a part of an uploaded file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_job_input(
        &mut self,
        tenant: &Tenant,
        job: &JobId,
        (part, data): (u32, &[u8]),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_part(tenant, job.as_str(), (INPUT, part.into(), data), now)
    }

    /// Writes a part, encrypted if the store is. A file holds many customers, so that it is under the tenant's key and
    /// not a customer's.
    pub(super) fn write_part(
        &mut self,
        tenant: &Tenant,
        job: &str,
        (kind, part, data): (&str, i64, &[u8]),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (vault, random) = (self.vault(), self.random_source());
        let key = vault.ensure(self.sql()?, tenant.as_str(), None, random)?;
        let row = part_row(job, part);
        let data = Vault::seal(&key, part_spot(tenant.as_str(), kind, &row), data, random)?;
        let tag = key.map(|_| vault.tag_of_nobody(tenant.as_str()));
        self.sql()?.execute(
            "INSERT INTO job_parts (tenant, job_id, kind, part, data, key_id, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            &[
                Value::Text(tenant.as_str()),
                Value::Text(job),
                Value::Text(kind),
                Value::Integer(part),
                Value::Bytes(&data),
                Value::from(tag.as_ref()),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        Ok(())
    }

    /// Deletes the parts of a file without a job.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_job_input(&mut self, job: &JobId) -> Result<(), StoreError> {
        self.sql()?.execute(
            "DELETE FROM job_parts WHERE job_id = ?1 AND kind = 'input' \
             AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = ?1)",
            &[Value::Text(job.as_str())],
        )?;
        Ok(())
    }
}

impl Store {
    /// A part of the file of a job; `None` after the last one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn job_input(&self, id: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.job_part(id, INPUT, part)
    }

    /// A part of the result of a job; `None` after the last one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn job_result(&self, id: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.job_part(id, RESULT, part)
    }

    fn job_part(&self, id: &str, kind: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let select = "SELECT tenant, data, key_id FROM job_parts \
             WHERE job_id = ?1 AND kind = ?2 AND part = ?3";
        let values = [Value::Text(id), Value::Text(kind), Value::Integer(part.into())];
        self.read(|sql| {
            let Some(row) = sql.query_one(select, &values)? else { return Ok(None) };
            let (tenant, place) = (row.text(0)?, part_row(id, part.into()));
            let (tag, spot) = (row.optional(2, Row::text)?, part_spot(&tenant, kind, &place));
            self.vault().open(sql, spot, tag.as_deref(), row.bytes(1)?)
        })
    }
}
