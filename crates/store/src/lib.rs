//! What must not be lost: the audit log, keys of callers, accounts of people, and decisions, in SQLite or PostgreSQL.
//!
//! A [`Store`] is opened at a [`StorePlace`]. Everything that changes it is a [`Change`], which runs statements and
//! records events in one transaction; it is acknowledged when that transaction is on disk. Events are leaves of a
//! Merkle tree whose head is signed with each transaction, so that edits, deletions, insertions and another order
//! are found ([`Store::check_log`]), and one event can be proven without the others ([`Store::prove`]). Personal data
//! lies beside the events, which hold a salted hash of it: it can be erased, and proofs stay valid. With a
//! [`StoreKey`] it is encrypted, with a key for each subject.
//!
//! ```
//! use interdict_store::{EventDraft, Origin, Store, StorePlace, Tenant};
//!
//! let folder = tempfile::tempdir()?;
//! let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
//! let now = "2026-01-01T00:00:00Z".parse()?;
//! let store = Store::open(StorePlace::in_folder(folder.path()), random, now)?;
//! let seq = store.record(EventDraft {
//!     tenant: Tenant::only(),
//!     at: now,
//!     kind: "example".to_owned(),
//!     origin: Origin::of("local:example"),
//!     detail: serde_json::json!({}),
//!     sealed: None,
//! })?;
//! assert_eq!(seq, 0);
//! assert!(store.check_log(&[])?.is_sound());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! SQL stands in this crate alone. It reads no clock and no environment; random numbers come from a function that the
//! caller gives. It decides nothing about scores.

#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::indexing_slicing))]

mod allow_list;
mod answers;
mod background;
mod backup;
mod cases;
mod fingerprint;
mod jobs;
mod keys;
mod monitors;
mod people;
mod retention;
mod roles;
mod settings;
mod store;
mod vault;
mod webhooks;

mod log;
mod writer;

mod database;
mod error;
mod event;
mod hex;
mod migrations;

pub use allow_list::{AllowEntry, AllowFilter, AllowPage, EndCause, LiveEntry};
pub use answers::OnceKey;
pub use background::Backlog;
pub use cases::{
    Case, CaseCall, CaseFile, CaseFileContent, CaseFilter, CaseHistory, CaseMove, CasePage,
    CaseState, CaseStep, Claim, CustomerHit, CustomerScreening, Disposition, FourEyes,
    HistoryEntry, HitMark, Move, MoveError, Mover, Progress, Proposal, RecordedScreening,
};
pub use database::{Row, Sql, StoreAddress, StoreAddressError, Value};
pub use error::StoreError;
pub use event::{Event, EventDraft, Origin, SealedDraft, Tenant, TenantError, commitment};
pub use fingerprint::{FieldDifference, Fingerprint, JudgedField};
pub use jobs::{
    Job, JobBasis, JobCounts, JobEnd, JobErasures, JobFailure, JobFilter, JobId, JobLease, JobPage,
    JobPlan, JobRow, JobState, JobStep, NewJob, TakenJob,
};
pub use keys::{ApiKey, ApiKeyError, KeyRecord, KeyRequest, MadeKey};
pub use log::{
    EventFilter, Head, LogFault, LogKeys, LogReport, Proof, ProvenEvent, Random, RecordedEvent,
    VerifiedProof,
};
pub use monitors::{
    CustomerPage, CustomerPut, Monitor, MonitorLease, MonitorScreening, MonitoredCustomer,
    NewMonitor, SweepBasis, SweepCounts, TakenMonitor, ToldMatch,
};
pub use people::{
    ExternalPerson, NewSession, OpenSession, PasswordError, PasswordHash, Person, PersonNameError,
    PersonRequest, SessionToken, SignIn, SignInAttempt, SignInStep, SignedIn, parse_person_name,
};
pub use retention::{Erasure, Hold};
pub use roles::{Right, Role, RoleError};
pub use settings::{CaseReason, Setting, TenantSettings};
pub use store::{Store, StorePlace};
pub use vault::{Encryption, StoreKey};
pub use webhooks::{
    Delivery, DeliveryAttempt, DeliveryFilter, DeliveryPage, DeliveryState, ListsSeen,
    MESSAGE_TYPES, MadeWebhook, MessageKinds, NewWebhook, TakenDelivery, Webhook,
};
pub use writer::Change;
