//! Measures the ledger on synthetic transfers: `cargo run --release -p interdict-chain --example
//! chain_bench -- MILLIONS [FOLDER] [parquet]`. What is made and how to read the figures is written in
//! `benches/chain/README.md`.
#![allow(clippy::print_stdout, reason = "an example program")]

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use interdict_chain::{
    asset::Asset,
    exposure::{ExposureRequest, exposure},
    label::{Category, Label},
    ledger::{Ledger, LedgerBuilder},
    set::LedgerSet,
    trace::{Limits, LinkOrder, LinkTable, Method, Seed, Strategy, TraceRequest, trace},
    transfer::{Position, Transfer, TransferKind},
};

/// A small generator with good bits (splitmix64): the same transfers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }
}

const HUBS: u64 = 1_000;

fn address(number: u64) -> String {
    // Spread over the whole space, so that sorted order is not order of appearance.
    let high = Random(number).next();
    format!("0x{high:016x}{number:024x}")
}

/// Transfers of a growing economy. One party in ten is a hub (an exchange or the like) with a share of
/// all traffic that falls off as 1/rank; other parties are chosen with weight on recent ones, and one
/// receiver in three is new. Amounts are powers of two times a fraction: 1 to 2^36 units.
fn generate(count: u64, mut take: impl FnMut(u64, u64, u64, u128)) {
    let mut random = Random(42);
    let mut parties = HUBS + 1;
    for at in 0..count {
        let party = |random: &mut Random, parties: u64| {
            if random.below(10) == 0 {
                let spread =
                    (random.below(1 << 32) as f64 / (1u64 << 32) as f64 * (HUBS as f64).ln()).exp();
                return (spread as u64).min(HUBS) - 1;
            }
            // The square root of a uniform share leans to recent parties.
            let share = (random.below(1 << 32) as f64 / (1u64 << 32) as f64).sqrt();
            HUBS + ((parties - HUBS) as f64 * share) as u64
        };
        let from = party(&mut random, parties).min(parties - 1);
        let to = if random.below(3) < 2 {
            party(&mut random, parties).min(parties - 1)
        } else {
            parties += 1;
            parties - 1
        };
        let units = (1u128 << random.below(28)) * u128::from(1 + random.below(256));
        take(at, from, to, units);
    }
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let (start, used) = (Instant::now(), processor());
    let result = work();
    let (wall, used) = (start.elapsed().as_secs_f64(), processor() - used);
    println!("{what:<42} {wall:>9.3} s  processor {used:>9.3} s  peak {} MiB", peak());
    result
}

/// Processor time used so far, all threads, in hundredths of a second as the system counts it.
fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory that the process ever had, and what of its present memory is not mapped files.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or("");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    format!("{} (own now {})", field("VmHWM:"), field("RssAnon:"))
}

fn build(count: u64, folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut builder = LedgerBuilder::new(Asset::native("synthetic", "SYN", 0));
    let mut failure = None;
    let mut known: Vec<String> = Vec::new();
    generate(count, |at, from, to, units| {
        for party in [from, to] {
            while known.len() <= party as usize && known.len() < 2_000 {
                known.push(address(known.len() as u64));
            }
        }
        let text =
            |party: u64| known.get(party as usize).cloned().unwrap_or_else(|| address(party));
        let transfer = Transfer {
            position: Position {
                time: 1_600_000_000 + (at / 20) as i64,
                block: (at / 200) as u32 + 1,
                transaction: (at % 200) as u32,
                event: 0,
            },
            transaction: String::new(),
            initiator: String::new(),
            from: text(from),
            to: text(to),
            units,
            kind: TransferKind::External,
        };
        if let Err(why) = builder.push(&transfer) {
            failure = Some(why);
        }
    });
    match failure {
        Some(why) => Err(why.into()),
        None => Ok(builder.finish(folder)?),
    }
}

