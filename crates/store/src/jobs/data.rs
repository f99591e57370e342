//! The file and the result of a job, part by part.

use jiff::Timestamp;

use super::job::JobId;
use crate::database::Value;
use crate::error::StoreError;
use crate::store::Store;
use crate::vault::{Spot, Vault};
use crate::writer::Change;

/// Parts are written before it is known whose job they are of. No tenant has this name.
const NOBODY: &str = "";

fn row_of(job: &str, kind: &str, part: i64) -> String {
    format!("{job}/{kind}/{part}")
}

fn spot(row: &str) -> Spot<'_> {
    Spot { tenant: NOBODY, table: "job_parts", column: "data", row }
}

impl Change<'_> {
    /// Adds a part of a file that is being sent.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_job_input(
        &mut self,
        job: &JobId,
        part: u32,
        data: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_job_part(job.as_str(), "input", part.into(), data, now)
    }

    /// Writes a part, encrypted with the key of what belongs to nobody: a file is of many customers.
    pub(crate) fn write_job_part(
        &mut self,
        job: &str,
        kind: &str,
        part: i64,
        data: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (vault, random) = (self.vault(), self.random_source());
        let key = match vault.is_encrypting() {
            true => vault.ensure(self.sql()?, NOBODY, None, random)?,
            false => None,
        };
        let row = row_of(job, kind, part);
        let data = Vault::seal_marked(&key, spot(&row), data, random)?;
        self.sql()?.execute(
            "INSERT INTO job_parts (job_id, kind, part, data, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[
                Value::Text(job),
                Value::Text(kind),
                Value::Integer(part),
                Value::Bytes(&data),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        Ok(())
    }

    /// Deletes the parts of a file of which no job is made.
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
    /// A part of the file of a job; nothing after the last one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn job_input(&self, id: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.job_part(id, "input", part)
    }

    /// A part of the result of a job; nothing after the last one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn job_result(&self, id: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.job_part(id, "result", part)
    }

    fn job_part(&self, id: &str, kind: &str, part: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let select = "SELECT data FROM job_parts WHERE job_id = ?1 AND kind = ?2 AND part = ?3";
        let values = [Value::Text(id), Value::Text(kind), Value::Integer(part.into())];
        let vault = self.vault();
        let found = self.read(|sql| {
            let Some(row) = sql.query_one(select, &values)? else { return Ok(None) };
            let place = row_of(id, kind, part.into());
            let tag = vault.tag_of_nobody(NOBODY);
            vault.open_marked(sql, spot(&place), &tag, row.bytes(0)?).map(Some)
        })?;
        let missing = || StoreError::Damaged("the key of a part of a job".to_owned());
        found.map(|data| data.ok_or_else(missing)).transpose()
    }
}
