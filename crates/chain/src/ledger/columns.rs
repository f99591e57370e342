use super::{Column, HAS_OPENING};
use crate::{time::Time, transfer::TransferKind};

/// The columns of a ledger as slices, taken once per pass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a> {
    pub(crate) from: &'a [u32],
    pub(crate) to: &'a [u32],
    pub(crate) amount: Column<'a>,
    pub(crate) kind: &'a [u8],
    pub(crate) transaction: &'a [u32],
    pub(crate) from_before: Column<'a>,
    pub(crate) to_after: Column<'a>,
    pub(crate) out_start: &'a [u32],
    pub(crate) out_rows: &'a [u32],
    pub(crate) in_start: &'a [u32],
    pub(crate) in_rows: &'a [u32],
    pub(crate) opening_at: &'a [u32],
    pub(crate) opening_units: Column<'a>,
    pub(crate) balance: Column<'a>,
    pub(crate) time: &'a [i64],
    pub(crate) block: &'a [u32],
    pub(crate) index: &'a [u32],
    pub(crate) owner: &'a [u32],
    /// Each row's place in its transaction or block, as its source gave it.
    pub(crate) event: &'a [u32],
}

impl Columns<'_> {
    pub(crate) fn kind(&self, row: usize) -> TransferKind {
        TransferKind::from_byte(self.kind[row] & !HAS_OPENING)
    }

    pub(crate) fn outs(&self, slot: u32) -> &[u32] {
        &self.out_rows
            [self.out_start[slot as usize] as usize..self.out_start[slot as usize + 1] as usize]
    }

    pub(crate) fn ins(&self, slot: u32) -> &[u32] {
        &self.in_rows
            [self.in_start[slot as usize] as usize..self.in_start[slot as usize + 1] as usize]
    }

    /// A row's time as both ends of a span.
    pub(crate) fn span(&self, row: usize) -> (Time, Time) {
        (self.time(row), self.time(row))
    }

    pub(crate) fn time(&self, row: usize) -> Time {
        self.time[self.transaction[row] as usize]
    }
}
