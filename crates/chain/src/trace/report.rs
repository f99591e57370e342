use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, HashMap},
};

use super::{
    Account, DataRange, HopRow, Method, Money, Residual, Terminal, TraceReport,
    flows::flows,
    sink::{End, Ending},
    walk::Walk,
};
use crate::{
    amount::format_amount,
    asset::shown_name,
    ledger::Ledger,
    time::{Time, format_time},
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

/// A share in percent with four decimals, rounded down: exact arithmetic, no floating point.
pub(crate) fn percentage(part: u128, whole: u128) -> String {
    let scaled = crate::amount::mul_div(1_000_000, part.min(whole), whole);
    format!("{}.{:04}", scaled / 10_000, scaled % 10_000)
}

pub(super) fn report(
    walk: Walk<'_>,
    seeded: &BTreeMap<usize, u128>,
    seeds: Vec<String>,
) -> TraceReport {
    let mut used: Vec<usize> = walk.sink.ended.keys().map(|key| key.0).collect();
    used.extend(seeded.keys());
    used.sort_unstable();
    used.dedup();
    let (flows, pairs) = flows(&walk);
    let ledger = |at: usize| &walk.set.ledgers[at];
    TraceReport {
        schema_version: 1,
        method: walk.request.method,
        seeds,
        accounts: used.iter().map(|at| account(&walk, *at, seeded)).collect(),
        terminals: terminals(&walk),
        residuals: residuals(&walk),
        hops: hops(&walk, &used),
        flows,
        conversions: walk.conversions.as_ref().map(|c| c.used.clone()).unwrap_or_default(),
        transfers_processed: walk.sink.events,
        list_versions: walk.set.labels.versions().to_vec(),
        data_range: used.iter().map(|at| data_range(ledger(*at))).collect(),
        notes: notes(&walk, &used, pairs),
    }
}

fn ended_in(walk: &Walk<'_>, at: usize, which: impl Fn(&End) -> bool) -> u128 {
    let here = walk.sink.endings().filter(|ending| ending.key().0 == at);
    here.filter(|ending| which(&ending.key().2)).map(|ending| ending.units()).sum()
}

fn account(walk: &Walk<'_>, at: usize, seeded: &BTreeMap<usize, u128>) -> Account {
    let ledger = &walk.set.ledgers[at];
    let seeded = seeded.get(&at).copied().unwrap_or(0);
    let converted_in = walk.converted_into(at);
    let ended = ended_in(walk, at, |end| *end != End::Converted);
    let converted_out = ended_in(walk, at, |end| *end == End::Converted);
    Account {
        asset: ledger.asset().to_string(),
        name: shown_name(&walk.set.ledgers, at),
        seeded: Money::new(seeded, ledger),
        converted_in: Money::new(converted_in, ledger),
        ended: Money::new(ended, ledger),
        converted_out: Money::new(converted_out, ledger),
        closes: seeded + converted_in == ended + converted_out,
    }
}

/// An ending by its place in the list: ledger by ledger, the largest first.
struct Ranked<'a>(Ending<'a>);

impl Ranked<'_> {
    fn rank(&self) -> (Reverse<usize>, u128, Reverse<(u32, End)>) {
        let (at, address, end) = self.0.key();
        (Reverse(at), self.0.units(), Reverse((address, end)))
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

/// Endings that are not listed one by one: how much, how many, and their fewest hops.
type Rest = BTreeMap<(usize, &'static str), (u128, u64, u32)>;

/// The endings that are listed, in order, and what the others add up to.
fn largest<'a>(walk: &'a Walk<'_>) -> (Vec<Ending<'a>>, Rest) {
    let most = walk.request.most_rows;
    let mut listed: BinaryHeap<Reverse<Ranked<'a>>> = BinaryHeap::new();
    let mut rest = Rest::new();
    for ending in walk.sink.endings().filter(|ending| ending.key().2 != End::Converted) {
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
            let (at, _, end) = ending.key();
            let sum = rest.entry((at, outcome(&end))).or_insert((0, 0, u32::MAX));
            *sum = (sum.0 + ending.units(), sum.1 + 1, sum.2.min(ending.min_hops()));
        }
    }
    (listed.into_sorted_vec().into_iter().map(|ranked| ranked.0.0).collect(), rest)
}

