//! Exposure under FIFO and LIFO: the slots' own links, walked backward. Every unit has one origin.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use super::{
    Basis,
    ledger_pass::{Party, Pass},
};
use crate::trace::{
    LinkOrder, LinkReader, Method, TraceError,
    links::{Link, Piece, SlotLinks, Source},
};

/// The links of slots: from the ledger's table where it has one, else matched when first needed.
pub(super) struct LinkCache<'a> {
    pub(super) newest_first: bool,
    table: Option<LinkReader<'a>>,
    slots: HashMap<u32, SlotLinks>,
}

impl<'a> LinkCache<'a> {
    pub(super) fn new(pass: &Pass<'a>) -> Self {
        let order = LinkOrder::of(pass.request.method);
        Self {
            newest_first: pass.request.method == Method::Lifo,
            table: order.and_then(|order| pass.set.link_reader(pass.at, order)),
            slots: HashMap::new(),
        }
    }

    fn of(&mut self, pass: &Pass<'_>, slot: u32) -> &SlotLinks {
        let newest_first = self.newest_first;
        self.slots.entry(slot).or_insert_with(|| SlotLinks::of(&pass.view, slot, newest_first))
    }

    /// The links that fund an outgoing row of a slot.
    pub(super) fn of_out(&mut self, pass: &Pass<'_>, slot: u32, row: u32) -> Vec<Link> {
        match &self.table {
            Some(table) if table.serves(&pass.view, slot) => table.of_out(&pass.view, (slot, row)),
            _ => self.of(pass, slot).of_out(row).to_vec(),
        }
    }

    /// The links that take a credit's units out of a slot.
    pub(super) fn of_source(&mut self, pass: &Pass<'_>, slot: u32, source: Source) -> Vec<Link> {
        self.of(pass, slot).of_source(source).copied().collect()
    }
}

/// What the question asks about, as runs inside the rows (or openings) that brought them.
pub(super) fn start(pass: &Pass<'_>, cache: &mut LinkCache<'_>) -> Vec<(u32, Source, Piece)> {
    let mut runs = Vec::new();
    for slot in pass.wallet.slots.iter().copied() {
        if pass.request.basis == Basis::Balance {
            let unspent = &cache.of(pass, slot).unspent;
            runs.extend(
                unspent
                    .iter()
                    .map(|u| (slot, u.source, Piece { start: u.start, units: u.units, hop: 0 })),
            );
        } else {
            let columns = pass.view.columns;
            let rows = columns.ins(slot).iter().filter(|row| (**row as usize) < pass.view.rows);
            let others = rows.filter(|row| columns.from[**row as usize] != slot);
            runs.extend(others.map(|row| {
                let units = columns.amount.get(*row as usize);
                (slot, Source::Row(*row), Piece { start: 0, units, hop: 0 })
            }));
        }
    }
    runs
}

pub(super) fn walk(pass: &mut Pass<'_>) -> Result<(), TraceError> {
    let mut cache = LinkCache::new(pass);
    let mut waiting: BTreeMap<u32, Vec<Piece>> = BTreeMap::new();
    let runs = start(pass, &mut cache);
    pass.whole = runs.iter().map(|(.., piece)| piece.units).sum();
    for (slot, source, piece) in runs {
        arrive(pass, &mut waiting, (slot, source), piece);
    }
    while let Some((row, pieces)) = waiting.pop_last() {
        if !pass.count() {
            return Err(TraceError::TooManyEvents(pass.request.max_events));
        }
        for piece in pieces {
            let Some(onward) = pass.settle(row, vec![(piece.hop, piece.units)]) else { continue };
            let hop = onward.first().map_or(0, |(hop, _)| *hop);
            let slot = pass.view.columns.from[row as usize];
            let newest_first = cache.newest_first;
            let links = cache.of_out(pass, slot, row);
            let back: Vec<_> = links
                .iter()
                .filter_map(|link| {
                    Some((link.source, Piece { hop, ..piece.back(link, newest_first)? }))
                })
                .collect();
            for (source, piece) in back {
                arrive(pass, &mut waiting, (slot, source), piece);
            }
        }
    }
    Ok(())
}

fn arrive(
    pass: &mut Pass<'_>,
    waiting: &mut BTreeMap<u32, Vec<Piece>>,
    (slot, source): (u32, Source),
    piece: Piece,
) {
    let address = pass.view.owner_of(slot);
    let parts = [(piece.hop, piece.units)];
    match source {
        Source::Row(row) => waiting.entry(row).or_default().push(piece),
        Source::Unknown(row) => {
            let time = pass.view.columns.time(row as usize);
            pass.attribute(Party::Unknown, &parts, Some((address, time, None)));
        }
        Source::Stated => {
            let time = pass.view.ledger.meta().first_time;
            pass.attribute(Party::StatedOpening, &parts, Some((address, time, None)));
        }
    }
}
