//! A node's blocks into ledgers, block by block, resumed where the last run stopped.
//!
//! Blocks are stored in segments beside the ledgers. A segment is written whole or not at all, with
//! the hash of its last block. If the chain was re-organised, the hash differs, and segments that
//! are no longer part of the chain are removed. Ledgers are then built from all segments.

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
