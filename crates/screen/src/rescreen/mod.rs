//! Finds the customers whose matches a change of the lists alters.
//!
//! The customers are indexed like a list, and every version of every changed entity is searched among them, so that the
//! cost is proportional to the size of the change. The customers found are then screened in the ordinary way against
//! both states of the lists: the result is the exact difference of two full screens.

mod customer_index;
mod match_change;

pub use customer_index::{CustomerIndex, RescreenError, reaches_threshold};
pub use match_change::{MatchChange, MatchChangeKind, MatchState, compare_states};
