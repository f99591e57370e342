//! What each fuzz target does with its input: call one parser, then check properties of its answer.
//!
//! A panic is a find. The functions are grouped by the crate that they call, so that a change of a
//! crate's interface is made in one place.

pub mod audit;
pub mod batch;
pub mod chain;
pub mod configuration;
pub mod damage;
pub mod id_tokens;
pub mod ledger;
pub mod lists;
pub mod names;
pub mod node;
pub mod parquet;
pub mod requests;
pub mod search;
pub mod segment;
mod temporary;
pub mod values;
pub mod webhooks;
