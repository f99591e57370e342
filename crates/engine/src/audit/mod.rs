//! What is recorded of use cases, and screening again what was recorded.
//!
//! The store itself is that of `interdict-store`, whose types a face needs are re-exported here.

mod caller;
mod documents;
mod replay;
mod screening_event;

pub use interdict_audit::{EventProof, EventProofError, VerifyingKey};
pub use interdict_store::{
    ApiKey, ApiKeyError, Change, Erasure, Event, EventDraft, EventFilter, Head, Hold, KeyRecord,
    KeyRequest, LogFault, LogReport, MadeKey, Origin, Proof, ProvenEvent, Random, Right, Role,
    RoleError, SealedDraft, Store, StoreAddress, StoreAddressError, StoreError, StorePlace, Tenant,
    TenantError, commitment,
};

pub use caller::Caller;
pub use documents::{
    AuditReport, CheckedProof, CopyReport, ErasureReport, HoldList, KeyList, ProvenDocument,
    RevokedKey, ShownKey,
};
pub use replay::{FoundEntity, Replay, ReplayError, ReplayOutcome};
pub use screening_event::{SCREENING, ScreeningRecord, matcher};
