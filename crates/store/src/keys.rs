//! Keys by which programs are authenticated: `idk_<id>_<secret>_<check>`.
//!
//! The store holds the id and a keyed hash of the secret. A slow hash guards weak passwords; a secret of 256 random
//! bits needs none.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::hex::hex;
use crate::log::LogKeys;
use crate::roles::Role;
use crate::store::Store;
use crate::writer::Change;

/// The prefix of every key, by which secret scanners recognise it.
const PREFIX: &str = "idk";
/// Letters and digits that are not easily confused, in the order of their values.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Precision of the time of the last use: a write for each request would cost more than the information is worth.
const USE_NOTED_EACH: i64 = 60_000_000;

/// A key as callers send it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    id: String,
    secret: String,
}

/// A text that is not a key: another form, or a typing error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key of this program")]
pub struct ApiKeyError;

impl ApiKey {
    fn from_random(id: [u8; 10], secret: [u8; 32]) -> Self {
        Self { id: digits(&id[..]), secret: digits(&secret[..]) }
    }

    /// The checksum, which detects typing errors without a look-up in the store.
    fn check(&self) -> String {
        let text = format!("{PREFIX}_{}_{}", self.id, self.secret);
        let digest = Sha256::digest(text.as_bytes());
        digits(digest.get(..5).unwrap_or_default())
    }

    fn digest(&self, keys: &LogKeys) -> [u8; 32] {
        keys.keyed_hash(&[self.id.as_bytes(), b"_", self.secret.as_bytes()])
    }

    /// The public part, which identifies a key in lists and logs.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The whole key. It is shown once, when it is created.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}_{}_{}_{}", self.id, self.secret, self.check())
    }
}

/// Without the secret.
impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PREFIX}_{}", self.id)
    }
}

impl FromStr for ApiKey {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        let parts: Vec<&str> = text.split('_').collect();
        let [PREFIX, id, secret, check] = parts.as_slice() else { return Err(ApiKeyError) };
        let is_written = |text: &str, length| {
            text.len() == length && text.bytes().all(|byte| DIGITS.contains(&byte))
        };
        if !is_written(id, 16) || !is_written(secret, 52) {
            return Err(ApiKeyError);
        }
        let key = Self { id: (*id).to_owned(), secret: (*secret).to_owned() };
        if key.check() == *check { Ok(key) } else { Err(ApiKeyError) }
    }
}

/// Bytes in base 32; the last digit may stand for fewer than five bits.
pub(crate) fn digits(bytes: &[u8]) -> String {
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    let digit = |first: usize| (first..first + 5).fold(0, |value, at| value << 1 | bit(at));
    (0..bytes.len() * 8)
        .step_by(5)
        .filter_map(|first| DIGITS.get(digit(first)).copied().map(char::from))
        .collect()
}

/// A key to create.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// The tenant.
    pub tenant: Tenant,
    /// What it is for, in a few words.
    pub name: String,
    /// The roles of its holder.
    pub role: Role,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
}

/// The stored record of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeyRecord {
    /// The public part of the key.
    pub id: String,
    /// The tenant.
    pub tenant: Tenant,
    /// What it is for.
    pub name: String,
    /// The roles of its holder.
    pub role: Role,
    /// When it was created.
    pub made_at: Timestamp,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub used_at: Option<Timestamp>,
}

/// A new key. The text is not stored.
#[derive(Debug, Clone)]
pub struct MadeKey {
    /// The stored record.
    pub record: KeyRecord,
    /// The key.
    pub key: ApiKey,
}

const COLUMNS: &str = "id, tenant, name, role, made_at, expires_at, revoked_at, used_at, digest";

/// How long before a key expires `key.expiring` is sent: time to replace the key at its holders.
const WARNING: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Valid keys that expire soon, and for which no event was recorded yet.
const ENDS_SOON: &str =
    "revoked_at IS NULL AND warned_at IS NULL AND expires_at > ?1 AND expires_at < ?2";

fn soon(now: Timestamp) -> [Value<'static>; 2] {
    let end = now.checked_add(WARNING).unwrap_or(Timestamp::MAX);
    [Value::Integer(now.as_microsecond()), Value::Integer(end.as_microsecond())]
}

impl KeyRecord {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let damaged = || StoreError::Damaged("the tenant or the role of a key".to_owned());
        Ok(Self {
            id: row.text(0)?,
            tenant: Tenant::parse(&row.text(1)?).map_err(|_| damaged())?,
            name: row.text(2)?,
            role: row.text(3)?.parse().map_err(|_| damaged())?,
            made_at: row.moment(4)?,
            expires_at: row.optional(5, Row::moment)?,
            revoked_at: row.optional(6, Row::moment)?,
            used_at: row.optional(7, Row::moment)?,
        })
    }

    /// Whether the key is valid at a moment.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

