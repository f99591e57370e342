//! Seeds after their names were found in the ledgers.

use hashbrown::{HashMap, HashSet};

use crate::{
    ledger::{LedgerAddress, LedgerRow, LedgerSlot},
    time::Time,
};

/// A span of time: from the first moment up to the last, which is excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) since: Time,
    pub(crate) until: Time,
}

impl Span {
    /// All of time.
    pub(crate) const ALWAYS: Self = Self { since: Time::MIN, until: Time::MAX };

    pub(crate) fn holds(self, time: Time) -> bool {
        self.since <= time && time < self.until
    }
}

/// A stated opening balance that is tainted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SeededOpening {
    pub(crate) at: LedgerSlot,
    pub(crate) units: u128,
}

/// Seeds with their names resolved.
#[derive(Debug, Default)]
pub(crate) struct Seeds {
    /// Rows all of whose units are tainted.
    pub(crate) rows: HashSet<LedgerRow>,
    /// Slots whose stated opening balance is tainted.
    pub(crate) openings: Vec<SeededOpening>,
    /// Addresses all of whose payments within a span are seeds: taint that comes back ends there.
    pub(crate) addresses: HashMap<LedgerAddress, Span>,
}
