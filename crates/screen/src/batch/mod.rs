//! Files in, files out: every row screened on all cores, in order, in bounded memory.

mod error;
mod read;
mod row;
mod run;
mod write;

pub use error::BatchError;
pub use read::{RowReader, open_rows};
pub use row::{FileFormat, Row};
pub use run::{BatchOptions, BatchSummary, Column, run_batch};
pub use write::{RowWriter, create_rows};