impl Store {
    /// The record of a key that is valid at a moment. Unknown, expired and revoked keys are not distinguished.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn valid_key(&self, key: &ApiKey, now: Timestamp) -> Result<Option<KeyRecord>, StoreError> {
        let row = self.read(|sql| {
            let sql_text = format!("SELECT {COLUMNS} FROM keys WHERE id = ?1");
            sql.query_one(&sql_text, &[Value::Text(&key.id)])
        })?;
        let Some(row) = row else { return Ok(None) };
        let is_right: bool = key.digest(self.keys()).as_slice().ct_eq(&row.bytes(8)?).into();
        let record = KeyRecord::read(&row)?;
        Ok((is_right && record.is_valid(now)).then_some(record))
    }

    /// All keys of a tenant, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn list_keys(&self, tenant: &Tenant) -> Result<Vec<KeyRecord>, StoreError> {
        self.read(|sql| {
            let sql_text =
                format!("SELECT {COLUMNS} FROM keys WHERE tenant = ?1 ORDER BY made_at, id");
            sql.query(&sql_text, &[Value::Text(tenant.as_str())])?
                .iter()
                .map(KeyRecord::read)
                .collect()
        })
    }

    /// Whether a key expires soon for which no event was recorded yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_key_to_warn_of(&self, now: Timestamp) -> Result<bool, StoreError> {
        let select = format!("SELECT id FROM keys WHERE {ENDS_SOON} LIMIT 1");
        Ok(self.read(|sql| sql.query_one(&select, &soon(now)))?.is_some())
    }

    /// Whether there is any key, of any tenant. Without one, callers cannot be authenticated.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_keys(&self) -> Result<bool, StoreError> {
        self.read(|sql| Ok(sql.query_one("SELECT id FROM keys LIMIT 1", &[])?.is_some()))
    }
}

impl Change<'_> {
    /// Creates a key.
    ///
    /// # Errors
    /// When the store cannot be written, or random numbers cannot be had.
    pub fn make_key(
        &mut self,
        request: KeyRequest,
        origin: Origin,
        now: Timestamp,
    ) -> Result<MadeKey, StoreError> {
        let key = ApiKey::from_random(self.random()?, self.random()?);
        let digest = key.digest(self.keys());
        self.sql()?.execute(
            "INSERT INTO keys (id, tenant, name, role, digest, made_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            &[
                Value::Text(&key.id),
                Value::Text(request.tenant.as_str()),
                Value::Text(&request.name),
                Value::Text(request.role.as_str()),
                Value::Bytes(&digest),
                Value::Integer(now.as_microsecond()),
                Value::from(request.expires_at.map(Timestamp::as_microsecond)),
            ],
        )?;
        let detail = json!({
            "key": key.id, "name": request.name, "role": request.role, "expires_at": request.expires_at,
            "digest": hex(&digest),
        });
        self.record(EventDraft::new("key.made", &request.tenant, origin, now, detail))?;
        let KeyRequest { tenant, name, role, expires_at } = request;
        let record = KeyRecord {
            id: key.id.clone(),
            tenant,
            name,
            role,
            made_at: now,
            expires_at,
            revoked_at: None,
            used_at: None,
        };
        Ok(MadeKey { record, key })
    }

    /// Creates a successor of a key, which expires after an overlap.
    ///
    /// # Errors
    /// When there is no such key of the tenant, or it is no longer valid.
    pub fn rotate_key(
        &mut self,
        tenant: &Tenant,
        id: &str,
        old_ends: Timestamp,
        origin: Origin,
        now: Timestamp,
    ) -> Result<MadeKey, StoreError> {
        let old = find(self.sql()?, tenant, id)?;
        if !old.is_valid(now) {
            return Err(StoreError::Refused(
                "the key is no longer valid: make a new one".to_owned(),
            ));
        }
        let old_ends = old.expires_at.map_or(old_ends, |end| end.min(old_ends));
        self.sql()?.execute(
            // No `key.expiring` for the old key, since its holder has rotated it.
            "UPDATE keys SET expires_at = ?2, warned_at = ?3 WHERE id = ?1",
            &[
                Value::Text(id),
                Value::Integer(old_ends.as_microsecond()),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        let lasted = old.expires_at.map(|end| end.duration_since(old.made_at));
        let request = KeyRequest {
            tenant: old.tenant,
            name: old.name,
            role: old.role,
            expires_at: lasted.and_then(|time| now.checked_add(time).ok()),
        };
        let made = self.make_key(request, origin.clone(), now)?;
        let detail = json!({ "key": id, "ends_at": old_ends, "successor": made.record.id });
        self.record(EventDraft::new("key.rotated", tenant, origin, now, detail))?;
        Ok(made)
    }

    /// Records `key.expiring` once for each key that expires soon. Returns their number.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn warn_of_ends(&mut self, by: &Origin, now: Timestamp) -> Result<usize, StoreError> {
        let select =
            format!("SELECT {COLUMNS} FROM keys WHERE {ENDS_SOON} ORDER BY expires_at, id");
        let rows = self.sql()?.query(&select, &soon(now))?;
        for row in &rows {
            let KeyRecord { id, tenant, expires_at, .. } = KeyRecord::read(row)?;
            self.sql()?.execute(
                "UPDATE keys SET warned_at = ?2 WHERE id = ?1",
                &[Value::Text(&id), Value::Integer(now.as_microsecond())],
            )?;
            let detail = json!({ "key": id, "expires_at": expires_at });
            self.record(EventDraft::new("key.expiring", &tenant, by.clone(), now, detail))?;
        }
        Ok(rows.len())
    }

    /// Revokes a key at once.
    ///
    /// # Errors
    /// When there is no such key of the tenant, or it was revoked before.
    pub fn revoke_key(
        &mut self,
        tenant: &Tenant,
        id: &str,
        origin: Origin,
        now: Timestamp,
    ) -> Result<KeyRecord, StoreError> {
        let record = find(self.sql()?, tenant, id)?;
        if record.revoked_at.is_some() {
            return Err(StoreError::Refused("the key was revoked before".to_owned()));
        }
        self.sql()?.execute(
            "UPDATE keys SET revoked_at = ?2 WHERE id = ?1",
            &[Value::Text(id), Value::Integer(now.as_microsecond())],
        )?;
        self.record(EventDraft::new("key.revoked", tenant, origin, now, json!({ "key": id })))?;
        Ok(KeyRecord { revoked_at: Some(now), ..record })
    }

    /// Records the use of a key; the first use is an event.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_key_use(
        &mut self,
        key: &KeyRecord,
        origin: Origin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.sql()?.execute(
            "UPDATE keys SET used_at = ?2 WHERE id = ?1 AND (used_at IS NULL OR used_at < ?2)",
            &[Value::Text(&key.id), Value::Integer(now.as_microsecond())],
        )?;
        if key.used_at.is_none() {
            let detail = json!({ "key": key.id });
            self.record(EventDraft::new("key.first-used", &key.tenant, origin, now, detail))?;
        }
        Ok(())
    }
}

