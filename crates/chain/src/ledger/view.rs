//! A view of a ledger for one query: with stated opening balances, up to a last row.

use hashbrown::HashMap;

use super::{
    Columns, Ledger, LedgerError,
    ids::{AddressId, RowId, SlotId},
    rows::MAX_UNITS,
};

/// A stated opening balance: what an address held before the first transfer of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) slot: SlotId,
    pub(crate) units: u128,
}

/// A ledger as seen with stated opening balances. A stated opening replaces the same amount of the
/// slot's unknown openings, earliest first. The ledger's file is not changed.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) columns: Columns<'a>,
    pub(crate) openings: Vec<Opening>,
    /// The number of rows in the view. Later rows are ignored.
    pub(crate) rows: usize,
    /// For each slot with a stated opening, the credits from the unknown that the ledger itself
    /// gives it.
    shortage: HashMap<SlotId, Shortage>,
}

/// A slot's stated opening, and the credits from the unknown that it replaces.
#[derive(Debug)]
struct Shortage {
    stated: u128,
    /// Each row with an unknown opening, and the sum of those openings up to and including it.
    sums: Vec<(RowId, u128)>,
}

impl Shortage {
    /// The sum of unknown openings at the rows for which `is_before` holds.
    fn sum(&self, is_before: impl Fn(RowId) -> bool) -> u128 {
        let end = self.sums.partition_point(|(row, _)| is_before(*row));
        let last = end.checked_sub(1).and_then(|last| self.sums.get(last));
        last.map_or(0, |(_, sum)| *sum)
    }
}

