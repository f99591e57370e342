//! Paths from parties to the wallet, searched for from the wallet backward in time.

use super::{
    super::{
        Basis,
        ledger_pass::Pass,
        mixing::{self, CreditKey},
        queue,
    },
    search::{MAX_BRANCHES, Move, Place, Search, Standing, Way},
};
use crate::{links::Source, method::Method};

pub(super) fn start(search: &mut Search<'_>, pass: &mut Pass<'_>) {
    if matches!(pass.request.method, Method::Fifo | Method::Lifo) {
        for run in queue::start(pass, &mut search.cache) {
            let standing = Standing::Run(run.source, run.piece);
            search.push(run.piece.units, run.slot, standing, Way::default());
        }
        return;
    }
    let end = Standing::Mixed(CreditKey::of_row(pass.view.end()));
    for slot in pass.wallet.slots.clone() {
        if pass.request.basis == Basis::Balance {
            let balance = pass.view.balance(slot);
            search.push(balance, slot, end, Way::default());
            continue;
        }
        let columns = pass.view.columns;
        for row in pass.view.ins(slot).iter().filter(|row| columns.from(**row) != slot) {
            let units = columns.amount(*row);
            step(search, pass, Move { row: *row, units, piece: None }, Way::default());
        }
    }
}

pub(super) fn expand(search: &mut Search<'_>, pass: &mut Pass<'_>, place: &Place) {
    match place.at {
        Standing::Run(Source::Row(row), piece) => {
            step(search, pass, Move { row, units: piece.units, piece: Some(piece) }, place.way);
        }
        Standing::Run(..) => {}
        Standing::Mixed(before) => {
            let (mut rest, mut key) = (place.units, before);
            for _ in 0..MAX_BRANCHES {
                let Some(credit) = mixing::last_credit(&pass.view, place.slot, key) else { break };
                let units = mixing::credit(&pass.view, credit).share.times(rest);
                rest -= units;
                key = credit;
                let row = credit.row();
                if credit.is_row() && units > 0 && pass.view.columns.from(row) != place.slot {
                    step(search, pass, Move { row, units, piece: None }, place.way);
                }
                if rest == 0 {
                    break;
                }
            }
        }
    }
}

/// Extends a path back over a row: to a party, where the path ends, or to a wallet, where the
/// search continues.
fn step(search: &mut Search<'_>, pass: &mut Pass<'_>, moved: Move, way: Way) {
    let Move { row, units, piece } = moved;
    let from = pass.view.columns.from(row);
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
        search.push(units, from, Standing::Mixed(CreditKey::of_row(row)), way);
        return;
    };
    let newest_first = search.cache.newest_first;
    for link in search.cache.of_out(pass, from, row) {
        if let Some(piece) = piece.back(&link, newest_first) {
            search.push(piece.units, from, Standing::Run(link.source, piece), way);
        }
    }
}
