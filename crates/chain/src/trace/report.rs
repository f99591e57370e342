//! Puts the record of a walk into a report.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap},
};

use super::{
    Account, DataRange, HopRow, Residual, Terminal, TraceReport,
    flows::{Flows, flows},
    sink::{End, EndKey, Ending},
    walk::Walk,
};
use crate::{
    amount::format_amount,
    ledger::{Ledger, LedgerId, UnknownCredits},
    method::Method,
    money::{Money, percentage},
    time::format_time,
};

pub(crate) fn data_range(ledger: &Ledger) -> DataRange {
    let meta = ledger.meta();
    DataRange {
        asset: ledger.asset().to_string(),
        from: format_time(meta.first_time),
        until: format_time(meta.last_time),
        blocks: meta.blocks_known.then_some((meta.first_block, meta.last_block)),
        transfers: meta.transfers,
        missing_history: meta.openings,
        sources: meta.sources.clone(),
    }
}

pub(super) fn report(
    walk: Walk<'_>,
    seeded: &BTreeMap<LedgerId, u128>,
    seeds: Vec<String>,
) -> TraceReport {
    let mut used: Vec<LedgerId> = walk.sink.ended.keys().map(|key| key.at.ledger).collect();
    used.extend(seeded.keys());
    used.sort_unstable();
    used.dedup();
    let Flows { listed, count } = flows(&walk);
    let ledger = |at: &LedgerId| walk.view(*at).ledger;
    TraceReport {
        method: walk.request.method,
        seeds,
        accounts: used.iter().map(|at| account(&walk, *at, seeded)).collect(),
        terminals: terminals(&walk),
        residuals: residuals(&walk),
        hops: used.iter().flat_map(|at| hops(&walk, *at)).collect(),
        flows: listed,
        conversions: walk.conversions_used(),
        transfers_processed: walk.sink.events,
        list_versions: walk.set.labels.versions().to_vec(),
        data_range: used.iter().map(|at| data_range(ledger(at))).collect(),
        notes: notes(&walk, &used, count),
    }
}

fn ended_in(walk: &Walk<'_>, at: LedgerId, which: impl Fn(End) -> bool) -> u128 {
    let here = walk.sink.endings().filter(|ending| ending.key().at.ledger == at);
    let here = here.filter(|ending| which(ending.key().end));
    here.fold(0u128, |sum, ending| sum.saturating_add(ending.units()))
}

fn account(walk: &Walk<'_>, at: LedgerId, seeded: &BTreeMap<LedgerId, u128>) -> Account {
    let ledger = walk.view(at).ledger;
    let seeded = seeded.get(&at).copied().unwrap_or(0);
    let converted_in = walk.converted_into(at);
    let ended = ended_in(walk, at, |end| end != End::Converted);
    let converted_out = ended_in(walk, at, |end| end == End::Converted);
    Account {
        asset: ledger.asset().to_string(),
        name: walk.set.shown_name(at),
        seeded: Money::new(seeded, ledger),
        converted_in: Money::new(converted_in, ledger),
        ended: Money::new(ended, ledger),
        converted_out: Money::new(converted_out, ledger),
        closes: seeded.saturating_add(converted_in) == ended.saturating_add(converted_out),
    }
}

/// An ending by its place in the list: ledger by ledger, the largest first.
struct Ranked<'a>(Ending<'a>);

/// Compared in the order of the fields; the list is in descending order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    ledger: Reverse<LedgerId>,
    units: u128,
    key: Reverse<EndKey>,
}

impl Ranked<'_> {
    fn rank(&self) -> Rank {
        let key = self.0.key();
        Rank { ledger: Reverse(key.at.ledger), units: self.0.units(), key: Reverse(key) }
    }
}

impl PartialEq for Ranked<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Ranked<'_> {}

impl PartialOrd for Ranked<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// Endings that are not listed one by one, summed up.
struct Rest {
    units: u128,
    count: u64,
    min_hops: u32,
}

/// The endings that are listed, in order, and the sums of the others by ledger and outcome.
struct Largest<'a> {
    listed: Vec<Ending<'a>>,
    rest: BTreeMap<(LedgerId, &'static str), Rest>,
}

fn largest<'a>(walk: &'a Walk<'_>) -> Largest<'a> {
    let most = walk.request.most_rows;
    let mut listed: BinaryHeap<Reverse<Ranked<'a>>> = BinaryHeap::new();
    let mut rest = BTreeMap::new();
    for ending in walk.sink.endings().filter(|ending| ending.key().end != End::Converted) {
        let ranked = Ranked(ending);
        let mut left_out = None;
        if listed.len() < most {
            listed.push(Reverse(ranked));
        } else if listed.peek().is_some_and(|least| least.0 < ranked) {
            left_out = listed.pop().map(|least| least.0);
            listed.push(Reverse(ranked));
        } else {
            left_out = Some(ranked);
        }
        if let Some(Ranked(ending)) = left_out {
            let key = ending.key();
            let none = Rest { units: 0, count: 0, min_hops: u32::MAX };
            let sum = rest.entry((key.at.ledger, outcome(key.end))).or_insert(none);
            sum.units = sum.units.saturating_add(ending.units());
            sum.count += 1;
            sum.min_hops = sum.min_hops.min(ending.min_hops());
        }
    }
    Largest { listed: listed.into_sorted_vec().into_iter().map(|r| r.0.0).collect(), rest }
}

