//! Sessions of people who signed in. The browser holds a random token.
//!
//! The store has a keyed hash of the token, so that every server recognises the session, its end takes effect at once,
//! and a reader of the database cannot use it.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::person::{COLUMNS, Person};
use crate::database::Value;
use crate::error::StoreError;
use crate::event::{EventDraft, Origin};
use crate::keys::digits;
use crate::log::LogKeys;
use crate::store::Store;
use crate::writer::Change;

/// Characters of a token: 256 bits, five in each.
const TOKEN: usize = 52;
/// Precision of the time of the last use: a write for each request would cost more than the information is worth.
const USE_NOTED_EACH: SignedDuration = SignedDuration::from_secs(60);

/// The token of a session, held by the browser.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

/// Redacted.
impl fmt::Debug for SessionToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionToken")
    }
}

impl FromStr for SessionToken {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        match text.len() == TOKEN && text.bytes().all(is_plain) {
            true => Ok(Self(text.to_owned())),
            false => Err(StoreError::NotFound("session")),
        }
    }
}

impl SessionToken {
    /// The token, for the answer that gives it to the browser.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn digest(&self, keys: &LogKeys) -> [u8; 32] {
        keys.keyed_hash(&[b"session\n", self.0.as_bytes()])
    }
}

/// A session that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The person.
    pub person: Person,
    /// When it started.
    pub made_at: Timestamp,
    /// When it was used last, to the minute.
    pub used_at: Timestamp,
    /// Its absolute end, however it is used.
    pub ends_at: Timestamp,
    digest: [u8; 32],
}

/// The start of a session.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// How the person was authenticated: `password` or `oidc`.
    pub via: &'static str,
    /// The moment.
    pub now: Timestamp,
    /// Its absolute end, however it is used.
    pub ends_at: Timestamp,
}

/// The result of a sign-in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub person: Person,
    /// The token for the browser.
    pub token: SessionToken,
}

impl OpenSession {
    /// Whether a use at a moment has to be recorded.
    pub fn is_use_to_note(&self, now: Timestamp) -> bool {
        now.duration_since(self.used_at) >= USE_NOTED_EACH
    }
}

impl Store {
    /// The session of a token, if it is open at a moment. Unknown and ended sessions are not distinguished.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn session(
        &self,
        token: &SessionToken,
        idle: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<OpenSession>, StoreError> {
        let digest = token.digest(self.keys());
        let select = format!(
            "SELECT {COLUMNS}, s.made_at, s.used_at, s.ends_at FROM sessions s \
             JOIN people p ON p.id = s.person WHERE s.digest = ?1"
        );
        let row = self.read(|sql| sql.query_one(&select, &[Value::Bytes(&digest)]))?;
        let Some(row) = row else { return Ok(None) };
        let session = OpenSession {
            person: Person::read(&row)?,
            made_at: row.moment(10)?,
            used_at: row.moment(11)?,
            ends_at: row.moment(12)?,
            digest,
        };
        let is_open = session.person.disabled_at.is_none()
            && now < session.ends_at
            && now.duration_since(session.used_at) < idle;
        Ok(is_open.then_some(session))
    }

    /// The token that a page sends with writes (protection against CSRF): another site can make the browser send the
    /// cookie, but does not know this token.
    pub fn csrf_token(&self, token: &SessionToken) -> String {
        digits(&self.keys().keyed_hash(&[b"csrf\n", token.reveal().as_bytes()]))
    }

    /// Whether a text is the [`Store::csrf_token`] of a session.
    pub fn is_csrf_token(&self, token: &SessionToken, text: &str) -> bool {
        self.csrf_token(token).as_bytes().ct_eq(text.as_bytes()).into()
    }

    /// A message authentication code (MAC) of a text for one purpose, by the store's own key.
    pub fn vouch(&self, purpose: &str, text: &str) -> String {
        digits(&self.keys().keyed_hash(&[purpose.as_bytes(), b"\n", text.as_bytes()]))
    }
}

impl Store {
    /// Whether a text has a valid MAC of this store.
    pub fn is_vouched(&self, purpose: &str, text: &str, vouched: &str) -> bool {
        self.vouch(purpose, text).as_bytes().ct_eq(vouched.as_bytes()).into()
    }
}

impl Change<'_> {
    /// Starts a session of an authenticated person.
    pub(super) fn begin_session(
        &mut self,
        person: &Person,
        new: NewSession,
        origin: Origin,
    ) -> Result<SessionToken, StoreError> {
        let token = SessionToken(digits(&self.random::<32>()?));
        let digest = token.digest(self.keys());
        let now = Value::Integer(new.now.as_microsecond());
        self.sql()?.execute("DELETE FROM sessions WHERE ends_at <= ?1", &[now])?;
        self.sql()?.execute(
            "INSERT INTO sessions (digest, tenant, person, made_at, used_at, ends_at) \
             VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
            &[
                Value::Bytes(&digest),
                Value::Text(person.tenant.as_str()),
                Value::Text(&person.id),
                now,
                Value::Integer(new.ends_at.as_microsecond()),
            ],
        )?;
        self.sql()?.execute(
            "UPDATE people SET signed_in_at = ?2 WHERE id = ?1",
            &[Value::Text(&person.id), now],
        )?;
        let detail = json!({ "person": person.id, "via": new.via, "ends_at": new.ends_at });
        let origin = Origin { actor: person.actor(), ..origin };
        self.record(EventDraft::new("login", &person.tenant, origin, new.now, detail))?;
        Ok(token)
    }

    /// Records the use of a session.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_session_use(
        &mut self,
        session: &OpenSession,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.sql()?.execute(
            "UPDATE sessions SET used_at = ?2 WHERE digest = ?1 AND used_at < ?2",
            &[Value::Bytes(&session.digest), Value::Integer(now.as_microsecond())],
        )?;
        Ok(())
    }

    /// Ends a session at the request of its person.
    ///
    /// # Errors
    /// When it ended before, or the store cannot be written.
    pub fn end_session(
        &mut self,
        session: &OpenSession,
        origin: Origin,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let ended = self
            .sql()?
            .execute("DELETE FROM sessions WHERE digest = ?1", &[Value::Bytes(&session.digest)])?;
        if ended == 0 {
            return Err(StoreError::NotFound("session"));
        }
        let detail = json!({ "person": session.person.id });
        self.record(EventDraft::new("logout", &session.person.tenant, origin, now, detail))
            .map(drop)
    }

    /// Ends all sessions of a person. Returns their number.
    pub(super) fn end_sessions_of(&mut self, person: &str) -> Result<u64, StoreError> {
        self.sql()?.execute("DELETE FROM sessions WHERE person = ?1", &[Value::Text(person)])
    }
}
