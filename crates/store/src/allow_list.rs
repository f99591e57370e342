//! The allow-list: matches that were decided to be false positives, as long as the data that was judged stays the same.
//!
//! An entry belongs to one case, so to one customer and one entity under all its ids, and never to a name, a list or
//! all customers. A suppressed match is still found, scored, recorded and counted. When the entry ends, its case is
//! reopened.

mod ending;
mod entry;
mod list;

pub use ending::EndCause;
pub use entry::AllowEntry;
pub use list::{AllowFilter, AllowPage, LiveEntry};

pub(crate) use ending::{Ending, reason_to_end};
pub(crate) use entry::live_entry_of;
