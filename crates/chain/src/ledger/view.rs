use hashbrown::HashMap;

use super::{Columns, HAS_OPENING, Ledger, LedgerError};

/// A stated opening balance: what an address held before the first transfer of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening {
    pub(crate) slot: u32,
    pub(crate) units: u128,
}

/// A ledger as seen with stated opening balances. They take the place of as much unknown opening of the
/// same slot, first come first; the ledger's file stays as it is.
#[derive(Debug)]
pub(crate) struct View<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) columns: Columns<'a>,
    pub(crate) openings: Vec<Opening>,
    /// Rows of the ledger that are looked at; later ones have not happened yet.
    pub(crate) rows: usize,
    /// For each slot with a stated opening: its rows with an unknown opening, and the sum so far.
    shortage: HashMap<u32, (u128, Vec<(u32, u128)>)>,
}

impl<'a> View<'a> {
    pub(crate) fn new(
        ledger: &'a Ledger,
        openings: Vec<Opening>,
        rows: usize,
    ) -> Result<Self, LedgerError> {
        let columns = ledger.columns();
        let mut merged: HashMap<u32, u128> = HashMap::new();
        for opening in &openings {
            let sum = merged.entry(opening.slot).or_default();
            *sum = sum
                .checked_add(opening.units)
                .filter(|s| *s <= super::rows::MOST_UNITS)
                .ok_or(LedgerError::Damaged("a stated opening balance"))?;
        }
        let mut view =
            Self { ledger, columns, openings: Vec::new(), rows, shortage: HashMap::new() };
        for (slot, units) in merged {
            let mut sum = 0u128;
            let mut shortages = Vec::new();
            for row in columns.outs(slot) {
                if columns.kind[*row as usize] & HAS_OPENING != 0 {
                    sum += view.ledger_opening(*row);
                    shortages.push((*row, sum));
                }
            }
            view.openings.push(Opening { slot, units });
            view.shortage.insert(slot, (units, shortages));
        }
        view.openings.sort_unstable_by_key(|opening| opening.slot);
        Ok(view)
    }

    /// What the ledger itself credits from the unknown before a row.
    fn ledger_opening(&self, row: u32) -> u128 {
        let found = self.columns.opening_at.binary_search(&row);
        found.map_or(0, |at| self.columns.opening_units.get(at))
    }

    /// What is credited from the unknown before a row, stated openings considered.
    pub(crate) fn unknown_before(&self, row: usize) -> u128 {
        if self.columns.kind[row] & HAS_OPENING == 0 {
            return 0;
        }
        let Some((stated, shortages)) = self.shortage.get(&self.columns.from[row]) else {
            return self.ledger_opening(row as u32);
        };
        let at = shortages.partition_point(|(r, _)| (*r as usize) < row);
        let sum = shortages.get(at).map_or(0, |(_, sum)| *sum);
        let earlier = if at == 0 { 0 } else { shortages[at - 1].1 };
        sum.saturating_sub(*stated) - earlier.saturating_sub(*stated)
    }

    /// How often and how much the view credits from the unknown.
    pub(crate) fn unknown_total(&self) -> (u64, u128) {
        if self.shortage.is_empty() && self.rows == self.columns.from.len() {
            let meta = self.ledger.meta();
            return (meta.openings, meta.opening_units.parse().unwrap_or(0));
        }
        let rows = self.columns.opening_at.iter().take_while(|row| (**row as usize) < self.rows);
        let credits = rows.map(|row| self.unknown_before(*row as usize)).filter(|units| *units > 0);
        credits.fold((0, 0), |(count, sum), units| (count + 1, sum + units))
    }

    /// How much more a slot holds than in the ledger, once `row` has had its unknown credit.
    fn surplus(&self, slot: u32, row: usize) -> u128 {
        let Some((stated, shortages)) = self.shortage.get(&slot) else { return 0 };
        let at = shortages.partition_point(|(r, _)| *r as usize <= row);
        let sum = if at == 0 { 0 } else { shortages[at - 1].1 };
        stated.saturating_sub(sum)
    }

    /// The sender's balance just before a row.
    pub(crate) fn balance_before(&self, row: usize) -> u128 {
        let base = self.columns.from_before.get(row);
        if self.shortage.is_empty() {
            base
        } else {
            base + self.surplus(self.columns.from[row], row)
        }
    }

    /// The receiver's balance just after a row.
    pub(crate) fn balance_after(&self, row: usize) -> u128 {
        let base = self.columns.to_after.get(row);
        if self.shortage.is_empty() { base } else { base + self.surplus(self.columns.to[row], row) }
    }

    /// The balance of a slot after the last row looked at.
    pub(crate) fn balance(&self, slot: u32) -> u128 {
        let base = if self.rows == self.columns.from.len() {
            self.columns.balance.get(slot as usize)
        } else {
            self.balance_within(slot)
        };
        base + self.surplus(slot, self.rows.saturating_sub(1))
    }

    /// The balance after the last row looked at, from the slot's own last rows.
    fn balance_within(&self, slot: u32) -> u128 {
        let last = |rows: &[u32]| {
            rows[..rows.partition_point(|r| (*r as usize) < self.rows)].last().copied()
        };
        let (out, incoming) = (last(self.columns.outs(slot)), last(self.columns.ins(slot)));
        if incoming.is_some_and(|row| out.is_none_or(|out| out <= row)) {
            return self.columns.to_after.get(incoming.unwrap_or_default() as usize);
        }
        out.map_or(0, |row| {
            let row = row as usize;
            self.columns.from_before.get(row) - self.columns.amount.get(row)
        })
    }

    /// The address that a slot belongs to.
    #[inline]
    pub(crate) fn owner_of(&self, slot: u32) -> u32 {
        if self.columns.owner.is_empty() { slot } else { self.columns.owner[slot as usize] }
    }

    /// Whether a slot is a UTXO transaction between its inputs and its outputs.
    #[inline]
    pub(crate) fn is_between(&self, slot: u32) -> bool {
        !self.columns.owner.is_empty() && self.ledger.between_address() == Some(self.owner_of(slot))
    }

    pub(crate) fn stated(&self, slot: u32) -> u128 {
        self.shortage.get(&slot).map_or(0, |(units, _)| *units)
    }

    /// The first of a slot's outgoing rows at or after `row`, within the view.
    pub(crate) fn next_out(&self, slot: u32, row: usize) -> Option<u32> {
        let outs = self.columns.outs(slot);
        let next = outs.get(outs.partition_point(|r| (*r as usize) < row)).copied();
        next.filter(|row| (*row as usize) < self.rows)
    }

    /// The last of a slot's incoming rows before `row`.
    pub(crate) fn last_in(&self, slot: u32, row: usize) -> Option<u32> {
        let ins = self.columns.ins(slot);
        ins[..ins.partition_point(|r| (*r as usize) < row)].last().copied()
    }
}