fn label(party: u64) -> Label {
    Label {
        address: address(party),
        entity: format!("hub{party}"),
        category: if party == 7 { Category::Sanctioned } else { Category::Exchange },
        valid_from: None,
        valid_to: None,
        authority: None,
        source: "generator".to_owned(),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let millions: u64 = arguments.first().and_then(|m| m.parse().ok()).unwrap_or(1);
    let folder =
        PathBuf::from(arguments.get(1).cloned().unwrap_or_else(|| "target/chain-bench".to_owned()));
    fs::create_dir_all(&folder)?;
    println!("{millions} million transfers in {}", folder.display());
    let path = folder.join("synthetic.syn.ledger");
    if !path.exists() || Ledger::open(&path)?.meta().transfers != millions * 1_000_000 {
        timed("generate and build", || build(millions * 1_000_000, &folder))?;
    }
    let ledger = timed("open", || Ledger::open(&path))?;
    println!(
        "  {} slots, {} openings, {} MiB",
        ledger.meta().slots,
        ledger.meta().openings,
        ledger.bytes() >> 20
    );
    timed("verify every number", || ledger.verify())?;
    for order in LinkOrder::ALL {
        let links = order.path_beside(&path);
        if !links.exists() {
            let what = format!("link table, {order:?}");
            let size = timed(&what, || LinkTable::build(&ledger, order, &links))?;
            println!("  {} links, bound {}", size.links, size.bound);
        }
    }
    drop(ledger);
    let mut set = timed("open with links", || LedgerSet::open(&folder))?;
    measure(&mut set)
}

fn measure(set: &mut LedgerSet) -> Result<(), Box<dyn Error>> {
    let hub = Seed::Address { address: address(7), since: None };
    let free = |method| TraceRequest {
        strategy: Strategy::OnePass,
        ..TraceRequest::new(vec![hub.clone()], method)
    };
    let whole =
        timed("haircut from a hub, no stops, one pass", || trace(set, &free(Method::Haircut)))?;
    println!("  {} wallets tainted; closes: {}", whole.terminals.len(), whole.accounts[0].closes);
    drop(whole);
    for party in 0..HUBS {
        set.labels.add(label(party));
    }
    let wallet = address(3);
    let request = |strategy| ExposureRequest { strategy, ..ExposureRequest::new(&wallet) };
    let report =
        timed("exposure of a wallet, one pass", || exposure(set, &request(Strategy::OnePass)))?;
    println!("  {} parties, unknown {} %", report.entities.len(), report.unknown_percentage);
    let report =
        timed("exposure of a wallet, automatic", || exposure(set, &request(Strategy::Automatic)))?;
    println!("  {} transfers looked at", report.transfers_processed);
    // Cases of growing size: what leaves one busy wallet, then several, followed to the hubs.
    for (name, wallets) in
        [("one wallet", 1u64), ("40 wallets", 40), ("400 wallets", 400), ("4,000 wallets", 4_000)]
    {
        let seeds: Vec<Seed> = (0..wallets)
            .map(|at| Seed::Address { address: address(HUBS + 100_000 + at * 7), since: None })
            .filter(|seed| matches!(seed, Seed::Address { address, .. } if set.ledgers[0].holds_address(address)))
            .collect();
        for method in [Method::Haircut, Method::Fifo] {
            let limits = Limits { max_hops: Some(8), ..Limits::default() };
            let request = TraceRequest {
                strategy: Strategy::Steps,
                limits,
                ..TraceRequest::new(seeds.clone(), method)
            };
            let (start, used) = (Instant::now(), processor());
            match trace(set, &request) {
                Ok(report) => println!(
                    "case of {name:<14} {:<8} {:>9} transfers {:>9.1} ms  processor {:>8.1} ms  ends {:>8}  closes {}",
                    method.name(),
                    report.transfers_processed,
                    start.elapsed().as_secs_f64() * 1e3,
                    (processor() - used) * 1e3,
                    report.terminals.len(),
                    report.accounts[0].closes,
                ),
                Err(why) => println!("case of {name} {}: {why}", method.name()),
            }
        }
    }
    println!("peak {} MiB", peak());
    Ok(())
}
