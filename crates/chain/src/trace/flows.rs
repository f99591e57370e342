//! Movements between parties, summed up from the steps of a walk.

use rayon::slice::ParallelSliceMut;

use super::{Flow, Money, sink::Step, walk::Walk};
use crate::{asset::shown_name, ledger::View, time::format_time};

/// A party to a movement: an address, or a UTXO transaction between its inputs and outputs. As a number:
/// transactions in the top bit, then the ledger, then the number there.
fn node(view: &View<'_>, at: u32, row: u32, slot: u32) -> u64 {
    let ledger = u64::from(at) << 32;
    if view.is_between(slot) {
        return 1 << 63 | ledger | u64::from(view.columns.transaction[row as usize]);
    }
    ledger | u64::from(view.owner_of(slot))
}

/// The steps between one pair of parties.
struct Pair {
    from: u64,
    to: u64,
    units: u128,
    /// Where its steps stand among those put together.
    first: usize,
    count: usize,
}

/// The largest flows, and how many there are.
pub(super) fn flows(walk: &Walk<'_>) -> (Vec<Flow>, usize) {
    let steps = &walk.sink.steps;
    let mut keyed: Vec<(u64, u64, u32)> = Vec::with_capacity(steps.len());
    for (number, step) in steps.iter().enumerate() {
        let view = &walk.views[step.at as usize];
        let columns = &view.columns;
        let (from, to) = (columns.from[step.row as usize], columns.to[step.row as usize]);
        let node = |slot| node(view, step.at, step.row, slot);
        keyed.push((node(from), node(to), number as u32));
    }
    keyed.par_sort_unstable();
    let mut pairs: Vec<Pair> = Vec::new();
    for (place, (from, to, number)) in keyed.iter().enumerate() {
        let units = steps[*number as usize].units;
        match pairs.last_mut().filter(|pair| (pair.from, pair.to) == (*from, *to)) {
            Some(pair) => {
                pair.units += units;
                pair.count += 1;
            }
            None => pairs.push(Pair { from: *from, to: *to, units, first: place, count: 1 }),
        }
    }
    let count = pairs.len();
    let order = |pair: &Pair| (std::cmp::Reverse(pair.units), pair.from, pair.to);
    let most = walk.request.most_rows;
    if most > 0 && most < count {
        pairs.select_nth_unstable_by_key(most, order);
    }
    pairs.truncate(most);
    pairs.sort_unstable_by_key(order);
    let shown = pairs.iter().map(|pair| {
        let own = &keyed[pair.first..pair.first + pair.count];
        flow(walk, pair, own.iter().map(|(.., number)| steps[*number as usize]))
    });
    (shown.collect(), count)
}

fn flow(walk: &Walk<'_>, pair: &Pair, steps: impl Iterator<Item = Step> + Clone) -> Flow {
    let at = (pair.from >> 32 & 0x7fff_ffff) as usize;
    let ledger = &walk.set.ledgers[at];
    let columns = &walk.views[at].columns;
    let times = steps.clone().map(|step| columns.time(step.row as usize));
    let (first, last) = (times.clone().min(), times.max());
    let time = |time: Option<i64>| format_time(time.unwrap_or_default());
    // The first of the largest is the example to look at.
    let example =
        steps.clone().reduce(|best, step| if step.units > best.units { step } else { best });
    let transaction = example.map(|step| ledger.transaction_hash(step.row as usize));
    Flow {
        asset: shown_name(&walk.set.ledgers, at),
        from: party(walk, pair.from),
        to: party(walk, pair.to),
        value: Money::new(pair.units, ledger),
        transfers: pair.count as u64,
        hop: steps.map(|step| step.hop).min().unwrap_or_default(),
        first_time: time(first),
        last_time: time(last),
        transaction: transaction.unwrap_or_default(),
    }
}

fn party(walk: &Walk<'_>, node: u64) -> String {
    let (at, id) = ((node >> 32 & 0x7fff_ffff) as usize, node as u32);
    let ledger = &walk.set.ledgers[at];
    if node >> 63 == 0 {
        return ledger.address_text(id);
    }
    let row = walk.views[at].columns.transaction.partition_point(|t| *t < id);
    format!("tx:{}", ledger.transaction_hash(row))
}
