//! Idempotent requests: the first answer is stored in the same change, and repeated to the caller who sent the request.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::database::{Row, Value};
use crate::error::StoreError;
use crate::event::Tenant;
use crate::vault::{Spot, Vault};
use crate::writer::Change;

/// Retention of an answer. The draft of `Idempotency-Key` expects retries within that time.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// An idempotent request.
#[derive(Debug, Clone)]
pub struct OnceKey {
    tenant: Tenant,
    /// The key as the caller sent it. Rows of earlier versions are stored under it.
    sent: String,
    /// The key with the caller, so that equal keys of two callers are two requests.
    key: String,
    request: Vec<u8>,
    now: Timestamp,
}

impl OnceKey {
    /// The key that a caller (the actor of [`crate::Origin`]) sent, and the request: path and body.
    pub fn new(
        tenant: Tenant,
        caller: &str,
        sent: &str,
        request: &[&[u8]],
        now: Timestamp,
    ) -> Self {
        let mut hash = Sha256::new();
        for part in [&[caller.as_bytes()], request].concat() {
            // Each part is hashed with its length, so that ("ab", "c") differs from ("a", "bc").
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        // The value of a header has no line break.
        let (sent, key) = (sent.to_owned(), format!("{sent}\n{caller}"));
        Self { tenant, sent, key, request: hash.finalize().to_vec(), now }
    }
}

fn spot<'a>(tenant: &'a str, key: &'a str) -> Spot<'a> {
    Spot { tenant, table: "answers", column: "body", row: key }
}

impl Change<'_> {
    /// Carries out a request, or returns the stored answer if it was carried out before. A failed request changed
    /// nothing and is tried again. Changes are serialised, so that only one of two servers carries it out.
    ///
    /// # Errors
    /// The errors of the work, and [`StoreError::Invalid`] if the key was used with another request.
    pub fn once(
        &mut self,
        once: &OnceKey,
        work: impl FnOnce(&mut Self) -> Result<Vec<u8>, StoreError>,
    ) -> Result<Vec<u8>, StoreError> {
        self.drop_old_answers(once.now)?;
        // A keyed hash, since a body can contain a password, which could be guessed from a plain hash.
        let request = self.keys().keyed_hash(&[b"request\n", &once.request]);
        // The request contains the caller, so that a row of an earlier version is the caller's own.
        let known = self.sql()?.query_one(
            "SELECT request, body, key_id, key FROM answers \
             WHERE tenant = ?1 AND (key = ?2 OR key = ?3 AND request = ?4)",
            &[
                Value::Text(once.tenant.as_str()),
                Value::Text(&once.key),
                Value::Text(&once.sent),
                Value::Bytes(&request),
            ],
        )?;
        if let Some(known) = known {
            if known.bytes(0)? != request {
                let text = "this Idempotency-Key came with another request before";
                return Err(StoreError::Invalid(text.to_owned()));
            }
            let (vault, tag, row) = (self.vault(), known.optional(2, Row::text)?, known.text(3)?);
            let at = spot(once.tenant.as_str(), &row);
            let body = vault.open(self.sql()?, at, tag.as_deref(), known.bytes(1)?)?;
            return body.ok_or_else(|| StoreError::Damaged("the key of an answer".to_owned()));
        }
        let body = work(self)?;
        let (vault, random, tenant) = (self.vault(), self.random_source(), once.tenant.as_str());
        let key = match vault.is_encrypting() {
            true => vault.ensure(self.sql()?, tenant, None, random)?,
            false => None,
        };
        let kept = Vault::seal(&key, spot(tenant, &once.key), &body, random)?;
        let key_id = key.map(|_| vault.tag_of_nobody(tenant));
        self.sql()?.execute(
            "INSERT INTO answers (tenant, key, request, status, body, at, key_id) VALUES (?1, ?2, ?3, 200, ?4, ?5, ?6)",
            &[
                Value::Text(once.tenant.as_str()),
                Value::Text(&once.key),
                Value::Bytes(&request),
                Value::Bytes(&kept),
                Value::Integer(once.now.as_microsecond()),
                Value::from(key_id.as_deref()),
            ],
        )?;
        Ok(body)
    }

    /// Deletes the answers of all tenants that are past their retention.
    pub(crate) fn drop_old_answers(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let oldest = now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        let oldest = [Value::Integer(oldest.as_microsecond())];
        self.sql()?.execute("DELETE FROM answers WHERE at < ?1", &oldest).map(drop)
    }

    /// Encrypts some answers, at most as many as named, and returns their number.
    pub(crate) fn encrypt_answers(&mut self, most: u64) -> Result<u64, StoreError> {
        let (vault, random) = (self.vault(), self.random_source());
        let sql = self.sql()?;
        let rows = sql.query(
            "SELECT tenant, key, body FROM answers WHERE key_id IS NULL ORDER BY tenant, key LIMIT ?1",
            &[Value::count(most)],
        )?;
        for row in &rows {
            let (tenant, row_key) = (row.text(0)?, row.text(1)?);
            let key = vault.ensure(sql, &tenant, None, random)?;
            let body = Vault::seal(&key, spot(&tenant, &row_key), &row.bytes(2)?, random)?;
            sql.execute(
                "UPDATE answers SET body = ?3, key_id = ?4 WHERE tenant = ?1 AND key = ?2",
                &[
                    Value::Text(&tenant),
                    Value::Text(&row_key),
                    Value::Bytes(&body),
                    Value::Text(&vault.tag_of_nobody(&tenant)),
                ],
            )?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }
}
