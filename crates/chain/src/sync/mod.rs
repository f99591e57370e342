//! A node's blocks into ledgers, block by block, resumed where the last run stopped.
//!
//! Blocks are kept in segments beside the ledgers. A segment is written whole or not at all, with the
//! hash of its last block, so that a re-organised chain is detected and the segments that are no longer
//! part of it are thrown away. Ledgers are then made of all segments.

mod error;
mod evm;
mod evm_logs;
mod node;
mod options;
mod outputs;
mod reconcile;
mod rpc_values;
mod run;
mod segment;
mod store;
mod trace_block;

#[cfg(feature = "rpc")]
mod http;

pub use error::SyncError;
#[cfg(feature = "rpc")]
pub use http::HttpNode;
pub use node::{Node, NodeError};
pub use options::{NodeKind, SyncOptions};
pub use reconcile::{Reconciliation, reconcile_evm};
pub use run::{SyncReport, sync, sync_watched};
