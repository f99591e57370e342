//! Follows tainted units forward, transfer by transfer, to the last unit.
//!
//! `resolve` finds the seeds in the ledgers; `queue` (FIFO and LIFO), `mixing` (haircut, dirty-first,
//! clean-first, TIHO), `one_pass` and `poison` follow them with the state of `walk` and record what ends
//! where in `sink`; `report` puts the result into words.

mod answer;
mod asset_conversion;
mod error;
mod flows;
mod global_order;
mod mixing;
mod one_pass;
mod poison;
mod queue;
mod report;
mod request;
mod resolve;
mod run;
mod seeds;
pub(crate) mod sink;
mod stops;
mod waiting;
pub(crate) mod walk;

pub use answer::{Account, DataRange, Flow, HopRow, Residual, Terminal, TraceReport};
pub use error::TraceError;
pub(crate) use one_pass::is_due as is_pass_due;
pub(crate) use report::data_range;
pub use request::{Limits, Seed, Strategy, TraceRequest};
pub(crate) use run::run;
pub use run::trace;

pub use crate::{
    ledger::LinkOrder,
    links::{LinkTable, LinkTableSize},
    method::Method,
    money::Money,
};
