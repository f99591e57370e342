//! Readers of the official sanctions lists.

mod builtin;
mod codes;
mod dataset;
#[allow(dead_code)]
mod draft;
mod error;
#[allow(dead_code)]
mod eu;
mod file;
#[allow(dead_code)]
mod ftm;
mod guards;
mod ofac;
#[allow(dead_code)]
mod own;
mod read_list;
mod reading;
mod recognise;
mod tally;
#[cfg(test)]
mod testing;
mod text_line;
#[allow(dead_code)]
mod uk;
#[allow(dead_code)]
mod un;
#[allow(dead_code)]
mod xml;

pub use builtin::{BUILTIN_DATASET, builtin_texts, read_builtin};
pub use dataset::{DATASETS, Dataset, Format};
pub use error::ReadError;
pub use file::ListFile;
pub use ftm::write_ftm_line;
pub use guards::{GuardError, SHRINKING_SHARE, UNREADABLE_SHARE, check_readable, check_shrinking};
pub use own::{ColumnMap, ColumnMapError, ListKind};
pub use read_list::read_list;
pub use reading::{Budget, Counts, ListHeader, Loss, Problem, Sink};
