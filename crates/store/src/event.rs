//! Entries of the audit log. An event contains no personal data; its personal data is stored separately, and the event
//! contains a salted hash of it.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// The version of the event format.
const FORM: u8 = 1;
/// The domain separator of commitments: a hash made for another purpose never equals one.
const COMMITMENT: &[u8] = b"interdict commitment 1\n";
/// The same of commitments to subjects.
const SUBJECT: &[u8] = b"interdict subject 1\n";
/// Length of the salt of personal data, in bytes.
pub(crate) const SALT_BYTES: usize = 32;

/// The unit to which data belongs. Data of one tenant is never shown to another.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
pub struct Tenant(String);

/// A text that is not a valid name of a tenant.
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

/// An actor, and how it was authenticated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// `user:NAME`, `service:NAME` or `local:NAME`.
    pub actor: String,
    /// The person on whose behalf the actor claims to act. Not verified.
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
    /// An actor without further context.
    pub fn of(actor: &str) -> Self {
        Self { actor: actor.to_owned(), on_behalf_of: None, address: None, request: None }
    }
}

/// An event to record.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDraft {
    /// The tenant.
    pub tenant: Tenant,
    /// When it happened, by the clock of the caller.
    pub at: Timestamp,
    /// The kind of event, such as `screening` or `key.made`.
    pub kind: String,
    /// The actor.
    pub origin: Origin,
    /// The data that is not personal.
    pub detail: Value,
    /// The personal data.
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
    /// The subject: the reference of a customer, by which data is erased.
    pub subject: Option<String>,
    /// The end of the retention.
    pub keep_until: Timestamp,
    /// The data, as it is hashed.
    pub data: Vec<u8>,
}

/// An event as it is hashed: its JSON in exactly these bytes is a leaf of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// The version of the event format.
    pub form: u8,
    /// The name of the log.
    pub log: String,
    /// The number of the event, counted from 0 without gaps.
    pub seq: u64,
    /// The tenant.
    pub tenant: Tenant,
    /// When it happened, by the clock of the caller.
    pub at: Timestamp,
    /// The kind of event.
    pub kind: String,
    /// The actor.
    #[serde(flatten)]
    pub origin: Origin,
    /// The data that is not personal; each kind of event has its own members.
    #[schemars(with = "BTreeMap<String, Value>")]
    pub detail: Value,
    /// The salted hash of the personal data, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<String>,
    /// The salted hash of the pseudonym of the customer whose data it is, in hexadecimal digits. Events of earlier versions
    /// have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The end of the retention of the personal data. Events of earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_until: Option<Timestamp>,
}

impl Event {
    /// The event of a draft at its position in the log, and its personal data. `tag` is that of its subject, `salt` that
    /// of its commitments.
    pub(crate) fn new(
        draft: EventDraft,
        (log, seq): (&str, u64),
        tag: Option<&str>,
        salt: &[u8],
    ) -> (Self, Option<SealedDraft>) {
        let EventDraft { tenant, at, kind, origin, detail, sealed } = draft;
        let commitment = sealed.as_ref().map(|sealed| commitment(salt, &sealed.data));
        let subject = sealed.as_ref().map(|_| subject_commitment(salt, tag));
        let keep_until = sealed.as_ref().map(|sealed| sealed.keep_until);
        let (form, log) = (FORM, log.to_owned());
        let event = Self {
            form,
            log,
            seq,
            tenant,
            at,
            kind,
            origin,
            detail,
            commitment,
            subject,
            keep_until,
        };
        (event, sealed)
    }

    /// The bytes that are hashed and stored.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("keys of events are texts")
    }

    /// Reads the bytes of an event.
    ///
    /// # Errors
    /// When they are not the JSON of an event of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let event: Self = serde_json::from_slice(bytes)?;
        if event.form != FORM {
            let text = format!("events of form {} are not known to this program", event.form);
            return Err(serde::de::Error::custom(text));
        }
        Ok(event)
    }
}

/// The salted hash of personal data. Without the salt, a name could be found by hashing all names (dictionary attack).
pub fn commitment(salt: &[u8], data: &[u8]) -> String {
    salted_hash(COMMITMENT, salt, data)
}

/// The salted hash of a subject's tag; of an empty tag for data without a subject. The salt is erased with the data, and
/// without it nobody can see which events belong to the same customer.
pub(crate) fn subject_commitment(salt: &[u8], tag: Option<&str>) -> String {
    salted_hash(SUBJECT, salt, tag.unwrap_or_default().as_bytes())
}

fn salted_hash(domain: &[u8], salt: &[u8], data: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(domain);
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
        let (event, sealed) = Event::new(draft.clone(), ("log", 3), None, &[7; SALT_BYTES]);
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
