//! Paths from parties to the wallet, looked for from the wallet backward in time.

use super::{
    super::{Basis, ledger_pass::Pass, mixing, queue},
    At, MOST_BRANCHES, Place, Search, Way,
};
use crate::{
    amount::mul_div,
    trace::{
        Method,
        links::{Piece, Source},
    },
};

pub(super) fn start(search: &mut Search<'_>, pass: &mut Pass<'_>) {
    if matches!(pass.request.method, Method::Fifo | Method::Lifo) {
        for (slot, source, piece) in queue::start(pass, &mut search.cache) {
            search.push(piece.units, slot, At::Run(source, piece), Way::default());
        }
        return;
    }
    let end = mixing::row_key(pass.view.rows as u32);
    for slot in pass.wallet.slots.clone() {
        if pass.request.basis == Basis::Balance {
            let balance = pass.view.balance(slot);
            search.push(balance, slot, At::Mixed(end), Way::default());
            continue;
        }
        let columns = pass.view.columns;
        let rows = pass.view.rows;
        for row in columns.ins(slot).iter().filter(|row| (**row as usize) < rows) {
            if columns.from[*row as usize] != slot {
                let units = columns.amount.get(*row as usize);
                step(search, pass, (*row, units, None), Way::default());
            }
        }
    }
}

pub(super) fn expand(search: &mut Search<'_>, pass: &mut Pass<'_>, place: &Place) {
    match place.at {
        At::Run(Source::Row(row), piece) => {
            step(search, pass, (row, piece.units, Some(piece)), place.way);
        }
        At::Run(..) => {}
        At::Mixed(before) => {
            let (mut rest, mut key) = (place.units, before);
            for _ in 0..MOST_BRANCHES {
                let Some(credit) = mixing::last_credit(&pass.view, place.slot, key) else { break };
                let (brought, held) = mixing::credit(&pass.view, credit);
                let share = mul_div(rest, brought, held);
                rest -= share;
                key = credit;
                let row = (credit / 2) as u32;
                let incoming = credit % 2 == 1;
                if incoming && share > 0 && pass.view.columns.from[row as usize] != place.slot {
                    step(search, pass, (row, share, None), place.way);
                }
                if rest == 0 {
                    break;
                }
            }
        }
    }
}

/// Goes back over a row: to a party, which ends a path, or to a wallet, from which it goes on.
fn step(
    search: &mut Search<'_>,
    pass: &mut Pass<'_>,
    (row, units, piece): (u32, u128, Option<Piece>),
    way: Way,
) {
    let from = pass.view.columns.from[row as usize];
    let mut way = search.note(pass, row, way);
    if let Some((party, _)) = pass.source(from) {
        search.arrive(pass, party, units, way);
        return;
    }
    if pass.wallet.owns(pass.view.owner_of(from)) {
        way.hops = 0;
    }
    if pass.request.max_hops.is_some_and(|most| way.hops > most) {
        return;
    }
    let Some(piece) = piece else {
        search.push(units, from, At::Mixed(mixing::row_key(row)), way);
        return;
    };
    let newest_first = search.cache.newest_first;
    for link in search.cache.of_out(pass, from, row) {
        if let Some(piece) = piece.back(&link, newest_first) {
            search.push(piece.units, from, At::Run(link.source, piece), way);
        }
    }
}