/// The credits from the unknown in a view.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UnknownCredits {
    pub(crate) count: u64,
    pub(crate) units: u128,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        ledger: &'a Ledger,
        openings: Vec<Opening>,
        rows: usize,
    ) -> Result<Self, LedgerError> {
        let columns = ledger.columns();
        let mut merged: HashMap<SlotId, u128> = HashMap::new();
        for opening in &openings {
            let sum = merged.entry(opening.slot).or_default();
            *sum = sum
                .checked_add(opening.units)
                .filter(|sum| *sum <= MAX_UNITS)
                .ok_or(LedgerError::Damaged("a stated opening balance"))?;
        }
        let mut view =
            Self { ledger, columns, openings: Vec::new(), rows, shortage: HashMap::new() };
        for (slot, stated) in merged {
            let mut sum = 0u128;
            let mut sums = Vec::new();
            for row in columns.outs(slot).iter().filter(|row| columns.has_opening(**row)) {
                sum = sum.saturating_add(columns.opening(*row));
                sums.push((*row, sum));
            }
            view.openings.push(Opening { slot, units: stated });
            view.shortage.insert(slot, Shortage { stated, sums });
        }
        view.openings.sort_unstable_by_key(|opening| opening.slot);
        Ok(view)
    }

    /// A view of the whole ledger without stated openings.
    pub(crate) fn whole(ledger: &'a Ledger) -> Self {
        let columns = ledger.columns();
        let (rows, shortage) = (columns.row_count(), HashMap::new());
        Self { ledger, columns, openings: Vec::new(), rows, shortage }
    }

    /// Whether a row is in the view.
    #[inline]
    pub(crate) fn has(&self, row: RowId) -> bool {
        row.index() < self.rows
    }

    /// The row after the last one in the view.
    pub(crate) fn end(&self) -> RowId {
        RowId::at(self.rows)
    }

    /// What is credited from the unknown before a row, stated openings considered.
    pub(crate) fn unknown_before(&self, row: RowId) -> u128 {
        if !self.columns.has_opening(row) {
            return 0;
        }
        let Some(shortage) = self.shortage.get(&self.columns.from(row)) else {
            return self.columns.opening(row);
        };
        let earlier = shortage.sum(|other| other < row).saturating_sub(shortage.stated);
        shortage.sum(|other| other <= row).saturating_sub(shortage.stated).saturating_sub(earlier)
    }

    /// How often and how much the view credits from the unknown.
    pub(crate) fn unknown_total(&self) -> UnknownCredits {
        if self.shortage.is_empty() && self.rows == self.columns.row_count() {
            let meta = self.ledger.meta();
            let units = meta.opening_units.parse().unwrap_or(0);
            return UnknownCredits { count: meta.openings, units };
        }
        let rows = self.columns.rows_with_openings().iter().take_while(|row| self.has(**row));
        let credits = rows.map(|row| self.unknown_before(*row)).filter(|units| *units > 0);
        credits.fold(UnknownCredits::default(), |sum, units| UnknownCredits {
            count: sum.count + 1,
            units: sum.units.saturating_add(units),
        })
    }

    /// How much more a slot holds than in the ledger, after the unknown credit before `row`.
    fn surplus(&self, slot: SlotId, row: RowId) -> u128 {
        let Some(shortage) = self.shortage.get(&slot) else { return 0 };
        shortage.stated.saturating_sub(shortage.sum(|other| other <= row))
    }

    /// The sender's balance just before a row.
    pub(crate) fn balance_before(&self, row: RowId) -> u128 {
        let base = self.columns.sender_before(row);
        if self.shortage.is_empty() {
            base
        } else {
            base.saturating_add(self.surplus(self.columns.from(row), row))
        }
    }

    /// The receiver's balance just after a row.
    pub(crate) fn balance_after(&self, row: RowId) -> u128 {
        let base = self.columns.receiver_after(row);
        if self.shortage.is_empty() {
            base
        } else {
            base.saturating_add(self.surplus(self.columns.to(row), row))
        }
    }

    /// The balance of a slot after the last row of the view.
    pub(crate) fn balance(&self, slot: SlotId) -> u128 {
        let base = if self.rows == self.columns.row_count() {
            self.columns.balance(slot)
        } else {
            self.balance_within(slot)
        };
        base.saturating_add(self.surplus(slot, RowId::at(self.rows.saturating_sub(1))))
    }

    /// The balance after the last row of the view, from the slot's own last rows.
    fn balance_within(&self, slot: SlotId) -> u128 {
        let (columns, end) = (&self.columns, self.end());
        let out = last_before(columns.outs(slot), end);
        match (last_before(columns.ins(slot), end), out) {
            (Some(incoming), out) if out.is_none_or(|out| out <= incoming) => {
                columns.receiver_after(incoming)
            }
            (_, Some(out)) => columns.sender_before(out).saturating_sub(columns.amount(out)),
            (_, None) => 0,
        }
    }

    /// The address that a slot belongs to.
    #[inline]
    pub(crate) fn owner_of(&self, slot: SlotId) -> AddressId {
        self.columns.owner(slot)
    }

    /// Whether a slot is a UTXO transaction between its inputs and its outputs.
    #[inline]
    pub(crate) fn is_between(&self, slot: SlotId) -> bool {
        self.columns.has_outputs() && self.ledger.between_address() == Some(self.owner_of(slot))
    }

    /// The stated opening balance of a slot.
    pub(crate) fn stated(&self, slot: SlotId) -> u128 {
        self.shortage.get(&slot).map_or(0, |shortage| shortage.stated)
    }

    /// The first of a slot's outgoing rows at or after `row`, within the view.
    pub(crate) fn next_out(&self, slot: SlotId, row: RowId) -> Option<RowId> {
        let outs = self.columns.outs(slot);
        let next = outs.get(outs.partition_point(|other| *other < row)).copied();
        next.filter(|row| self.has(*row))
    }

    /// The last of a slot's incoming rows before `row`.
    pub(crate) fn last_in(&self, slot: SlotId, row: RowId) -> Option<RowId> {
        last_before(self.columns.ins(slot), row)
    }

    /// A slot's incoming rows within the view.
    pub(crate) fn ins(&self, slot: SlotId) -> &'a [RowId] {
        before(self.columns.ins(slot), self.end())
    }

    /// A slot's outgoing rows within the view.
    pub(crate) fn outs(&self, slot: SlotId) -> &'a [RowId] {
        before(self.columns.outs(slot), self.end())
    }

    /// The receiver's address.
    pub(crate) fn receiver_text(&self, row: RowId) -> String {
        self.ledger.address_text(self.owner_of(self.columns.to(row)))
    }

    /// The sender's address.
    pub(crate) fn sender_text(&self, row: RowId) -> String {
        self.ledger.address_text(self.owner_of(self.columns.from(row)))
    }
}

/// The rows of a sorted run before one.
pub(crate) fn before(rows: &[RowId], end: RowId) -> &[RowId] {
    rows.get(..rows.partition_point(|row| *row < end)).unwrap_or(&[])
}

/// The last row of a sorted run before one.
pub(crate) fn last_before(rows: &[RowId], end: RowId) -> Option<RowId> {
    before(rows, end).last().copied()
}