fn terminals(walk: &Walk<'_>) -> Vec<Terminal> {
    let (listed, rest) = largest(walk);
    let mut whole: HashMap<usize, u128> = HashMap::new();
    let mut add = |at: usize, units: u128| *whole.entry(at).or_default() += units;
    listed.iter().for_each(|ending| add(ending.key().0, ending.units()));
    rest.iter().for_each(|((at, _), (units, ..))| add(*at, *units));
    let share = |at: usize, units| percentage(units, whole.get(&at).copied().unwrap_or(0));
    let mut terminals: Vec<Terminal> = Vec::with_capacity(listed.len() + rest.len());
    for ending in &listed {
        let (at, address, end) = ending.key();
        let ledger = &walk.set.ledgers[at];
        let text = ledger.address_text(address);
        let label = walk.set.labels.of(&text).first();
        let (first, last) = ending.span();
        terminals.push(Terminal {
            asset: shown_name(&walk.set.ledgers, at),
            entity: label.map(|l| l.entity.clone()),
            category: label.map(|l| l.category.to_string()),
            label_source: label.map(|l| l.source.clone()),
            outcome: outcome(&end).to_owned(),
            value: Money::new(ending.units(), ledger),
            percentage: share(at, ending.units()),
            min_hops: ending.min_hops(),
            first_time: first.map(format_time),
            last_time: last.map(format_time),
            address: text,
        });
    }
    // The rest is summed up by outcome, so that what is shown still adds up.
    terminals.extend(rest.into_iter().map(|((at, outcome), (units, count, hops))| Terminal {
        asset: shown_name(&walk.set.ledgers, at),
        address: format!("{count} smaller ones"),
        entity: None,
        category: None,
        label_source: None,
        outcome: outcome.to_owned(),
        value: Money::new(units, &walk.set.ledgers[at]),
        percentage: share(at, units),
        min_hops: hops,
        first_time: None,
        last_time: None,
    }));
    terminals
}

fn outcome(end: &End) -> &'static str {
    match end {
        End::Held => "held",
        End::Absorbed => "absorbed",
        End::Converted => "converted",
        other => other.residual().unwrap_or("other"),
    }
}

fn residuals(walk: &Walk<'_>) -> Vec<Residual> {
    let mut by_name: BTreeMap<(usize, &str), (u128, u64)> = BTreeMap::new();
    for ((at, _, end), ended) in &walk.sink.ended {
        if let Some(name) = end.residual() {
            let sum = by_name.entry((*at, name)).or_default();
            *sum = (sum.0 + ended.units, sum.1 + 1);
        }
    }
    let row = |((at, name), (units, addresses)): ((usize, &str), (u128, u64))| {
        let ledger = &walk.set.ledgers[at];
        let asset = shown_name(&walk.set.ledgers, at);
        Residual { asset, name: name.to_owned(), value: Money::new(units, ledger), addresses }
    };
    by_name.into_iter().map(row).collect()
}

fn hops(walk: &Walk<'_>, used: &[usize]) -> Vec<HopRow> {
    let mut rows = Vec::new();
    for at in used {
        let ledger = &walk.set.ledgers[*at];
        let mut by_hop: BTreeMap<u32, (u128, u128)> = BTreeMap::new();
        for (hop, units) in walk.sink.moved_by_hop.get(*at).into_iter().flatten() {
            by_hop.entry(*hop).or_default().0 += units;
        }
        for (_, ended) in walk.sink.ended.iter().filter(|((l, ..), _)| l == at) {
            for (hop, units) in &ended.by_hop {
                by_hop.entry(*hop).or_default().1 += units;
            }
        }
        if walk.sink.left.0 == *at {
            for left in &walk.sink.left.1 {
                by_hop.entry(left.hop).or_default().1 += left.units;
            }
        }
        rows.extend(by_hop.into_iter().map(|(hop, (moved, ended))| HopRow {
            asset: shown_name(&walk.set.ledgers, *at),
            hop,
            moved: Money::new(moved, ledger),
            ended: Money::new(ended, ledger),
        }));
    }
    rows
}

fn notes(walk: &Walk<'_>, used: &[usize], pairs: usize) -> Vec<String> {
    let mut notes = walk.notes.clone();
    let most = walk.request.most_rows;
    let endings = walk.sink.ended.len() + walk.sink.left.1.len();
    if endings > most || pairs > most {
        notes.push(format!("of {endings} endings and {pairs} flows the largest {most} are listed"));
    }
    if walk.request.method == Method::Poison {
        notes.push("poison marks whole wallets and transfers; its amounts say what was reached, not what was stolen".to_owned());
    }
    for at in used {
        let meta = walk.set.ledgers[*at].meta();
        let (openings, missing) = walk.views[*at].unknown_total();
        if openings > 0 {
            notes.push(format!(
                "{}: {} payments were larger than the balance that the data explains; the missing {} count as unknown, not as clean",
                shown_name(&walk.set.ledgers, *at),
                openings,
                format_amount(missing, meta.asset.decimals),
            ));
        }
    }
    notes
}

/// A moment in words, for seeds without one.
pub(crate) fn since_text(since: Option<Time>) -> String {
    since.map_or_else(String::new, |time| format!(" since {}", format_time(time)))
}
