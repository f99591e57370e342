//! Customer files in, results out: every row screened on all cores, in order, in bounded memory.
//!
//! [`RowReader`] reads CSV, NDJSON and (feature `parquet`) Parquet in chunks of rows; a
//! [`ColumnBinding`] turns a row into a query; [`run_batch`] screens a whole file and writes a result
//! of the same or another format. An interrupted run can be resumed at its last checkpoint.
//!
//! ```
//! use interdict_files::{ColumnBinding, Column, ColumnMap, RowReader};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("customers.csv");
//! std::fs::write(&path, "id,full name\n1,Jane Example\n")?;
//! let mut reader = RowReader::open(&path)?;
//! let columns = vec![Column { column: "full name".to_owned(), property: "name".to_owned() }];
//! let binding = ColumnBinding::new(&reader, &ColumnMap { columns, ..ColumnMap::default() })?;
//! let chunk = reader.next_chunk(100)?.ok_or("the file has no rows")?;
//! let customers = binding.customers(&chunk);
//! let customer = customers[0].as_ref().map_err(String::clone)?;
//! assert_eq!(customer.values[0].1, "Jane Example");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It takes no decisions: scores and matches come from `interdict-screen`.

mod column_binding;
mod encode;
mod error;
mod format;
mod options;
mod output;
mod partial;
mod read;
mod row;
mod run;
mod split;
mod stamp;
mod summary;
#[cfg(feature = "parquet")]
mod table;
mod text;

pub use column_binding::{ColumnBinding, column_names, column_texts};
pub use error::BatchError;
pub use format::FileFormat;
pub use options::{BatchOptions, Column, ColumnMap};
pub use partial::interrupted_day;
pub use read::{CHUNK, Chunk, RowReader};
pub use run::{BatchFiles, BatchProgress, run_batch};
pub use summary::{BatchSummary, RowFault};
