//! Keeping lists up to date from where they are published.

#[cfg(feature = "fetch")]
mod download;
#[cfg(feature = "fetch")]
mod downloads;
#[cfg(feature = "fetch")]
mod run;
pub(crate) mod state;

#[cfg(feature = "fetch")]
pub use run::{ListUpdate, UpdateOutcome, UpdateReport, UpdateRequest};
pub use state::UpdateAttempts;
