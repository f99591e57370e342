//! What is recorded of use cases, and screening again what was recorded.
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
    AllowEntry, AllowFilter, AllowPage, ApiKey, ApiKeyError, Attempt, Case, CaseCall, CaseFile,
    CaseFileContent, CaseFilter, CaseMove, CasePage, CaseReason, CaseState, CaseStep, Change,
    Claim, CustomerHit, CustomerScreening, Disposition, Encryption, EndCause, Erasure, Event,
    EventDraft, EventFilter, ExternalPerson, Fingerprint, FourEyes, Head, HistoryEntry, HitMark,
    Hold, JudgedField, KeyRecord, KeyRequest, LiveEntry, LogFault, LogReport, MadeKey, MoveError,
    NewSession, OnceKey, OpenSession, Origin, PasswordError, PasswordHash, Person, PersonNameError,
    PersonRequest, Proof, Proposal, ProvenEvent, Random, RecordedScreening, Right, Role, RoleError,
    SealedDraft, SessionToken, Setting, SignIn, SignInStep, SignedIn, Store, StoreAddress,
    StoreAddressError, StoreError, StoreKey, StorePlace, Tenant, TenantError, TenantSettings,
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
