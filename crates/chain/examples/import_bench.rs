//! Times an import: `cargo run --release -p interdict-chain --example import_bench -- FOLDER FILE...`
#![allow(clippy::print_stdout, reason = "an example program")]

use std::{error::Error, path::PathBuf, time::Instant};

use interdict_chain::{
    import::{ImportOptions, import},
    read::ReadOptions,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(PathBuf::from);
    let folder = arguments.next().ok_or("usage: import_bench FOLDER FILE...")?;
    let files: Vec<PathBuf> = arguments.collect();
    let options = ImportOptions { read: ReadOptions::new("ethereum", "ETH"), replace: true };
    let start = Instant::now();
    let report = import(&files, &options, &folder)?;
    for ledger in &report.ledgers {
        println!(
            "{}: {} transfers, {} MiB",
            ledger.file,
            ledger.meta.transfers,
            ledger.bytes >> 20
        );
    }
    println!("{:.1} s, problems {:?}", start.elapsed().as_secs_f64(), report.problems.counts);
    Ok(())
}
