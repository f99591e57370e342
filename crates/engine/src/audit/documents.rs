//! Answers of use cases on a store, as documents.

use interdict_store::{
    Hold, KeyRecord, LogFault, LogReport, MadeKey, Person, Proof, VerifiedProof,
};
use schemars::JsonSchema;
use serde::Serialize;

/// The result of a check of the log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditReport {
    /// Whether no fault was found.
    pub sound: bool,
    /// Events, checkpoints and faults.
    #[serde(flatten)]
    pub report: LogReport,
    /// The public key that the log was checked with.
    pub public_key: String,
}

impl AuditReport {
    /// The report of a log.
    pub fn new(report: LogReport, public_key: String) -> Self {
        Self { sound: report.is_sound(), report, public_key }
    }

    /// The faults.
    pub fn faults(&self) -> &[LogFault] {
        &self.report.faults
    }
}

/// All keys of a tenant.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyList {
    /// The oldest first.
    pub keys: Vec<KeyRecord>,
}

/// A new key, shown once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShownKey {
    /// The key.
    pub key: String,
    /// The stored record.
    pub record: KeyRecord,
}

impl From<MadeKey> for ShownKey {
    fn from(made: MadeKey) -> Self {
        Self { key: made.key.reveal(), record: made.record }
    }
}

/// A key that was revoked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RevokedKey {
    /// The stored record.
    pub record: KeyRecord,
}

/// A file of master keys that was made or changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyFile {
    /// The name of the key in use.
    pub key: String,
    /// How many keys the file holds, the one in use among them.
    pub keys: usize,
}

/// The people of a tenant.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserList {
    /// By name.
    pub users: Vec<Person>,
}

/// A person whose account was made or changed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangedUser {
    /// The stored records.
    pub person: Person,
}

/// A store that was copied or restored.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CopyReport {
    /// From where.
    pub from: String,
    /// To where.
    pub to: String,
    /// Whether no fault was found in the log of the copy.
    pub sound: bool,
    /// Its events and faults.
    #[serde(flatten)]
    pub report: LogReport,
}

/// Personal data that was erased.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct ErasureReport {
    /// Events whose personal data is gone.
    pub erased: u64,
    /// Events of the customer whose personal data has to be kept for longer; nothing if none was named.
    pub kept: Option<u64>,
    /// Cases that have no customer any more; nothing if none was named.
    pub cases: Option<u64>,
    /// Lines of results of jobs that say nothing of the customer any more; nothing if none was named.
    pub job_rows: Option<u64>,
    /// Jobs that have not ended, whose files can hold rows of the customer: these will not be screened. Nothing if
    /// none was named.
    pub open_jobs: Option<u64>,
    /// Whether nothing was known of the customer: the reference may be misspelt. Nothing if none was named.
    pub nothing: Option<bool>,
}

/// Customers whose data is on hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HoldList {
    /// By the reference of the customer.
    pub holds: Vec<Hold>,
}

/// An event with the proof that it is in the log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProvenDocument {
    /// The proof.
    #[serde(flatten)]
    pub proof: Proof,
}

/// A proof that was checked without the store.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckedProof {
    /// The event that is in the log.
    #[serde(flatten)]
    pub verified: VerifiedProof,
}
