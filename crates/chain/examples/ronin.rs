//! Traces the Ronin theft through a CSV of transfers and writes the picture:
//! `cargo run -p interdict-chain --example ronin -- transfers.csv labels.csv picture.svg`
#![allow(clippy::print_stdout, reason = "an example program")]

use std::{error::Error, fs};

use interdict_chain::{
    amount::Rounding,
    label::{ListVersion, read_label_csv},
    read::{LedgerImporter, ReadOptions, read_csv},
    render::{PictureOptions, render_trace_svg, render_trace_text},
    set::LedgerSet,
    trace::{Method, Seed, TraceRequest, trace},
};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [transfers, labels, picture] = paths.as_slice() else {
        return Err("usage: ronin TRANSFERS.csv LABELS.csv PICTURE.svg".into());
    };
    let mut options = ReadOptions::new("ethereum", "ETH");
    options.rounding = Rounding::HalfEven;
    let mut importer = LedgerImporter::new(options);
    read_csv(&fs::read(transfers)?, "transfers.csv", &mut importer)?;
    let mut set = LedgerSet { ledgers: importer.finish_in_memory()?, ..LedgerSet::default() };
    let version = ListVersion { name: "labels.csv".to_owned(), version: "2022-10".to_owned() };
    set.labels.add_pack(read_label_csv(&fs::read(labels)?, "labels.csv")?, version);
    let address = "0x098b716b8aaf21512996dc57eb0615e2383e2f96".to_owned();
    let seed = Seed::Opening { address, units: 173_600 * 10u128.pow(18) };
    let report = trace(&set, &TraceRequest::new(vec![seed], Method::Fifo))?;
    let title = Some("Ronin bridge: where 173,600 ETH went, March to September 2022".to_owned());
    fs::write(
        picture,
        render_trace_svg(&report, &PictureOptions { title, ..PictureOptions::default() }),
    )?;
    println!("{}", render_trace_text(&report));
    Ok(())
}
