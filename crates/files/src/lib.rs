//! Customer files in, results out: every row screened on all cores, in order, in bounded memory.
//!
//! [`open_customers`] reads a file once to detect its encoding and the order of its dates. [`RowReader`] then reads
//! CSV, NDJSON and (feature `parquet`) Parquet in chunks of rows; a [`ColumnBinding`] turns a row into a query, as far
//! as it can be read; [`run_batch`] screens a whole file and writes a result of the same or another format. An
//! interrupted run can be resumed at its last checkpoint.
//!
//! ```
//! use interdict_files::{Column, ColumnMap, open_customers};
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("customers.csv");
//! std::fs::write(&path, "id,full name\n1,Jane Example\n")?;
//! let columns = vec![Column { column: "full name".to_owned(), property: "name".to_owned() }];
//! let map = ColumnMap { columns, ..ColumnMap::default() };
//! let (mut reader, binding) = open_customers(&path, &map)?;
//! let chunk = reader.next_chunk(100)?.ok_or("the file has no rows")?;
//! let customers = binding.customers(&chunk);
//! let customer = customers[0].customer.as_ref().map_err(String::clone)?;
//! assert_eq!(customer.values[0].1, "Jane Example");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It makes no decisions: scores and matches come from `interdict-screen`.

mod ceiling;
mod column_binding;
mod encode;
mod error;
mod form;
mod format;
mod keys;
mod name_like;
mod nested;
mod nested_keys;
mod nested_values;
mod options;
mod output;
mod partial;
mod read;
mod reading;
mod row;
mod run;
mod source;
mod split;
mod stamp;
mod summary;
mod survey;
#[cfg(feature = "parquet")]
mod table;
mod text;

pub use ceiling::UnscreenedCeiling;
pub use column_binding::{ColumnBinding, column_texts, file_keys};
pub use error::BatchError;
pub use form::{Delimiter, InputForm, TextEncoding};
pub use format::FileFormat;
pub use keys::FileKeys;
pub use nested_keys::{is_document_key, is_value_key};
pub use options::{BatchOptions, Column, ColumnMap, NestedKey};
pub use partial::interrupted_day;
pub use read::{CHUNK, Chunk, RowReader};
pub use reading::{ReadingCounts, RowFault, RowReading, UnreadColumn};
pub use run::{BatchFiles, BatchProgress, run_batch};
pub use summary::BatchSummary;
pub use survey::open_customers;
