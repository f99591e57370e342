//! Readers of the official sanctions lists.

mod error;
mod reading;

pub use error::ReadError;
pub use reading::{Budget, Counts, ListHeader, Loss, Problem, Sink};
