//! Looks links up in a table: which payments take a source's units, and which sources fund a
//! payment.
//!
//! A table is a cache of the result of matching the ledger. An access outside the table, or a difference below zero,
//! means that the table does not fit its ledger; it is recorded as damage and never panics.

use super::{
    slot_links::{Link, Source, Unspent},
    table_source::{source_key, unpacked},
};
use crate::{
    ledger::{Columns, LinkOrder, RowId, SlotId, View},
    width::{index_of, length_of},
};

/// The name under which a table that does not fit its ledger is reported.
const DAMAGED: &str = "its table of links";

/// A table's columns, taken once per query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkReader<'a> {
    pub(super) order: LinkOrder,
    /// The number of 32-bit words per link: one for the source, one for the payment, the rest for
    /// the place.
    pub(super) stride: usize,
    pub(super) words: &'a [u32],
    pub(super) start: &'a [u64],
    pub(super) by_out: &'a [u32],
}

/// The links of one slot.
#[derive(Debug, Clone, Copy)]
struct SlotTable<'a> {
    columns: &'a Columns<'a>,
    stride: usize,
    words: &'a [u32],
    by_out: &'a [u32],
}

/// Oldest first: where a link ends, and how much of its payment came before it.
struct LinkSpan {
    end: u128,
    out_start: u128,
}

impl SlotTable<'_> {
    fn len(&self) -> usize {
        self.words.len() / self.stride
    }

    fn word(&self, at: usize) -> u32 {
        self.words.get(at).copied().unwrap_or_else(|| self.columns.damaged(DAMAGED))
    }

    fn source(&self, at: usize) -> u32 {
        self.word(at * self.stride)
    }

    fn out(&self, at: usize) -> RowId {
        RowId::new(self.word(at * self.stride + 1))
    }

    fn place(&self, at: usize) -> u128 {
        let words = self.words.get(at * self.stride + 2..(at + 1) * self.stride);
        let words = words.unwrap_or_else(|| self.columns.damaged(DAMAGED));
        words.iter().rev().fold(0, |place, word| place << 32 | u128::from(*word))
    }

    /// A difference that is negative only when the table does not fit its ledger.
    fn minus(&self, larger: u128, smaller: u128) -> u128 {
        larger.checked_sub(smaller).unwrap_or_else(|| self.columns.damaged(DAMAGED))
    }

    /// The first link for which `is_below` does not hold.
    fn first(&self, is_below: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if is_below(middle) { low = middle + 1 } else { high = middle }
        }
        low
    }

    fn first_of_source(&self, source: u32) -> usize {
        self.first(|at| source_key(self.source(at)) < source_key(source))
    }

    fn span(&self, at: usize, first_of_out: usize) -> LinkSpan {
        let (place, first) = (self.place(at), self.place(first_of_out));
        let end = if at + 1 < self.len() {
            self.place(at + 1)
        } else {
            first.saturating_add(self.columns.amount(self.out(at)))
        };
        LinkSpan { end, out_start: self.minus(place, first) }
    }
}

impl<'a> LinkReader<'a> {
    /// Whether the table is valid for a slot in a view. It is not if an opening is stated for the slot, which changes
    /// the links, or if the slot issues value and has no links.
    pub(crate) fn serves(&self, view: &View<'_>, slot: SlotId) -> bool {
        view.stated(slot) == 0 && view.ledger.issue_address() != Some(view.owner_of(slot))
    }

    fn of_slot<'t>(&self, columns: &'t Columns<'t>, slot: SlotId) -> SlotTable<'t>
    where
        'a: 't,
    {
        let bound = |at: usize| self.start.get(at).map(|bound| length_of(*bound));
        let links = bound(slot.index()).zip(bound(slot.index() + 1));
        let words = links.and_then(|(first, last)| {
            let stride = |links: usize| links.checked_mul(self.stride);
            self.words.get(stride(first)?..stride(last)?)
        });
        let by_out = links.and_then(|(first, last)| self.by_out.get(first..last));
        SlotTable {
            columns,
            stride: self.stride,
            words: words.unwrap_or_else(|| columns.damaged(DAMAGED)),
            by_out: by_out.unwrap_or(&[]),
        }
    }

