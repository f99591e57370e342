//! FIFO and LIFO: tainted units are runs inside transfers, carried along the slots' own links.

use hashbrown::HashMap;
use std::collections::BTreeMap;

use super::{
    LinkOrder, LinkReader, Method, TraceError,
    links::{Link, Piece, SlotLinks, Source, Unspent},
    sink::{End, Parts},
    walk::{Moment, Walk},
};

struct Queues<'a> {
    newest_first: bool,
    /// The tables of the ledgers that have one.
    tables: Vec<Option<LinkReader<'a>>>,
    links: HashMap<(usize, u32), SlotLinks>,
    /// Tainted runs of transfers that are still to be processed.
    waiting: BTreeMap<Moment, Vec<Piece>>,
}

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let newest_first = walk.request.method == Method::Lifo;
    let order = LinkOrder::of(walk.request.method);
    let set = walk.set;
    let table = |at| order.and_then(|order| set.link_reader(at, order));
    let mut queues = Queues {
        newest_first,
        tables: (0..walk.views.len()).map(table).collect(),
        links: HashMap::new(),
        waiting: BTreeMap::new(),
    };
    for (at, row) in &walk.seeds.rows {
        let units = walk.views[*at].columns.amount.get(*row as usize);
        queues.waiting.insert(walk.moment(*at, *row), vec![Piece { start: 0, units, hop: 0 }]);
    }
    for (at, slot, units) in walk.seeds.openings.clone() {
        let piece = Piece { start: 0, units, hop: 0 };
        queues.spread(walk, (at, slot), Source::Stated, &[piece]);
    }
    while let Some((moment, pieces)) = queues.next(walk)? {
        let (.., at, row) = moment;
        if !walk.count() {
            return Err(TraceError::TooManyEvents(walk.request.limits.max_events));
        }
        queues.process(walk, (at, row), pieces);
    }
    Ok(())
}

impl Queues<'_> {
    /// The next transfer, once what was given for other assets in earlier transactions is carried over.
    fn next(&mut self, walk: &mut Walk<'_>) -> Result<Option<(Moment, Vec<Piece>)>, TraceError> {
        if walk.has_given() {
            let here = self.waiting.first_key_value().map(|(m, _)| (m.0, m.1, m.2));
            if here != walk.given_moment() {
                for credit in walk.convert()? {
                    let pieces = pieces_of(&credit.parts);
                    let slot = walk.views[credit.ledger].columns.to[credit.row as usize];
                    self.spread(walk, (credit.ledger, slot), Source::Row(credit.row), &pieces);
                }
            }
        }
        if self.waiting.is_empty() && walk.has_given() {
            return self.next(walk);
        }
        Ok(self.waiting.pop_first())
    }

    fn process(&mut self, walk: &mut Walk<'_>, (at, row): (usize, u32), mut pieces: Vec<Piece>) {
        pieces.sort_unstable();
        let parts = parts_of(&pieces);
        let Some(onward) = walk.arrive(at, row, parts) else { return };
        let columns = walk.views[at].columns;
        let slot = columns.to[row as usize];
        let step = u32::from(columns.kind(row as usize).is_hop());
        // Limits cut whole hops, so what goes on is found again by its hop.
        pieces.iter_mut().for_each(|piece| piece.hop += step);
        pieces.retain(|piece| onward.parts.iter().any(|(hop, _)| *hop == piece.hop));
        self.spread(walk, (at, slot), Source::Row(row), &pieces);
    }

    /// Sends runs that came into a slot along its links; what no link takes is still there.
    fn spread(
        &mut self,
        walk: &mut Walk<'_>,
        (at, slot): (usize, u32),
        source: Source,
        pieces: &[Piece],
    ) {
        let newest_first = self.newest_first;
        let (links, unspent) = self.links_of(walk, (at, slot), source);
        let view = &walk.views[at];
        let mut again: Vec<(Piece, u32)> = Vec::new();
        for link in &links {
            for piece in pieces {
                let Some(moved) = piece.through(link, newest_first) else { continue };
                if walk.seeds.rows.contains(&(at, link.out)) {
                    again.push((moved, link.out));
                } else {
                    self.waiting.entry(walk.moment(at, link.out)).or_default().push(moved);
                }
            }
        }
        let mut held: Parts = Vec::new();
        for unspent in &unspent {
            held.extend(pieces.iter().map(|piece| (piece.hop, piece.within(unspent))));
        }
        let address = view.owner_of(slot);
        let time = match source {
            Source::Row(row) => Some(view.columns.span(row as usize)),
            _ => None,
        };
        walk.sink.end((at, address), End::Held, &held, time);
        for (piece, out) in again {
            let time = Some(walk.views[at].columns.span(out as usize));
            walk.sink.end((at, address), End::SeededAgain, &[(piece.hop, piece.units)], time);
        }
    }
}

impl Queues<'_> {
    /// What takes a source's units away, and what does not: from the ledger's table where it has one and
    /// nothing about the slot is stated, else from the slot's own transfers, matched when first needed.
    fn links_of(
        &mut self,
        walk: &Walk<'_>,
        (at, slot): (usize, u32),
        source: Source,
    ) -> (Vec<Link>, Vec<Unspent>) {
        let view = &walk.views[at];
        if let (Source::Row(row), Some(table)) = (source, &self.tables[at])
            && table.serves(view, slot)
        {
            let mut links = Vec::new();
            let unspent = table.of_source(view, (slot, row), &mut links);
            return (links, unspent.into_iter().collect());
        }
        let newest_first = self.newest_first;
        let found =
            self.links.entry((at, slot)).or_insert_with(|| SlotLinks::of(view, slot, newest_first));
        (found.of_source(source).copied().collect(), found.rest_of(source).into_iter().collect())
    }
}

fn parts_of(pieces: &[Piece]) -> Parts {
    let mut by_hop: BTreeMap<u32, u128> = BTreeMap::new();
    for piece in pieces {
        *by_hop.entry(piece.hop).or_default() += piece.units;
    }
    by_hop.into_iter().collect()
}

/// Units received for another asset have no place of their own among the transfer's units; the tainted
/// ones are put first.
fn pieces_of(parts: &[(u32, u128)]) -> Vec<Piece> {
    let mut start = 0;
    let mut place = |(hop, units): &(u32, u128)| {
        start += units;
        Piece { start: start - units, units: *units, hop: *hop }
    };
    parts.iter().map(&mut place).collect()
}
