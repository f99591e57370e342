//! Readers of the official sanctions lists.

mod builtin;
mod codes;
mod dataset;
mod draft;
mod error;
mod eu;
pub mod fetch;
mod file;
mod ftm;
mod guards;
mod ofac;
mod own;
mod read_list;
mod reading;
mod recognise;
mod tally;
#[cfg(test)]
mod testing;
mod text_line;
mod uk;
mod un;
mod xml;

pub use builtin::{BUILTIN_DATASET, builtin_texts, read_builtin};
pub use dataset::{DATASETS, Dataset, Format};
pub use error::ReadError;
pub use file::ListFile;
pub use ftm::{read_ftm_list, write_ftm_line};
pub use guards::{GuardError, SHRINKING_SHARE, UNREADABLE_SHARE, check_readable, check_shrinking};
pub use own::{ColumnMap, ColumnMapError, ListKind, read_own_list};
pub use read_list::read_list;
pub use reading::{Budget, Counts, ListHeader, Loss, Problem, Sink};