    /// Appends the links that take units of a row to `found`, and returns the units that none
    /// takes.
    pub(crate) fn of_source(
        &self,
        view: &View<'_>,
        slot: SlotId,
        row: RowId,
        found: &mut Vec<Link>,
    ) -> Option<Unspent> {
        let columns = &view.columns;
        let table = self.of_slot(columns, slot);
        let (source, brought) = (Source::Row(row), columns.amount(row));
        let first = table.first_of_source(row.number());
        let mut taken = 0u128;
        let high = columns.receiver_after(row);
        for at in first..table.len() {
            let out = table.out(at);
            if table.source(at) != row.number() || !view.has(out) {
                break;
            }
            let link = match self.order {
                LinkOrder::OldestFirst => {
                    // All links of a source except the first are the first links of their payments.
                    let first_of_out =
                        if at == first { table.first(|at| table.out(at) < out) } else { at };
                    let LinkSpan { end, out_start } = table.span(at, first_of_out);
                    let units = table.minus(end, table.place(at));
                    Link { source, out, source_start: taken, out_start, units }
                }
                LinkOrder::NewestFirst => {
                    let (place, top) = (table.place(at), table.minus(high, taken));
                    let out_start = table.minus(columns.sender_before(out), top);
                    let source_start = table.minus(place, table.minus(high, brought));
                    let units = table.minus(top, place);
                    Link { source, out, source_start, out_start, units }
                }
            };
            taken = taken.saturating_add(link.units);
            found.push(link);
        }
        let units = table.minus(brought, taken);
        let start = if self.order == LinkOrder::OldestFirst { taken } else { 0 };
        (units > 0).then_some(Unspent { source, start, units })
    }

    /// The links that fund a payment, in the order of its units.
    pub(crate) fn of_out(&self, view: &View<'_>, slot: SlotId, out: RowId) -> Vec<Link> {
        let table = self.of_slot(&view.columns, slot);
        match self.order {
            LinkOrder::OldestFirst => oldest_funding(&table, out),
            LinkOrder::NewestFirst => newest_funding(&table, out),
        }
    }
}

fn oldest_funding(table: &SlotTable<'_>, out: RowId) -> Vec<Link> {
    let first = table.first(|at| table.out(at) < out);
    let of_out = (first..table.len()).take_while(|at| table.out(*at) == out);
    let link = |at: usize| {
        let LinkSpan { end, out_start } = table.span(at, first);
        let (place, source) = (table.place(at), table.source(at));
        // All links of a payment except the first are the first links of their sources.
        let begin = if at == first { table.first_of_source(source) } else { at };
        let source_start = table.minus(place, table.place(begin));
        let units = table.minus(end, place);
        Link { source: unpacked(source), out, source_start, out_start, units }
    };
    of_out.map(link).collect()
}

fn newest_funding(table: &SlotTable<'_>, out: RowId) -> Vec<Link> {
    let columns = table.columns;
    let first = table.by_out.partition_point(|at| table.out(index_of(*at)) < out);
    let before = columns.sender_before(out);
    let (mut out_start, mut found) = (0u128, Vec::new());
    for at in table.by_out.iter().skip(first).map(|at| index_of(*at)) {
        if table.out(at) != out {
            break;
        }
        let (place, source) = (table.place(at), unpacked(table.source(at)));
        let low = match source {
            Source::Row(row) => table.minus(columns.receiver_after(row), columns.amount(row)),
            _ => place,
        };
        let units = table.minus(table.minus(before, out_start), place);
        found.push(Link { source, out, source_start: table.minus(place, low), out_start, units });
        out_start = out_start.saturating_add(units);
    }
    found
}
