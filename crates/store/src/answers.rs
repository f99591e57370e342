//! Idempotent requests: the first answer is stored in the same change, and repeated.

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
    key: String,
    request: Vec<u8>,
    now: Timestamp,
}

impl OnceKey {
    /// The caller's key, and the request: actor, path and body.
    pub fn new(tenant: Tenant, key: &str, request: &[&[u8]], now: Timestamp) -> Self {
        let mut hash = Sha256::new();
        for part in request {
            // Each part is hashed with its length, so that ("ab", "c") differs from ("a", "bc").
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Self { tenant, key: key.to_owned(), request: hash.finalize().to_vec(), now }
    }
}

impl OnceKey {
    fn spot(&self) -> Spot<'_> {
        Spot { tenant: self.tenant.as_str(), table: "answers", column: "body", row: &self.key }
    }
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
        let oldest = once.now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
        self.sql()?.execute(
            "DELETE FROM answers WHERE at < ?1",
            &[Value::Integer(oldest.as_microsecond())],
        )?;
        let known = self.sql()?.query_one(
            "SELECT request, body, key_id FROM answers WHERE tenant = ?1 AND key = ?2",
            &[Value::Text(once.tenant.as_str()), Value::Text(&once.key)],
        )?;
        // A keyed hash, since a body can contain a password, which could be guessed from a plain hash.
        let request = self.keys().keyed_hash(&[b"request\n", &once.request]);
        if let Some(known) = known {
            if known.bytes(0)? != request {
                let text = "this Idempotency-Key came with another request before";
                return Err(StoreError::Invalid(text.to_owned()));
            }
            let (vault, tag) = (self.vault(), known.optional(2, Row::text)?);
            let body = vault.open(self.sql()?, once.spot(), tag.as_deref(), known.bytes(1)?)?;
            return body.ok_or_else(|| StoreError::Damaged("the key of an answer".to_owned()));
        }
        let body = work(self)?;
        let (vault, random, tenant) = (self.vault(), self.random_source(), once.tenant.as_str());
        let key = match vault.is_encrypting() {
            true => vault.ensure(self.sql()?, tenant, None, random)?,
            false => None,
        };
        let kept = Vault::seal(&key, once.spot(), &body, random)?;
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
}
