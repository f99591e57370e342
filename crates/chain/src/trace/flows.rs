//! Movements between parties, summed up from the steps of a walk.

use rayon::slice::ParallelSliceMut;

use super::{Flow, sink::Step, walk::Walk};
use crate::{
    ledger::{AddressId, LedgerId, TxId, View},
    money::Money,
    time::{Time, format_time},
    width::{count_of, index_of, low_word, number_of},
};

/// A party to a movement: an address, or a UTXO transaction between its inputs and outputs. Packed into
/// one number, so that millions of steps sort fast: the top bit marks transactions, then the ledger (31
/// bits), then the number there (32 bits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Party(u64);

impl Party {
    const TRANSACTION: u64 = 1 << 63;

    fn of(view: &View<'_>, step: &Step, slot: crate::ledger::SlotId) -> Self {
        let ledger = u64::from(step.row.ledger.number()) << 32;
        if view.is_between(slot) {
            let transaction = view.columns.transaction(step.row.row);
            return Self(Self::TRANSACTION | ledger | u64::from(transaction.number()));
        }
        Self(ledger | u64::from(view.owner_of(slot).number()))
    }

    fn ledger(self) -> LedgerId {
        LedgerId::new(low_word(u128::from((self.0 & !Self::TRANSACTION) >> 32)))
    }

    fn text(self, walk: &Walk<'_>) -> String {
        let view = walk.view(self.ledger());
        let number = low_word(self.0.into());
        if self.0 & Self::TRANSACTION == 0 {
            view.ledger.address_text(AddressId::new(number))
        } else {
            format!("tx:{}", view.ledger.hash_of(TxId::new(number)))
        }
    }
}

/// A step with its parties, for sorting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Keyed {
    from: Party,
    to: Party,
    /// The step's place in the walk.
    number: u32,
}

/// The steps between one pair of parties.
struct Pair<'a> {
    units: u128,
    steps: &'a [Keyed],
}

/// The largest flows, and how many there are.
pub(super) struct Flows {
    pub(super) listed: Vec<Flow>,
    pub(super) count: usize,
}

pub(super) fn flows(walk: &Walk<'_>) -> Flows {
    let steps = &walk.sink.steps;
    let mut keyed: Vec<Keyed> = Vec::with_capacity(steps.len());
    for (number, step) in steps.iter().enumerate() {
        let view = walk.view(step.row.ledger);
        let (from, to) = (view.columns.from(step.row.row), view.columns.to(step.row.row));
        keyed.push(Keyed {
            from: Party::of(view, step, from),
            to: Party::of(view, step, to),
            number: number_of(number),
        });
    }
    keyed.par_sort_unstable();
    let own = |keyed: &Keyed| steps.get(index_of(keyed.number)).copied();
    let pair = |run| {
        let units = |keyed: &Keyed| own(keyed).map_or(0, |step| step.units);
        let sum = |sum: u128, keyed| sum.saturating_add(units(keyed));
        Pair { units: <[Keyed]>::iter(run).fold(0, sum), steps: run }
    };
    let mut pairs: Vec<Pair<'_>> =
        keyed.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)).map(pair).collect();
    let count = pairs.len();
    let order = |pair: &Pair<'_>| {
        let parties = pair.steps.first().map(|keyed| (keyed.from, keyed.to));
        (std::cmp::Reverse(pair.units), parties)
    };
    let most = walk.request.most_rows;
    if most > 0 && most < count {
        pairs.select_nth_unstable_by_key(most, order);
    }
    pairs.truncate(most);
    pairs.sort_unstable_by_key(order);
    let flow = |pair: &Pair<'_>| {
        let first = pair.steps.first()?;
        Some(flow(walk, *first, pair.units, pair.steps.iter().filter_map(own)))
    };
    Flows { listed: pairs.iter().filter_map(flow).collect(), count }
}

fn flow(
    walk: &Walk<'_>,
    Keyed { from, to, .. }: Keyed,
    units: u128,
    steps: impl Iterator<Item = Step> + Clone,
) -> Flow {
    let view = walk.view(from.ledger());
    let times = steps.clone().map(|step| view.columns.time(step.row.row));
    let (first, last) = (times.clone().min(), times.max());
    let time = |time: Option<Time>| format_time(time.unwrap_or_default());
    // The first of the largest is the example to look at.
    let example =
        steps.clone().reduce(|best, step| if step.units > best.units { step } else { best });
    let transaction = example.map(|step| view.ledger.transaction_hash(step.row.row));
    Flow {
        asset: walk.set.shown_name(from.ledger()),
        from: from.text(walk),
        to: to.text(walk),
        value: Money::new(units, view.ledger),
        transfers: count_of(steps.clone().count()),
        hop: steps.map(|step| step.hop).min().unwrap_or_default(),
        first_time: time(first),
        last_time: time(last),
        transaction: transaction.unwrap_or_default(),
    }
}
