//! The head of the log as it is stored.

use interdict_audit::{
    Checkpoint, CheckpointError, Frontier, SignedCheckpoint, SigningKey, VerifyingKey,
};

use crate::database::{Sql, Value};
use crate::error::StoreError;

/// The size of the log, and its latest signed checkpoint.
#[derive(Debug, Clone)]
pub struct Head {
    pub(crate) frontier: Frontier,
    /// The signed checkpoint of this size; empty as long as there is no event.
    pub(crate) note: String,
}

impl Head {
    /// The number of events.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The signed checkpoint, as a note. Empty as long as there is no event.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Reads the head. A store without the row is damaged, since the migration that creates the table inserts it.
    pub(crate) fn read(sql: &mut dyn Sql) -> Result<Self, StoreError> {
        let row = sql.query_one("SELECT size, frontier, note FROM log_head", &[])?;
        let row = row.ok_or_else(|| StoreError::Damaged("the log has no head".to_owned()))?;
        let frontier = Frontier::from_bytes(row.count(0)?, &row.bytes(1)?);
        let frontier =
            frontier.map_err(|_| StoreError::Damaged("the edge of the log's tree".to_owned()))?;
        Ok(Self { frontier, note: row.text(2)? })
    }

    /// Inserts the row of an empty log, unless there is one.
    pub(crate) fn create(sql: &mut dyn Sql) -> Result<(), StoreError> {
        sql.execute(
            "INSERT INTO log_head (id, size, frontier, note) VALUES (1, 0, ?1, '') \
             ON CONFLICT (id) DO NOTHING",
            &[Value::Bytes(&[])],
        )?;
        Ok(())
    }

    /// Signs the head and writes it.
    pub(crate) fn sign_and_write(
        &mut self,
        sql: &mut dyn Sql,
        key: &SigningKey,
    ) -> Result<(), StoreError> {
        let signed = Checkpoint::of(key.name().clone(), &self.frontier).sign(key)?;
        self.note = signed.to_string();
        let size = Value::count(self.frontier.size());
        let edge = self.frontier.to_bytes();
        sql.execute(
            "UPDATE log_head SET size = ?1, frontier = ?2, note = ?3",
            &[size, Value::Bytes(&edge), Value::Text(&self.note)],
        )?;
        Ok(())
    }

    /// Checks that the signed checkpoint is of exactly this head: nothing is appended to a log that was tampered with.
    pub(crate) fn check(&self, key: &VerifyingKey) -> Result<(), StoreError> {
        if self.frontier.size() == 0 && self.note.is_empty() {
            return Ok(());
        }
        let signed = open_checkpoint(&self.note, key)?;
        let signed = signed.checkpoint();
        if signed.size() == self.frontier.size() && *signed.root() == self.frontier.root() {
            return Ok(());
        }
        Err(StoreError::Damaged("the head of the log is not the one that was signed".to_owned()))
    }
}

/// Reads a checkpoint and verifies its signature.
pub(crate) fn open_checkpoint(
    note: &str,
    key: &VerifyingKey,
) -> Result<SignedCheckpoint, CheckpointError> {
    SignedCheckpoint::open(note.parse()?, std::slice::from_ref(key))
}
