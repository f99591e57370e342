use std::collections::{BTreeMap, HashMap};

use super::{
    Account, DataRange, Flow, HopRow, Method, Money, Residual, Terminal, TraceReport,
    sink::{End, Ended, Moved, Node},
    walk::Walk,
};
use crate::{
    amount::format_amount,
    label::Label,
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

struct Namer<'a, 'b> {
    walk: &'a Walk<'b>,
}

impl Namer<'_, '_> {
    fn node(&self, node: Node) -> String {
        match node {
            Node::Address(at, address) => self.walk.set.ledgers[at].address_text(address),
            Node::Transaction(at, transaction) => {
                let columns = self.walk.set.ledgers[at].columns();
                let row = columns.transaction.partition_point(|t| *t < transaction);
                format!("tx:{}", self.walk.set.ledgers[at].transaction_hash(row))
            }
        }
    }

    fn label(&self, address: &str) -> Option<&Label> {
        self.walk.set.labels.of(address).first()
    }
}

pub(super) fn report(
    walk: Walk<'_>,
    seeded: &BTreeMap<usize, u128>,
    seeds: Vec<String>,
) -> TraceReport {
    let namer = Namer { walk: &walk };
    let used: Vec<usize> = (0..walk.set.ledgers.len())
        .filter(|at| seeded.contains_key(at) || walk.sink.ended.keys().any(|key| key.0 == *at))
        .collect();
    let ledger = |at: usize| &walk.set.ledgers[at];
    TraceReport {
        schema_version: 1,
        method: walk.request.method,
        seeds,
        accounts: used.iter().map(|at| account(&walk, *at, seeded)).collect(),
        terminals: terminals(&walk, &namer),
        residuals: residuals(&walk),
        hops: hops(&walk, &used),
        flows: flows(&walk, &namer),
        conversions: walk.conversions.as_ref().map(|c| c.used.clone()).unwrap_or_default(),
        transfers_processed: walk.sink.events,
        list_versions: walk.set.labels.versions().to_vec(),
        data_range: used.iter().map(|at| data_range(ledger(*at))).collect(),
        notes: notes(&walk, &used),
    }
}

fn ended_in(walk: &Walk<'_>, at: usize, which: impl Fn(&End) -> bool) -> u128 {
    walk.sink
        .ended
        .iter()
        .filter(|((l, _, end), _)| *l == at && which(end))
        .map(|(_, e)| e.units)
        .sum()
}

fn account(walk: &Walk<'_>, at: usize, seeded: &BTreeMap<usize, u128>) -> Account {
    let ledger = &walk.set.ledgers[at];
    let seeded = seeded.get(&at).copied().unwrap_or(0);
    let converted_in = walk.converted_into(at);
    let ended = ended_in(walk, at, |end| *end != End::Converted);
    let converted_out = ended_in(walk, at, |end| *end == End::Converted);
    Account {
        asset: ledger.asset().to_string(),
        seeded: Money::new(seeded, ledger),
        converted_in: Money::new(converted_in, ledger),
        ended: Money::new(ended, ledger),
        converted_out: Money::new(converted_out, ledger),
        closes: seeded + converted_in == ended + converted_out,
    }
}

fn terminals(walk: &Walk<'_>, namer: &Namer<'_, '_>) -> Vec<Terminal> {
    let mut rows: Vec<(&(usize, u32, End), &Ended)> =
        walk.sink.ended.iter().filter(|((.., end), _)| *end != End::Converted).collect();
    rows.sort_by(|a, b| (a.0.0, b.1.units, a.0).cmp(&(b.0.0, a.1.units, b.0)));
    let mut whole: HashMap<usize, u128> = HashMap::new();
    rows.iter().for_each(|(key, ended)| *whole.entry(key.0).or_default() += ended.units);
    let shown = rows.len().min(walk.request.most_rows);
    let share = |at: usize, units| percentage(units, whole.get(&at).copied().unwrap_or(0));
    let mut terminals: Vec<Terminal> = Vec::with_capacity(shown);
    for ((at, address, end), ended) in &rows[..shown] {
        let ledger = &walk.set.ledgers[*at];
        let text = ledger.address_text(*address);
        let label = namer.label(&text);
        terminals.push(Terminal {
            asset: ledger.asset().symbol.clone(),
            entity: label.map(|l| l.entity.clone()),
            category: label.map(|l| l.category.to_string()),
            label_source: label.map(|l| l.source.clone()),
            outcome: outcome(end).to_owned(),
            value: Money::new(ended.units, ledger),
            percentage: share(*at, ended.units),
            min_hops: ended.by_hop.first().map_or(0, |(hop, _)| *hop),
            first_time: ended.first.map(format_time),
            last_time: ended.last.map(format_time),
            address: text,
        });
    }
    // The rest is summed up by outcome, so that what is shown still adds up.
    let mut rest: BTreeMap<(usize, &str), (u128, u64, u32)> = BTreeMap::new();
    for ((at, _, end), ended) in &rows[shown..] {
        let sum = rest.entry((*at, outcome(end))).or_insert((0, 0, u32::MAX));
        let hops = ended.by_hop.first().map_or(0, |(hop, _)| *hop);
        *sum = (sum.0 + ended.units, sum.1 + 1, sum.2.min(hops));
    }
    terminals.extend(rest.into_iter().map(|((at, outcome), (units, count, hops))| Terminal {
        asset: walk.set.ledgers[at].asset().symbol.clone(),
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
        let asset = ledger.asset().symbol.clone();
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
        rows.extend(by_hop.into_iter().map(|(hop, (moved, ended))| HopRow {
            asset: ledger.asset().symbol.clone(),
            hop,
            moved: Money::new(moved, ledger),
            ended: Money::new(ended, ledger),
        }));
    }
    rows
}

fn flows(walk: &Walk<'_>, namer: &Namer<'_, '_>) -> Vec<Flow> {
    let mut rows: Vec<(&(Node, Node), &Moved)> = walk.sink.moved.iter().collect();
    rows.sort_by(|a, b| b.1.units.cmp(&a.1.units).then(a.0.cmp(b.0)));
    rows.truncate(walk.request.most_rows);
    rows.into_iter()
        .map(|((from, to), moved)| {
            let (Node::Address(at, _) | Node::Transaction(at, _)) = *from;
            let ledger = &walk.set.ledgers[at];
            Flow {
                asset: ledger.asset().symbol.clone(),
                from: namer.node(*from),
                to: namer.node(*to),
                value: Money::new(moved.units, ledger),
                transfers: moved.transfers,
                hop: moved.first_hop,
                first_time: format_time(moved.first),
                last_time: format_time(moved.last),
                transaction: ledger.transaction_hash(moved.row as usize),
            }
        })
        .collect()
}

fn notes(walk: &Walk<'_>, used: &[usize]) -> Vec<String> {
    let mut notes = walk.notes.clone();
    let most = walk.request.most_rows;
    if walk.sink.ended.len() > most || walk.sink.moved.len() > most {
        notes.push(format!(
            "of {} endings and {} flows the largest {most} are listed",
            walk.sink.ended.len(),
            walk.sink.moved.len()
        ));
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
                meta.asset.symbol,
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
