//! Monitors: customers whose matches are looked at again when the lists change.
//!
//! A customer is screened once when it is new or different, and again when a change of the lists could matter to it.
//! What that finds is compared with what was told of the customer last. The screening, its cases, the events of new,
//! changed and gone matches, and what is told from now on are one change; a server that dies in between has told each
//! of them once. One server at a time sweeps a monitor, as with jobs.

mod customer;
mod monitor;
mod screening;
mod sweep;

pub use customer::{CustomerPage, CustomerPut, MonitoredCustomer};
pub use monitor::{Monitor, NewMonitor};
pub use screening::{MonitorScreening, ToldMatch};
pub use sweep::{MonitorLease, SweepBasis, SweepCounts, TakenMonitor};

pub(crate) use customer::{is_monitored, place_of, spot};
