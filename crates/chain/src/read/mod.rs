//! Readers: files of other tools become transfers. Each row is taken, or counted under a reason.
//!
//! `files` chooses the reader by a file's header; each reader turns rows into transfers; the
//! [`LedgerImporter`] collects them, with one ledger builder for each asset.

mod bitcoin_etl;
mod chain_tables;
mod error;
mod ethereum_etl;
mod etherscan;
pub(crate) mod evm_log;
mod files;
mod importer;
mod json_lines;
mod options;
#[cfg(feature = "parquet")]
mod parquet_source;
#[cfg(feature = "parquet")]
mod parquet_table;
mod plain;
mod problem;
mod rows;
mod table;

pub(crate) use chain_tables::token;
pub use error::ReadError;
pub use evm_log::EventKind;
pub use files::{read_csv, read_file, read_json_lines, read_parquet, reading_order};
pub use importer::LedgerImporter;
pub use options::ReadOptions;
pub use problem::{Problem, ProblemKind, Problems};
