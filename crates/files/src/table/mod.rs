//! Parquet: tables with typed columns.
//!
//! Columns are handled as Parquet stores them, values beside levels, and copied as such: every
//! physical and logical type and every nesting comes out as it went in. That needs the format's
//! crate but not Arrow on top of it, which would triple its compile time.

mod cell;
mod column;
mod nested;
mod read;
mod source;
mod write;

pub(crate) use column::Table;
pub(crate) use read::TableReader;
pub(crate) use write::{ResultLayout, TableBuilder, TablePiece, TableWriter, join_tables};
