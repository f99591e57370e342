//! Transfers to ledgers, ledgers to traces and exposure: where money went, and what share of a wallet
//! comes from whom, exactly, reproducibly, and with every unit accounted for.
//!
//! A [`ledger::LedgerBuilder`] puts the transfers of one asset in order and writes them once; a
//! [`ledger::Ledger`] maps that file. [`trace::trace`] follows money forward from its seeds;
//! [`exposure::exposure`] computes backward where a wallet's money is from.
//!
//! ```
//! use interdict_chain::{
//!     asset::Asset,
//!     ledger::LedgerBuilder,
//!     set::LedgerSet,
//!     trace::{Method, Seed, TraceRequest, trace},
//!     transfer::{Position, Transfer, TransferKind},
//! };
//! let mut builder = LedgerBuilder::new(Asset::native("ethereum", "ETH", 18));
//! for (time, from, to, units) in [(1, "thief", "friend", 100), (2, "friend", "shop", 40)] {
//!     builder.push(&Transfer {
//!         position: Position { time, ..Position::default() },
//!         transaction: String::new(),
//!         initiator: String::new(),
//!         from: from.to_owned(),
//!         to: to.to_owned(),
//!         units,
//!         kind: TransferKind::External,
//!     })?;
//! }
//! let set = LedgerSet { ledgers: vec![builder.finish_in_memory()?], ..LedgerSet::default() };
//! let seed = Seed::Address { address: "thief".to_owned(), since: None };
//! let report = trace(&set, &TraceRequest::new(vec![seed], Method::Fifo))?;
//! let held: Vec<_> = report.terminals.iter().map(|t| (t.address.as_str(), t.value.raw())).collect();
//! assert_eq!(held, [("friend", 60), ("shop", 40)]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The crate does not guess owners of addresses and does not convert values to other currencies. Money whose history is
//! missing in the data is reported as unknown.

pub mod amount;
pub mod asset;
pub mod bridge;
pub mod cluster;
mod convert;
pub mod deposit;
pub mod exposure;
mod hex_text;
pub mod import;
pub mod label;
pub mod ledger;
pub mod links;
mod method;
mod money;
mod parts;
pub mod progress;
pub mod read;
pub mod render;
pub mod set;
mod share;
pub mod status;
pub mod sync;
pub mod time;
pub mod trace;
pub mod transfer;
mod width;

pub use convert::ConversionUsed;
