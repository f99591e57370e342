//! Columns derived from the ordered rows: openings, running balances, final balances, rows by slot.

use std::io::{self, Write};

use super::{LedgerMeta, column::ColumnVec, sections::SectionWriter};
use crate::width::{count_of, index_of, number_of};

/// Marks a row before which its sender had to be credited from the unknown.
pub(crate) const HAS_OPENING: u8 = 0x80;

/// The columns that balances and indices are derived from.
pub(super) struct RowColumns {
    pub(super) from: Vec<u32>,
    pub(super) to: Vec<u32>,
    pub(super) amount: ColumnVec,
    pub(super) kind: Vec<u8>,
    /// The slot that issues value. Its payments need no balance.
    pub(super) issue: u32,
    pub(super) slots: usize,
}

pub(super) fn write_derived<W: Write>(
    writer: &mut SectionWriter<W>,
    rows: &RowColumns,
    meta: &mut LedgerMeta,
) -> io::Result<()> {
    write_balances(writer, rows, meta)?;
    write_index(writer, "out", &rows.from, rows.slots)?;
    write_index(writer, "in", &rows.to, rows.slots)
}

/// One pass in order. If a sender holds less than it sends, history is missing from the data: the
/// missing amount is credited first and recorded as an opening of unknown origin. So no balance is
/// negative, and units without explained origin are never counted as clean.
fn write_balances<W: Write>(
    writer: &mut SectionWriter<W>,
    rows: &RowColumns,
    meta: &mut LedgerMeta,
) -> io::Result<()> {
    let (wide, count) = (meta.wide, rows.from.len());
    let mut balance = ColumnVec::zeros(wide, rows.slots);
    let mut from_before = ColumnVec::zeros(wide, count);
    let mut to_after = ColumnVec::zeros(wide, count);
    let (mut opening_at, mut opening_units) = (Vec::<u32>::new(), Vec::<u128>::new());
    let mut kind = rows.kind.clone();
    for (at, kind) in kind.iter_mut().enumerate() {
        let (from, to, amount) = (rows.from[at], rows.to[at], rows.amount.get(at));
        let mut before = balance.get(index_of(from));
        if from == rows.issue {
            before = amount;
        } else if before < amount {
            opening_at.push(number_of(at));
            opening_units.push(amount - before);
            *kind |= HAS_OPENING;
            before = amount;
        }
        from_before.set(at, before);
        balance.set(index_of(from), before - amount);
        let after = balance.get(index_of(to)) + amount;
        balance.set(index_of(to), after);
        to_after.set(at, after);
    }
    meta.openings = count_of(opening_at.len());
    meta.opening_units = opening_units.iter().sum::<u128>().to_string();
    let mut units = ColumnVec::zeros(wide, opening_units.len());
    for (at, value) in opening_units.into_iter().enumerate() {
        units.set(at, value);
    }
    writer.put("kind", &kind)?;
    writer.put("balance", balance.as_bytes())?;
    writer.put("from.before", from_before.as_bytes())?;
    writer.put("to.after", to_after.as_bytes())?;
    writer.put("opening.at", bytemuck::cast_slice(&opening_at))?;
    writer.put("opening.units", units.as_bytes())
}

/// Rows by slot: `start[slot]..start[slot + 1]` in `rows`, each run in order.
fn write_index<W: Write>(
    writer: &mut SectionWriter<W>,
    name: &str,
    slots_of_rows: &[u32],
    slots: usize,
) -> io::Result<()> {
    let mut start = vec![0u32; slots + 1];
    for slot in slots_of_rows {
        start[index_of(*slot) + 1] += 1;
    }
    for slot in 0..slots {
        start[slot + 1] += start[slot];
    }
    let mut next = start.clone();
    let mut rows = vec![0u32; slots_of_rows.len()];
    for (row, slot) in slots_of_rows.iter().enumerate() {
        let place = &mut next[index_of(*slot)];
        rows[index_of(*place)] = number_of(row);
        *place += 1;
    }
    writer.put(&format!("{name}.start"), bytemuck::cast_slice(&start))?;
    writer.put(&format!("{name}.rows"), bytemuck::cast_slice(&rows))
}
