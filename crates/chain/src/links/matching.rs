//! Matches the transfers of many slots at once, for the table of links.
//!
//! Amounts are first gathered for a run of slots, so that their cache misses overlap; the matching
//! itself then reads memory in order. Neither order needs the ledger's balances: a payment above
//! what is held shows how large the opening is.

use std::ops::Range;

use super::table_source::{OPENING, source_key};
use crate::{
    ledger::{Column, Columns, LinkOrder, RowId, SlotId},
    width::{index_of, low_word, number_of},
};

/// The links of a run of slots, as the file keeps them.
#[derive(Debug, Default)]
pub(super) struct MatchedSlots {
    /// Source, payment and place of each link, in the order of sources.
    pub(super) words: Vec<u32>,
    /// For newest first: the links of each slot in the order of payments.
    pub(super) by_out: Vec<u32>,
    /// The number of links of each slot.
    pub(super) counts: Vec<u32>,
}

/// An amount of the width that a ledger keeps. Sums wrap: they stay within the ledger's total, which a
/// builder bounds, and those of a damaged ledger are never used.
trait Units: Copy + Ord + Default {
    fn push_words(self, words: &mut Vec<u32>);
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
}

impl Units for u64 {
    fn push_words(self, words: &mut Vec<u32>) {
        words.extend([0, 32].map(|shift| low_word(u128::from(self >> shift))));
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }
}

impl Units for u128 {
    fn push_words(self, words: &mut Vec<u32>) {
        words.extend([0, 32, 64, 96].map(|shift| low_word(self >> shift)));
    }

    fn plus(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }
}

/// A row of a slot with its amount.
#[derive(Debug, Clone, Copy)]
struct SlotRow<U> {
    row: RowId,
    units: U,
}

/// A slot's incoming and outgoing rows.
struct SlotRows<'a, U> {
    ins: &'a [SlotRow<U>],
    outs: &'a [SlotRow<U>],
}

/// One link: where the units are from, the payment that takes them, and their place (see the table).
#[derive(Debug, Clone, Copy)]
struct Match<U> {
    source: u32,
    out: u32,
    place: U,
}

/// Matches the slots of a range. The slot that issues value has no sources and gets no links.
pub(super) fn match_slots(
    columns: &Columns<'_>,
    slots: Range<SlotId>,
    issue: Option<SlotId>,
    order: LinkOrder,
) -> MatchedSlots {
    match columns.amounts() {
        Column::Narrow(amounts) => Matcher { columns, amounts, issue, order }.run(slots),
        Column::Wide(amounts) => Matcher { columns, amounts, issue, order }.run(slots),
    }
}

struct Matcher<'a, U> {
    columns: &'a Columns<'a>,
    amounts: &'a [U],
    issue: Option<SlotId>,
    order: LinkOrder,
}

impl<U: Units> Matcher<'_, U> {
    /// The rows of a run of slots with their amounts, in the order of slots.
    fn gather(&self, incoming: bool, slots: Range<SlotId>) -> Vec<SlotRow<U>> {
        let index = self.columns.index(incoming);
        let Some(places) = index.places(slots) else {
            return self.columns.damaged("the rows of a slot");
        };
        let units = |row: RowId| self.amounts.get(row.index()).copied();
        let row = |row: &RowId| SlotRow {
            row: *row,
            units: units(*row).unwrap_or_else(|| self.columns.damaged("the rows of a slot")),
        };
        index.rows(places).iter().map(row).collect()
    }

    fn run(&self, slots: Range<SlotId>) -> MatchedSlots {
        let (brought, sent) = (self.gather(true, slots.clone()), self.gather(false, slots.clone()));
        let mut matched = MatchedSlots::default();
        matched.words.reserve((brought.len() + sent.len()) * 4);
        let (mut brought, mut sent) = (brought.as_slice(), sent.as_slice());
        let (mut pile, mut found) = (Vec::new(), Vec::new());
        for slot in (slots.start.number()..slots.end.number()).map(SlotId::new) {
            let ins = take_front(&mut brought, self.columns.ins(slot).len());
            let outs = take_front(&mut sent, self.columns.outs(slot).len());
            let rows = SlotRows { ins, outs: if self.issue == Some(slot) { &[] } else { outs } };
            let mut count = 0;
            match self.order {
                LinkOrder::OldestFirst => oldest_first(&rows, |link| {
                    count += 1;
                    push(&mut matched.words, link);
                }),
                LinkOrder::NewestFirst => {
                    found.clear();
                    newest_first(&rows, &mut pile, |link| {
                        found.push((number_of(found.len()), link));
                    });
                    count = number_of(found.len());
                    put_in_source_order(&mut found, &mut matched);
                }
            }
            matched.counts.push(count);
        }
        matched
    }
}