impl KeyRecord {
    /// Whether a use at a moment has to be recorded.
    pub fn is_use_to_note(&self, now: Timestamp) -> bool {
        self.used_at
            .is_none_or(|used| now.as_microsecond() - used.as_microsecond() > USE_NOTED_EACH)
    }
}

fn find(sql: &mut dyn Sql, tenant: &Tenant, id: &str) -> Result<KeyRecord, StoreError> {
    let sql_text = format!("SELECT {COLUMNS} FROM keys WHERE id = ?1 AND tenant = ?2");
    let row = sql.query_one(&sql_text, &[Value::Text(id), Value::Text(tenant.as_str())])?;
    KeyRecord::read(&row.ok_or(StoreError::NotFound("key"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> ApiKey {
        ApiKey::from_random([7; 10], std::array::from_fn(|at| u8::try_from(at).unwrap()))
    }

    #[test]
    fn a_key_is_read_as_it_was_shown() {
        let key = key();
        let text = key.reveal();
        assert!(text.starts_with("idk_0w3ge1r70w3ge1r7_"), "{text}");
        assert_eq!(text.parse(), Ok(key.clone()));
        assert_eq!(format!("{key:?}"), format!("idk_{}", key.id()));
    }

    #[test]
    fn one_wrong_character_is_found_without_the_store() {
        let text = key().reveal();
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            let other = String::from_utf8(other).unwrap();
            assert_eq!(other.parse::<ApiKey>(), Err(ApiKeyError), "{other}");
        }
        for text in ["", "idk", "idk___", &text[1..], &format!("{text}0"), &text.to_uppercase()] {
            assert_eq!(text.parse::<ApiKey>(), Err(ApiKeyError), "{text}");
        }
    }

    #[test]
    fn each_part_has_its_length_and_its_digits_even_if_the_check_is_right() {
        let ApiKey { id, secret } = key();
        for (id, secret) in [
            (id[1..].to_owned(), secret.clone()),
            (id.clone(), secret[1..].to_owned()),
            (id.replacen('0', "u", 1), secret.clone()),
            (id.clone(), secret.replacen('0', "u", 1)),
            (id.to_uppercase(), secret),
        ] {
            let text = ApiKey { id, secret }.reveal();
            assert_eq!(text.parse::<ApiKey>(), Err(ApiKeyError), "{}", &*text);
        }
    }

    #[test]
    fn digits_hold_all_bits() {
        assert_eq!(digits(&[0xff; 5]), "zzzzzzzz");
        assert_eq!(digits(&[0, 0, 0, 0, 1]), "00000001");
        assert_eq!(digits(&[0x80]), "g0");
        assert_eq!(digits(&[1; 32]).len(), 52);
    }

    #[test]
    fn a_key_ends_at_its_end_and_when_it_is_revoked() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let record = KeyRecord {
            id: String::new(),
            tenant: Tenant::only(),
            name: String::new(),
            role: Role::Screen,
            made_at: at(0),
            expires_at: Some(at(10)),
            revoked_at: None,
            used_at: Some(at(5)),
        };
        assert!(record.is_valid(at(9)));
        assert!(!record.is_valid(at(10)));
        assert!(!KeyRecord { revoked_at: Some(at(1)), ..record.clone() }.is_valid(at(5)));
        assert!(!record.is_use_to_note(at(65)));
        assert!(record.is_use_to_note(at(66)));
        assert!(KeyRecord { used_at: None, ..record }.is_use_to_note(at(0)));
    }
}
