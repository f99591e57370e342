//! Matches the transfers of many slots at once, for the table of links.
//!
//! Amounts are first gathered for a run of slots, so that the processor fetches many of them at a time;
//! the matching itself then reads memory in order. Neither order needs the ledger's balances: a payment
//! that what is held does not cover shows the opening by itself.

use super::link_table::{LinkOrder, OPENING};
use crate::ledger::{Column, Columns};

/// The links of a run of slots, as the file keeps them.
#[derive(Debug, Default)]
pub(super) struct MatchedSlots {
    /// Source, payment and place of each link, in the order of sources.
    pub(super) words: Vec<u32>,
    /// For newest first: the links of each slot in the order of payments.
    pub(super) by_out: Vec<u32>,
    /// How many links each slot has.
    pub(super) counts: Vec<u32>,
}

/// An amount of the width that a ledger keeps.
trait Units:
    Copy + Ord + Default + std::ops::Add<Output = Self> + std::ops::Sub<Output = Self>
{
    fn push_words(self, words: &mut Vec<u32>);
}

impl Units for u64 {
    fn push_words(self, words: &mut Vec<u32>) {
        words.extend([self as u32, (self >> 32) as u32]);
    }
}

impl Units for u128 {
    fn push_words(self, words: &mut Vec<u32>) {
        words.extend([0, 32, 64, 96].map(|shift| (self >> shift) as u32));
    }
}

/// A slot's incoming and outgoing rows with their amounts.
struct SlotRows<'a, U> {
    ins: &'a [u32],
    brought: &'a [U],
    outs: &'a [u32],
    sent: &'a [U],
}

/// One link: where the units are from, the payment that takes them, and their place (see the table).
#[derive(Debug, Clone, Copy)]
struct Match<U> {
    source: u32,
    out: u32,
    place: U,
}

/// Matches the slots of a range. A slot that issues value has no sources and gets no links.
pub(super) fn match_slots(
    columns: &Columns<'_>,
    slots: std::ops::Range<u32>,
    issue: Option<u32>,
    order: LinkOrder,
) -> MatchedSlots {
    match columns.amount {
        Column::Narrow(amounts) => match_range(columns, amounts, slots, (issue, order)),
        Column::Wide(amounts) => match_range(columns, amounts, slots, (issue, order)),
    }
}

fn match_range<U: Units>(
    columns: &Columns<'_>,
    amounts: &[U],
    slots: std::ops::Range<u32>,
    (issue, order): (Option<u32>, LinkOrder),
) -> MatchedSlots {
    let span =
        |start: &[u32]| start[slots.start as usize] as usize..start[slots.end as usize] as usize;
    let (ins, outs) = (span(columns.in_start), span(columns.out_start));
    let gather = |rows: &[u32]| rows.iter().map(|row| amounts[*row as usize]).collect::<Vec<U>>();
    let brought = gather(&columns.in_rows[ins.clone()]);
    let sent = gather(&columns.out_rows[outs.clone()]);
    let mut matched = MatchedSlots::default();
    matched.words.reserve((brought.len() + sent.len()) * 4);
    let (mut stack, mut found) = (Vec::new(), Vec::new());
    for slot in slots {
        let (in_rows, out_rows) = (columns.ins(slot), columns.outs(slot));
        let first_in = columns.in_start[slot as usize] as usize - ins.start;
        let first_out = columns.out_start[slot as usize] as usize - outs.start;
        let rows = SlotRows {
            ins: in_rows,
            brought: &brought[first_in..first_in + in_rows.len()],
            outs: if issue == Some(slot) { &[] } else { out_rows },
            sent: &sent[first_out..first_out + out_rows.len()],
        };
        let mut count = 0;
        match order {
            LinkOrder::OldestFirst => oldest_first(&rows, |link| {
                count += 1;
                push(&mut matched.words, link);
            }),
            LinkOrder::NewestFirst => {
                found.clear();
                newest_first(&rows, &mut stack, |link| found.push((found.len() as u32, link)));
                count = found.len() as u32;
                put_in_source_order(&mut found, &mut matched);
            }
        }
        matched.counts.push(count);
    }
    matched
}

fn push<U: Units>(words: &mut Vec<u32>, link: Match<U>) {
    words.extend([link.source, link.out]);
    link.place.push_words(words);
}

/// What came first leaves first. Sources and payments both stand in order, so two pointers do.
fn oldest_first<U: Units>(rows: &SlotRows<'_, U>, mut take: impl FnMut(Match<U>)) {
    let none = U::default();
    let (mut place, mut next) = (none, 0);
    let (mut source, mut rest) = (0, none);
    for (out, amount) in rows.outs.iter().zip(rows.sent) {
        let mut missing = *amount;
        while missing > none {
            if rest == none {
                // A transfer to oneself leaves first and comes back after, so `<` and not `<=`.
                (source, rest) = match rows.ins.get(next) {
                    Some(row) if row < out => (*row, rows.brought[next]),
                    _ => (*out | OPENING, missing),
                };
                next += usize::from(source & OPENING == 0);
            }
            let units = rest.min(missing);
            take(Match { source, out: *out, place });
            (place, rest, missing) = (place + units, rest - units, missing - units);
        }
    }
}

/// What came last leaves first: sources lie on a pile and payments take from its top.
fn newest_first<U: Units>(
    rows: &SlotRows<'_, U>,
    pile: &mut Vec<(u32, U)>,
    mut take: impl FnMut(Match<U>),
) {
    pile.clear();
    let (mut height, mut next) = (U::default(), 0);
    for (out, amount) in rows.outs.iter().zip(rows.sent) {
        while rows.ins.get(next).is_some_and(|row| row < out) {
            pile.push((rows.ins[next], height));
            height = height + rows.brought[next];
            next += 1;
        }
        let mut bottom = U::default();
        if height < *amount {
            take(Match { source: *out | OPENING, out: *out, place: height });
        } else {
            bottom = height - *amount;
        }
        while height > bottom
            && let Some((source, low)) = pile.last().copied()
        {
            height = low.max(bottom);
            take(Match { source, out: *out, place: height });
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
        matched.by_out[first + *at as usize] = place as u32;
        push(&mut matched.words, *link);
    }
}

/// The order in which units came into a slot: a payment's opening, then what the row itself brings.
pub(super) fn source_key(source: u32) -> u64 {
    u64::from(source & !OPENING) * 2 + u64::from(source & OPENING == 0)
}
