//! Subjects: their tags, their rows, and encryption with their keys.

use std::sync::Arc;

use super::cipher::{KEY, Spot, decrypt, encrypt};
use super::store_key::StoreKey;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::hex::hex;
use crate::log::{LogKeys, Random, random_bytes};

/// The secrets for tags and encryption.
pub(crate) struct Vault {
    pub(super) keys: Arc<LogKeys>,
    pub(super) master: Option<StoreKey>,
}

/// The data key of a subject; `None` in a store without a master key.
pub(crate) type DataKey = Option<[u8; KEY]>;

/// The row of a subject.
pub(crate) struct Subject {
    pub(crate) reference: String,
    pub(crate) key: DataKey,
}

const COLUMNS: &str = "reference, key, key_id";

impl Vault {
    pub(crate) fn new(keys: Arc<LogKeys>, master: Option<StoreKey>) -> Self {
        Self { keys, master }
    }

    pub(crate) fn keys(&self) -> &LogKeys {
        &self.keys
    }

    /// The master key, if there is one.
    pub(crate) fn master(&self) -> Option<&StoreKey> {
        self.master.as_ref()
    }

    /// Whether there is a master key.
    pub(crate) fn is_encrypting(&self) -> bool {
        self.master.is_some()
    }

    /// The tag of a customer in all tables: the same for the same reference, and meaningless without the secrets of the
    /// store.
    pub(crate) fn tag(&self, tenant: &str, reference: &str) -> String {
        hex(&self.keys.keyed_hash(&[tenant.as_bytes(), b"\nsubject\n", reference.as_bytes()]))
    }

    /// The tag of data without a customer.
    pub(crate) fn tag_of_nobody(&self, tenant: &str) -> String {
        hex(&self.keys.keyed_hash(&[tenant.as_bytes(), b"\nnobody\n"]))
    }

