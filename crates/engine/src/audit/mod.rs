//! Records use cases as events, and repeats recorded screenings.
//!
//! The store itself is that of `interdict-store`, whose types a face needs are re-exported here.

mod caller;
mod customer_screening;
mod documents;
mod fingerprints;
mod ledger_event;
mod replay;
mod screening_event;

pub use interdict_audit::{EventProof, EventProofError, VerifyingKey};
pub use interdict_store::{
    AllowEntry, AllowFilter, AllowPage, ApiKey, ApiKeyError, Backlog, Case, CaseCall, CaseFile,
    CaseFileContent, CaseFilter, CaseMove, CasePage, CaseReason, CaseState, CaseStep, Change,
    Claim, CustomerHit, CustomerPage, CustomerPut, CustomerScreening, Delivery, DeliveryAttempt,
    DeliveryFilter, DeliveryPage, DeliveryState, Disposition, Encryption, EndCause, Erasure, Event,
    EventDraft, EventFilter, ExternalPerson, Fingerprint, FourEyes, Head, HistoryEntry, HitMark,
    Hold, Job, JobBasis, JobCounts, JobEnd, JobFailure, JobFilter, JobId, JobLease, JobPage,
    JobPlan, JobRow, JobState, JobStep, JudgedField, KeyRecord, KeyRequest, ListsSeen, LiveEntry,
    LogFault, LogReport, MESSAGE_TYPES, MadeKey, MadeWebhook, MessageKinds, Monitor, MonitorLease,
    MonitorScreening, MonitoredCustomer, MoveError, NewJob, NewMonitor, NewSession, NewWebhook,
    OnceKey, OpenSession, Origin, PasswordError, PasswordHash, Person, PersonNameError,
    PersonRequest, Proof, Proposal, ProvenEvent, Random, RecordedScreening, Right, Role, RoleError,
    SealedDraft, SessionToken, Setting, SignIn, SignInAttempt, SignInStep, SignedIn, Store,
    StoreAddress, StoreAddressError, StoreError, StoreKey, StorePlace, SweepBasis, SweepCounts,
    TakenDelivery, TakenJob, TakenMonitor, Tenant, TenantError, TenantSettings, ToldMatch, Webhook,
    commitment, parse_person_name,
};

pub use caller::Caller;
pub use documents::{
    AuditReport, ChangedUser, CheckedProof, CopyReport, ErasureReport, HoldList, KeyFile, KeyList,
    ProvenDocument, RevokedKey, ShownKey, UserList,
};
pub use ledger_event::LedgerRecord;
pub use replay::{FoundEntity, Replay, ReplayError, ReplayOutcome};
pub use screening_event::{SCREENING, ScreeningRecord, matcher};
