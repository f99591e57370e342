//! One function per use case: what every face calls.
//!
//! An [`Engine`] is a data directory and the present moment. It imports lists into new generations,
//! and opens a state of them as [`Lists`], which screens, explains, walks networks, runs batches and
//! exports. What an answer rests on (generation, lists, their age) is part of the answer.
//!
//! ```
//! use interdict_engine::{At, Engine};
//! use interdict_screen::{Policy, Query};
//!
//! let folder = std::env::temp_dir().join("interdict-example-that-does-not-exist");
//! let lists = Engine::new(folder, "2026-01-01T00:00:00Z".parse()?).lists(At::Now)?;
//! let mut query = Query::new(None);
//! query.add("name", "Kim Sang-man")?;
//! query.add("birthDate", "1965-04-25")?;
//! let answer = lists.screen(&query.finish()?, &Policy::default())?;
//! assert_eq!(answer.outcome.candidates[0].entity.id.as_str(), "ofac-43377");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It prints nothing and knows no command line and no HTTP.

mod answer;
#[cfg(feature = "files")]
mod batch;
#[cfg(feature = "files")]
mod batch_columns;
#[cfg(feature = "calibrate")]
mod calibrate;
#[cfg(feature = "calibrate")]
mod calibrate_counting;
mod chain;
mod config;
mod diff;
mod engine;
mod error;
mod export;
mod import;
mod lists;
mod network;
mod pairs;
#[cfg(feature = "files")]
mod rescreen;
mod standing;
mod update;

pub use answer::{ANSWER_SCHEMA_VERSION, Answer};
#[cfg(feature = "files")]
pub use batch::BatchReport;
#[cfg(feature = "files")]
pub use batch_columns::{KnownColumns, read_columns};
#[cfg(feature = "calibrate")]
pub use calibrate::{
    CalibratePoint, CalibrateProgress, CalibrateReport, CalibrateRequest, CalibrateStage,
    CleanPopulation, calibrate, render_calibration_svg,
};
pub use chain::{
    AddressDescription, ChainError, ExposureAnswer, ExposureQuestion, JoinRules, Joined,
    LabelSources, ListedMember, Listing, ListingKind, StopRules, TraceAnswer, TraceQuestion,
    WalletAnswer, WalletHolder, WalletQuestion,
};
pub use config::{CONFIG_FILE, Config, ConfigError, ListConfig};
pub use diff::{
    Change, DatasetDiff, Diff, EntityBrief, EntityChange, PropertyChange, diff, property_changes,
    visit_changes,
};
pub use engine::{At, Engine};
pub use error::EngineError;
pub use import::{ImportReport, ImportRequest, KEEP_GENERATIONS};
pub use lists::Lists;
pub use network::{
    Network, NetworkEdge, NetworkNode, render_network_dot, render_network_svg, render_network_text,
};
pub use pairs::{PairsReport, compare_names, compare_pairs};
#[cfg(feature = "files")]
pub use rescreen::{RescreenReport, RescreenRequest, TouchedCustomer, rescreen};
pub use standing::{Missing, Standing};
pub use update::UpdateAttempts;
#[cfg(feature = "fetch")]
pub use update::{ListUpdate, UpdateOutcome, UpdateReport, UpdateRequest};
