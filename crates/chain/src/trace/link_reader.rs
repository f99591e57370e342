//! Looking links up in a table: what takes a source's units away, and what funds a payment.

use super::{
    link_match::source_key,
    link_table::{LinkOrder, OPENING},
    links::{Link, Source, Unspent},
};
use crate::ledger::{Columns, View};

/// A table's columns, taken once per question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LinkReader<'a> {
    pub(super) order: LinkOrder,
    /// Words to a link: two and the place.
    pub(super) stride: usize,
    pub(super) words: &'a [u32],
    pub(super) start: &'a [u64],
    pub(super) by_out: &'a [u32],
}

/// The links of one slot.
#[derive(Debug, Clone, Copy)]
struct SlotTable<'a> {
    stride: usize,
    words: &'a [u32],
    by_out: &'a [u32],
}

impl SlotTable<'_> {
    fn len(&self) -> usize {
        self.words.len() / self.stride
    }

    fn source(&self, at: usize) -> u32 {
        self.words[at * self.stride]
    }

    fn out(&self, at: usize) -> u32 {
        self.words[at * self.stride + 1]
    }

    fn place(&self, at: usize) -> u128 {
        let words = &self.words[at * self.stride + 2..(at + 1) * self.stride];
        words.iter().rev().fold(0, |place, word| place << 32 | u128::from(*word))
    }

    /// The first link whose number is not below by `is_below`.
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

    /// Oldest first: where a link ends, and how much of its payment came before it.
    fn span(&self, columns: &Columns<'_>, at: usize, first_of_out: usize) -> (u128, u128) {
        let (place, first) = (self.place(at), self.place(first_of_out));
        let end = if at + 1 < self.len() {
            self.place(at + 1)
        } else {
            first + columns.amount.get(self.out(at) as usize)
        };
        (end, place - first)
    }
}

fn unpacked(source: u32) -> Source {
    if source & OPENING == 0 { Source::Row(source) } else { Source::Unknown(source & !OPENING) }
}

impl<'a> LinkReader<'a> {
    /// Whether the table holds for a slot as a view sees it: a stated opening changes what funds what,
    /// and a slot that issues value has no links.
    pub(crate) fn serves(&self, view: &View<'_>, slot: u32) -> bool {
        view.stated(slot) == 0 && view.ledger.issue_address() != Some(view.owner_of(slot))
    }

    fn of_slot(&self, slot: u32) -> SlotTable<'a> {
        let (start, stride) = (self.start, self.stride);
        let (first, last) = (start[slot as usize] as usize, start[slot as usize + 1] as usize);
        SlotTable {
            stride,
            words: &self.words[first * stride..last * stride],
            by_out: self.by_out.get(first..last).unwrap_or(&[]),
        }
    }

    /// Puts the links that take a row's units away into `found`, and gives what none takes.
    pub(crate) fn of_source(
        &self,
        view: &View<'_>,
        (slot, row): (u32, u32),
        found: &mut Vec<Link>,
    ) -> Option<Unspent> {
        let (table, columns) = (self.of_slot(slot), &view.columns);
        let (source, brought) = (Source::Row(row), columns.amount.get(row as usize));
        let first = table.first_of_source(row);
        let mut taken = 0;
        let high = columns.to_after.get(row as usize);
        for at in first..table.len() {
            let out = table.out(at);
            if table.source(at) != row || out as usize >= view.rows {
                break;
            }
            let link = match self.order {
                LinkOrder::OldestFirst => {
                    // All links of a source but its first begin a payment.
                    let first_of_out =
                        if at == first { table.first(|at| table.out(at) < out) } else { at };
                    let (end, out_start) = table.span(columns, at, first_of_out);
                    let units = end - table.place(at);
                    Link { source, out, source_start: taken, out_start, units }
                }
                LinkOrder::NewestFirst => {
                    let (place, top) = (table.place(at), high - taken);
                    let out_start = columns.from_before.get(out as usize) - top;
                    let source_start = place - (high - brought);
                    Link { source, out, source_start, out_start, units: top - place }
                }
            };
            taken += link.units;
            found.push(link);
        }
        let units = brought - taken;
        let start = if self.order == LinkOrder::OldestFirst { taken } else { 0 };
        (units > 0).then_some(Unspent { source, start, units })
    }

    /// The links that fund a payment, in the order of its units.
    pub(crate) fn of_out(&self, view: &View<'_>, (slot, out): (u32, u32)) -> Vec<Link> {
        let (table, columns) = (self.of_slot(slot), &view.columns);
        let mut found = Vec::new();
        if self.order == LinkOrder::OldestFirst {
            let first = table.first(|at| table.out(at) < out);
            for at in (first..table.len()).take_while(|at| table.out(*at) == out) {
                let (end, out_start) = table.span(columns, at, first);
                let (place, source) = (table.place(at), table.source(at));
                // All links of a payment but its first begin a source.
                let begin = if at == first { table.first_of_source(source) } else { at };
                let source_start = place - table.place(begin);
                let source = unpacked(source);
                found.push(Link { source, out, source_start, out_start, units: end - place });
            }
            return found;
        }
        let first = table.by_out.partition_point(|at| table.out(*at as usize) < out);
        let before = columns.from_before.get(out as usize);
        let mut out_start = 0;
        for at in table.by_out[first..].iter().map(|at| *at as usize) {
            if table.out(at) != out {
                break;
            }
            let (place, source) = (table.place(at), unpacked(table.source(at)));
            let low = match source {
                Source::Row(row) => {
                    columns.to_after.get(row as usize) - columns.amount.get(row as usize)
                }
                _ => place,
            };
            let units = before - out_start - place;
            found.push(Link { source, out, source_start: place - low, out_start, units });
            out_start += units;
        }
        found
    }
}
