//! What is measured, one stage to a process so that each has its own peak of memory.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use interdict_chain::{
    asset::Asset,
    exposure::{ExposureRequest, exposure},
    import::{ImportOptions, import},
    label::{Category, Label},
    ledger::{Ledger, LedgerBuilder},
    read::ReadOptions,
    set::LedgerSet,
    trace::{
        Limits, LinkOrder, LinkTable, Method, Seed, Strategy, TraceReport, TraceRequest, trace,
    },
};

use crate::{
    measure::timed,
    transfers::{HUBS, address, draw, write_parquet},
};

type Outcome = Result<(), Box<dyn Error>>;

/// The stages in order. The first of them leave files that the others use.
pub const STAGES: [&str; 5] = ["build", "links", "ask", "parquet", "import"];

pub fn run(stage: &str, millions: u64, folder: &Path) -> Outcome {
    let count = millions * 1_000_000;
    let ledger = folder.join("synthetic.syn.ledger");
    match stage {
        "build" => build(count, folder, &ledger),
        "links" => links(&ledger),
        "ask" => ask(folder, &ledger),
        "parquet" => parquet(count, folder),
        "import" => imported(folder),
        other => Err(format!("no stage {other}").into()),
    }
}

fn build(count: u64, folder: &Path, path: &Path) -> Outcome {
    if path.exists() && Ledger::open(path)?.meta().transfers == count {
        return Ok(());
    }
    timed(
        "drawing the transfers",
        || draw(count).map(|d| d.transfer().from.len()).sum::<usize>(),
        |_| "part of the next line, not of the product".to_owned(),
    );
    let work = || -> Result<PathBuf, Box<dyn Error>> {
        let mut builder = LedgerBuilder::new(Asset::native("synthetic", "SYN", 0));
        for drawn in draw(count) {
            builder.push(&drawn.transfer())?;
        }
        Ok(builder.finish(folder)?)
    };
    timed("build, drawing included", work, |_| String::new())?;
    Ok(())
}

fn links(path: &Path) -> Outcome {
    let ledger = Ledger::open(path)?;
    for (order, name) in LinkOrder::ALL.into_iter().zip(["first in", "last in"]) {
        let beside = order.path_beside(path);
        if !beside.exists() {
            let size = |size: &Result<interdict_chain::trace::LinkTableSize, _>| {
                size.as_ref().map_or_else(|_| String::new(), |s| format!("{} links", s.links))
            };
            timed(
                &format!("link table, {name} first out"),
                || LinkTable::build(&ledger, order, &beside),
                size,
            )?;
        }
    }
    Ok(())
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

fn closes(report: &Result<TraceReport, interdict_chain::trace::TraceError>) -> String {
    match report {
        Ok(report) => {
            let closes = report.accounts.iter().all(|account| account.closes);
            format!("{} transfers looked at, closes: {closes}", report.transfers_processed)
        }
        Err(why) => why.to_string(),
    }
}

fn ask(folder: &Path, path: &Path) -> Outcome {
    let mut set = timed(
        "open with links",
        || LedgerSet::open(folder),
        |_| format!("{} MiB of ledger", fs::metadata(path).map_or(0, |m| m.len()) >> 20),
    )?;
    // Cases before passes, so that a case finds no page mapped by a pass before it.
    for party in 0..HUBS {
        set.labels.add(label(party));
    }
    for wallets in [40u64, 400, 4_000] {
        for method in [Method::Haircut, Method::Fifo, Method::Lifo] {
            case(&set, wallets, method);
        }
    }
    let wallet = address(3);
    let request = |strategy| ExposureRequest { strategy, ..ExposureRequest::new(&wallet) };
    timed(
        "full exposure, one pass",
        || exposure(&set, &request(Strategy::OnePass)),
        |_| String::new(),
    )?;
    timed(
        "exposure of a wallet",
        || exposure(&set, &request(Strategy::Automatic)),
        |report| {
            report.as_ref().map_or_else(ToString::to_string, |r| {
                format!("{} transfers looked at", r.transfers_processed)
            })
        },
    )?;
    set.labels = interdict_chain::label::LabelSet::default();
    let seeds = vec![Seed::Address { address: address(7), since: None }];
    let request =
        TraceRequest { strategy: Strategy::OnePass, ..TraceRequest::new(seeds, Method::Haircut) };
    timed("widest dense trace, report included", || trace(&set, &request), closes)?;
    let ledger = &set.ledgers[0];
    timed("verify every number", || ledger.verify(), |_| String::new())?;
    Ok(())
}

/// What leaves some wallets is followed to the hubs, over at most eight hops: first with no page of the
/// case in the process, then again.
fn case(set: &LedgerSet, wallets: u64, method: Method) {
    let seeds: Vec<Seed> = (0..wallets)
        .map(|at| address(HUBS + 100_000 + at * 7))
        .filter(|address| set.ledgers[0].holds_address(address))
        .map(|address| Seed::Address { address, since: None })
        .collect();
    let limits = Limits { max_hops: Some(8), ..Limits::default() };
    let request =
        TraceRequest { strategy: Strategy::Steps, limits, ..TraceRequest::new(seeds, method) };
    for again in ["", ", again"] {
        let what = format!("case of {wallets} wallets, {}{again}", method.name());
        // A case that touches too much says so in its remark.
        drop(timed(&what, || trace(set, &request), closes));
    }
}

fn parquet(count: u64, folder: &Path) -> Outcome {
    let folder = folder.join("parquet");
    fs::create_dir_all(&folder)?;
    let files = timed(
        "writing Parquet",
        || write_parquet(count, &folder),
        |_| "not of the product".to_owned(),
    )?;
    drop(files);
    Ok(())
}

fn imported(folder: &Path) -> Outcome {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder.join("parquet"))? {
        files.push(entry?.path());
    }
    files.sort();
    let options = ImportOptions { read: ReadOptions::new("ethereum", "ETH"), replace: true };
    let target = folder.join("imported");
    timed(
        "import from Parquet",
        || import(&files, &options, &target),
        |report| {
            report.as_ref().map_or_else(ToString::to_string, |r| {
                format!("{} transfers", r.ledgers.iter().map(|l| l.meta.transfers).sum::<u64>())
            })
        },
    )?;
    fs::remove_dir_all(target)?;
    fs::remove_dir_all(folder.join("parquet"))?;
    Ok(())
}
