//! Files in, files out: every row screened on all cores, in order, in bounded memory.

mod encode;
mod error;
mod format;
mod intake;
mod options;
mod partial;
mod read;
mod row;
mod run;
mod sink;
mod split;
mod summary;
#[cfg(feature = "parquet")]
mod table;
mod text;

pub use error::BatchError;
pub use format::FileFormat;
pub use intake::{Customer, Intake, column_names, column_texts};
pub use options::{BatchOptions, Column, ColumnMap, is_name_property};
pub use partial::interrupted_day;
pub use read::{Chunk, RowReader};
pub use run::{BatchFiles, BatchProgress, CHUNK, run_batch};
pub use summary::{BatchSummary, RowFault};