/// Splits the first rows off a list.
fn take_front<'r, T>(rows: &mut &'r [T], count: usize) -> &'r [T] {
    let (own, rest) = rows.split_at_checked(count).unwrap_or((*rows, &[]));
    *rows = rest;
    own
}

fn push<U: Units>(words: &mut Vec<u32>, link: Match<U>) {
    words.extend([link.source, link.out]);
    link.place.push_words(words);
}

/// Oldest units leave first. Sources and payments are both sorted, so a merge with two pointers
/// matches them.
fn oldest_first<U: Units>(rows: &SlotRows<'_, U>, mut take: impl FnMut(Match<U>)) {
    let none = U::default();
    let (mut place, mut ins) = (none, rows.ins.iter().peekable());
    let (mut source, mut rest) = (0, none);
    for SlotRow { row: out, units: amount } in rows.outs {
        let mut missing = *amount;
        while missing > none {
            if rest == none {
                // A transfer to oneself first leaves and then comes back, so `<` and not `<=`.
                (source, rest) = match ins.next_if(|incoming| incoming.row < *out) {
                    Some(incoming) => (incoming.row.number(), incoming.units),
                    None => (out.number() | OPENING, missing),
                };
            }
            let units = rest.min(missing);
            take(Match { source, out: out.number(), place });
            place = place.plus(units);
            (rest, missing) = (rest.minus(units), missing.minus(units));
        }
    }
}

/// Newest units leave first: sources lie on a stack and payments take from its top. An entry of the
/// stack is a source and the height of its lowest unit.
fn newest_first<U: Units>(
    rows: &SlotRows<'_, U>,
    pile: &mut Vec<(RowId, U)>,
    mut take: impl FnMut(Match<U>),
) {
    pile.clear();
    let (mut height, mut ins) = (U::default(), rows.ins.iter().peekable());
    for SlotRow { row, units: amount } in rows.outs {
        let out = row.number();
        while let Some(incoming) = ins.next_if(|incoming| incoming.row < *row) {
            pile.push((incoming.row, height));
            height = height.plus(incoming.units);
        }
        let mut bottom = U::default();
        if height < *amount {
            take(Match { source: out | OPENING, out, place: height });
        } else {
            bottom = height.minus(*amount);
        }
        while height > bottom
            && let Some((source, low)) = pile.last().copied()
        {
            height = low.max(bottom);
            take(Match { source: source.number(), out, place: height });
            if height == low {
                pile.pop();
            }
        }
    }
}

/// Writes a slot's links in the order of their sources and notes the order of their payments.
fn put_in_source_order<U: Units>(found: &mut [(u32, Match<U>)], matched: &mut MatchedSlots) {
    found.sort_unstable_by_key(|(at, link)| (source_key(link.source), *at));
    let first = matched.by_out.len();
    matched.by_out.resize(first + found.len(), 0);
    for (place, (at, link)) in found.iter().enumerate() {
        if let Some(by_out) = matched.by_out.get_mut(first + index_of(*at)) {
            *by_out = number_of(place);
        }
        push(&mut matched.words, *link);
    }
}
