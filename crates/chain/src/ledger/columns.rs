//! Typed, bounds-checked access to the columns of a ledger.

use super::{
    column::Column,
    damage::Damage,
    derive::HAS_OPENING,
    ids::{AddressId, RowId, SlotId, TxId},
};
use crate::{time::Time, transfer::TransferKind};

/// The columns of a ledger as slices, taken once per pass. An access outside a column means that the
/// file is damaged: it yields a default value and is noted (see [`Damage`]).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Columns<'a> {
    pub(super) damage: &'a Damage,
    pub(super) from: &'a [SlotId],
    pub(super) to: &'a [SlotId],
    pub(super) amount: Column<'a>,
    pub(super) kind: &'a [u8],
    pub(super) transaction: &'a [TxId],
    pub(super) from_before: Column<'a>,
    pub(super) to_after: Column<'a>,
    pub(super) out_start: &'a [u32],
    pub(super) out_rows: &'a [RowId],
    pub(super) in_start: &'a [u32],
    pub(super) in_rows: &'a [RowId],
    pub(super) opening_at: &'a [RowId],
    pub(super) opening_units: Column<'a>,
    pub(super) balance: Column<'a>,
    pub(super) time: &'a [Time],
    pub(super) block: &'a [u32],
    pub(super) index: &'a [u32],
    pub(super) owner: &'a [AddressId],
    /// Each row's place in its transaction or block, as its source gave it.
    pub(super) event: &'a [u32],
}

impl<'a> Columns<'a> {
    #[inline]
    fn value<T: Copy + Default>(&self, column: &[T], at: usize, name: &'static str) -> T {
        match column.get(at) {
            Some(value) => *value,
            None => self.damage.note(name),
        }
    }

    #[inline]
    fn units(&self, column: Column<'_>, at: usize, name: &'static str) -> u128 {
        match column.get(at) {
            Some(units) => units,
            None => self.damage.note(name),
        }
    }

    /// How many rows there are.
    pub(crate) fn row_count(&self) -> usize {
        self.from.len()
    }

    /// How many slots there are.
    pub(crate) fn slot_count(&self) -> usize {
        self.balance.len()
    }

    /// How many transactions there are.
    pub(crate) fn transaction_count(&self) -> usize {
        self.time.len()
    }

    /// The sender's slot.
    #[inline]
    pub(crate) fn from(&self, row: RowId) -> SlotId {
        self.value(self.from, row.index(), "from")
    }

    /// The receiver's slot.
    #[inline]
    pub(crate) fn to(&self, row: RowId) -> SlotId {
        self.value(self.to, row.index(), "to")
    }

    #[inline]
    pub(crate) fn amount(&self, row: RowId) -> u128 {
        self.units(self.amount, row.index(), "amount")
    }

