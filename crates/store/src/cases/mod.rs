//! Cases: decisions of people about matches of customers, their rules and their effects.

mod call;
mod case;
mod entries;
mod four_eyes;
mod history;
mod hit_effects;
mod hit_groups;
mod hits;
mod list;
mod moves;
mod state;
#[cfg(test)]
mod state_tests;

pub use call::{CaseCall, CaseMove, CaseStep};
pub use case::Case;
pub use entries::CaseFile;
pub use four_eyes::{Disposition, FourEyes, Mover, Proposal};
pub use history::{CaseFileContent, CaseHistory, HistoryEntry};
pub use hits::{CustomerHit, CustomerScreening, HitMark, RecordedScreening};
pub use list::{CaseFilter, CasePage};
pub use state::{CaseState, Claim, Move, MoveError, Progress};

pub(crate) use case::find_case;
pub(crate) use entries::{CaseNote, JudgedHit};
