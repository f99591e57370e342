//! Monitors: customers who are screened again when the lists change.
//!
//! A customer is screened once when it is new or changed, and again when a change of the lists could alter its matches.
//! The result is compared with the matches that were reported last. The screening, its cases, the events of new,
//! changed and gone matches, and the new reported matches are one change, so that each event is recorded exactly once
//! even if a server dies. One server at a time sweeps a monitor, as with jobs.

mod customer;
mod monitor;
mod screening;
mod sweep;

pub use customer::{CustomerPage, CustomerPut, MonitoredCustomer};
pub use monitor::{Monitor, NewMonitor};
pub use screening::{MonitorScreening, ToldMatch};
pub use sweep::{MonitorLease, SweepBasis, SweepCounts, TakenMonitor};

pub(crate) use customer::{is_monitored, place_of, spot};
