//! The source of a link as the table stores it: a row number, and a bit for "the opening before it".

use super::slot_links::Source;
use crate::ledger::RowId;

/// The top bit of a stored source: the units come from the opening before the row and not from the row.
/// Row numbers have 31 bits, so the bit is free.
pub(super) const OPENING: u32 = 1 << 31;

/// The source behind a stored number.
pub(super) fn unpacked(source: u32) -> Source {
    if source & OPENING == 0 {
        Source::Row(RowId::new(source))
    } else {
        Source::Unknown(RowId::new(source & !OPENING))
    }
}

/// The order in which units came into a slot: first a payment's opening, then the row's own units.
pub(super) fn source_key(source: u32) -> u64 {
    u64::from(source & !OPENING) * 2 + u64::from(source & OPENING == 0)
}