fn terminals(walk: &Walk<'_>) -> Vec<Terminal> {
    let Largest { listed, rest } = largest(walk);
    let mut whole: HashMap<LedgerId, u128> = HashMap::new();
    let mut add = |at: LedgerId, units: u128| {
        let sum = whole.entry(at).or_default();
        *sum = sum.saturating_add(units);
    };
    listed.iter().for_each(|ending| add(ending.key().at.ledger, ending.units()));
    rest.iter().for_each(|((at, _), rest)| add(*at, rest.units));
    let share = |at: LedgerId, units| percentage(units, whole.get(&at).copied().unwrap_or(0));
    let mut terminals: Vec<Terminal> =
        listed.iter().map(|ending| terminal(walk, ending, &share)).collect();
    // The rest is summed up by outcome, so that what is shown still adds up.
    terminals.extend(rest.into_iter().map(|((at, outcome), rest)| Terminal {
        asset: walk.set.shown_name(at),
        address: format!("{} smaller ones", rest.count),
        entity: None,
        category: None,
        label_source: None,
        outcome: outcome.to_owned(),
        value: Money::new(rest.units, walk.view(at).ledger),
        percentage: share(at, rest.units),
        min_hops: rest.min_hops,
        first_time: None,
        last_time: None,
    }));
    terminals
}

fn terminal(
    walk: &Walk<'_>,
    ending: &Ending<'_>,
    share: &impl Fn(LedgerId, u128) -> String,
) -> Terminal {
    let EndKey { at, end } = ending.key();
    let ledger = walk.view(at.ledger).ledger;
    let address = ledger.address_text(at.address);
    let label = walk.set.labels.of(&address).first();
    let (first, last) = ending.span();
    Terminal {
        asset: walk.set.shown_name(at.ledger),
        entity: label.map(|l| l.entity.clone()),
        category: label.map(|l| l.category.to_string()),
        label_source: label.map(|l| l.source.clone()),
        outcome: outcome(end).to_owned(),
        value: Money::new(ending.units(), ledger),
        percentage: share(at.ledger, ending.units()),
        min_hops: ending.min_hops(),
        first_time: first.map(format_time),
        last_time: last.map(format_time),
        address,
    }
}

fn outcome(end: End) -> &'static str {
    match end {
        End::Held => "held",
        End::Absorbed => "absorbed",
        End::Converted => "converted",
        other => other.residual().unwrap_or("other"),
    }
}

fn residuals(walk: &Walk<'_>) -> Vec<Residual> {
    let mut by_name: BTreeMap<(LedgerId, &str), (u128, u64)> = BTreeMap::new();
    for (key, ended) in &walk.sink.ended {
        if let Some(name) = key.end.residual() {
            let (units, addresses) = by_name.entry((key.at.ledger, name)).or_default();
            *units = units.saturating_add(ended.units);
            *addresses += 1;
        }
    }
    let row = |((at, name), (units, addresses)): ((LedgerId, &str), (u128, u64))| {
        let value = Money::new(units, walk.view(at).ledger);
        Residual { asset: walk.set.shown_name(at), name: name.to_owned(), value, addresses }
    };
    by_name.into_iter().map(row).collect()
}

/// Tainted units by hop.
#[derive(Default)]
struct Hop {
    moved: u128,
    ended: u128,
}

fn hops(walk: &Walk<'_>, at: LedgerId) -> Vec<HopRow> {
    let ledger = walk.view(at).ledger;
    let mut by_hop: BTreeMap<u32, Hop> = BTreeMap::new();
    for (hop, units) in walk.sink.moved_in(at) {
        let moved = &mut by_hop.entry(*hop).or_default().moved;
        *moved = moved.saturating_add(*units);
    }
    let mut end = |hop: u32, units: u128| {
        let ended = &mut by_hop.entry(hop).or_default().ended;
        *ended = ended.saturating_add(units);
    };
    for (_, ended) in walk.sink.ended.iter().filter(|(key, _)| key.at.ledger == at) {
        ended.by_hop.iter().for_each(|(hop, units)| end(*hop, *units));
    }
    for left in walk.sink.left.iter().filter(|left| left.at.ledger == at) {
        end(left.hop, left.units);
    }
    let row = |(hop, Hop { moved, ended })| HopRow {
        asset: walk.set.shown_name(at),
        hop,
        moved: Money::new(moved, ledger),
        ended: Money::new(ended, ledger),
    };
    by_hop.into_iter().map(row).collect()
}

fn notes(walk: &Walk<'_>, used: &[LedgerId], pairs: usize) -> Vec<String> {
    let mut notes = walk.notes.clone();
    let most = walk.request.most_rows;
    let endings = walk.sink.ended.len() + walk.sink.left.len();
    if endings > most || pairs > most {
        notes.push(format!("of {endings} endings and {pairs} flows the largest {most} are listed"));
    }
    if walk.request.method == Method::Poison {
        notes.push("poison marks whole wallets and transfers; its amounts say what was reached, not what was stolen".to_owned());
    }
    for at in used {
        let view = walk.view(*at);
        let UnknownCredits { count, units } = view.unknown_total();
        if count > 0 {
            notes.push(format!(
                "{}: {count} payments were larger than the balance that the data explains; the missing {} count as unknown, not as clean",
                walk.set.shown_name(*at),
                format_amount(units, view.ledger.asset().decimals),
            ));
        }
    }
    notes
}
