//! Which customers a change of the lists concerns.
//!
//! The customers are indexed like a list, and every version of every changed entity is searched among
//! them, so that the cost follows the size of the change. The customers that were found are then
//! screened in the ordinary way against both states of the lists: the result is the difference of two
//! full screens, not an approximation of it.

mod customer_index;
mod match_change;

pub use customer_index::{CustomerIndex, RescreenError, reaches_threshold};
pub use match_change::{MatchChange, MatchChangeKind, MatchState, compare_states};
