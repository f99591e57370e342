//! FIFO and LIFO: tainted units are runs of consecutive units inside transfers. They follow the
//! links of each slot, which state which incoming transfer funds which payment.

use hashbrown::HashMap;

use super::{TraceError, sink::End, waiting::Waiting, walk::Walk};
use crate::{
    ledger::{LedgerRow, LedgerSlot, LinkOrder},
    links::{Link, LinkReader, Piece, SlotLinks, Source, Unspent},
    method::Method,
    parts::{Parts, add_part},
};

struct Queues<'a> {
    newest_first: bool,
    /// The table of each ledger that has one.
    tables: Vec<Option<LinkReader<'a>>>,
    links: HashMap<LedgerSlot, SlotLinks>,
    /// Transfers that are still to be processed.
    waiting: Waiting,
    /// The tainted runs of waiting transfers.
    pieces: HashMap<LedgerRow, Vec<Piece>>,
    /// A buffer for the links of one source, kept to save allocations.
    found: Vec<Link>,
}

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let order = LinkOrder::of(walk.request.method);
    let set = walk.set;
    let table =
        |at| order.and_then(|order| set.link_reader(crate::ledger::LedgerId::at(at), order));
    let mut queues = Queues {
        newest_first: walk.request.method == Method::Lifo,
        tables: (0..walk.views.len()).map(table).collect(),
        links: HashMap::new(),
        waiting: Waiting::new(walk),
        pieces: HashMap::new(),
        found: Vec::new(),
    };
    for at in &walk.seeds.rows {
        let units = walk.view(at.ledger).columns.amount(at.row);
        queues.wait(walk, *at, Piece { start: 0, units, hop: 0 });
    }
    for opening in walk.seeds.openings.clone() {
        let piece = Piece { start: 0, units: opening.units, hop: 0 };
        queues.spread(walk, opening.at, Source::Stated, &[piece]);
    }
    while let Some(at) = queues.next(walk) {
        walk.count_event()?;
        queues.process(walk, at);
    }
    Ok(())
}

impl Queues<'_> {
    fn wait(&mut self, walk: &Walk<'_>, at: LedgerRow, piece: Piece) {
        let pieces = self.pieces.entry(at).or_default();
        if pieces.is_empty() {
            self.waiting.insert(walk, at);
        }
        pieces.push(piece);
    }

    /// The next transfer. Before it, units that earlier transactions gave for other assets are
    /// carried over.
    fn next(&mut self, walk: &mut Walk<'_>) -> Option<LedgerRow> {
        while walk.has_given() && self.waiting.first_transaction() != walk.given_order() {
            for credit in walk.convert() {
                let pieces = pieces_of(&credit.parts);
                let LedgerRow { ledger, row } = credit.row;
                let slot = walk.view(ledger).columns.to(row);
                self.spread(walk, ledger.slot(slot), Source::Row(row), &pieces);
            }
        }
        self.waiting.pop()
    }

    fn process(&mut self, walk: &mut Walk<'_>, at: LedgerRow) {
        let mut pieces = self.pieces.remove(&at).unwrap_or_default();
        pieces.sort_unstable();
        let mut parts = Parts::with_capacity(1);
        pieces.iter().for_each(|piece| add_part(&mut parts, piece.hop, piece.units));
        let Some(onward) = walk.arrive(at, parts) else { return };
        let columns = walk.view(at.ledger).columns;
        let slot = at.ledger.slot(columns.to(at.row));
        let step = u32::from(columns.kind(at.row).is_hop());
        // A limit cuts either all units of a hop count or none, so hop counts determine which pieces to
        // follow.
        pieces.iter_mut().for_each(|piece| piece.hop += step);
        pieces.retain(|piece| onward.iter().any(|(hop, _)| *hop == piece.hop));
        self.spread(walk, slot, Source::Row(at.row), &pieces);
    }

    /// Moves runs that came into a slot along its links. Units that no link takes stay in the slot.
    fn spread(&mut self, walk: &mut Walk<'_>, at: LedgerSlot, source: Source, pieces: &[Piece]) {
        let mut links = std::mem::take(&mut self.found);
        let unspent = self.links_of(walk, at, source, &mut links);
        let address = walk.owner_of(at.ledger, at.slot);
        let columns = walk.view(at.ledger).columns;
        for link in &links {
            let out = at.ledger.row(link.out);
            for piece in pieces {
                let Some(moved) = piece.through(link, self.newest_first) else { continue };
                if walk.is_seed(out) {
                    let span = Some(columns.span(link.out));
                    walk.sink.end(address, End::SeededAgain, &[(moved.hop, moved.units)], span);
                } else {
                    self.wait(walk, out, moved);
                }
            }
        }
        links.clear();
        self.found = links;
        let Some(unspent) = unspent else { return };
        let held: Parts = pieces
            .iter()
            .map(|piece| (piece.hop, piece.within(&unspent)))
            .filter(|(_, units)| *units > 0)
            .collect();
        if !held.is_empty() {
            let span = match source {
                Source::Row(row) => Some(columns.span(row)),
                _ => None,
            };
            walk.sink.end(address, End::Held, &held, span);
        }
    }

    /// Appends the links that take units of a source to `found`, and returns the units that stay in
    /// the slot. The links come from the ledger's table, if it has one and no opening balance is
    /// stated for the slot. Otherwise the slot's own transfers are matched when first needed.
    fn links_of(
        &mut self,
        walk: &Walk<'_>,
        at: LedgerSlot,
        source: Source,
        found: &mut Vec<Link>,
    ) -> Option<Unspent> {
        let view = walk.view(at.ledger);
        let table = self.tables.get(at.ledger.index()).and_then(Option::as_ref);
        if let (Source::Row(row), Some(table)) = (source, table)
            && table.serves(view, at.slot)
        {
            return table.of_source(view, at.slot, row, found);
        }
        let newest_first = self.newest_first;
        let matched = || SlotLinks::of(view, at.slot, newest_first);
        let links = self.links.entry(at).or_insert_with(matched);
        found.extend(links.of_source(source));
        links.rest_of(source)
    }
}

/// Units received for another asset have no place of their own among the transfer's units; the tainted
/// ones are put first.
fn pieces_of(parts: &[(u32, u128)]) -> Vec<Piece> {
    let mut start = 0u128;
    let mut place = |(hop, units): &(u32, u128)| {
        let piece = Piece { start, units: *units, hop: *hop };
        start = start.saturating_add(*units);
        piece
    };
    parts.iter().map(&mut place).collect()
}
