//! Paths from the wallet to parties, looked for from the wallet's payments forward in time.

use super::{
    super::{
        ledger_pass::{Party, Pass},
        mixing,
    },
    At, MOST_BRANCHES, Place, Search, Way,
};
use crate::{
    amount::mul_div,
    trace::{
        Method,
        links::{Piece, Source},
    },
    transfer::TransferKind,
};

pub(super) fn start(search: &mut Search<'_>, pass: &mut Pass<'_>) {
    let runs = matches!(pass.request.method, Method::Fifo | Method::Lifo);
    let (columns, rows) = (pass.view.columns, pass.view.rows);
    for slot in pass.wallet.slots.clone() {
        for row in columns.outs(slot).iter().filter(|row| (**row as usize) < rows) {
            let units = columns.amount.get(*row as usize);
            let piece = runs.then_some(Piece { start: 0, units, hop: 0 });
            step(search, pass, (*row, units, piece), Way::default());
        }
    }
}

pub(super) fn expand(search: &mut Search<'_>, pass: &mut Pass<'_>, place: &Place) {
    match place.at {
        At::Run(source, piece) => {
            let newest_first = search.cache.newest_first;
            for link in search.cache.of_source(pass, place.slot, source) {
                if let Some(piece) = piece.through(&link, newest_first) {
                    step(search, pass, (link.out, piece.units, Some(piece)), place.way);
                }
            }
        }
        At::Mixed(after) => {
            let (mut rest, mut next) = (place.units, (after / 2) as usize + 1);
            for _ in 0..MOST_BRANCHES {
                let Some(row) = pass.view.next_out(place.slot, next) else { break };
                next = row as usize + 1;
                let columns = pass.view.columns;
                // A transfer to oneself changes nothing.
                if columns.to[row as usize] == place.slot {
                    continue;
                }
                let (amount, held) =
                    (columns.amount.get(row as usize), pass.view.balance_before(row as usize));
                let share = mul_div(rest, amount, held);
                rest -= share;
                if share > 0 {
                    step(search, pass, (row, share, None), place.way);
                }
                if rest == 0 {
                    break;
                }
            }
        }
    }
}

/// Goes on over a row: to a party, which ends a path, or to a wallet, from which it goes on.
fn step(
    search: &mut Search<'_>,
    pass: &mut Pass<'_>,
    (row, units, piece): (u32, u128, Option<Piece>),
    way: Way,
) {
    let (ledger, columns) = (pass.view.ledger, pass.view.columns);
    let to = columns.to[row as usize];
    let address = pass.view.owner_of(to);
    let way = search.note(pass, row, way);
    let spent = [ledger.burnt_address(), ledger.fee_address()].contains(&Some(address));
    if spent || columns.kind(row as usize) == TransferKind::Fee {
        return;
    }
    if !pass.view.is_between(to) {
        if pass.wallet.owns(address) {
            return;
        }
        if let Some(label) = pass.label(address) {
            let (category, name, authority) = (label.category, label.entity, label.authority);
            search.arrive(pass, Party::Entity { category, name, authority }, units, way);
            return;
        }
    }
    if pass.request.max_hops.is_some_and(|most| way.hops >= most) {
        return;
    }
    let at =
        piece.map_or(At::Mixed(mixing::row_key(row)), |piece| At::Run(Source::Row(row), piece));
    search.push(units, to, at, way);
}
