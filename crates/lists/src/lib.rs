//! Readers of the official sanctions lists.

mod builtin;
mod codes;
mod error;
mod reading;
#[allow(dead_code)]
mod xml;

pub use builtin::{BUILTIN_DATASET, read_builtin};
pub use error::ReadError;
pub use reading::{Budget, Counts, ListHeader, Loss, Problem, Sink};
