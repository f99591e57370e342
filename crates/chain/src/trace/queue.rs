//! FIFO and LIFO: tainted units are runs inside transfers, carried along the slots' own links.

use hashbrown::HashMap;

use super::{
    LinkOrder, LinkReader, Method, TraceError,
    links::{Link, Piece, SlotLinks, Source, Unspent},
    sink::{End, Parts, add_part},
    waiting::Waiting,
    walk::Walk,
};

struct Queues<'a> {
    newest_first: bool,
    /// The tables of the ledgers that have one.
    tables: Vec<Option<LinkReader<'a>>>,
    links: HashMap<(usize, u32), SlotLinks>,
    /// Transfers that are still to be processed, and their tainted runs.
    waiting: Waiting,
    pieces: HashMap<(usize, u32), Vec<Piece>>,
    /// The links at hand.
    found: Vec<Link>,
}

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let order = LinkOrder::of(walk.request.method);
    let set = walk.set;
    let table = |at| order.and_then(|order| set.link_reader(at, order));
    let mut queues = Queues {
        newest_first: walk.request.method == Method::Lifo,
        tables: (0..walk.views.len()).map(table).collect(),
        links: HashMap::new(),
        waiting: Waiting::new(walk),
        pieces: HashMap::new(),
        found: Vec::new(),
    };
    for (at, row) in &walk.seeds.rows {
        let units = walk.views[*at].columns.amount.get(*row as usize);
        queues.wait(walk, (*at, *row), Piece { start: 0, units, hop: 0 });
    }
    for (at, slot, units) in walk.seeds.openings.clone() {
        let piece = Piece { start: 0, units, hop: 0 };
        queues.spread(walk, (at, slot), Source::Stated, &[piece]);
    }
    while let Some((at, row)) = queues.next(walk)? {
        if !walk.count() {
            return Err(TraceError::TooManyEvents(walk.request.limits.max_events));
        }
        queues.process(walk, (at, row));
    }
    Ok(())
}

impl Queues<'_> {
    fn wait(&mut self, walk: &Walk<'_>, (at, row): (usize, u32), piece: Piece) {
        let pieces = self.pieces.entry((at, row)).or_default();
        if pieces.is_empty() {
            self.waiting.insert(walk, at, row);
        }
        pieces.push(piece);
    }

    /// The next transfer, once what was given for other assets in earlier transactions is carried over.
    fn next(&mut self, walk: &mut Walk<'_>) -> Result<Option<(usize, u32)>, TraceError> {
        while walk.has_given() {
            let here = self.waiting.first().map(|m| (m.0, m.1, m.2));
            if here == walk.given_moment() {
                break;
            }
            for credit in walk.convert()? {
                let pieces = pieces_of(&credit.parts);
                let slot = walk.views[credit.ledger].columns.to[credit.row as usize];
                self.spread(walk, (credit.ledger, slot), Source::Row(credit.row), &pieces);
            }
        }
        Ok(self.waiting.pop())
    }

    fn process(&mut self, walk: &mut Walk<'_>, (at, row): (usize, u32)) {
        let mut pieces = self.pieces.remove(&(at, row)).unwrap_or_default();
        pieces.sort_unstable();
        let mut parts = Parts::with_capacity(1);
        pieces.iter().for_each(|piece| add_part(&mut parts, piece.hop, piece.units));
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
        let mut links = std::mem::take(&mut self.found);
        let unspent = self.links_of(walk, (at, slot), source, &mut links);
        let address = walk.views[at].owner_of(slot);
        for link in &links {
            for piece in pieces {
                let Some(moved) = piece.through(link, self.newest_first) else { continue };
                if walk.seeds.rows.contains(&(at, link.out)) {
                    let time = Some(walk.views[at].columns.span(link.out as usize));
                    walk.sink.end(
                        (at, address),
                        End::SeededAgain,
                        &[(moved.hop, moved.units)],
                        time,
                    );
                } else {
                    self.wait(walk, (at, link.out), moved);
                }
            }
        }
        links.clear();
        self.found = links;
        let Some(unspent) = unspent else { return };
        let mut held = Parts::new();
        for piece in pieces {
            let units = piece.within(&unspent);
            if units > 0 {
                held.push((piece.hop, units));
            }
        }
        if !held.is_empty() {
            let time = match source {
                Source::Row(row) => Some(walk.views[at].columns.span(row as usize)),
                _ => None,
            };
            walk.sink.end((at, address), End::Held, &held, time);
        }
    }

    /// What takes a source's units away, into `found`, and what of them stays: from the ledger's table
    /// where it has one and nothing about the slot is stated, else from the slot's own transfers,
    /// matched when first needed.
    fn links_of(
        &mut self,
        walk: &Walk<'_>,
        (at, slot): (usize, u32),
        source: Source,
        found: &mut Vec<Link>,
    ) -> Option<Unspent> {
        let view = &walk.views[at];
        if let (Source::Row(row), Some(table)) = (source, &self.tables[at])
            && table.serves(view, slot)
        {
            return table.of_source(view, (slot, row), found);
        }
        let newest_first = self.newest_first;
        let links =
            self.links.entry((at, slot)).or_insert_with(|| SlotLinks::of(view, slot, newest_first));
        found.extend(links.of_source(source));
        links.rest_of(source)
    }
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
