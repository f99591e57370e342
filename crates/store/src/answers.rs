//! Requests that must not be carried out twice: the first answer is kept with what was changed, and given again.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::database::Value;
use crate::error::StoreError;
use crate::event::Tenant;
use crate::writer::Change;

/// For how long an answer is kept, as the draft of `Idempotency-Key` suggests: retries come sooner.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A request that its caller may send again.
#[derive(Debug, Clone)]
pub struct OnceKey {
    tenant: Tenant,
    key: String,
    request: Vec<u8>,
    now: Timestamp,
}

impl OnceKey {
    /// A key that a caller chose, with what was asked: who asks, the address and the body.
    pub fn new(tenant: Tenant, key: &str, request: &[&[u8]], now: Timestamp) -> Self {
        let mut hash = Sha256::new();
        for part in request {
            // With its length: "ab" and "c" are not "a" and "bc".
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Self { tenant, key: key.to_owned(), request: hash.finalize().to_vec(), now }
    }
}

impl Change<'_> {
    /// Carries out a request, unless it was before: then it gives the answer of then. What failed changed nothing and
    /// is tried again. Two servers cannot both be first: changes follow each other.
    ///
    /// # Errors
    /// What the work fails with, and [`StoreError::Invalid`] if the key came with another request before.
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
            "SELECT request, body FROM answers WHERE tenant = ?1 AND key = ?2",
            &[Value::Text(once.tenant.as_str()), Value::Text(&once.key)],
        )?;
        if let Some(known) = known {
            if known.bytes(0)? != once.request {
                let text = "this Idempotency-Key came with another request before";
                return Err(StoreError::Invalid(text.to_owned()));
            }
            return known.bytes(1);
        }
        let body = work(self)?;
        self.sql()?.execute(
            "INSERT INTO answers (tenant, key, request, status, body, at) VALUES (?1, ?2, ?3, 200, ?4, ?5)",
            &[
                Value::Text(once.tenant.as_str()),
                Value::Text(&once.key),
                Value::Bytes(&once.request),
                Value::Bytes(&body),
                Value::Integer(once.now.as_microsecond()),
            ],
        )?;
        Ok(body)
    }
}
