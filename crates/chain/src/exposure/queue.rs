//! Exposure under FIFO and LIFO: the slots' own links, walked backward. Every unit has one origin.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use super::{
    Basis,
    ledger_pass::Pass,
    party::{Origin, Party},
};
use crate::{
    ledger::{LinkOrder, RowId, SlotId},
    links::{Link, LinkReader, Piece, SlotLinks, Source},
    method::Method,
    trace::TraceError,
};

/// The links of slots: from the ledger's table where it has one, else matched when first needed.
pub(super) struct LinkCache<'a> {
    pub(super) newest_first: bool,
    table: Option<LinkReader<'a>>,
    slots: HashMap<SlotId, SlotLinks>,
}

/// A run of units that has reached a slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) slot: SlotId,
    /// The credit that brought it there, and the run inside that credit.
    pub(super) source: Source,
    pub(super) piece: Piece,
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

    fn of(&mut self, pass: &Pass<'_>, slot: SlotId) -> &SlotLinks {
        let newest_first = self.newest_first;
        self.slots.entry(slot).or_insert_with(|| SlotLinks::of(&pass.view, slot, newest_first))
    }

    /// The links that fund an outgoing row of a slot.
    pub(super) fn of_out(&mut self, pass: &Pass<'_>, slot: SlotId, row: RowId) -> Vec<Link> {
        match &self.table {
            Some(table) if table.serves(&pass.view, slot) => table.of_out(&pass.view, slot, row),
            _ => self.of(pass, slot).of_out(row).to_vec(),
        }
    }

    /// The links that take a credit's units out of a slot.
    pub(super) fn of_source(&mut self, pass: &Pass<'_>, slot: SlotId, source: Source) -> Vec<Link> {
        self.of(pass, slot).of_source(source).copied().collect()
    }
}

/// The units of the query, as runs inside the rows (or openings) that brought them.
pub(super) fn start(pass: &Pass<'_>, cache: &mut LinkCache<'_>) -> Vec<Run> {
    let mut runs = Vec::new();
    for slot in pass.wallet.slots.iter().copied() {
        if pass.request.basis == Basis::Balance {
            runs.extend(cache.of(pass, slot).unspent.iter().map(|unspent| Run {
                slot,
                source: unspent.source,
                piece: Piece { start: unspent.start, units: unspent.units, hop: 0 },
            }));
        } else {
            let columns = pass.view.columns;
            let rows = pass.view.ins(slot).iter().filter(|row| columns.from(**row) != slot);
            runs.extend(rows.map(|row| Run {
                slot,
                source: Source::Row(*row),
                piece: Piece { start: 0, units: columns.amount(*row), hop: 0 },
            }));
        }
    }
    runs
}

pub(super) fn walk(pass: &mut Pass<'_>) -> Result<(), TraceError> {
    let mut cache = LinkCache::new(pass);
    let mut waiting: BTreeMap<RowId, Vec<Piece>> = BTreeMap::new();
    for run in start(pass, &mut cache) {
        pass.ask_for(run.piece.units);
        arrive(pass, &mut waiting, run);
    }
    while let Some((row, pieces)) = waiting.pop_last() {
        pass.count_event()?;
        for piece in pieces {
            let Some(onward) = pass.settle(row, vec![(piece.hop, piece.units)]) else { continue };
            let hop = onward.first().map_or(0, |(hop, _)| *hop);
            let slot = pass.view.columns.from(row);
            for link in cache.of_out(pass, slot, row) {
                let Some(back) = piece.back(&link, cache.newest_first) else { continue };
                let piece = Piece { hop, ..back };
                arrive(pass, &mut waiting, Run { slot, source: link.source, piece });
            }
        }
    }
    Ok(())
}

fn arrive(pass: &mut Pass<'_>, waiting: &mut BTreeMap<RowId, Vec<Piece>>, run: Run) {
    let Run { slot, source, piece } = run;
    let address = pass.view.owner_of(slot);
    let parts = [(piece.hop, piece.units)];
    match source {
        Source::Row(row) => waiting.entry(row).or_default().push(piece),
        Source::Unknown(row) => {
            let origin = Origin::unlabelled(address, pass.view.columns.time(row));
            pass.attribute(Party::Unknown, &parts, Some(origin));
        }
        Source::Stated => {
            let origin = Origin::unlabelled(address, pass.view.ledger.meta().first_time);
            pass.attribute(Party::StatedOpening, &parts, Some(origin));
        }
    }
}
