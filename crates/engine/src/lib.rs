//! One function per use case: the only crate that faces (command line, server, pages) call.
//!
//! An [`Engine`] is a data directory with its configuration. A [`Session`] belongs to an [`Actor`] and a moment; every
//! use case is one of its methods, so none can be called without an actor. The engine imports lists into new
//! generations and opens a state of them as [`Lists`], which sessions screen, explain, compare and export. Every answer
//! states the generation, the lists and their age: [`SearchedLists`].
//!
//! ```
//! use interdict_engine::screening::{Policy, Query};
//! use interdict_engine::{Actor, AsOf, Engine};
//!
//! let folder = std::env::temp_dir().join("interdict-example-that-does-not-exist");
//! let now = "2026-01-01T00:00:00Z".parse()?;
//! let session = Engine::at_default(folder).session(Actor::local("example")?, now);
//! let lists = session.open_lists(AsOf::Now)?;
//! let mut query = Query::new(None);
//! query.add("name", "Kim Sang-man")?;
//! query.add("birthDate", "1965-04-25")?;
//! let answer = session.screen(&lists, &query.finish()?, &Policy::default())?;
//! assert_eq!(answer.outcome.candidates[0].entity.id.as_str(), "ofac-43377");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Types of the crates below that a face needs are re-exported in [`screening`], [`files`],
//! [`tracing`] and [`list_files`]; a face depends on this crate and on `interdict-model` alone.
//!
//! It prints nothing, reads no clock and no environment, and contains no command line and no HTTP. With the feature
//! `store`, [`audit`] records screenings in an audit log, and repeats recorded screenings.

// Re-exports of the crates below for faces.
#[cfg(feature = "store")]
pub mod audit;
#[cfg(feature = "files")]
pub mod files;
pub mod list_files;
pub mod screening;
pub mod text_search;
pub mod tracing;

// Use cases: methods of a session.
mod answer;
#[cfg(feature = "files")]
mod batch;
#[cfg(feature = "files")]
mod batch_columns;
#[cfg(feature = "calibrate")]
mod calibrate;
mod chain;
#[cfg(feature = "files")]
mod dated;
mod diff;
mod document;
mod entity;
mod entity_links;
mod entity_search;
mod explanation;
mod export;
mod import;
mod list_changes;
mod lists_status;
mod name_columns;
mod network;
mod open_lists;
mod pairs;
mod party;
#[cfg(feature = "files")]
mod party_file;
#[cfg(feature = "calibrate")]
mod population_file;
mod query_wallets;
#[cfg(feature = "files")]
mod rescreen;
mod update;

// Building blocks of use cases.
mod applied_policy;
mod build_segment;
mod builtin;
#[cfg(feature = "calibrate")]
mod calibrate_request;
mod hashed_files;
mod list_health;
mod lists;
#[cfg(feature = "calibrate")]
mod population_alerts;
#[cfg(feature = "files")]
mod reading_gaps;
mod seen_ids;
mod session;

// Leaves: they use no other module, or only each other.
mod actor;
mod as_of;
mod config;
mod error;

pub use actor::{Actor, ActorError, ActorKind};
pub use answer::Answer;
pub use applied_policy::AppliedPolicy;
pub use as_of::AsOf;
#[cfg(feature = "files")]
pub use batch::BatchReport;
#[cfg(feature = "files")]
pub use batch_columns::KnownColumns;
#[cfg(feature = "calibrate")]
pub use calibrate::{CalibratePoint, CalibrateReport, render_calibration_svg};
#[cfg(feature = "calibrate")]
pub use calibrate_request::{CalibrateProgress, CalibrateRequest, CalibrateStage, CleanPopulation};
pub use chain::{
    AddressDescription, ChainError, ExposureAnswer, ExposureQuery, JoinRules, JoinedAddresses,
    LabelSources, ListedMember, ListingKind, StopRules, TraceAnswer, TraceQuery, WalletAnswer,
    WalletHolder, WalletListing, WalletQuery,
};
pub use config::{
    CONFIG_FILE, Config, ConfigError, ConfigReport, ListConfig, Names, OidcSettings, PolicyConfig,
    ProxyUserSettings, ServerSettings, SettingOrigin, ShownSetting,
};
pub use diff::{DatasetDiff, Diff, EntityBrief, EntityChange, PropertyChange};
pub use document::{Document, JsonDocument, json_schemas};
pub use entity::{EntityQuery, EntityRecords};
pub use entity_search::{EntityIndex, EntitySearchError, FoundEntities};
pub use error::EngineError;
pub use explanation::Explanation;
pub use import::{ImportReport, ImportRequest, KEEP_GENERATIONS};
pub use interdict_index::{Manifest, SegmentRef};
pub use list_changes::{ListRemoval, Reindexing, Restoration};
pub use list_health::{ListHealth, MissingList};
pub use lists::{Lists, SearchedLists};
pub use lists_status::{ListInUse, ListsStatus};
pub use network::{
    Network, NetworkEdge, NetworkNode, NetworkQuery, render_network_dot, render_network_svg,
    render_network_text,
};
pub use pairs::{CompareAnswer, ComparedNames, PairsReport};
pub use party::{PartyAnswer, PartyQuery};
#[cfg(feature = "files")]
pub use party_file::{PartyFile, PartyFileSettings, PartyRow};
#[cfg(feature = "files")]
pub use rescreen::{CustomerMatchChange, ListDelta, RescreenReport, RescreenRequest};
pub use session::{Engine, Session};
pub use update::UpdateAttempts;
#[cfg(feature = "fetch")]
pub use update::{ListUpdate, UpdateOutcome, UpdateReport, UpdateRequest};
