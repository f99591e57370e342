//! Readers of the official sanctions lists.

mod codes;
mod error;
mod reading;
#[allow(dead_code)]
mod xml;

pub use error::ReadError;
pub use reading::{Budget, Counts, ListHeader, Loss, Problem, Sink};
