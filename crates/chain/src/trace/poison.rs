//! Poison: every wallet that receives anything from a marked wallet is marked. Amounts are not conserved. The result
//! contains every wallet that tainted money can have reached, so the result of every other method is a subset of it.

use hashbrown::HashMap;
use std::collections::BTreeSet;

use super::{TraceError, global_order::GlobalOrder, sink::End, walk::Walk};
use crate::{
    ledger::{LedgerRow, LedgerSlot, RowId},
    parts::fewest_hops,
};

/// Marked wallets, and the next payment of each.
#[derive(Default)]
struct Marks {
    /// The fewest hops after which each slot was reached.
    marked: HashMap<LedgerSlot, u32>,
    waiting: BTreeSet<GlobalOrder>,
}

pub(super) fn walk(walk: &mut Walk<'_>) -> Result<(), TraceError> {
    let mut marks = Marks::default();
    for at in &walk.seeds.rows {
        marks.waiting.insert(walk.order_of(*at));
    }
    for opening in &walk.seeds.openings {
        marks.mark(walk, opening.at, RowId::new(0), 0);
    }
    while let Some(at) = marks.next(walk) {
        walk.count_event()?;
        marks.process(walk, at);
    }
    marks.finish(walk);
    Ok(())
}

impl Marks {
    /// Marks a slot and queues its payments from a row on.
    fn mark(&mut self, walk: &Walk<'_>, at: LedgerSlot, from: RowId, hop: u32) {
        let known = self.marked.entry(at).or_insert(hop);
        *known = (*known).min(hop);
        self.wait(walk, at, from);
    }

    fn wait(&mut self, walk: &Walk<'_>, at: LedgerSlot, from: RowId) {
        if let Some(next) = walk.view(at.ledger).next_out(at.slot, from) {
            self.waiting.insert(walk.order_of(at.ledger.row(next)));
        }
    }

    /// The next transfer. Before it, units that earlier transactions gave for other assets are
    /// carried over.
    fn next(&mut self, walk: &mut Walk<'_>) -> Option<LedgerRow> {
        let first = |waiting: &BTreeSet<GlobalOrder>| waiting.first().map(|w| w.transaction);
        while walk.has_given() && first(&self.waiting) != walk.given_order() {
            for credit in walk.convert() {
                let LedgerRow { ledger, row } = credit.row;
                let slot = walk.view(ledger).columns.to(row);
                self.mark(walk, ledger.slot(slot), row.next(), fewest_hops(&credit.parts));
            }
        }
        self.waiting.pop_first().map(GlobalOrder::at)
    }

    fn process(&mut self, walk: &mut Walk<'_>, at: LedgerRow) {
        let columns = walk.view(at.ledger).columns;
        let sender = at.ledger.slot(columns.from(at.row));
        let receiver = at.ledger.slot(columns.to(at.row));
        let known = self.marked.get(&sender).copied();
        if known.is_some() {
            self.wait(walk, sender, at.row.next());
        }
        let hop = if walk.is_seed(at) { 0 } else { known.unwrap_or_default() };
        let parts = vec![(hop, columns.amount(at.row))];
        if let Some(onward) = walk.arrive(at, parts) {
            self.mark(walk, receiver, at.row.next(), fewest_hops(&onward));
        }
    }

    fn finish(self, walk: &mut Walk<'_>) {
        let mut marked: Vec<_> = self.marked.into_iter().collect();
        marked.sort_unstable();
        for (at, hop) in marked {
            let view = walk.view(at.ledger);
            let span = view.last_in(at.slot, view.end()).map(|row| view.columns.span(row));
            let (address, balance) = (walk.owner_of(at.ledger, at.slot), view.balance(at.slot));
            walk.sink.end(address, End::Held, &[(hop, balance)], span);
        }
    }
}
