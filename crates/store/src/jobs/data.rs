//! The file and the result of a job, part by part.

use jiff::Timestamp;

use super::job::JobId;
use crate::database::{Row, Value};
use crate::error::StoreError;
use crate::store::Store;
use crate::writer::Change;

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
        self.sql()?.execute(
            "INSERT INTO job_parts (job_id, kind, part, data, at) VALUES (?1, 'input', ?2, ?3, ?4)",
            &[
                Value::Text(job.as_str()),
                Value::Integer(part.into()),
                Value::Bytes(data),
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
        let row = self.read(|sql| sql.query_one(select, &values))?;
        row.map(|row: Row| row.bytes(0)).transpose()
    }
}
