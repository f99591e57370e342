//! Which customers a change of the lists touches.
//!
//! The customers are indexed like a list, and every version of every changed entity is asked
//! against them; that finds who can be touched at a cost that follows the change. Who was found is
//! then screened in the ordinary way against both states of the lists, so that the result is the
//! difference of two full screens, and not an approximation of it.

mod customers;
mod verdict;

pub use customers::{CustomerIndex, RescreenError, reaches_threshold};
pub use verdict::{MatchState, Verdict, VerdictKind, compare_states};