    /// A subject by its tag, if it was not erased.
    pub(crate) fn subject(
        &self,
        sql: &mut dyn Sql,
        tenant: &str,
        tag: &str,
    ) -> Result<Option<Subject>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM subjects WHERE tenant = ?1 AND tag = ?2");
        let row = sql.query_one(&select, &[Value::Text(tenant), Value::Text(tag)])?;
        row.map(|row| self.read(tenant, tag, &row)).transpose()
    }

    /// The reference of a tag; `None` after erasure.
    pub(crate) fn reference(
        &self,
        sql: &mut dyn Sql,
        tenant: &str,
        tag: &str,
    ) -> Result<Option<String>, StoreError> {
        Ok(self.subject(sql, tenant, tag)?.map(|subject| subject.reference))
    }

    fn read(&self, tenant: &str, tag: &str, row: &Row) -> Result<Subject, StoreError> {
        self.read_at(tenant, tag, row, 0)
    }

    /// A subject whose columns `reference, key, key_id` begin at an index of a row.
    pub(crate) fn read_at(
        &self,
        tenant: &str,
        tag: &str,
        row: &Row,
        at: usize,
    ) -> Result<Subject, StoreError> {
        let bytes = row.bytes(at)?;
        let wrapped = row.optional(at + 1, Row::bytes)?;
        let (reference, key) = match wrapped.zip(row.optional(at + 2, Row::text)?) {
            None => (bytes, None),
            Some((wrapped, id)) => {
                let key = self.unwrap(tenant, tag, &wrapped, &id)?;
                (decrypt(&key, spot(tenant, "reference", tag), &bytes)?, Some(key))
            }
        };
        let damaged = |_| StoreError::Damaged("the reference of a customer".to_owned());
        Ok(Subject { reference: String::from_utf8(reference).map_err(damaged)?, key })
    }

    pub(super) fn unwrap(
        &self,
        tenant: &str,
        tag: &str,
        wrapped: &[u8],
        id: &str,
    ) -> Result<[u8; KEY], StoreError> {
        let master = self.master.as_ref().and_then(|master| master.named(id));
        let master = master.ok_or_else(|| missing(id))?;
        let key = decrypt(master, spot(tenant, "key", tag), wrapped)?;
        let damaged = |_| StoreError::Damaged("the key of a subject".to_owned());
        key.try_into().map_err(damaged)
    }

    /// The key of a subject, whose row is created if there is none. A plaintext row is encrypted if there is a master
    /// key.
    pub(crate) fn ensure(
        &self,
        sql: &mut dyn Sql,
        tenant: &str,
        reference: Option<&str>,
        random: Random,
    ) -> Result<DataKey, StoreError> {
        let tag = match reference {
            Some(reference) => self.tag(tenant, reference),
            None => self.tag_of_nobody(tenant),
        };
        let known = self.subject(sql, tenant, &tag)?;
        if let Some(key) = known.as_ref().and_then(|known| known.key) {
            return Ok(Some(key));
        }
        let Some(master) = &self.master else {
            // The tag of data without a customer has no reference.
            if let (None, Some(reference)) = (known, reference) {
                self.write(sql, tenant, &tag, reference.as_bytes(), None)?;
            }
            return Ok(None);
        };
        let key = random_bytes::<KEY>(random)?;
        let plain = reference.unwrap_or_default().as_bytes();
        let sealed = encrypt(&key, spot(tenant, "reference", &tag), plain, random)?;
        let wrapped = encrypt(&master.current(), spot(tenant, "key", &tag), &key, random)?;
        self.write(sql, tenant, &tag, &sealed, Some((&wrapped, &master.id())))?;
        Ok(Some(key))
    }

    pub(super) fn write(
        &self,
        sql: &mut dyn Sql,
        tenant: &str,
        tag: &str,
        reference: &[u8],
        key: Option<(&[u8], &str)>,
    ) -> Result<(), StoreError> {
        sql.execute(
            "INSERT INTO subjects (tenant, tag, reference, key, key_id) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (tenant, tag) DO UPDATE SET reference = excluded.reference, \
             key = excluded.key, key_id = excluded.key_id",
            &[
                Value::Text(tenant),
                Value::Text(tag),
                Value::Bytes(reference),
                key.map_or(Value::Null, |(key, _)| Value::Bytes(key)),
                Value::from(key.map(|(_, id)| id)),
            ],
        )?;
        Ok(())
    }

    /// Encrypts a value with the key of a subject; unchanged in a store without a master key.
    pub(crate) fn seal(
        key: &DataKey,
        spot: Spot<'_>,
        plain: &[u8],
        random: Random,
    ) -> Result<Vec<u8>, StoreError> {
        match key {
            Some(key) => encrypt(key, spot, plain, random),
            None => Ok(plain.to_vec()),
        }
    }

    /// Decrypts a value with the key of a subject.
    pub(crate) fn open_with(
        key: &DataKey,
        spot: Spot<'_>,
        bytes: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let damaged = || StoreError::Damaged("a subject has no key".to_owned());
        decrypt(key.as_ref().ok_or_else(damaged)?, spot, bytes)
    }

    /// Decrypts a value with the key of a tag. `None` if the subject was erased.
    pub(crate) fn open(
        &self,
        sql: &mut dyn Sql,
        spot: Spot<'_>,
        tag: Option<&str>,
        bytes: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(tag) = tag else { return Ok(Some(bytes)) };
        let Some(subject) = self.subject(sql, spot.tenant, tag)? else { return Ok(None) };
        let damaged = || StoreError::Damaged("a subject has no key".to_owned());
        let key = subject.key.ok_or_else(damaged)?;
        decrypt(&key, spot, &bytes).map(Some)
    }

    /// Reads the personal data of an event.
    pub(crate) fn open_sealed(
        &self,
        sql: &mut dyn Sql,
        tenant: &str,
        seq: u64,
        tag: Option<&str>,
        bytes: Vec<u8>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let row = seq.to_string();
        self.open(sql, Spot { tenant, table: "sealed", column: "data", row: &row }, tag, bytes)
    }
}

pub(super) fn spot<'a>(tenant: &'a str, column: &'static str, tag: &'a str) -> Spot<'a> {
    Spot { tenant, table: "subjects", column, row: tag }
}

pub(super) fn missing(id: &str) -> StoreError {
    let text = format!(
        "the store is encrypted with the key {id}, which was not given: name its file (--store-key-file, or \
         server.store_key_file)"
    );
    StoreError::Key(text)
}
