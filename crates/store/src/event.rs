//! What the audit log records: an event, the bytes of it that are hashed, and the personal data beside it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// The version of the form of events.
const FORM: u8 = 1;
/// What commitments hash in front of the salt: a hash made for another purpose never equals one.
const COMMITMENT: &[u8] = b"interdict commitment 1\n";
/// Random bytes in front of personal data that is hashed.
pub(crate) const SALT_BYTES: usize = 32;

/// Who the data of a store belongs to. Nothing of one tenant is ever shown to another.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct Tenant(String);

/// A text that is no name of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a tenant's name has 1 to 40 of a-z, 0-9, - and _")]
pub struct TenantError;

impl Tenant {
    /// The tenant of a store that has only one.
    pub fn only() -> Self {
        Self("main".to_owned())
    }

    /// Checks a name.
    ///
    /// # Errors
    /// When it is not 1 to 40 of `a-z`, `0-9`, `-` and `_`.
    pub fn parse(name: &str) -> Result<Self, TenantError> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if (1..=40).contains(&name.len()) && name.bytes().all(is_plain) {
            return Ok(Self(name.to_owned()));
        }
        Err(TenantError)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Tenant {
    type Error = TenantError;

    fn try_from(name: String) -> Result<Self, TenantError> {
        Self::parse(&name)
    }
}

impl From<Tenant> for String {
    fn from(tenant: Tenant) -> Self {
        tenant.0
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Who did something, and how they were known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// `user:NAME`, `service:NAME` or `local:NAME`.
    pub actor: String,
    /// On whose behalf the actor says to act. Claimed, not proven.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
    /// The network address of the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
}

impl Origin {
    /// An actor of whom nothing else is known.
    pub fn of(actor: &str) -> Self {
        Self { actor: actor.to_owned(), on_behalf_of: None, address: None, request: None }
    }
}

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDraft {
    /// Whose it is.
    pub tenant: Tenant,
    /// When it happened, by the clock of the caller.
    pub at: Timestamp,
    /// What happened, such as `screening` or `key.made`.
    pub kind: String,
    /// Who did it.
    pub origin: Origin,
    /// What about it holds no personal data.
    pub detail: Value,
    /// What does.
    pub sealed: Option<SealedDraft>,
}

impl EventDraft {
    /// An event without personal data.
    pub fn new(kind: &str, tenant: &Tenant, origin: Origin, at: Timestamp, detail: Value) -> Self {
        let (tenant, kind) = (tenant.clone(), kind.to_owned());
        Self { tenant, at, kind, origin, detail, sealed: None }
    }
}

/// Personal data that an event commits to.
#[derive(Debug, Clone, PartialEq)]
pub struct SealedDraft {
    /// Whose data it is: the reference of a customer. Erasure names it.
    pub subject: Option<String>,
    /// Until when it has to be kept.
    pub keep_until: Timestamp,
    /// The data, as it is hashed.
    pub data: Vec<u8>,
}

/// An event as it is hashed: its JSON in exactly these bytes is a leaf of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// The version of this form.
    pub form: u8,
    /// The name of the log.
    pub log: String,
    /// The number of the event, from 0 on and without gaps.
    pub seq: u64,
    /// Whose it is.
    pub tenant: Tenant,
    /// When it happened, by the clock of the caller.
    pub at: Timestamp,
    /// What happened.
    pub kind: String,
    /// Who did it.
    #[serde(flatten)]
    pub origin: Origin,
    /// What about it holds no personal data; each kind of event has its own members.
    #[schemars(with = "BTreeMap<String, Value>")]
    pub detail: Value,
    /// The salted hash of the personal data, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
}

impl Event {
    /// The event of a draft at its place in the log, and the personal data that it commits to with a salt.
    pub(crate) fn new(
        draft: EventDraft,
        log: &str,
        seq: u64,
        salt: &[u8],
    ) -> (Self, Option<SealedDraft>) {
        let EventDraft { tenant, at, kind, origin, detail, sealed } = draft;
        let commitment = sealed.as_ref().map(|sealed| commitment(salt, &sealed.data));
        let log = log.to_owned();
        (Self { form: FORM, log, seq, tenant, at, kind, origin, detail, commitment }, sealed)
    }

    /// The bytes that are hashed and stored.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("keys of events are texts")
    }

    /// Reads the bytes of an event.
    ///
    /// # Errors
    /// When they are not the JSON of an event of this form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let event: Self = serde_json::from_slice(bytes)?;
        if event.form != FORM {
            let text = format!("events of form {} are not known to this program", event.form);
            return Err(serde::de::Error::custom(text));
        }
        Ok(event)
    }
}

/// The salted hash of personal data. Without the salt, a name could be found by hashing all names.
pub fn commitment(salt: &[u8], data: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(COMMITMENT);
    hash.update(salt);
    hash.update(data);
    hex(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_tenants_are_plain() {
        assert_eq!(Tenant::parse("bank-7").unwrap().as_str(), "bank-7");
        for name in ["", "Bank", "a b", "a/b", &"a".repeat(41)] {
            assert!(Tenant::parse(name).is_err(), "{name}");
        }
        assert!(serde_json::from_value::<Tenant>(json!("A")).is_err());
    }

    #[test]
    fn an_event_commits_to_personal_data_and_does_not_hold_it() {
        let sealed = SealedDraft {
            subject: Some("c-7".to_owned()),
            keep_until: Timestamp::UNIX_EPOCH,
            data: b"a name".to_vec(),
        };
        let draft = EventDraft {
            tenant: Tenant::only(),
            at: Timestamp::UNIX_EPOCH,
            kind: "screening".to_owned(),
            origin: Origin::of("local:test"),
            detail: json!({"matches": 0}),
            sealed: Some(sealed),
        };
        let (event, sealed) = Event::new(draft.clone(), "log", 3, &[7; SALT_BYTES]);
        assert_eq!(sealed, draft.sealed);
        let bytes = event.to_bytes();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.contains("a name") && !text.contains("c-7"), "{text}");
        assert_eq!(event.commitment, Some(commitment(&[7; SALT_BYTES], b"a name")));
        assert_ne!(event.commitment, Some(commitment(&[8; SALT_BYTES], b"a name")));
        assert_eq!(Event::from_bytes(&bytes).unwrap(), event);
        let newer = text.replacen("\"form\":1", "\"form\":2", 1);
        assert!(Event::from_bytes(newer.as_bytes()).is_err());
    }
}