    /// All amounts, of the width that the ledger keeps.
    pub(crate) fn amounts(&self) -> Column<'a> {
        self.amount
    }

    #[inline]
    pub(crate) fn kind(&self, row: RowId) -> TransferKind {
        TransferKind::from_byte(self.value(self.kind, row.index(), "kind") & !HAS_OPENING)
    }

    /// Whether the sender was credited from the unknown before the row.
    #[inline]
    pub(crate) fn has_opening(&self, row: RowId) -> bool {
        self.value(self.kind, row.index(), "kind") & HAS_OPENING != 0
    }

    #[inline]
    pub(crate) fn transaction(&self, row: RowId) -> TxId {
        self.value(self.transaction, row.index(), "transaction")
    }

    /// The sender's balance just before a row.
    #[inline]
    pub(crate) fn sender_before(&self, row: RowId) -> u128 {
        self.units(self.from_before, row.index(), "from.before")
    }

    /// All balances before rows, of the width that the ledger keeps.
    pub(crate) fn balances_before(&self) -> Column<'a> {
        self.from_before
    }

    /// The receiver's balance just after a row.
    #[inline]
    pub(crate) fn receiver_after(&self, row: RowId) -> u128 {
        self.units(self.to_after, row.index(), "to.after")
    }

    /// A slot's balance after the last row.
    #[inline]
    pub(crate) fn balance(&self, slot: SlotId) -> u128 {
        self.units(self.balance, slot.index(), "balance")
    }

    /// The rows that a slot sends, in order.
    #[inline]
    pub(crate) fn outs(&self, slot: SlotId) -> &'a [RowId] {
        self.run(self.out_rows, self.out_start, slot, "out.start")
    }

    /// The rows that a slot receives, in order.
    #[inline]
    pub(crate) fn ins(&self, slot: SlotId) -> &'a [RowId] {
        self.run(self.in_rows, self.in_start, slot, "in.start")
    }

    fn run(
        &self,
        rows: &'a [RowId],
        start: &[u32],
        slot: SlotId,
        name: &'static str,
    ) -> &'a [RowId] {
        let first = start.get(slot.index()).map(|first| crate::width::index_of(*first));
        let end = start.get(slot.index() + 1).map(|end| crate::width::index_of(*end));
        let run = first.zip(end).and_then(|(first, end)| rows.get(first..end));
        run.unwrap_or_else(|| self.damage.note(name))
    }

    /// The rows before which the ledger itself credits their senders from the unknown, in order.
    pub(crate) fn rows_with_openings(&self) -> &'a [RowId] {
        self.opening_at
    }

    /// What the ledger itself credits from the unknown before a row.
    pub(crate) fn opening(&self, row: RowId) -> u128 {
        let found = self.opening_at.binary_search(&row);
        found.map_or(0, |at| self.units(self.opening_units, at, "opening.units"))
    }

    /// A row's time as both ends of a span.
    pub(crate) fn span(&self, row: RowId) -> (Time, Time) {
        (self.time(row), self.time(row))
    }

    #[inline]
    pub(crate) fn time(&self, row: RowId) -> Time {
        self.time_of(self.transaction(row))
    }

    /// The times of all transactions.
    pub(crate) fn times(&self) -> &'a [Time] {
        self.time
    }

    #[inline]
    pub(crate) fn time_of(&self, transaction: TxId) -> Time {
        self.value(self.time, transaction.index(), "transaction.time")
    }

    pub(crate) fn block_of(&self, transaction: TxId) -> u32 {
        self.value(self.block, transaction.index(), "transaction.block")
    }

    /// A transaction's place in its block.
    pub(crate) fn index_of(&self, transaction: TxId) -> u32 {
        self.value(self.index, transaction.index(), "transaction.index")
    }

    /// The rows of a transaction: it is found by bisection, because rows are in the order of
    /// transactions.
    pub(crate) fn rows_of(&self, transaction: TxId) -> impl Iterator<Item = RowId> + use<'a> {
        let column = self.transaction;
        let first = column.partition_point(|other| *other < transaction);
        let rows = column.iter().skip(first).take_while(move |other| **other == transaction);
        rows.enumerate().map(move |(at, _)| RowId::at(first + at))
    }

    /// The rows of all transactions before one.
    pub(crate) fn rows_before(&self, transaction: TxId) -> usize {
        self.transaction.partition_point(|other| *other < transaction)
    }

    /// Whether slots are outputs, which have owners, and not addresses.
    #[inline]
    pub(crate) fn has_outputs(&self) -> bool {
        !self.owner.is_empty()
    }

    /// The owner of each slot; empty under the account model.
    pub(crate) fn owners(&self) -> &'a [AddressId] {
        self.owner
    }

    /// The address that a slot belongs to.
    #[inline]
    pub(crate) fn owner(&self, slot: SlotId) -> AddressId {
        if self.owner.is_empty() {
            AddressId::new(slot.number())
        } else {
            self.value(self.owner, slot.index(), "slot.owner")
        }
    }

    /// A row's place in its transaction or block, as its source gave it; 0 where the ledger has none.
    pub(crate) fn event(&self, row: RowId) -> u32 {
        self.event.get(row.index()).copied().unwrap_or_default()
    }

    /// Notes a number that points outside a column.
    pub(crate) fn damaged<T: Default>(&self, name: &'static str) -> T {
        self.damage.note(name)
    }

    /// The rows and amounts of a run of slots, for passes over the whole index.
    pub(crate) fn index(&self, incoming: bool) -> RowIndex<'a> {
        if incoming {
            RowIndex { start: self.in_start, rows: self.in_rows }
        } else {
            RowIndex { start: self.out_start, rows: self.out_rows }
        }
    }
}

/// Rows by slot: a slot's rows are `rows[start[slot]..start[slot + 1]]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowIndex<'a> {
    start: &'a [u32],
    rows: &'a [RowId],
}

impl<'a> RowIndex<'a> {
    /// The places of a run of slots in the list of rows; `None` when the index is damaged.
    pub(crate) fn places(&self, slots: std::ops::Range<SlotId>) -> Option<std::ops::Range<usize>> {
        let place = |slot: SlotId| self.start.get(slot.index()).map(|p| crate::width::index_of(*p));
        let places = place(slots.start)?..place(slots.end)?;
        (places.start <= places.end && places.end <= self.rows.len()).then_some(places)
    }

    /// The row at a place.
    pub(crate) fn row(&self, place: u32) -> Option<RowId> {
        self.rows.get(crate::width::index_of(place)).copied()
    }

    /// The rows at some places.
    pub(crate) fn rows(&self, places: std::ops::Range<usize>) -> &'a [RowId] {
        self.rows.get(places).unwrap_or(&[])
    }

    /// Where a slot's rows begin and end in the list.
    pub(crate) fn span(&self, slot: SlotId) -> Option<(u32, u32)> {
        Some((*self.start.get(slot.index())?, *self.start.get(slot.index() + 1)?))
    }
}
