//! Paths from the wallet to parties, searched for from the wallet's payments forward in time.

use super::{
    super::{ledger_pass::Pass, mixing::CreditKey, party::Party},
    search::{MAX_BRANCHES, Move, Place, Search, Standing, Way},
};
use crate::{
    links::{Piece, Source},
    method::Method,
    share::Share,
    transfer::TransferKind,
};

pub(super) fn start(search: &mut Search<'_>, pass: &mut Pass<'_>) {
    let runs = matches!(pass.request.method, Method::Fifo | Method::Lifo);
    let columns = pass.view.columns;
    for slot in pass.wallet.slots.clone() {
        for row in pass.view.outs(slot) {
            let units = columns.amount(*row);
            let piece = runs.then_some(Piece { start: 0, units, hop: 0 });
            step(search, pass, Move { row: *row, units, piece }, Way::default());
        }
    }
}

pub(super) fn expand(search: &mut Search<'_>, pass: &mut Pass<'_>, place: &Place) {
    match place.at {
        Standing::Run(source, piece) => {
            let newest_first = search.cache.newest_first;
            for link in search.cache.of_source(pass, place.slot, source) {
                if let Some(piece) = piece.through(&link, newest_first) {
                    let moved = Move { row: link.out, units: piece.units, piece: Some(piece) };
                    step(search, pass, moved, place.way);
                }
            }
        }
        Standing::Mixed(after) => {
            let (mut rest, mut next) = (place.units, after.row().next());
            for _ in 0..MAX_BRANCHES {
                let Some(row) = pass.view.next_out(place.slot, next) else { break };
                next = row.next();
                let columns = pass.view.columns;
                // A transfer to oneself changes nothing.
                if columns.to(row) == place.slot {
                    continue;
                }
                let share = Share::of(columns.amount(row), pass.view.balance_before(row));
                let units = share.times(rest);
                rest -= units;
                if units > 0 {
                    step(search, pass, Move { row, units, piece: None }, place.way);
                }
                if rest == 0 {
                    break;
                }
            }
        }
    }
}

/// Extends a path over a row: to a party, where the path ends, or to a wallet, where the search
/// continues.
fn step(search: &mut Search<'_>, pass: &mut Pass<'_>, moved: Move, way: Way) {
    let Move { row, units, piece } = moved;
    let (ledger, columns) = (pass.view.ledger, pass.view.columns);
    let to = columns.to(row);
    let address = pass.view.owner_of(to);
    let way = search.note(pass, row, way);
    let spent = [ledger.burnt_address(), ledger.fee_address()].contains(&Some(address));
    if spent || columns.kind(row) == TransferKind::Fee {
        return;
    }
    if !pass.view.is_between(to) {
        if pass.wallet.owns(address) {
            return;
        }
        if let Some(label) = pass.label(address) {
            search.arrive(pass, Party::of(&label), units, way);
            return;
        }
    }
    if pass.request.max_hops.is_some_and(|most| way.hops >= most) {
        return;
    }
    let mixed = Standing::Mixed(CreditKey::of_row(row));
    let at = piece.map_or(mixed, |piece| Standing::Run(Source::Row(row), piece));
    search.push(units, to, at, way);
}
